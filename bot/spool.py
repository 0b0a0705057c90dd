"""Updates of a platform that never repeats one, or that must be answered before the work: kept first, worked on after.

`keep` stores an update as it came, and returns once that is committed; only then is it confirmed. What was kept is
worked on in the order in which it came, one account's after another; what a killed process left is found again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import Deliver, Incoming
from models.queries import inbound, meter
from models.store import Store

LOOK_EVERY = 5.0  # seconds between two looks for what other processes left
LEFT_BEHIND = timedelta(seconds=30)  # after which it is nobody's: to work on it twice does nothing the second time
MOST_AT_ONCE = 64
BATCH = 200
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a failed one is tried again

Read = Callable[[Mapping[str, Any]], Awaitable[Incoming | None]]
"""What an update means; None where there is nothing for the bot in it. What it raises is tried again."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Update:
    """An update as the platform gave it. `external_id` is the same for a repeat; `line`: what must stay in order."""

    external_id: str
    line: str
    raw: Mapping[str, Any]


class Spool:
    """`run` works until cancelled; `keep` may be called before and meanwhile."""

    def __init__(
        self,
        channel: str,
        store: Store,
        clock: Callable[[], datetime],
        read: Read,
        identify: Callable[[Mapping[str, Any]], Update],
        metered: bool = False,
    ) -> None:
        """`identify` finds id and line of a raw update; it raises nothing. `metered`: the plan counts what comes in."""
        self._metered = metered
        self._channel = channel
        self._store = store
        self._clock = clock
        self._read = read
        self._identify = identify
        self._lines: dict[str, deque[Update]] = {}
        self._known: set[str] = set()  # ids that stand in a line
        self._fresh: deque[Update] = deque()
        self._news = asyncio.Event()
        self._gate = asyncio.Semaphore(MOST_AT_ONCE)

    async def keep(self, raw: Mapping[str, Any]) -> bool:
        """Store an update; False for a repeat, which does nothing. Raises what the store raises: it is not kept."""
        update = self._identify(_storable(raw))
        now = self._clock()
        new = await self._store.write(self._keep, update, now)
        if new:
            self._fresh.append(update)
            self._news.set()
        return new

    def _keep(self, conn: Connection, update: Update, now: datetime) -> bool:
        new = inbound.keep(conn, self._channel, update.external_id, update.raw, now)
        if new and self._metered:
            meter.add(conn, self._channel, meter.month_of(now), received=1)
        return new

    async def run(self, deliver: Deliver) -> None:
        """Work on what is kept, until cancelled: at once on what comes here, in time on what others left."""
        async with asyncio.TaskGroup() as group:
            await self._take_in(group, deliver, self._clock())
            while True:
                try:
                    async with asyncio.timeout(LOOK_EVERY):
                        await self._news.wait()
                except TimeoutError:
                    await self._take_in(group, deliver, self._clock() - LEFT_BEHIND)
                self._news.clear()
                while self._fresh:
                    self._line_up(group, deliver, self._fresh.popleft())

    async def _take_in(self, group: asyncio.TaskGroup, deliver: Deliver, before: datetime) -> None:
        try:
            rows = await self._store.read(inbound.kept, self._channel, before, BATCH)
        except SQLAlchemyError as error:
            log.warning("spool_unreadable", channel=self._channel, error=type(error).__name__)
            return
        for row in rows:
            self._line_up(group, deliver, self._identify(row.raw))

    def _line_up(self, group: asyncio.TaskGroup, deliver: Deliver, update: Update) -> None:
        if update.external_id in self._known:
            return
        self._known.add(update.external_id)
        line = self._lines.setdefault(update.line, deque())
        line.append(update)
        if len(line) == 1:
            group.create_task(self._empty(update.line, line, deliver))

    async def _empty(self, name: str, line: deque[Update], deliver: Deliver) -> None:
        while line:
            await self._work(line[0], deliver)
            self._known.discard(line.popleft().external_id)
        del self._lines[name]

    async def _work(self, update: Update, deliver: Deliver) -> None:
        """Until it is done: the intake gives up what fails too often."""
        pause = FIRST_PAUSE
        while not await self._tried(update, deliver):
            await asyncio.sleep(pause)  # outside the gate: what waits must not keep others out
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _tried(self, update: Update, deliver: Deliver) -> bool:
        """Is it done?"""
        try:
            async with self._gate:
                incoming = await self._read(update.raw)
                if incoming is None:
                    await self._store.write(inbound.drop, self._channel, update.external_id)
                else:
                    await deliver(incoming)
        except Exception as error:  # whatever it was, it is kept; its text may hold a worker's words
            log.warning("update_waits", channel=self._channel, error=type(error).__name__)
            return False
        return True


def _storable(value: Any) -> Any:
    """Without what no database takes: NUL, and halves of letters."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_storable(str(key)): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list) else value
