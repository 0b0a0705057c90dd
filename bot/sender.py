"""Sends what is in the outbox: paced, in order per chat, every outcome recorded. Nothing is sent inside a transaction.

Delivery is at least once: a process that dies between a send and its record leaves a lease that runs out; the message
goes again, marked as maybe sent. Nothing else is ever sent twice.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from weakref import WeakValueDictionary

from bot.channels import Capabilities, Channel, Outgoing
from bot.journal import Journal
from bot.lane import Lane, LayOut, Prepare
from models.queries import claiming, outcome
from models.queries.outbox import Claimed
from models.store import Store


async def as_it_is(message: Outgoing) -> Outgoing:
    return message


def _as_they_are(_able: Capabilities) -> Prepare:
    return as_it_is


class Sender:
    """Empties the outbox of its channels. One per process; any number of processes may share a PostgreSQL database."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        holder: str,
        lay_out: LayOut,
        way_of: Callable[[Capabilities], Prepare] = _as_they_are,
        journals: Path | None = None,
    ) -> None:
        """`holder` names this process among all that share the database. `lay_out`: see `bot.channels.text`. `way_of`:
        what is done to a channel's messages with files just before they are sent. `journals` is the folder in which
        what was sent is noted at once.
        """
        self._store = store
        self._clock = clock
        self._holder = holder
        self._journals = {name: Journal(journals, holder, name) for name in channels} if journals is not None else {}
        self._lanes = {
            name: Lane(
                *(name, channel),
                store=store,
                clock=clock,
                holder=holder,
                lay_out=lay_out,
                prepare=way_of(channel.capabilities),
                journal=self._journals.get(name),
            )
            for name, channel in channels.items()
        }
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def run(self) -> None:
        """Until cancelled; what is in flight then is finished and recorded first."""
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes.values():
                group.create_task(lane.run())

    def close(self) -> None:
        """All that was sent is recorded, and nothing will be sent any more."""
        for journal in self._journals.values():
            journal.close()

    def wake(self) -> None:
        """Something may be due: look now, not at the next poll."""
        for lane in self._lanes.values():
            lane.wake()

    async def send_now(self, messages: Sequence[Claimed]) -> None:
        """Send messages that were put with a lease for this process; returns when each is out or back in the queue.

        Call it once they are committed. Those behind others of their chat go back to the queue, to wait their turn. If
        the caller is cancelled, the message in flight is finished and recorded first.
        """
        if not messages:
            return
        cancelled = False
        async with asyncio.TaskGroup() as group:
            work = group.create_task(self._send(messages))
            try:
                await asyncio.wait([work])
            except asyncio.CancelledError:
                cancelled = True  # the group waits for the work, and does not pass the cancelling on
        if cancelled:
            raise asyncio.CancelledError

    async def _send(self, messages: Sequence[Claimed]) -> None:
        by_chat: defaultdict[tuple[str, str], list[Claimed]] = defaultdict(list)
        for message in messages:
            by_chat[message.channel, message.chat].append(message)
        await asyncio.gather(*(self._send_to(chat, of_chat) for chat, of_chat in by_chat.items()))

    async def _send_to(self, chat: tuple[str, str], messages: list[Claimed]) -> None:
        """One chat's messages, one after the other; what was said to the chat just before goes first."""
        lane = self._lanes.get(chat[0])
        if lane is None:
            await self._give_back(message.id for message in messages)
            return
        left = {message.id: message for message in messages}
        out: list[Claimed] = []
        try:
            async with self._locks.setdefault(chat, asyncio.Lock()):
                for message in await self._free(lane, messages):
                    if not await lane.hand_over(message):
                        break
                    out.append(left.pop(message.id))
                if left:
                    await self._give_back(left)
        finally:
            for message in out:
                await lane.recorded(message)

    async def _give_back(self, ids: Iterable[int]) -> None:
        await self._store.write(outcome.release, list(ids), self._holder, self._clock())
        self.wake()

    async def _free(self, lane: Lane, messages: list[Claimed]) -> Sequence[Claimed]:
        """The messages, unless one stands before them that did not leave a moment ago: then the database is asked."""
        before = messages[0].behind
        if before is None or lane.is_out(before):
            return messages
        free, _behind = await self._store.read(claiming.held, [message.id for message in messages], self._holder)
        return free
