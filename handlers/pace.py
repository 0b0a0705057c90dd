"""Pace (domain.md §8): what is needed a day and what comes, when a target is or was reached, the best day. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from handlers.figures import half_up


@dataclass(frozen=True, slots=True)
class DayCount:
    """What was filed on a local day, and what was adjusted on it about filings of before (điều chỉnh)."""

    day: date
    filed: int = 0
    adjusted: int = 0
    held: int = 0  # of `filed`: the portal's first figures of units, which hold all that came before

    @property
    def count(self) -> int:
        return self.filed + self.adjusted

    @property
    def came(self) -> int:
        """What was filed on this day alone."""
        return self.filed - self.held


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it goes towards a target, seen from a day; a day is the campaign's local day."""

    needed: Decimal | None  # lượt a day from tomorrow to the last day; None: reached, or no day is left
    actual: Decimal | None  # lượt a day over the last days; None: no day is over yet
    days: int  # over how many days: 7, fewer while the campaign is young
    projected: int | None  # the count at the end of the last day, should it go on like this
    reaches: date | None  # the day on which the target is reached at this pace; None: never, or it is reached


def pace(count: int, target: int, day: date, ends: date, recent: int | None, days: int) -> Pace | None:
    """`count` of `day`, of which `recent` came in the last `days` full days; `ends` is the target's last day.

    None without a target (domain.md §6: "chưa giao chỉ tiêu"). Projections use the exact average, not the printed one.
    """
    if target <= 0:
        return None
    left, remaining = max(target - count, 0), max((ends - day).days, 0)
    mean = Fraction(recent, days) if recent is not None and days > 0 else None
    return Pace(
        needed_a_day(left, remaining),
        None if mean is None else half_up(mean),
        days if mean is not None else 0,
        None if mean is None else max(_round(count + mean * remaining), 0),
        _reaches(day, left, mean),
    )


def needed_a_day(left: int, days: int) -> Decimal | None:
    """What must come each day, so that `left` come in `days`: one decimal, rounded up, so that it is enough.

    None where nothing is left to come, or no day.
    """
    return Decimal(-(-left * 10 // days)).scaleb(-1) if left > 0 and days > 0 else None


def _round(value: Fraction) -> int:
    """Half up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _reaches(day: date, left: int, mean: Fraction | None) -> date | None:
    if not left or mean is None or mean <= 0:
        return None
    ahead = -(-left // mean)  # a day that is begun counts whole
    return day + timedelta(days=ahead) if ahead <= (date.max - day).days else None


# ---------------------------------------------------------------- looking back


def reached_on(days: Iterable[DayCount], target: int) -> date | None:
    """The first day at whose end the running total was at the target.

    `days` from the first day on, in any order. None without a target, and where the total is below it in the end:
    a target lost again by adjustments is not reached.
    """
    total, found = 0, None
    for one in sorted(days, key=lambda one: one.day):
        total += one.count
        if found is None and total >= target:
            found = one.day
    return found if target > 0 and total >= target else None


def days_early(reached: date, ends: date) -> int:
    """Plain difference (domain.md §6: 10/5 -> 31/5 is 21); negative when it came after the last day."""
    return (ends - reached).days


def best_day(days: Iterable[DayCount]) -> DayCount | None:
    """The day with most filings, the first of equals; None where nothing was filed."""
    filed = [one for one in days if one.came > 0]
    return min(filed, key=lambda one: (-one.came, one.day), default=None)


def average(days: Iterable[DayCount], first: date, last: date) -> Decimal:
    """Filings a day from `first` to `last` (a holiday), one decimal half-up; a day without a figure counts as 0.

    Raises ValueError where `last` is before `first`.
    """
    if last < first:
        raise ValueError("a span ends after it begins")
    filed = sum(one.filed for one in days if first <= one.day <= last)
    return half_up(Fraction(filed, (last - first).days + 1))
