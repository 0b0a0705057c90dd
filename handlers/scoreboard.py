"""What the public board shows of a unit: its board in two orders, the days behind it, where it stands. Plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from handlers.board import Board, Goal, Row

DAYS = 30  # shown in the chart


@dataclass(frozen=True, slots=True)
class Programme:
    """A campaign as its public board names it."""

    code: str
    name: str
    opens: date
    closes: date  # last day of entry
    unit_code: str  # runs it
    unit: str


@dataclass(frozen=True, slots=True)
class Place:
    """A unit that can be opened. `above`: its parent's short name."""

    code: str
    name: str
    short: str
    above: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What a unit with everything below it filed on a local day; `adjusted` (điều chỉnh) has its sign."""

    day: date
    filed: int = 0
    adjusted: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the unit stands among the units of its parent. `rank`: None where it is not ranked."""

    rank: int | None
    of: int


@dataclass(frozen=True, slots=True)
class PublicBoard:
    """Everything a page of the public board shows. `today` is the local day on which it was read."""

    programme: Programme
    unit: Place
    board: Board
    today: date
    path: tuple[Place, ...]  # from the campaign's unit down to the parent
    codes: dict[int, str]  # unit id -> code, of the rows
    days: tuple[Day, ...]  # without a gap, at most 30, the last one that of the board
    standing: Standing | None = None
    ended: date | None = None  # the unit's last day
    successor: Place | None = None

    @property
    def closed(self) -> bool:
        """The campaign is over: these are its final figures."""
        return self.today > self.programme.closes

    @property
    def begun(self) -> bool:
        return self.programme.opens <= self.today


def by_percent(rows: Sequence[Row]) -> tuple[Row, ...]:
    """In the order of the notice: by the share of the target, then those without one. Units at zero are left out."""
    return tuple(row for row in rows if row.count > 0)


def by_count(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Ranked by lượt nộp, whatever the targets. Units at zero are left out."""
    ranked = (replace(row, rank=row.by_count) for row in rows if row.count > 0)
    return tuple(sorted(ranked, key=lambda row: -row.count))


def waiting(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The units that have not filed yet, in official order."""
    return tuple(row for row in rows if row.count <= 0)


def standing(parent: Board, unit_id: int) -> Standing | None:
    """The unit's place on its parent's board; None where it is no row of that."""
    found = next((row for row in parent.rows if row.unit_id == unit_id), None)
    return Standing(found.rank, len(parent.rows)) if found is not None else None


def every_day(known: Sequence[Day], first: date, last: date) -> tuple[Day, ...]:
    """The days from `first` to `last`: those without a filing too."""
    found = {day.day: day for day in known}
    days = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return tuple(found.get(day, Day(day)) for day in days)


# ---------------------------------------------------------------- lengths of what is drawn


@dataclass(frozen=True, slots=True)
class Scale:
    """How long the bars of a board are, 0 to 100. By percent the longest is the best of the rows, or the target where
    none has passed it.
    """

    share: Fraction
    count: int

    @staticmethod
    def of(rows: Sequence[Row]) -> Scale:
        shares = (Fraction(row.toward, row.target) for row in rows if row.target)
        return Scale(max([Fraction(1), *shares]), max((row.count for row in rows), default=0))

    @property
    def target_at(self) -> float | None:
        """Where 100% of the target lies on the bars by percent; None where no bar passes it."""
        return _width(Fraction(1), self.share) if self.share > 1 else None

    def by_percent(self, row: Row) -> float | None:
        """None for a row without a target."""
        return _width(Fraction(row.toward, row.target), self.share) if row.target else None

    def by_count(self, row: Row) -> float:
        return _width(Fraction(row.count), Fraction(self.count))


def goal_width(goal: Goal) -> float:
    """How much of a target's bar is filled."""
    return _width(Fraction(goal.count, goal.number), Fraction(1))


def axis(days: Sequence[Day]) -> int:
    """The even, round number at the top of the chart: at least the best day's count."""
    best = max((day.filed for day in days), default=0)
    step = 1
    while True:
        for first in (2, 4, 6, 8, 10):
            if first * step >= best:
                return first * step
        step *= 10


def _width(part: Fraction, whole: Fraction) -> float:
    """In percent of a hundred; something is never drawn as nothing."""
    if part <= 0 or whole <= 0:
        return 0.0
    return float(max(min(round(part * 100 / whole, 2), Fraction(100)), Fraction(1)))
