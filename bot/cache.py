"""Answers kept for a moment, each worked out once however many ask for it at the same time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass
class _Entry(Generic[V]):
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    values: list[V] = field(default_factory=list)  # none or one: V itself may be None
    until: datetime | None = None
    users: int = 0  # those who ask right now: such an entry is not dropped


class Cache(Generic[K, V]):
    """`await get(key, make)`: what `make` gave at most `seconds` ago. The `most` keys asked for last are kept."""

    def __init__(self, clock: Callable[[], datetime], seconds: float, most: int) -> None:
        self._clock, self._lives, self._most = clock, timedelta(seconds=seconds), most
        self._entries: OrderedDict[K, _Entry[V]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    async def get(self, key: K, make: Callable[[], Awaitable[V]]) -> V:
        """Raises what `make` raises; that is not kept, and who waited for it tries for himself."""
        entry = self._entries.setdefault(key, _Entry())
        self._entries.move_to_end(key)
        entry.users += 1
        try:
            async with entry.lock:
                if entry.until is None or self._clock() >= entry.until:
                    entry.values[:] = [await make()]
                    entry.until = self._clock() + self._lives
                return entry.values[0]
        finally:
            entry.users -= 1
            self._drop()

    def _drop(self) -> None:
        """The oldest beyond the most, and what failed."""
        over = len(self._entries) - self._most
        for key, entry in list(self._entries.items())[: max(over, 0)]:
            if not entry.users:
                del self._entries[key]
