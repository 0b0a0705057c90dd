"""What is made of pasted rows of the portal's numbers: which are stored, which are asked about. Plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from handlers.parse.pasted import Line
from handlers.portal_facts import PortalMatch, PortalUnit
from handlers.talk import Say, say

LEAP = 3  # times the unit's best day
SMALL = 50  # a growth up to this is never asked about


@dataclass(frozen=True, slots=True)
class Rows:
    """`known`: a unit with its cumulative number. `unclear`: JSON of lines that are asked about."""

    known: tuple[tuple[PortalUnit, int], ...] = ()
    unclear: tuple[Mapping[str, Any], ...] = ()


@dataclass
class Weighed:
    """Known rows by what they change. `leaps` wait for a word of the officer; the others are stored at once."""

    store: list[tuple[int, int]] = field(default_factory=list)
    falls: list[Mapping[str, Any]] = field(default_factory=list)
    leaps: list[Mapping[str, Any]] = field(default_factory=list)
    older: int = 0  # of a moment before the unit's newest figure
    same: int = 0  # entered already


def matched(lines: Sequence[Line], found: Mapping[str, PortalMatch], *, daily: bool) -> Rows:
    """Names that mean one unit are taken; the rest, a line that cannot be read, and a unit's second number are not."""
    known: dict[int, tuple[PortalUnit, int]] = {}
    unclear: list[Mapping[str, Any]] = []
    for line in lines:
        match = found[line.name] if line.number is not None else PortalMatch()
        unit = match.units[0] if match.exact else None
        number = cumulative(unit, line.number or 0, daily=daily) if unit else 0
        if unit is None or (unit.id in known and known[unit.id][1] != number):
            unclear.append({"text": line.text, "name": line.name, "number": line.number})
        else:
            known[unit.id] = (unit, number)
    return Rows(tuple(known.values()), tuple(unclear))


def cumulative(unit: PortalUnit, number: int, *, daily: bool) -> int:
    """A day's own number is added to what the unit had before that day."""
    return unit.before + number if daily else number


def weighed(rows: Iterable[tuple[PortalUnit, int]], as_of: datetime) -> Weighed:
    out = Weighed()
    for unit, total in rows:
        _weigh(out, unit, total, as_of)
    return out


def _weigh(out: Weighed, unit: PortalUnit, total: int, as_of: datetime) -> None:
    if unit.total is None or unit.as_of is None:
        out.store.append((unit.id, total))
        return
    by = total - unit.total
    row = {"id": unit.id, "short": unit.short, "total": total, "by": by, "day": unit.day and unit.day.isoformat()}
    if as_of == unit.as_of and not by:
        out.same += 1
    elif as_of < unit.as_of:
        out.older += 1
        out.store.append((unit.id, total))
    elif is_leap(unit, by):
        out.leaps.append(row)
    else:
        out.store.append((unit.id, total))
        if by < 0 and as_of > unit.as_of:
            out.falls.append(row)


def is_leap(unit: PortalUnit, by: int) -> bool:
    """More than is likely: three times the unit's best day, or its whole number where no day is known yet."""
    best = unit.best if unit.best is not None else unit.total or 0
    return by > SMALL and by > LEAP * best


# ---------------------------------------------------------------- in words


def since(day: str | None, today: date) -> Say:
    """ "hôm qua", "ngày 18/11": when the number before was of."""
    before = date.fromisoformat(day) if day else today
    if before == today:
        return say("portal.earlier_today")
    if before == today - timedelta(days=1):
        return say("portal.yesterday")
    return say("portal.on_day", day=f"{before.day}/{before.month}")
