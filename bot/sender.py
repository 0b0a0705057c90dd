"""Sends what is in the outbox: paced, in order per chat, every outcome recorded. Nothing is sent inside a transaction.

Delivery is at least once: a process that dies between a send and its record leaves a lease that runs out; the message
goes again, marked as maybe sent. Nothing else is ever sent twice.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from weakref import WeakValueDictionary

from bot.channels import Channel
from bot.lane import Lane, LayOut
from models.queries import outbox, outcome
from models.queries.outbox import Claimed
from models.store import Store


class Sender:
    """Empties the outbox of its channels. One per process; any number of processes may share a PostgreSQL database."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        holder: str,
        lay_out: LayOut,
    ) -> None:
        """`holder` names this process among all that share the database. `lay_out`: see `bot.channels.text`."""
        self._store = store
        self._clock = clock
        self._holder = holder
        self._lanes = {
            name: Lane(name, channel, store=store, clock=clock, holder=holder, lay_out=lay_out)
            for name, channel in channels.items()
        }
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def run(self) -> None:
        """Until cancelled; what is in flight then is finished and recorded first."""
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes.values():
                group.create_task(lane.run())

    def wake(self) -> None:
        """Something may be due: look now, not at the next poll."""
        for lane in self._lanes.values():
            lane.wake()

    async def send_now(self, ids: Iterable[int]) -> None:
        """Send messages that were put with a lease for this process; returns when each is out or back in the queue.

        Call it once they are committed. Those behind others of their chat go back to the queue, to wait their turn. If
        the caller is cancelled, the message in flight is finished and recorded first.
        """
        wanted = list(ids)
        if not wanted:
            return
        cancelled = False
        async with asyncio.TaskGroup() as group:
            work = group.create_task(self._send_held(wanted))
            try:
                await asyncio.wait([work])
            except asyncio.CancelledError:
                cancelled = True  # the group waits for the work, and does not pass the cancelling on
        if cancelled:
            raise asyncio.CancelledError

    async def _send_held(self, ids: list[int]) -> None:
        free, behind = await self._store.read(outbox.held, ids, self._holder)
        by_chat: defaultdict[tuple[str, str], list[Claimed]] = defaultdict(list)
        for message in [*free, *behind]:
            by_chat[message.channel, message.chat].append(message)
        stuck = {(message.channel, message.chat) for message in behind}
        await asyncio.gather(
            *(self._send_to(chat, messages, fresh=chat not in stuck) for chat, messages in by_chat.items())
        )

    async def _send_to(self, chat: tuple[str, str], messages: list[Claimed], *, fresh: bool) -> None:
        """One chat's messages, one after the other; what was said to the chat just before goes first."""
        lane = self._lanes.get(chat[0])
        lock = self._locks.setdefault(chat, asyncio.Lock())
        fresh = fresh and not lock.locked()
        async with lock:
            ids = [message.id for message in messages]
            if not fresh:  # others of the chat were on their way: look again now that they are through
                messages, _behind = await self._store.read(outbox.held, ids, self._holder)
            for message in messages:
                if lane is None or not await lane.deliver(message):
                    break
                ids.remove(message.id)
            if ids:
                await self._store.write(outcome.release, ids, self._holder, self._clock())
                self.wake()
