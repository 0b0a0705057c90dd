"""What a page of the public board is made of: lines already in words, lengths for SVG."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A unit's line of the board."""

    rank: int | None
    name: str
    href: str
    count: str
    change: str  # "" where nothing came today
    percent: str  # "" where no unit has a target
    in_phase: str  # "" unless the percentage is of another count
    reached: bool
    width: str | None  # of its bar, in percent; None without one


@dataclass(frozen=True, slots=True)
class GoalLine:
    text: str
    percent: str
    width: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A day of the chart, on a grid of 100 high; a day is 10 wide."""

    day: str
    filed: str
    adjusted: str
    x: int
    height: str
    unfinished: bool
