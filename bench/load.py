"""The load: people who answer as soon as they are answered, or once a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from bench.people import Person, Record
from bench.transport import Outlet

PATIENCE = 120.0  # seconds a person waits for a reply before the measurement is given up


class Contestant(Protocol):
    """A bot under load."""

    async def feed(self, raw: bytes) -> None:
        """Take one update's JSON bytes; returns when the platform may be told that it is done."""

    async def records(self) -> list[Record]:
        """Every filing that is stored now."""

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Timing:
    """What a load took: seconds in all, and per update the milliseconds until its reply was handed over."""

    seconds: float
    filings: int
    latencies: list[float]


async def answer(contestant: Contestant, outlet: Outlet, person: Person, raw: bytes) -> float:
    """One update; returns the moment (perf_counter, seconds) at which its reply was handed over."""
    handed = outlet.expect(person.chat)
    async with asyncio.timeout(PATIENCE):
        await contestant.feed(raw)
        return await handed


async def saturated(contestant: Contestant, outlet: Outlet, people: int, persons: list[Person]) -> Timing:
    """`people` at once; whoever has filed is followed by the next person, until all of `persons` have filed."""
    ready = [(person, person.updates()) for person in persons]
    queue = iter(ready)
    latencies: list[float] = []

    async def work() -> None:
        for person, updates in queue:
            for raw in updates:
                begun = time.perf_counter()
                latencies.append((await answer(contestant, outlet, person, raw) - begun) * 1000)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(people):
            group.create_task(work())
    return Timing(time.perf_counter() - begun, len(persons), latencies)


async def paced(contestant: Contestant, outlet: Outlet, people: int, persons: Iterator[Person], seconds: int) -> Timing:
    """`people` who each answer once a second, evenly spread over it.

    An answer is timed from when it was due, so that a bot that falls behind is charged for the wait.
    """
    latencies: list[float] = []
    filed = 0
    begun = time.perf_counter() + 0.1

    async def work(place: int) -> None:
        nonlocal filed
        updates: list[bytes] = []
        person = Person(0)
        for tick in range(seconds):
            if not updates:
                person = next(persons)
                updates = person.updates()
            due = begun + tick + place / people
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            latencies.append((await answer(contestant, outlet, person, updates.pop(0)) - due) * 1000)
            filed += not updates

    async with asyncio.TaskGroup() as group:
        for place in range(people):
            group.create_task(work(place))
    return Timing(time.perf_counter() - begun, filed, latencies)


def percentile(values: list[float], share: float) -> float:
    """The nearest-rank percentile, `share` in 0…1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
