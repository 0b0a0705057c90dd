"""Days that are still to come, as officers type them: "mai", "27/4", "27.4.2026"; spans and whole numbers."""

from __future__ import annotations

import re
from datetime import date, timedelta

from handlers.fold import clean, unaccent

_TODAY = frozenset({"hom nay", "nay", "today"})
_TOMORROW = frozenset({"mai", "ngay mai", "tomorrow"})
_DAY = re.compile(r"(?:ngay |het ngay |den het |den |het )?(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?")
_SPAN = re.compile(r"(\d{1,3})(?: ?(?:ngay|days?|d))?")
_NUMBER = re.compile(r"\d{1,3}(?:[., ]\d{3})+|\d+")
LONGEST = 366  # days of a span, and how far ahead a day may be
_MOST = 100_000_000


def day(text: str, today: date) -> date | None:
    """A day from today on, at most a year ahead; without a year the next one of that name. None for anything else."""
    words = _plain(text)
    if words in _TODAY:
        return today
    if words in _TOMORROW:
        return today + timedelta(days=1)
    found = _DAY.fullmatch(words)
    if found is None:
        return None
    years = [int(found[3]) + (2000 if len(found[3]) == 2 else 0)] if found[3] else [today.year, today.year + 1]
    named = (_date(year, int(found[2]), int(found[1])) for year in years)
    return next((one for one in named if one and today <= one <= today + timedelta(days=LONGEST)), None)


def last_day(text: str, first: date) -> date | None:
    """The last day of a span that begins on `first`: a number of days ("35", "35 ngày") or that day itself."""
    found = _SPAN.fullmatch(_plain(text))
    if found is None:
        return day(text, first)
    days = int(found[1])
    return first + timedelta(days=days - 1) if 1 <= days <= LONGEST else None


def whole_number(text: str) -> int | None:
    """`2030`, `2.030`, `2 030` -> 2030; None for anything else, for 0 and for what is beyond counting."""
    bare = clean(text)
    if not _NUMBER.fullmatch(bare):
        return None
    number = int(re.sub(r"[., ]", "", bare))
    return number if 0 < number <= _MOST else None


def _plain(text: str) -> str:
    return " ".join(unaccent(clean(text)).lower().split())


def _date(year: int, month: int, day_: int) -> date | None:
    try:
        return date(year, month, day_)
    except ValueError:  # 30/2
        return None
