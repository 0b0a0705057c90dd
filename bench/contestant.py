"""One measurement in a process of its own: `python -m bench.contestant NAME --people N --filings M --database URL`.

Prints one line of JSON (`Figures`). Fails, with a message, if a single filing is missing or has a wrong field.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import load
from bench.contestants import ENTRIES, LIMIT, Place
from bench.people import Person, Record, expected
from bench.transport import Outlet

WARM_UP = 5  # filings before the clock starts: caches of statements, lazy imports


@dataclass(frozen=True, slots=True)
class Figures:
    """One measurement. Times in milliseconds, memory in MiB; CPU is this process's own, all threads."""

    name: str
    mode: str  # saturated | paced
    people: int
    filings: int
    seconds: float
    filings_per_second: float
    p50: float
    p99: float
    worst: float
    peak_rss: float
    cpu_per_update: float


class WrongRecords(Exception):
    """A contestant did not store what people said."""


def figures(name: str, mode: str, people: int, timing: load.Timing, cpu: float) -> Figures:
    """`cpu` in seconds over the whole load."""
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Figures(
        name=name,
        mode=mode,
        people=people,
        filings=timing.filings,
        seconds=timing.seconds,
        filings_per_second=timing.filings / timing.seconds,
        p50=load.percentile(timing.latencies, 0.5),
        p99=load.percentile(timing.latencies, 0.99),
        worst=max(timing.latencies),
        peak_rss=rss / (1 << 20 if sys.platform == "darwin" else 1 << 10),
        cpu_per_update=cpu * 1000 / len(timing.latencies),
    )


def check(records: Sequence[Record], persons: Sequence[Person]) -> None:
    """Raises WrongRecords unless each of `persons` has filed exactly once, with every field as typed."""
    wanted = {person.chat: expected(person) for person in persons}
    stored = {record.chat: record for record in records if record.chat in wanted}
    count = sum(record.chat in wanted for record in records)
    if count != len(wanted):
        raise WrongRecords(f"{count} filings stored, {len(wanted)} expected")
    for chat, want in wanted.items():
        if stored.get(chat) != want:
            raise WrongRecords(f"stored {stored.get(chat)}, expected {want}")


async def measure(name: str, place: Place, people: int, filings: int, paced_seconds: int = 0) -> Figures:
    """Open the contestant, warm it up, load it, check what it stored."""
    opener = ENTRIES[name].open
    if opener is None:
        raise ValueError(f"{name} is no bot")
    outlet = Outlet()
    contestant = await opener(place, outlet)
    try:
        await load.saturated(contestant, outlet, 1, [Person(n) for n in range(WARM_UP)])
        persons = [Person(WARM_UP + n) for n in range(filings)]
        cpu = time.process_time()
        if paced_seconds:
            endless = (Person(WARM_UP + n) for n in range(people * (paced_seconds + 1)))
            timing = await load.paced(contestant, outlet, people, endless, paced_seconds)
        else:
            timing = await load.saturated(contestant, outlet, people, persons)
            check(await contestant.records(), persons)
        return figures(name, "paced" if paced_seconds else "saturated", people, timing, time.process_time() - cpu)
    finally:
        await contestant.close()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.contestant", description=__doc__)
    parser.add_argument("name", choices=ENTRIES)
    parser.add_argument("--people", type=int, default=1)
    parser.add_argument("--filings", type=int, default=100)
    parser.add_argument("--paced", type=int, default=0, metavar="SECONDS", help="each person answers once a second")
    parser.add_argument("--database", required=True, help="SQLAlchemy URL of an empty database")
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder")
    parser.add_argument("--redis", default="")
    parser.add_argument("--script", type=Path, help="recorded statements, for by-hand")
    given = parser.parse_args(arguments)
    if given.name == LIMIT:
        from bench.by_hand import replay

        result = replay(given.database, given.script, given.people, given.filings)
    else:
        place = Place(given.database, given.folder, given.redis)
        result = asyncio.run(measure(given.name, place, given.people, given.filings, given.paced))
    print(json.dumps(asdict(result)))


if __name__ == "__main__":
    main()
