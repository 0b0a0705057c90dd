"""A peak drive (đợt cao điểm, domain.md §8): its days, what came in them, what is needed a day, places since its start.

Pure; whole numbers and `Decimal` only. A day is the campaign's local day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from handlers.figures import Progress, progress
from handlers.pace import needed_a_day

_DAY = timedelta(days=1)
_DATES = ("starts", "ends", "day", "until")


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive as it stands on `day`, counted up to the cut-off of `until` (today, or the last full day)."""

    name: str
    starts: date
    ends: date  # last day
    day: date  # on which it is told
    until: date  # the last day that is counted; before `starts`: none is yet
    number: int | None = None  # how many are to come within its days; None: none was set
    counter: str = "filed"  # what is counted: the one that ranks in the campaign
    came: int = 0  # in its days, điều chỉnh included
    last: int | None = None  # of these, what the last full day brought; None: no day of it is over
    id: int = 0
    since_start: bool = False  # the board's changes and movement are those since the drive began

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days + 1

    @property
    def nth(self) -> int:
        """Day 1 is the first; 0 or less before it."""
        return (self.day - self.starts).days + 1

    @property
    def left_days(self) -> int:
        """Plain difference of the days (domain.md §6): 0 on the last one, below 0 when it is over."""
        return (self.ends - self.day).days

    @property
    def is_over(self) -> bool:
        return self.day > self.ends

    @property
    def has_begun(self) -> bool:
        return self.day >= self.starts

    @property
    def progress(self) -> Progress | None:
        return progress(self.came, self.number)

    @property
    def needed(self) -> Decimal | None:
        """Lượt a day from the first day that is not counted yet to the last one; None: reached, no target, no day."""
        return needed_a_day(self._left(self.came), (self.ends - max(self.until, self.starts - _DAY)).days)

    @property
    def was_needed(self) -> Decimal | None:
        """What the last full day had to bring, as it stood on its morning; None where the day told of has begun."""
        if self.last is None or self.until >= self.day:
            return None
        return needed_a_day(self._left(self.came - self.last), (self.ends - self.until).days + 1)

    def _left(self, came: int) -> int:
        return max(self.number - came, 0) if self.number else 0

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Drive:
        """Names that are not known are left out: a newer version may have frozen more."""
        known = {field.name: data[field.name] for field in fields(Drive) if field.name in data}
        return Drive(**known | {name: date.fromisoformat(known[name]) for name in _DATES})


@dataclass(frozen=True, slots=True)
class Now:
    """What a unit has of drives today: the one that runs or is to come, else the first day on which one may begin."""

    drive: Drive | None
    free: date


@dataclass(frozen=True, slots=True)
class DriveOf:
    """The unit's peak drive that runs or is to come, as it stands now -> drive.Now"""

    unit_id: int
    campaign_id: int


@dataclass(frozen=True, slots=True)
class DriveToChange:
    """May the person end this drive, or give it another target? -> bool, False also where there is none (any more)"""

    drive_id: int


DriveQuery = DriveOf | DriveToChange


# ---------------------------------------------------------------- the unit's own place


@dataclass(frozen=True, slots=True)
class Place:
    """Where the board's unit stands on the board of the unit above it; `first_…`: when the drive began. Ties share."""

    board: str  # whose board it is
    units: int  # on it with a filing
    by_count: int | None = None
    by_percent: int | None = None  # None: no target to compare by
    first_count: int | None = None
    first_percent: int | None = None

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Place:
        return Place(**{field.name: data[field.name] for field in fields(Place) if field.name in data})
