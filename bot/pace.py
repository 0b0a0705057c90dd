"""How fast messages leave: evenly spaced for the whole token, and with a pause between two to the same chat.

There is no bucket that starts full: after any silence, and at start, the spacing holds from the first message on. What
a stalled process missed it makes up for, but never so that a second sees more than the rate, which is what platforms
punish: a message counts from the moment it may leave until a second after its answer, whenever the platform took it.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count

Reserve = Callable[[int, float], Awaitable[float]]
"""`(moments, pause)`: takes so many of the next moments that all processes of a token share, so many seconds later than
they would be; gives how many seconds the first is away.
"""

MARGIN = 0.02  # of the rate is left unused where processes share it: so much after its moment a message may be taken
_LATE = 0.1  # seconds of a stall that are made up for
_BATCH = 0.04  # seconds' worth of moments that a process reserves at once: a reply may have to wait for another's
_MANY_CHATS = 10_000
_NONE = float("-inf")


class Pace:
    """Lets messages through at `per_second`; of those that wait, the lowest priority number first."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._most = max(1, int(per_second))
        self._window = self._most / per_second  # seconds in which so many may leave
        self._next = _NONE
        self._in_flight = 0
        self._answered: deque[float] = deque()  # when: those of the last window
        self._waiting: list[tuple[int, int, asyncio.Future[float]]] = []
        self._arrivals = count()
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, priority: int) -> AsyncIterator[None]:
        """Entered when the caller may send one message, left when it was answered."""
        moment = await self._wait(priority, next(self._arrivals))
        try:
            yield
        finally:
            self._in_flight -= 1
            self._note_answer(moment, asyncio.get_running_loop().time())
            self._grant()

    def _note_answer(self, _moment: float, now: float) -> None:
        self._answered.append(now)

    async def _wait(self, priority: int, arrival: int) -> float:
        """The moment that is the caller's; `_NONE`: something else is to be done first."""
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[float] = loop.create_future()
        if not self._waiting:
            self._next = max(self._next, loop.time())  # moments of a silence are gone
        heapq.heappush(self._waiting, (priority, arrival, mine))
        self._grant()
        try:
            return await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._give_up(go=mine.result() != _NONE)
            raise

    def _give_up(self, *, go: bool) -> None:
        """Whoever was let go will not."""
        self._in_flight -= go
        self._grant()

    # ------------------------------------------------------------ who goes when

    def _grant(self) -> None:
        loop = asyncio.get_running_loop()
        while self._timer is None and self._next_waiting() is not None:
            early = self._early(loop.time())
            if early is None:
                return
            if early > 0:
                self._timer = loop.call_later(early, self._on_time)
                return
            self._in_flight += 1
            heapq.heappop(self._waiting)[2].set_result(self._use(loop.time()))

    def _next_waiting(self) -> asyncio.Future[float] | None:
        while self._waiting and self._waiting[0][2].done():  # cancelled meanwhile
            heapq.heappop(self._waiting)
        return self._waiting[0][2] if self._waiting else None

    def _on_time(self) -> None:
        self._timer = None
        self._grant()

    def _early(self, now: float) -> float | None:
        """Seconds until the next message may leave; None: something else must happen before that is known."""
        while self._answered and self._answered[0] <= now - self._window:
            self._answered.popleft()
        if self._in_flight + len(self._answered) < self._most:
            return self._until_moment(now)
        return self._answered[0] + self._window - now if self._answered else None

    def _until_moment(self, now: float) -> float | None:
        return self._next - now

    def _use(self, now: float) -> float:
        moment = max(self._next, now - _LATE)
        self._next = moment + self._gap
        return moment


class SharedPace(Pace):
    """The same where several processes share the token: moments are reserved a few at a time, for all of them.

    No process knows of the others' answers. So one whose message was answered late, and may have been taken late, has
    all wait so much longer within the next second: then the platform sees no second with more, as above.
    """

    def __init__(self, per_second: float, reserve: Reserve) -> None:
        super().__init__(per_second)
        self._gap *= 1 + MARGIN
        self._reserve = reserve
        self._batch = max(1, round(per_second * _BATCH))
        self._stock: deque[float] = deque()  # reserved moments, soonest first
        self._fetching = False
        self._late: deque[tuple[float, float]] = deque()  # when messages were answered, how much too late
        self._paused: deque[tuple[float, float]] = deque()  # when all were made to wait, how long

    async def _wait(self, priority: int, arrival: int) -> float:
        while (moment := await super()._wait(priority, arrival)) == _NONE:
            await self._fetch()
        return moment

    def _note_answer(self, moment: float, now: float) -> None:
        super()._note_answer(moment, now)
        if now - moment > MARGIN:
            self._late.append((now, now - moment - MARGIN))

    def _owed(self, now: float) -> float:
        """Seconds that all must wait for what was answered late within the last second, and have not yet."""
        for kept in (self._late, self._paused):
            while kept and kept[0][0] <= now - 1:
                kept.popleft()
        owed = max((late for _, late in self._late), default=0.0) - sum(pause for _, pause in self._paused)
        if owed <= 0:
            return 0.0
        self._paused.append((now, owed))
        return owed

    def _give_up(self, *, go: bool) -> None:
        if not go:
            self._fetching = False
        super()._give_up(go=go)

    async def _fetch(self) -> None:
        """Raises what `reserve` raises."""
        wanted = min(self._batch, max(1, len(self._waiting)))
        try:
            loop = asyncio.get_running_loop()
            away = await self._reserve(wanted, self._owed(loop.time()))
            first = loop.time() + away
            self._stock.extend(first + number * self._gap for number in range(wanted))
        finally:
            self._fetching = False
            self._grant()

    def _grant(self) -> None:
        super()._grant()
        if self._fetching or self._next_waiting() is None:
            return
        if len(self._stock) * 2 < min(self._batch, len(self._waiting) + 1):  # fetched before they run out
            self._fetching = True
            self._last_waiting().set_result(_NONE)

    def _last_waiting(self) -> asyncio.Future[float]:
        """One of those that will wait longest."""
        while True:
            last = self._waiting.pop()[2]
            if not last.done():
                return last

    def _until_moment(self, now: float) -> float | None:
        while self._stock and self._stock[0] < now - _LATE:
            self._stock.popleft()
        return self._stock[0] - now if self._stock else None

    def _use(self, _now: float) -> float:
        return self._stock.popleft()


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
