"""From a confirmed broadcast to messages: fed into the outbox a portion at a time, watched, and told about.

A portion is two seconds' worth at the channel's pace: pausing and cancelling act at once, replies keep their speed
(bulk leaves last), and a restart finds in the database who waits, who stands in the outbox and who is done with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from handlers import cast_picture
from handlers.broadcast import grew
from handlers.cast import rests_until
from models.queries import cast_steering, casting
from models.queries.rows import AnyRow
from models.store import Store
from scheduler.cast_news import Herald
from scheduler.clock import Clock

PORTION_SECONDS = 2.0
MOST_AT_ONCE = 1000
LATEST, FEWEST = 200, 40  # failures are judged by the latest, once there are a few
BUSY, IDLE = 0.4, 2.0  # seconds between two looks

Fill = Callable[[Connection, AnyRow, Sequence[AnyRow], datetime], Mapping[int, str]]
"""`(conn, broadcast, recipients, now)`: the words for each, by its id. Placeholders are filled once for a unit."""
Gather = Callable[[Connection, AnyRow, datetime], None]
"""`(conn, broadcast, now)`: write down the recipients of a broadcast that starts now and has none yet."""
Left = Callable[[Connection, str, datetime], int | None]
"""`(conn, channel, now)`: how many messages a broadcast may still use up there; None: as many as it likes."""

_log = structlog.get_logger(__name__)


def as_written(_conn: Connection, row: AnyRow, chosen: Sequence[AnyRow], _now: datetime) -> Mapping[int, str]:
    """Words without placeholders: everybody gets the same."""
    return {one.id: row.text for one in chosen}


def nobody(_conn: Connection, _row: AnyRow, _now: datetime) -> None:
    """Recipients were all written down when the broadcast was confirmed."""


def no_limit(_conn: Connection, _channel: str, _now: datetime) -> None:
    """A channel without a quota."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How broadcasts run. `paces`: messages a second, by channel."""

    paces: Mapping[str, float]
    failures: int = 5  # percent of the latest at which a broadcast stops itself
    fill: Fill = as_written
    gather: Gather = nobody
    left: Left = no_limit
    files: Collection[str] = ()  # channels that carry pictures
    pictured: Collection[str] = ()  # these, and those for which there can be a link

    def portion(self, channels: Collection[str] = ()) -> int:
        """How many may stand in the outbox."""
        fastest = max((pace for name, pace in self.paces.items() if not channels or name in channels), default=1.0)
        return min(MOST_AT_ONCE, max(2, round(fastest * PORTION_SECONDS)))


@dataclass(slots=True)
class Casting:
    """`run` moves every broadcast on until cancelled, beside any number of other processes; `work` does it once."""

    store: Store
    clock: Clock
    wake_sender: Callable[[], None]
    rules: Rules
    herald: Herald
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """A broadcast may have been confirmed, or resumed."""
        self._news.set()

    async def run(self) -> None:
        while True:
            self._news.clear()
            busy = False
            try:
                busy = await self.work()
            except SQLAlchemyError as error:  # the database, for a moment: everything stands where it stood
                _log.warning("casting.unreadable", error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(BUSY if busy else IDLE):
                    await self._news.wait()

    async def work(self) -> bool:
        """Move each on by one step; is anything on its way? Raises what the store raises."""
        busy = False
        for broadcast_id in await self.store.read(casting.under_way, self.clock()):
            moved = await self.store.write(step, broadcast_id, self.clock(), self.rules, self.herald)
            busy = busy or moved.fed or moved.lively
            if moved.fed:
                self.wake_sender()
        return busy


@dataclass(frozen=True, slots=True)
class Moved:
    """`fed`: something was put into the outbox. `lively`: something stands there still."""

    fed: bool = False
    lively: bool = False


def step(conn: Connection, broadcast_id: int, now: datetime, rules: Rules, herald: Herald) -> Moved:
    """One transaction: begin it, take down outcomes, feed the next portion, end it, tell. Nothing happens where another
    process is at it.
    """
    herald.before(conn, broadcast_id)
    if not casting.lock(conn, broadcast_id, wait=False):
        return Moved(lively=True)
    row = casting.find(conn, broadcast_id)
    if row is None or row.ended_at is not None:
        return Moved()
    if row.status == casting.PLANNED:
        row = _begin(conn, row, now, rules, herald)
    standing = casting.collect(conn, row.id, now)
    fed = 0
    if row.status == casting.RUNNING:
        if _fails(conn, row, rules):
            cast_steering.pause_by_failures(conn, row)
            herald.stopped_itself(conn, row.id, now)
            _log.warning("broadcast.stopped_itself", broadcast=row.id)
        elif rests_until(row, now) is None:
            fed = _feed(conn, row, rules.portion() - standing, now, rules)
    _end(conn, row, now)
    told = herald.tell(conn, broadcast_id, now, rests_until(row, now))
    return Moved(bool(fed) or told, lively=standing > 0)


def _begin(conn: Connection, row: AnyRow, now: datetime, rules: Rules, herald: Herald) -> AnyRow:
    """Its time has come. Where clearly more would get it than were confirmed, it is asked again first."""
    rules.gather(conn, row, now)
    asks = row.confirmed is not None and grew(row.confirmed, casting.counts(conn, row.id).of)
    how = {"status": casting.PAUSED, "paused_why": casting.BY_GROWTH} if asks else {"status": casting.RUNNING}
    casting.change(conn, row.id, **how, started_at=now, watched_from=now)
    _log.info("broadcast.grew" if asks else "broadcast.begun", broadcast=row.id)
    if asks and row.made_by is None:  # erased since
        herald.stopped_itself(conn, row.id, now)
    found = casting.find(conn, row.id)
    return row if found is None else found


def _feed(conn: Connection, row: AnyRow, room: int, now: datetime, rules: Rules) -> int:
    """The next who wait enter the outbox; of how many that was decided. Each is looked at again: much may have happened
    since it was confirmed.
    """
    if room < max(1, rules.portion() // 8):  # a few at a time would cost as much as many
        return 0
    chosen: list[AnyRow] = []
    not_now: dict[tuple[str, str], list[int]] = {}
    waiting = casting.waiting(conn, row.id, room)
    left = {name: rules.left(conn, name, now) for name in {one.channel for one in waiting}}
    for one in waiting:
        against = _against(one, rules) or _used_up(one.channel, left)
        if against is None:
            chosen.append(one)
        else:
            not_now.setdefault(against, []).append(one.id)
    for (status, reason), ids in not_now.items():
        casting.settle(conn, ids, status, reason, now)
    if chosen:
        texts = rules.fill(conn, row, chosen, now)
        casting.queue(conn, row, {one.id: _payload(row, one, texts[one.id], rules) for one in chosen}, chosen, now)
    return len(waiting)


def _against(one: AnyRow, rules: Rules) -> tuple[str, str] | None:
    """Status and reason of somebody who is not written to after all."""
    if one.channel not in rules.paces:
        return "failed", "no such channel"
    if one.unreachable:
        return "gone", casting.BLOCKED
    if one.off or one.had_one:
        return "skipped", "off" if one.off else "had one"
    return None


def _payload(row: AnyRow, one: AnyRow, text: str, rules: Rules) -> dict[str, Any]:
    return {"text": text, "choices": [], "media": _media(row, one, rules), "thread": one.thread}


def _media(row: AnyRow, one: AnyRow, rules: Rules) -> list[dict[str, str]]:
    """The picture as the recipient's channel can have it: by the name it knows, or fetched for it; else words alone."""
    if not row.media or one.channel not in rules.pictured:
        return []
    picture = row.media
    if one.channel == picture.get("channel", row.channel) and one.channel in rules.files:
        return [{"kind": picture["kind"], "ref": picture["ref"], "name": picture["name"]}]
    name = cast_picture.name_of(picture["ref"])
    return [{"kind": picture["kind"], "ref": cast_picture.make_ref(row.id, one.language), "name": name}]


def _used_up(channel: str, left: dict[str, int | None]) -> tuple[str, str] | None:
    """One of the channel's messages less; the same where it has none left for this."""
    number = left[channel]
    if number is None:
        return None
    left[channel] = max(number - 1, 0)
    return None if number else ("gone", casting.QUOTA)


def _fails(conn: Connection, row: AnyRow, rules: Rules) -> bool:
    failed, of = cast_steering.failing(conn, row.id, row.watched_from or row.started_at, LATEST)
    return of >= FEWEST and failed * 100 > rules.failures * of


def _end(conn: Connection, row: AnyRow, now: datetime) -> None:
    """It is over when nobody waits and nothing is on its way."""
    counts = casting.counts(conn, row.id)
    over = counts.queued == 0 and (counts.waiting == 0 or row.status == casting.CANCELLED)
    if not over:
        return
    status = casting.CANCELLED if row.status == casting.CANCELLED else casting.DONE
    casting.change(conn, row.id, status=status, ended_at=now)
    _log.info("broadcast.ended", broadcast=row.id, status=status, sent=counts.sent, missed=counts.missed)
