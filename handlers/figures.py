"""Figures as they are printed: whole numbers, percent of a target, changes, days. Pure; `int` and `Decimal` only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from handlers.talk import Say, say

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
    exact = half_up(Fraction(count * 100, target))
    return _UNDER if count < target and exact >= _WHOLE else exact


def sentence(count: int, target: int | None, language: str = "vi") -> Say:
    """ "đạt 408,3% (vượt 1.233)", "đạt 93,5%, còn 3.894", "đạt 100,0%, vừa đủ", "chưa giao chỉ tiêu".

    The percentage is always đạt; vượt is always a count, never a percentage (domain.md §6).
    """
    found = progress(count, target)
    if found is None:
        return say("figure.no_target")
    percent_said = percent_text(found.percent, language)
    if found.over:
        return say("figure.over", percent=percent_said, number=groups(found.over, language))
    if found.left:
        return say("figure.left", percent=percent_said, number=groups(found.left, language))
    return say("figure.exact", percent=percent_said)


# ---------------------------------------------------------------- shares and rates


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of a whole in percent, each half-up; `total` is what the printed parts add up to."""

    parts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        return sum(self.parts, Decimal("0.0"))

    def note(self, language: str = "vi") -> Say | None:
        """Words to print beside them where rounding keeps them from adding up to 100,0; None where it does not."""
        if not self.parts or self.total == _WHOLE:
            return None
        return say("figure.shares_off", total=percent_text(self.total, language))


def shares(counts: Sequence[int]) -> Shares:
    """Each count's share of their sum, in the order given. No shares where the sum is 0. Raises for a negative one."""
    if any(count < 0 for count in counts):
        raise ValueError("a share of a whole cannot be negative")
    whole = sum(counts)
    return Shares(tuple(half_up(Fraction(count * 100, whole)) for count in counts) if whole else ())


def per_hundred(count: int, members: int | None) -> Decimal | None:
    """Filings (or people) per 100 members, one decimal half-up; None where the number of members is not known."""
    return half_up(Fraction(count * 100, members)) if members and members > 0 else None


def half_up(value: Fraction) -> Decimal:
    """Exactly to one decimal, halves away from zero: 0,05 -> 0,1."""
    tenths = (abs(value.numerator) * 20 + value.denominator) // (2 * value.denominator)
    return Decimal(tenths if value >= 0 else -tenths).scaleb(-1)


# ---------------------------------------------------------------- as text


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
    return f"{tenths_text(value, language)}%"


def tenths_text(value: Decimal, language: str = "vi") -> str:
    """`4.65` -> `4,7`, `-0.3` -> `−0,3` (en: `4.7`, `−0.3`): one decimal, half-up."""
    rounded = value.quantize(_TENTH, rounding=ROUND_HALF_UP)
    whole, _, tenth = str(abs(rounded)).partition(".")
    return f"{MINUS if rounded < 0 else ''}{groups(int(whole), language)}{'.' if language == 'en' else ','}{tenth}"


def days_left(today: date, last: date) -> int:
    """Plain difference of the dates (domain.md §6); negative once the last day is over."""
    return (last - today).days
