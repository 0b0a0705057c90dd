"""Where our time goes: `python -m bench.where --filings N --database URL` prints CPU time by part as JSON.

Every thread runs under cProfile on its own CPU clock, so that waiting counts for nothing. A function's own time goes to
the part of the house, or the library, whose file it is in; a built-in's to whoever called it. Profiling makes many
small calls dearer than they are: good for shares, not for milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import pstats
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import load
from bench.base import prepare
from bench.ours import Ours
from bench.people import Person
from bench.transport import Outlet
from models.store import Store

PEOPLE = 50

PARTS = (  # first match wins; a folder on the way to the file
    ("aiogram and pydantic (parsing)", ("aiogram", "pydantic")),
    ("python-telegram-bot (sending)", ("telegram",)),
    ("SQLAlchemy", ("sqlalchemy",)),
    ("psycopg", ("psycopg", "psycopg_binary")),
    ("templates and catalogues", ("jinja2", "babel")),
    ("similar titles and names", ("rapidfuzz",)),
    ("handlers/", ("handlers",)),
    ("models/", ("models",)),
    ("bot/", ("bot",)),
    ("the bench itself", ("bench",)),
    ("asyncio, threads, queues", ("asyncio", "concurrent", "threading.py", "queue.py", "selectors.py")),
    ("json", ("json",)),
)
DRIVER = "the database's driver (sqlite3)"
_DRIVER_CALLS = ("sqlite3.Cursor", "sqlite3.Connection")

Function = tuple[str, int, str]  # file ("~" for a built-in), line, name


@contextmanager
def profiled() -> Iterator[list[cProfile.Profile]]:
    """Profiles of this thread and of all that are started inside; complete once those threads have ended."""
    profiles = [cProfile.Profile(time.thread_time)]

    def begin(*_event: Any) -> None:
        profiles.append(profile := cProfile.Profile(time.thread_time))
        profile.enable()

    threading.setprofile(begin)
    profiles[0].enable()
    try:
        yield profiles
    finally:
        profiles[0].disable()
        threading.setprofile(None)


def by_part(profiles: Sequence[cProfile.Profile]) -> dict[str, float]:
    """Seconds of CPU by part."""
    parts: defaultdict[str, float] = defaultdict(float)
    for profile in profiles:
        profile.create_stats()
        stats: dict[Function, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # typeshed leaves it out
        for function, (_calls, _all, own, _total, callers) in stats.items():
            if function[0] != "~" or not callers:
                parts[_part(function)] += own
            elif any(name in function[2] for name in _DRIVER_CALLS):
                parts[DRIVER] += own
            else:
                for caller, (_c, _a, own_for, _t) in callers.items():
                    parts[_part(caller)] += own_for
    return dict(parts)


def _part(function: Function) -> str:
    folders = Path(function[0]).parts
    return next((part for part, names in PARTS if any(name in folders for name in names)), "the rest of Python")


async def work(store: Store, filings: int) -> None:
    """Our bot with 50 people at once."""
    outlet = Outlet()
    ours = Ours(store, outlet)
    try:
        await load.saturated(ours, outlet, PEOPLE, [Person(number) for number in range(filings)])
    finally:
        await ours.close()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.where", description=__doc__)
    parser.add_argument("--filings", type=int, required=True)
    parser.add_argument("--database", required=True, help="SQLAlchemy URL of an empty database")
    given = parser.parse_args(arguments)
    prepare(given.database)
    with profiled() as profiles:
        asyncio.run(work(Store.open(given.database), given.filings))
    print(json.dumps(by_part(profiles)))


if __name__ == "__main__":
    main()
