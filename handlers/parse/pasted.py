"""Rows pasted from a sheet: a unit's name and its number, by tabs or by hand; header, numbering and sum are understood.

Strict: a number is digits, perhaps in groups of three parted by dots; a line that says anything else is not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handlers.fold import clean, fold, unaccent

MOST = 2_000_000_000  # fits a 32-bit column
LONGEST_NAME = 120
_NUMBER = re.compile(r"[0-9]{1,3}(?:[.\u00a0\u202f][0-9]{3})+|[0-9]+")
_NUMBERED = re.compile(r"\s*[0-9]{1,3}(?:[.)]\s+|\s{2,})(?=\S)")
_LINE = re.compile(
    r"(?P<name>.*\S)\s*(?::|\s|\s[-–=]\s)\s*(?P<number>[0-9]+(?:\.[0-9]{3})*)(?:\s*(?:lượt|luot|sk))?\s*\.?"
)
_HEADINGS = re.compile(r"\b(?:stt|don vi|ten|so luong|so luot|luot nop|luy ke|trong ngay|sang kien|ket qua)\b")
_COLUMN = re.compile(r"\b(?:so luong|so luot|luot nop|luy ke|trong ngay|sang kien|da nop|tong so)\b")
_SUMS = frozenset(("tong", "cong", "tong cong", "tong so", "tong so luot", "toan bo", "total", "sum"))
_DAILY = re.compile(r"\b(?:trong ngay|ngay nay|hom nay|daily)\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of data: `number` None where the line could not be read."""

    text: str
    name: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Pasted:
    lines: tuple[Line, ...] = ()
    total: int | None = None  # what a row "Tổng" says
    daily: bool = False  # a heading says that these are a day's own numbers


def pasted(text: str) -> Pasted:
    """All lines but blank ones and headings, in order."""
    lines: list[Line] = []
    total, daily, column = None, False, None
    for raw in clean(text).split("\n"):
        cells = _cells(raw)
        if not any(cells):
            continue
        if _is_heading(cells, first=not lines):
            column = _column(cells)
            daily = daily or bool(_DAILY.search(fold(raw)))
            continue
        line = _read(raw, cells, column)
        if line.number is not None and fold(line.name) in _SUMS:
            total = line.number
        else:
            lines.append(line)
    return Pasted(tuple(lines), total, daily)


def _cells(raw: str) -> list[str]:
    parts = re.split(r"\t|\s*[|;]\s*", _NUMBERED.sub("", raw, count=1).strip(" "))
    return [" ".join(part.split()) for part in parts]


def _is_heading(cells: Sequence[str], *, first: bool) -> bool:
    """Words of a table's head and no number."""
    whole = fold(" ".join(cells))
    return first and not any(whole_number(cell) is not None for cell in cells) and bool(_HEADINGS.search(whole))


def _column(cells: Sequence[str]) -> int | None:
    """Where the head says the numbers are; None where several columns may be meant."""
    found = [
        at for at, cell in enumerate(cells) if _COLUMN.search(fold(cell)) and not re.search("chi tieu", fold(cell))
    ]
    return found[0] if len(found) == 1 else None


def whole_number(cell: str) -> int | None:
    """`1.015` -> 1015; None for what is not just a whole number."""
    if not _NUMBER.fullmatch(cell):
        return None
    value = int(re.sub(r"[^0-9]", "", cell))
    return value if value <= MOST else None


def _read(raw: str, cells: list[str], column: int | None) -> Line:
    text = " ".join(raw.split())[:200]
    if len(cells) == 1:
        found = _LINE.fullmatch(cells[0])
        name, number = (found["name"].rstrip(" :–-="), whole_number(found["number"])) if found else ("", None)
        return _line(text, name, number)
    named = next((at for at, cell in enumerate(cells) if any(c.isalpha() for c in cell)), None)
    if named is None:
        return Line(text)
    numbers = [at for at, cell in enumerate(cells) if at > named and cell]
    place = column if column in numbers else numbers[0] if len(numbers) == 1 else None
    if place is None:
        return Line(text)
    return _line(" ".join(cell for cell in cells[named:] if cell), cells[named], whole_number(cells[place]))


def _line(text: str, name: str, number: int | None) -> Line:
    fit = number is not None and any(c.isalpha() for c in name) and len(name) <= LONGEST_NAME
    return Line(text, name, number) if fit else Line(text)


# ---------------------------------------------------------------- of when they are

_TIME = re.compile(r"\b([0-9]{1,2})\s*(?:gio|h|g|:)(?:\s*([0-5][0-9])(?![0-9/]))?")
_DATE = re.compile(r"\b([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}))?\b")
_AHEAD = 180  # days: further ahead, a day without its year was last year's
_OWN_DAY = re.compile(r"\b(?:trong ngay|ngay(?! ?[0-9])|daily)\b")


_WORDS = re.compile(r"\b(?:luc|ngay|trong|luy|ke|gio|phut|h|g|daily)\b|[0-9]+(?: ?(?:gio|h|g))?")


def is_moment(words: str) -> bool:
    """Does this speak of a time or a day, and of nothing else?"""
    return not _WORDS.sub("", fold(words)).strip()


@dataclass(frozen=True, slots=True)
class Moment:
    """`as_of` is aware; `day` its local day: 24h00 belongs to the day that ends."""

    as_of: datetime
    day: date
    daily: bool = False


def moment(words: str, now: datetime) -> Moment | None:
    """ "16h30", "16h30 19/11", "24h 31/5", "ngày" (a day's own numbers), in any order; `now` is local. A day without a
    time is meant as a whole, none of both is this moment. None: no such moment, or one still to come.
    """
    bare = unaccent(words).lower()
    try:
        day = _day(bare, now.date())
        as_of = _at(bare, day, now)
    except ValueError:
        return None
    return Moment(as_of, day, bool(_OWN_DAY.search(bare))) if as_of <= now else None


def _day(bare: str, today: date) -> date:
    found = _DATE.search(bare)
    if not found:
        return today
    day, month = int(found[1]), int(found[2])
    if found[3]:
        return date(int(found[3]), month, day)
    this_year = date(today.year, month, day)
    return date(today.year - 1, month, day) if (this_year - today).days > _AHEAD else this_year


def _at(bare: str, day: date, now: datetime) -> datetime:
    found = _TIME.search(bare)
    midnight = datetime.combine(day, time(0), now.tzinfo)
    if found:
        hours, minutes = int(found[1]), int(found[2] or 0)
        if hours > 24 or (hours == 24 and minutes):
            raise ValueError("no such time")
        return midnight + timedelta(hours=hours, minutes=minutes)
    return now.replace(second=0, microsecond=0) if day == now.date() else midnight + timedelta(days=1)
