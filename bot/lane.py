"""One channel's way out: claims what is due, keeps the pace, sends, records what became of it."""

from __future__ import annotations

import asyncio
import math
import random
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import Capabilities, Channel, Outgoing, Quota, Rejected, SendError, Sent, Unauthorized, Unsure
from bot.journal import Journal
from bot.ledger import Ledger
from bot.outcomes import Troubles, judge, record
from bot.pace import MARGIN, ChatPace, Pace, SharedPace
from bot.quota import hold_back
from models.queries import claiming, lease, meter, outcome
from models.queries.outbox import Claimed
from models.queries.outcome import Delivery
from models.store import Store

LEASE_SECONDS = 60.0
SEND_SECONDS = 30.0  # a lease that ends sooner is prolonged before the send
POLL_SECONDS = 1.0
MOST_IN_FLIGHT = 50
FASTEST_SHARED = 1000.0  # messages a second; above, processes need not agree about the pace
RECORD_PAUSES = (0.5, 2.0, 5.0)  # seconds between tries to record an outcome while the database is away

P = ParamSpec("P")
LayOut = Callable[[Mapping[str, Any], Capabilities, str, str], Outgoing]
"""`(payload, capabilities, chat, edits)`: a stored payload as the channel shows it. Raises ValueError if it cannot."""
Prepare = Callable[[Outgoing], Awaitable[Outgoing]]
"""Makes files that a message names and that are not there yet, just before the send. Raises `SendError`."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What one look into the outbox gave."""

    messages: Sequence[Claimed] = ()
    blocked_until: datetime | None = None
    next_due: datetime | None = None


def look(conn: Connection, channel: str, holder: str, now: datetime, limit: int, quota: Quota | None = None) -> Found:
    """Claim what is due, unless the channel is blocked; what its plan allows no more is refused."""
    if quota is not None:
        hold_back(conn, channel, quota, now)
    blocked = lease.blocked_until(conn, channel)
    if blocked is not None and blocked > now:
        return Found(blocked_until=blocked, next_due=blocked)
    messages = claiming.claim(conn, channel, holder, now, lease_seconds=LEASE_SECONDS, limit=limit)
    return Found(messages, blocked, None if messages else claiming.next_due(conn, channel, now))


class Lane:
    """Sends by one channel. `run` empties the queue; `deliver` sends one message that is leased to this process."""

    def __init__(
        self,
        name: str,
        channel: Channel,
        *,
        store: Store,
        clock: Callable[[], datetime],
        holder: str,
        lay_out: LayOut,
        prepare: Prepare,
        journal: Journal | None = None,
    ) -> None:
        able = channel.capabilities
        shared = store.shared and able.per_second <= FASTEST_SHARED
        self._name = name
        self._channel = channel
        self._store = store
        self._clock = clock
        self._holder = holder
        self._lay_out = lay_out
        self._prepare = prepare
        self._gap = timedelta(seconds=(1 + MARGIN) / able.per_second)
        self._pace = SharedPace(able.per_second, self._reserve) if shared else Pace(able.per_second)
        self._chats = ChatPace(able.chat_interval, able.group_interval)
        # Half a second's worth, so that a send may take that long; what waits longer is better off in the database.
        self._most = min(MOST_IN_FLIGHT, 1 + math.ceil(able.per_second / 2))
        self._quota = able.quota
        self._ledger = Ledger(lambda rows: self._insist(self._write_sent, rows), journal)
        self._in_flight = 0
        self._news = asyncio.Event()
        self._blocked_until: datetime | None = None
        self._troubles = Troubles()
        self._stopping = False

    def wake(self) -> None:
        self._news.set()

    async def run(self) -> None:
        """Until cancelled. Then sends under way are finished and recorded; claimed messages go back to the queue."""
        self._stopping = False
        async with asyncio.TaskGroup() as flights:
            with suppress(asyncio.CancelledError):  # raised again below: the group would pass it on to the flights
                await self._serve(flights)
            self._stopping = True
        raise asyncio.CancelledError

    async def _serve(self, flights: asyncio.TaskGroup) -> None:
        while True:
            self._news.clear()
            wait = POLL_SECONDS
            if (
                self._most - self._in_flight
            ) * 2 >= self._most:  # else wait for company: a look costs as much as a send
                # A flight itself: a claim that is cut off half-way would leave its messages leased to nobody.
                looking = flights.create_task(self._launch(flights))
                await asyncio.wait([looking])
                wait = looking.result()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._news.wait()

    async def _launch(self, flights: asyncio.TaskGroup) -> float:
        """Start what is due; gives the seconds until it is worth to look again without being woken."""
        now = self._clock()
        room = self._most - self._in_flight
        try:
            found = await self._store.write(look, self._name, self._holder, now, room, self._quota)
        except SQLAlchemyError as error:
            _fault("outbox_unreadable", error, channel=self._name)
            return POLL_SECONDS
        self._learn(found.blocked_until)
        for message in found.messages:
            self._in_flight += 1
            flights.create_task(self._fly(message))
        if found.next_due is None:
            return POLL_SECONDS
        return min(POLL_SECONDS, max(0.0, (found.next_due - now).total_seconds()))

    async def _fly(self, message: Claimed) -> None:
        try:
            await self.deliver(message)
        except SQLAlchemyError as error:  # its lease runs out, then it goes again, marked
            _fault("outcome_not_recorded", error, channel=self._name, outbox=message.id)
        finally:
            self._in_flight -= 1
            self.wake()  # the next of this chat may go

    async def deliver(self, message: Claimed) -> bool:
        """`hand_over`, and see it recorded. Raises SQLAlchemyError when the outcome could not be."""
        out = await self.hand_over(message)
        if out:
            await self.recorded(message)
        return out

    def is_out(self, message_id: int) -> bool:
        """Was this message sent a moment ago, though the database may not know of it yet?"""
        return self._ledger.is_out(message_id)

    async def recorded(self, message: Claimed) -> None:
        """Returns once the database knows that it is out. Raises SQLAlchemyError when that cannot be."""
        await self._ledger.written(message.id)

    async def hand_over(self, message: Claimed) -> bool:
        """Send one message when its turn comes. True: it is out; `recorded` must be awaited.

        False: it is not out, and blocks the others of its chat. Raises SQLAlchemyError when that could not be recorded.
        """
        await self._ledger.chat_written(message.chat)  # a kill repeats one message to a chat at most
        await self._chats.wait(message.chat)
        async with self._pace.turn(message.priority):
            result = await self._send_in_turn(message)
        if result is None:
            return False
        if isinstance(result, SendError):
            return await self._failed(message, result)
        self._sent(message, result)
        return True

    async def _send_in_turn(self, message: Claimed) -> Sent | SendError | None:
        """None: it was not tried, for the channel is blocked, this process stops or the lease was lost."""
        now = self._clock()
        blocked = self._blocked_until
        if self._stopping or (blocked is not None and blocked > now):
            at = now if blocked is None else max(blocked, now)
            await self._store.write(outcome.release, [message.id], self._holder, at)
            return None
        if not await self._still_ours(message, now):
            log.warning("lease_lost", channel=self._name, outbox=message.id)
            return None
        self._chats.used(message.chat, is_group=message.is_group)
        return await self._send(message)

    async def _still_ours(self, message: Claimed, now: datetime) -> bool:
        able = self._channel.capabilities
        files = len(message.payload.get("media") or ())
        takes = max(SEND_SECONDS, able.send_seconds, able.media_seconds * files)
        if message.lease_until - now > timedelta(seconds=takes):
            return True
        until = now + timedelta(seconds=takes + LEASE_SECONDS)
        return await self._store.write(outcome.extend, message.id, self._holder, until)

    async def _send(self, message: Claimed) -> Sent | SendError:
        """Faults of ours are outcomes too: one bad message must not stop the others."""
        try:
            outgoing = self._lay_out(message.payload, self._channel.capabilities, message.chat, message.edits)
        except Exception as error:
            _fault("message_malformed", error, channel=self._name, outbox=message.id)
            return Rejected(f"cannot be laid out ({type(error).__name__})")
        try:
            return await self._channel.send(await self._prepare(outgoing) if outgoing.media else outgoing)
        except SendError as error:
            return error
        except Exception as error:
            _fault("channel_fault", error, channel=self._name, outbox=message.id)
            return Unsure(f"fault in the channel ({type(error).__name__})")

    def _sent(self, message: Claimed, result: Sent) -> None:
        now = self._clock()
        self._troubles.over(message)
        pause = self._chats.interval(is_group=message.is_group)
        rest_until = now + timedelta(seconds=pause) if pause else None
        self._ledger.enter(Delivery(message, result.external_id, now, rest_until, result.messages))

    def _write_sent(self, conn: Connection, rows: Sequence[Delivery]) -> None:
        outcome.sent(conn, rows)
        if self._quota is not None:
            meter.add(conn, self._name, meter.month_of(rows[0].at), sent=sum(row.messages for row in rows))

    async def _failed(self, message: Claimed, error: SendError) -> bool:
        now = self._clock()
        verdict = judge(message, error, now, random.random, now - self._troubles.since(message, error, now))
        self._learn(verdict.blocks_until)
        await self._insist(record, message, verdict, self._holder, now)
        loud = log.error if isinstance(error, Unauthorized) else log.warning
        loud(
            "not_sent",
            channel=self._name,
            outbox=message.id,
            error=type(error).__name__,
            tries=message.attempts,
            again_at=verdict.again_at and verdict.again_at.isoformat(),
        )
        self.wake()
        return verdict.again_at is None

    def _learn(self, blocked_until: datetime | None) -> None:
        """A block never gets shorter: what was heard from the platform may not stand in the database yet."""
        if blocked_until is not None and (self._blocked_until is None or blocked_until > self._blocked_until):
            self._blocked_until = blocked_until

    async def _insist(self, fn: Callable[Concatenate[Connection, P], None], *args: P.args, **kwargs: P.kwargs) -> None:
        """What was sent must be written down, or it is sent again: a database away for a moment is waited for."""
        for pause in RECORD_PAUSES:
            try:
                return await self._store.write(fn, *args, **kwargs)
            except SQLAlchemyError as error:
                log.warning("outcome_waits", channel=self._name, error=type(error).__name__)
                await asyncio.sleep(pause)
        return await self._store.write(fn, *args, **kwargs)

    async def _reserve(self, moments: int, pause: float) -> float:
        """See `bot.pace.Reserve`."""
        span, later = self._gap * moments, timedelta(seconds=pause)
        at, blocked = await self._store.write(lease.reserve, self._name, self._clock, span, later)
        self._learn(blocked)
        return (at - self._clock()).total_seconds()


def _fault(event: str, error: Exception, **where: Any) -> None:
    """Kind and place, without the text of the error or a traceback: they could hold a worker's words or a token."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    log.error(event, error=type(error).__name__, place=place, **where)
