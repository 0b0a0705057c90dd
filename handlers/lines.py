"""A line that an officer adds to one day's notice: what is known of it, and what it must say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from handlers.fold import fold

LONGEST, SHORTEST = 200, 8  # characters

_SOURCE = re.compile(r"\b(?:theo|nguon|according to|source)\b")
_PHONE = re.compile(r"(?:\+84|\b0)(?:[ .-]?\d){9}\b")


@dataclass(frozen=True, slots=True)
class LineOf:
    """The line of the unit's notices of today and tomorrow -> LineNow"""

    unit_id: int
    campaign_id: int


@dataclass(frozen=True, slots=True)
class LineNow:
    posted: datetime | None = None  # aware, local: when today's notice was posted; None: it has not been
    today: str = ""
    tomorrow: str = ""


def names_source(text: str) -> bool:
    """`Xếp hạng toàn quốc: thứ 3, theo Cổng, 31/5`: a figure that is not the bot's own says whose it is."""
    return _SOURCE.search(fold(text)) is not None


def holds_phone(text: str) -> bool:
    """No phone number ever stands in a notice (domain.md §8)."""
    return _PHONE.search(text) is not None


def with_source(text: str, source: str) -> str:
    """`…: thứ 3` and `Cổng, 31/5` -> `…: thứ 3 (theo Cổng, 31/5)`."""
    said = source.strip(" .()")
    return f"{text.rstrip(' .')} ({said if names_source(said) else f'theo {said}'})"
