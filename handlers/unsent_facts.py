"""Notices that did not get out: what a step may know of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Unsent:
    """A notice for a group, to be copied. `day`: local, of when it was to be posted."""

    id: int
    group: str  # "" where its title is not known
    unit: str  # short name
    day: date
    text: str


@dataclass(frozen=True, slots=True)
class UnsentNotices:
    """Of this month, in units the person may post for, the newest first -> tuple[Unsent, ...]"""
