"""Where our time goes: `python -m bench.where --filings N --database URL --folder DIR` prints samples by part as JSON.

A thread looks at all others every few milliseconds and charges what is running to the part of the house, or the
library, of the innermost known frame. Waiting threads are charged to nobody. Good for shares, not for milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import CodeType, FrameType

from bench import load
from bench.contestants import ENTRIES, OURS, Place
from bench.people import Person
from bench.transport import Outlet

EVERY = 0.002  # seconds
PEOPLE = 50

# First match wins, innermost frame first. A path is matched by its part between two slashes.
PARTS = (
    ("aiogram and pydantic (parsing)", ("aiogram", "pydantic")),
    ("python-telegram-bot (sending)", ("telegram",)),
    ("SQLAlchemy", ("sqlalchemy",)),
    ("psycopg", ("psycopg", "psycopg_binary")),
    ("templates and catalogues", ("jinja2", "babel")),
    ("similar titles and names", ("rapidfuzz",)),
    ("logging", ("structlog", "logging")),
    ("handlers/", ("handlers",)),
    ("models/", ("models",)),
    ("bot/", ("bot",)),
    ("the bench itself", ("bench",)),
    ("asyncio and threads", ("asyncio", "concurrent")),
)
DRIVER = ("do_execute", "do_executemany", "do_commit", "do_execute_no_params", "do_rollback")  # SQLAlchemy waits here
IDLE = ("select", "wait", "_wait_for_tstate_lock", "get", "_worker", "_next_batch", "poll")


class Sampler(AbstractContextManager["Sampler"]):
    """Counts samples by part while it is entered."""

    def __init__(self) -> None:
        self.samples: Counter[str] = Counter()
        self._known: dict[CodeType, str] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        own = threading.get_ident()
        while not self._end.wait(EVERY):
            for thread, frame in sys._current_frames().items():
                if thread != own and frame.f_code.co_name not in IDLE:
                    self.samples[self._part(frame)] += 1

    def _part(self, frame: FrameType) -> str:
        if frame.f_code.co_name in DRIVER:
            return "the database's driver, waiting included"
        current: FrameType | None = frame
        while current is not None:
            part = self._known.get(current.f_code) or self._known.setdefault(current.f_code, _of(current.f_code))
            if part:
                return part
            current = current.f_back
        return "other"


def _of(code: CodeType) -> str:
    folders = Path(code.co_filename).parts
    return next((part for part, names in PARTS if any(name in folders for name in names)), "")


async def sample(place: Place, filings: int) -> Counter[str]:
    """Samples of our bot with 50 people at once, warmed up."""
    opener, outlet = ENTRIES[OURS].open, Outlet()
    if opener is None:
        raise ValueError(f"{OURS} is no bot")
    ours = await opener(place, outlet)
    try:
        await load.saturated(ours, outlet, 1, [Person(number) for number in range(5)])
        with Sampler() as sampler:
            await load.saturated(ours, outlet, PEOPLE, [Person(5 + number) for number in range(filings)])
    finally:
        await ours.close()
    return sampler.samples


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.where", description=__doc__)
    parser.add_argument("--filings", type=int, required=True)
    parser.add_argument("--database", required=True, help="SQLAlchemy URL of an empty database")
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder")
    given = parser.parse_args(arguments)
    print(json.dumps(asyncio.run(sample(Place(given.database, given.folder), given.filings))))


if __name__ == "__main__":
    main()
