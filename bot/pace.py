"""How fast messages leave: evenly spaced for the whole token, and with a pause between two to the same chat.

There is no bucket that starts full: after any silence, and at start, the spacing holds from the first message on. So no
second ever sees more than the rate, which is what platforms punish.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from itertools import count

Reserve = Callable[[], Awaitable[float]]
"""Takes the next moment that all processes of a token share; gives how many seconds it is away."""

_MANY_CHATS = 10_000


class Pace:
    """Lets one message through every `1 / per_second` seconds; of those that wait, the lowest priority number first."""

    def __init__(self, per_second: float, reserve: Reserve | None = None) -> None:
        self._gap = 1 / per_second
        self._reserve = reserve
        self._last = float("-inf")
        self._ripe = 0  # moments that have come and that nobody has used
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = count()
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, priority: int) -> None:
        """Returns when the caller may send one message. Being cancelled costs at most one unused moment."""
        delay = 0.0 if self._reserve is None else await self._reserve()
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._waiting, (priority, next(self._arrivals), turn))
        # The moment is not the caller's own: whoever waits with the best priority when it comes gets it.
        if delay > 0:
            loop.call_later(delay, self._ripen)
        else:
            self._ripen()
        await turn

    def _ripen(self) -> None:
        self._ripe += 1
        self._grant()

    def _grant(self) -> None:
        loop = asyncio.get_running_loop()
        while self._ripe and self._timer is None:
            early = self._last + self._gap - loop.time()
            if early > 0:
                self._timer = loop.call_later(early, self._on_time)
                return
            self._ripe -= 1
            if self._wake_next():
                self._last = loop.time()

    def _on_time(self) -> None:
        self._timer = None
        self._grant()

    def _wake_next(self) -> bool:
        while self._waiting:
            turn = heapq.heappop(self._waiting)[2]
            if not turn.done():  # cancelled meanwhile
                turn.set_result(None)
                return True
        return False


class ChatPace:
    """The pause between two messages to one chat, in this process. Across processes the outbox's due times keep it."""

    def __init__(self, private: float, group: float) -> None:
        self._intervals = {False: private, True: group}
        self._next: dict[str, float] = {}

    def interval(self, *, is_group: bool) -> float:
        """Seconds."""
        return self._intervals[is_group]

    async def wait(self, chat: str) -> None:
        """Returns when the chat may get another message."""
        loop = asyncio.get_running_loop()
        while (left := self._next.get(chat, 0.0) - loop.time()) > 0:  # noqa: ASYNC110 - it is time that is waited for
            await asyncio.sleep(left)

    def used(self, chat: str, *, is_group: bool) -> None:
        """A message is leaving to this chat now."""
        now = asyncio.get_running_loop().time()
        if len(self._next) > _MANY_CHATS:
            self._next = {chat: at for chat, at in self._next.items() if at > now}
        if interval := self._intervals[is_group]:
            self._next[chat] = now + interval
