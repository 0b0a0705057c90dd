"""Figures that come as a file: read in a thread, then handed to the talk as if the officer had pasted them.

A file in the chat leaves a row in its turn's transaction; one from an upload page leaves its lines. The worker takes
them from there, so that a kill between any two steps loses nothing, and the update's id (`upload:7`) sees to it that
the talk hears of each once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import Channel, Deliver, Gone, Incoming, Rejected, SendError
from bot.replies import Address, Writer
from handlers import rights
from handlers.talk import Media, Said, Say, reply, say
from models.queries import outbox, people, uploads
from models.queries.rows import AnyRow
from models.store import Store

POLL_SECONDS = 15.0  # another process may have taken a file in
BATCH = 20
WORD = "so cong"  # what the officer would have typed above the pasted lines

log = structlog.get_logger(__name__)


class Unusable(Exception):
    """Another try would end the same; `what` says what to do."""

    def __init__(self, what: Say) -> None:
        super().__init__(what.key)
        self.what = what


def lines_of(data: bytes, name: str) -> str:
    """What a file says, as it would have been pasted. Raises Unusable."""
    from bot.registry.counts import read_counts  # with its library: only where a file is read
    from bot.registry.problems import Unreadable

    try:
        return read_counts(data, name)
    except Unreadable as unreadable:
        raise Unusable(unreadable.what) from unreadable


@dataclass(frozen=True, slots=True)
class Bench:
    """What the worker works with."""

    store: Store
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    writer: Writer
    deliver: Deliver
    wake_sender: Callable[[], None]


class Uploads:
    """`run` reads what waits, at once when woken; `work` does it one time."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._news = asyncio.Event()

    def wake(self) -> None:
        self._news.set()

    async def run(self) -> None:
        """Until cancelled; what is cut off is done again."""
        while True:
            self._news.clear()
            try:
                await self.work()
            except SQLAlchemyError as error:  # a database that is away for a moment
                log.warning("uploads.unreadable", error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._news.wait()

    async def work(self) -> None:
        """Read what waits now. Raises what the store raises."""
        bench = self._bench
        for row in await bench.store.read(uploads.waiting, tuple(bench.channels), BATCH):
            try:
                await self._read(row)
            except Exception as error:  # one file must not stop the others; it waits for the next round
                log.warning("upload.not_read", upload=row.id, channel=row.channel, error=type(error).__name__)

    async def _read(self, row: AnyRow) -> None:
        try:
            lines = await self._lines(row)
        except Unusable as unusable:
            await self._refuse(row, unusable.what)
            return
        text = "\n".join([f"{WORD} {row.words}".strip(), lines])
        incoming = Incoming(
            row.channel, f"{uploads.UPDATE}{row.id}", row.account, row.chat, is_group=False, event=Said(text)
        )
        await self._bench.deliver(incoming)
        await self._bench.store.write(uploads.end, row.id, "done", self._bench.clock())

    async def _lines(self, row: AnyRow) -> str:
        """Raises Unusable where another try would end the same, SendError where it might not."""
        if "lines" in row.media:
            return str(row.media["lines"])
        media = Media(str(row.media["kind"]), str(row.media["ref"]), name=str(row.media.get("name") or ""))
        try:
            data = await self._bench.channels[row.channel].fetch(media)
        except SendError as error:
            if isinstance(error, Gone | Rejected) or self._bench.clock() >= row.expires_at:
                raise Unusable(say("upload.not_fetched")) from error
            raise
        return await asyncio.to_thread(lines_of, data, media.name)

    async def _refuse(self, row: AnyRow, what: Say) -> None:
        if await self._bench.store.write(self._refused, row, what):
            self._bench.wake_sender()

    def _refused(self, conn: Connection, row: AnyRow, what: Say) -> bool:
        """Ended, and the officer told what to do, in one transaction."""
        now, writer = self._bench.clock(), self._bench.writer
        if not uploads.end(conn, row.id, "failed", now):
            return False
        words = writer.texts.reply(row.language, reply(what)).text
        to = Address(row.channel, row.chat, person_id=row.person_id)
        outbox.put(conn, [writer.message({"text": words}, to, key=f"upload:{row.id}", now=now, leased=False)])
        return True


def _look(conn: Connection, code: str, now: datetime) -> uploads.Link:
    """A link is good for as long as whoever asked for it may bring figures."""
    link = uploads.look(conn, code, now)
    who = (link.person_id, link.unit_id, rights.kinds_for(rights.BRING), link.campaign_id)
    if link.state == uploads.GOOD and not people.may_run(conn, *who):
        return replace(link, state=uploads.EXPIRED)
    return link


class Door:
    """What the upload page asks: is a link still good, and here is a file."""

    def __init__(self, store: Store, clock: Callable[[], datetime], wake: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake
        self._two = asyncio.Semaphore(2)  # a workbook takes memory

    async def look(self, code: str) -> tuple[str, str]:
        """Its state (good, used, expired, unknown) and the unit its figures are for."""
        link = await self._store.read(_look, code, self._clock())
        return link.state, link.unit

    async def take(self, code: str, data: bytes, name: str) -> tuple[str, Say | None]:
        """The link's state then: `done` where the file is taken; what is wrong with a file that leaves it good."""
        async with self._two:
            link = await self._store.read(_look, code, self._clock())
            if link.state != uploads.GOOD:
                return link.state, None
            try:
                lines = await asyncio.to_thread(lines_of, data, name)
            except Unusable as unusable:
                return link.state, unusable.what
        if not await self._store.write(uploads.fill, link.id, {"lines": lines}, self._clock()):
            return uploads.USED, None
        self._wake()
        return "done", None
