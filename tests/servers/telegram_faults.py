"""What may go wrong at the Bot API on request: faults of single calls, and the pace it enforces."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from dataclasses import dataclass, field

from tests.servers.telegram_world import Refusal, Window

BEFORE = {"429", "500", "502", "403", "timeout", "reset"}  # the call has no effect
AFTER = {"reset-after", "timeout-after", "502-after"}  # the call is carried out, its answer is lost


@dataclass
class Fault:
    kind: str
    times: int
    retry_after: int = 1


@dataclass
class Faults:
    """Faults by method name in lower case; `*` is any method except getUpdates."""

    planned: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))

    def plan(self, method: str, kind: str, times: int = 1, retry_after: int = 1) -> None:
        """The next `times` calls of `method` go wrong this way. Raises ValueError for an unknown kind."""
        if kind not in BEFORE | AFTER:
            raise ValueError(kind)
        self.planned[method.lower()].append(Fault(kind, times, retry_after))

    def next(self, method: str) -> Fault | None:
        for name in (method, "*"):
            queue = self.planned.get(name)
            if queue and not (name == "*" and method == "getupdates"):
                fault = queue[0]
                fault.times -= 1
                if not fault.times:
                    queue.pop(0)
                return fault
        return None


def flood(retry_after: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


class Pace:
    """Telegram's limits , off until set: a second for the bot, a second for a chat, a minute for a group."""

    def __init__(self) -> None:
        self.per_second = 0
        self.chat_per_second = 0
        self.group_per_minute = 0
        self.refused = 0
        self._windows: dict[tuple[int, float], Window] = {}

    def check(self, chat: int) -> None:
        """Count one send. Raises a 429 with the seconds to wait."""
        wanted = [(0, self.per_second, 1.0), (chat, self.chat_per_second, 1.0)]
        if chat < 0:
            wanted.append((chat, self.group_per_minute, 60.0))
        now = time.monotonic()
        windows = [self._window(key, limit, seconds) for key, limit, seconds in wanted if limit]
        wait = max((window.wait(now) for window in windows), default=0.0)
        if wait > 0:
            self.refused += 1
            raise flood(max(1, math.ceil(wait)))
        for window in windows:
            window.times.append(now)

    def _window(self, key: int, limit: int, seconds: float) -> Window:
        window = self._windows.setdefault((key, seconds), Window(limit, seconds))
        window.limit = limit
        return window
