"""One incoming update becomes one transaction (design.md §4): seen, understood, done and answered, or nothing of it."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import structlog

from bot.acts import NotAllowed
from bot.channels import Incoming
from bot.crossing import Crossing, People
from bot.facts import Desk
from bot.menus import ChatMenu
from bot.turn import Answers, Played, Turns, Wanted
from models.queries.outbox import Claimed
from models.store import Store

ROUNDS = 4  # of looking up before the transaction; what is asked for after that is looked up inside it
ATTEMPTS = 5  # then an update is given up and the admins are told

Spawn = Callable[[Coroutine[Any, Any, None]], object]
"""Starts something that goes on by itself; only `bot/app.py` makes tasks."""
SendNow = Callable[[Sequence[Claimed]], Coroutine[Any, Any, None]]
Acknowledge = Callable[[str, str], Coroutine[Any, Any, None]]
ShowMenus = Callable[[Sequence[ChatMenu]], Coroutine[Any, Any, None]]
RemoveFiles = Callable[[Sequence[str]], Coroutine[Any, Any, None]]

log = structlog.get_logger(__name__)


class Intake:
    """The door for all updates.

    `acknowledge(channel, callback)` gives a press its empty answer, `send_now(messages)` sends what was leased to this
    process, `show_menus(menus)` sets what chats show beside the text field, `remove_files(names)` deletes stored files:
    each is spawned once the turn is committed, none is waited for. `wake` tells the sender that there is something for
    others in the queue.
    """

    def __init__(
        self,
        *,
        store: Store,
        desk: Desk,
        turns: Turns,
        clock: Callable[[], datetime],
        spawn: Spawn,
        send_now: SendNow,
        wake: Callable[[], None],
        acknowledge: Acknowledge,
        remove_files: RemoveFiles,
        show_menus: ShowMenus,
    ) -> None:
        self._store = store
        self._desk = desk
        self._turns = turns
        self._clock = clock
        self._spawn = spawn
        self._send_now = send_now
        self._wake = wake
        self._acknowledge = acknowledge
        self._remove_files = remove_files
        self._show_menus = show_menus
        self._queues = _Queues()

    async def deliver(self, incoming: Incoming) -> None:
        """Returns when the update is done for good (then confirm it), raises when it must come again.

        One person's updates are handled one after the other, in the order in which they came.
        """
        async with self._queues.turn(f"{incoming.channel}:{incoming.account or incoming.chat}"):
            played = await self._played(incoming)
            if incoming.callback:
                self._spawn(self._acknowledge(incoming.channel, incoming.callback))
            if played.messages:
                self._spawn(self._send_now(played.messages))
            if played.queued:
                self._wake()
            if played.menus:
                self._spawn(self._show_menus(played.menus))
            if played.files:
                self._spawn(self._remove_files(played.files))

    async def _played(self, incoming: Incoming) -> Played:
        try:
            return await self._play(incoming)
        except NotAllowed as refused:
            key = refused.key
        except Exception as error:
            return await self._failed(incoming, error)
        return await self._store.write(self._turns.refuse, incoming, self._clock(), key)

    async def _play(self, incoming: Incoming) -> Played:
        """The transaction is tried at once, for most steps need nothing looked up; one that does is undone, the search
        runs on a read connection, and it is played again with the answers: nobody waits for a search but who asked.
        """
        now = self._clock()
        await self._desk.refresh(self._store.read, now)
        answers: Answers = {}
        ahead: People = ()
        for _ in range(ROUNDS):
            try:
                return await self._store.write(self._turns.play, incoming, now, answers, False, ahead)
            except Crossing as crossing:
                ahead = crossing.people
            except Wanted as wanted:
                found = await self._store.read(self._desk.look_up, wanted.queries, wanted.person_id, now)
                answers = {**answers, **found}
        return await self._store.write(self._turns.play, incoming, now, answers, True, ahead)

    async def _failed(self, incoming: Incoming, error: Exception) -> Played:
        """Nothing of the turn is left. It is counted; after the last attempt the update counts as done."""
        place = _place(error)
        log.warning("update failed", channel=incoming.channel, update=incoming.external_id, error=place)
        played = await self._store.write(self._turns.fail, incoming, self._clock(), place, ATTEMPTS)
        if played is None:
            raise error
        log.error("update given up", channel=incoming.channel, update=incoming.external_id, error=place)
        return played


def _place(error: Exception) -> str:
    """Type and place of an error, never its message: that may hold a worker's words."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {frames[-1].name}, {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


class _Queues:
    """A queue for each name, for as long as somebody is in it. `asyncio.Lock` lets those who wait in by their order."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        lock, waiting = self._locks.get(name, (asyncio.Lock(), 0))
        self._locks[name] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks[name]
            if waiting == 1:
                del self._locks[name]
            else:
                self._locks[name] = (lock, waiting - 1)
