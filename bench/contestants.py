"""Who takes part. Libraries are imported by the one that uses them, so that memory figures are its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.load import Contestant
from bench.transport import Outlet

LIMIT = "by-hand"
OURS = "ours"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a contestant may keep its state."""

    database: str  # SQLAlchemy URL
    folder: Path  # its own, empty
    redis: str = ""  # URL; "" where the machine has no redis-server


@dataclass(frozen=True, slots=True)
class Entry:
    """One contestant as the table shows it. `keeps`: durable | memory | limit | ours."""

    name: str
    label: str
    keeps: str
    open: Callable[[Place, Outlet], Awaitable[Contestant]] | None
    needs_redis: bool = False


async def _ours(place: Place, outlet: Outlet) -> Contestant:
    from bench.ours import open_ours

    return await open_ours(place.database, outlet)


async def _aiogram_memory(place: Place, outlet: Outlet) -> Contestant:
    from bench.peers.aiogram_form import in_memory

    return await in_memory(place.database, outlet)


async def _aiogram_redis(place: Place, outlet: Outlet) -> Contestant:
    from bench.peers.aiogram_form import in_redis

    return await in_redis(place.database, outlet, place.redis)


async def _ptb_memory(place: Place, outlet: Outlet) -> Contestant:
    from bench.peers.ptb_form import in_memory

    return await in_memory(place.database, outlet)


async def _ptb_pickle(place: Place, outlet: Outlet) -> Contestant:
    from bench.peers.ptb_form import pickled

    return await pickled(place.database, outlet, place.folder / "state.pickle", every_update=False)


async def _ptb_pickle_durable(place: Place, outlet: Outlet) -> Contestant:
    from bench.peers.ptb_form import pickled

    return await pickled(place.database, outlet, place.folder / "state.pickle", every_update=True)


ENTRIES: Mapping[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry(OURS, "Sáng Kiến Bot", "ours", _ours),
        Entry("aiogram-redis", "aiogram, RedisStorage (AOF everysec)", "durable", _aiogram_redis, needs_redis=True),
        Entry("ptb-pickle-durable", "PTB, PicklePersistence after every update", "durable", _ptb_pickle_durable),
        Entry("aiogram-memory", "aiogram, MemoryStorage", "memory", _aiogram_memory),
        Entry("ptb-memory", "PTB, no persistence", "memory", _ptb_memory),
        Entry("ptb-pickle", "PTB, PicklePersistence every 60 s (default)", "memory", _ptb_pickle),
        Entry(LIMIT, "the same statements by hand (the limit)", "limit", None),
    )
}
"""Durable keeps every answer that was replied to through a kill -9; memory loses drafts (the pickle of up to 60 s)."""
