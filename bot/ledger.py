"""What was sent is written down: all of one moment in one transaction, for each costs a turn of the writer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.journal import Journal
from models.queries.outcome import Delivery

MOMENT = 0.005  # seconds; of what a killed process sent within them only its journal tells
REMEMBERED = 10.0  # seconds after it was written: transactions that could not see it yet are over by then

Write = Callable[[Sequence[Delivery]], Awaitable[None]]


@dataclass(slots=True)
class _Page:
    """Deliveries that are written together."""

    written: asyncio.Future[None]
    rows: list[Delivery] = field(default_factory=list)
    taken: bool = False  # somebody sees to it that it is written


class Ledger:
    """Deliveries on their way into the database. Until every transaction sees them there, `is_out` knows of them."""

    def __init__(self, write: Write, journal: Journal | None = None) -> None:
        self._write = write
        self._journal = journal
        self._open: _Page | None = None
        self._pages: dict[int, _Page] = {}  # by the message's id
        self._last: dict[str, int] = {}  # the message that was sent last, by its chat
        self._forgotten_at: dict[int, float] = {}  # loop time by the id of what is written, soonest first

    def is_out(self, message_id: int) -> bool:
        """Was it sent a moment ago? False for what was written down longer ago: there the database is asked."""
        return message_id in self._pages or self._forgotten_at.get(message_id, 0.0) > asyncio.get_running_loop().time()

    def enter(self, delivery: Delivery) -> None:
        """To be written; whoever enters one must await `written`."""
        if self._journal is not None:
            self._journal.note(delivery.message.id, delivery.external_id)
        if self._open is None:
            self._open = _Page(asyncio.get_running_loop().create_future())
        self._open.rows.append(delivery)
        self._pages[delivery.message.id] = self._open
        self._last[delivery.message.chat] = delivery.message.id

    async def chat_written(self, chat: str) -> None:
        """Returns once all that was sent to a chat stands in the database. Raises what writing raised."""
        if (last := self._last.get(chat)) is not None:
            await self.written(last)

    async def written(self, message_id: int) -> None:
        """Returns once it stands in the database. Raises what writing raised."""
        page = self._pages.get(message_id)
        if page is None:
            return
        if page.taken:
            await asyncio.shield(page.written)
            return
        page.taken = True
        try:
            await asyncio.sleep(MOMENT)
            if self._open is page:
                self._open = None
            await self._write(page.rows)
        except BaseException as error:
            self._close(page, error)
            raise
        self._close(page)

    def _close(self, page: _Page, error: BaseException | None = None) -> None:
        if self._open is page:
            self._open = None
        for row in page.rows:
            if self._pages.get(row.message.id) is page:
                del self._pages[row.message.id]
            if self._last.get(row.message.chat) == row.message.id:
                del self._last[row.message.chat]
        if error is None:
            self._remember(page.rows)
            if self._journal is not None and not self._pages:
                self._journal.all_known()
            page.written.set_result(None)
        else:
            page.written.set_exception(error)
            page.written.exception()  # there may be nobody else to ask for it

    def _remember(self, rows: Sequence[Delivery]) -> None:
        now = asyncio.get_running_loop().time()
        while self._forgotten_at and (oldest := next(iter(self._forgotten_at.items())))[1] <= now:
            del self._forgotten_at[oldest[0]]
        for row in rows:
            self._forgotten_at.pop(row.message.id, None)
            self._forgotten_at[row.message.id] = now + REMEMBERED
