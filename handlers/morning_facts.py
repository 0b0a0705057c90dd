"""What TOMTAT asks to be looked up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MorningOf:
    """The morning summary of a unit, and whether the person wants it each morning -> MorningNow"""

    unit_id: int
    campaign_id: int
    language: str


@dataclass(frozen=True, slots=True)
class MorningNow:
    lines: tuple[str, ...]  # `handlers.morning.lines`
    wanted: bool
