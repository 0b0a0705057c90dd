"""Figures as they are printed: whole numbers, percent of a target, changes, days. Pure; `int` and `Decimal` only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

MINUS = "\u2212"  # a real minus: as wide as "+", and never broken from its number
_TENTH = Decimal("0.1")
_WHOLE = Decimal(100)
_UNDER = Decimal("99.9")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a count is towards its target. đạt = count/target; vượt and còn are counts (domain.md §6)."""

    percent: Decimal  # one decimal
    over: int  # vượt: count − target, 0 below it
    left: int  # còn: target − count, 0 once it is reached

    @property
    def reached(self) -> bool:
        return self.left == 0


def progress(count: int, target: int | None) -> Progress | None:
    """None where no target was set ("chưa giao chỉ tiêu"); a target of 0 is none."""
    if not target or target < 0:
        return None
    return Progress(percent(count, target), max(count - target, 0), max(target - count, 0))


def percent(count: int, target: int) -> Decimal:
    """đạt in percent: one decimal, half-up, but never 100 below the target (99,96 -> 99,9). Raises for no target."""
    if target <= 0:
        raise ValueError("a percentage needs a target")
    exact = (Decimal(count) * 100 / Decimal(target)).quantize(_TENTH, rounding=ROUND_HALF_UP)
    return _UNDER if count < target and exact >= _WHOLE else exact


def groups(number: int, language: str = "vi") -> str:
    """`1015` -> `1.015` (en: `1,015`)."""
    text = f"{abs(number):,}"
    text = text if language == "en" else text.replace(",", ".")
    return f"{MINUS}{text}" if number < 0 else text


def signed(number: int, language: str = "vi") -> str:
    """`38` -> `+38`, `-2` -> `−2`, `0` -> `0`."""
    return f"+{groups(number, language)}" if number > 0 else groups(number, language)


def percent_text(value: Decimal, language: str = "vi") -> str:
    """`78.1` -> `78,1%` (en: `78.1%`)."""
    whole, _, tenth = str(value.quantize(_TENTH)).partition(".")
    return f"{groups(int(whole), language)}{'.' if language == 'en' else ','}{tenth}%"


def days_left(today: date, last: date) -> int:
    """Plain difference of the dates (domain.md §6); negative once the last day is over."""
    return (last - today).days
