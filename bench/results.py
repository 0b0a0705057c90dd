"""What the bench measured, as values and as the file that a report is made from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.broadcast import Broadcast
from bench.contestant import Figures


@dataclass(frozen=True, slots=True)
class Group:
    """Measurements that may be compared with each other."""

    engine: str  # SQLite | PostgreSQL
    mode: str  # saturated | paced
    people: int


@dataclass(frozen=True, slots=True)
class Measured:
    group: Group
    figures: Figures


@dataclass(frozen=True, slots=True)
class BoardTime:
    """How long the day's board takes with so many filings behind it, in milliseconds."""

    engine: str
    filings: int
    units: int
    p50: float
    p99: float


@dataclass(slots=True)
class Results:
    """One whole run."""

    machine: tuple[str, ...] = ()
    runs: int = 0
    measured: list[Measured] = field(default_factory=list)
    boards: list[BoardTime] = field(default_factory=list)
    statements: dict[str, str] = field(default_factory=dict)  # engine -> what a filing asks of the database
    where: dict[str, dict[str, float]] = field(default_factory=dict)  # engine -> part of our bot -> CPU seconds
    broadcasts: list[Broadcast] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)  # contestant or engine -> why it did not take part

    def groups(self) -> list[Group]:
        """In the order in which they were first measured."""
        return list(dict.fromkeys(each.group for each in self.measured))

    def of(self, group: Group, name: str) -> list[Figures]:
        return [m.figures for m in self.measured if m.group == group and m.figures.name == name]

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")


def load(path: Path) -> Results:
    """What `Results.save` wrote."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Results(
        machine=tuple(data["machine"]),
        runs=data["runs"],
        measured=[Measured(Group(**row["group"]), Figures(**row["figures"])) for row in data["measured"]],
        boards=[BoardTime(**row) for row in data["boards"]],
        statements=data["statements"],
        where=data["where"],
        broadcasts=[Broadcast(**row) for row in data.get("broadcasts", ())],
        absent=data["absent"],
    )


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, least and greatest of the runs."""

    middle: float
    least: float
    greatest: float


def spread(values: Iterable[float]) -> Spread:
    known: Sequence[float] = sorted(values)
    return Spread(median(known), known[0], known[-1])
