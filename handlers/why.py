""" "Vì sao con số này?": every place where a number of a notice stands, told with the arithmetic behind it. Pure.

The arithmetic of each number is in `why_kinds` and what it joins; here a number is recognised as people type it. What
stands around it (who set the target, the source, conversation.md §5c) is in `why_told`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz.distance import OSA

from handlers.board import Board
from handlers.figures import MINUS
from handlers.fold import fold
from handlers.talk import say
from handlers.why_facts import Figures
from handlers.why_kinds import every
from handlers.why_numbers import PERCENT, SIGNED, TENTHS, WHOLE, Number

MOST = 5  # numbers that are offered to choose from
_SHAPE = re.compile(r"([+\-\u2212\u2013▲▼]?)\s*(\d{1,3}(?:[.,\s]\d{3})+|\d{1,12})(?:[.,](\d{1,2}))?\s*(%?)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A number as somebody typed it: `1.015` and `1015`, `78,1`, `78.1` and `78,1%`, `−2` and `-2` are read alike."""

    value: Decimal
    sign: str = ""  # + | − | ▲ | ▼
    broken: bool = False  # with decimals
    percent: bool = False

    def matches(self, number: Number) -> bool:
        """Is it this printed number? Without a sign it may be either: for +38 a notice prints "tăng 38"."""
        if (self.percent and number.form != PERCENT) or (self.broken and number.form not in (PERCENT, TENTHS)):
            return False
        if self.sign in ("▲", "▼"):
            return number.kind == "moved" and number.value == self.value
        if self.sign == "+":
            return number.form == SIGNED and number.value == self.value
        if self.sign:
            return number.value == -self.value
        return abs(number.value) == self.value


def read(text: str) -> Asked | None:
    """None for what is no number."""
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        return None
    sign, whole, decimals, percent = found.groups()
    value = Decimal(_digits(whole) + (f".{decimals}" if decimals else ""))
    return Asked(value, MINUS if sign in ("-", "\u2013") else sign, bool(decimals), bool(percent))


def explain(figures: Figures, text: str, language: str = "vi") -> tuple[Number, ...]:
    """Every place of the notice where this number stands, in its order, or behind it; or the unit `text` names."""
    numbers = every(figures, language)
    asked = read(text)
    if asked is None:
        return _named(numbers, fold(text))
    found = [one for one in numbers if asked.matches(one)]
    return _told_once([one for one in found if one.printed] or found or _in_the_line(figures.board, text.strip()))


@dataclass(frozen=True, slots=True)
class Place:
    """A notice in which the number stands, and where."""

    figures: Figures
    numbers: tuple[Number, ...]


def find(recent: Sequence[Figures], text: str, language: str = "vi") -> tuple[Place, ...]:
    """The notices in which it stands, in the order given; one in which it stands only behind what is printed, where
    none prints it.
    """
    places = [Place(one, found) for one in recent if (found := explain(one, text, language))]
    printed = tuple(place for place in places if place.numbers[0].printed)
    return printed or tuple(places[:1])


def _told_once(numbers: Iterable[Number]) -> tuple[Number, ...]:
    """Numbers that the same sum explains are one place; so are the changes of a unit: all are told with it."""
    found: dict[tuple[str, str], Number] = {}
    for one in numbers:
        found.setdefault((one.subject, SIGNED if one.form == SIGNED else repr(one.how)), one)
    return tuple(found.values())


def _in_the_line(board: Board, text: str) -> list[Number]:
    """A number of the line that an officer put into the day's notice: it comes with its source and no sum of ours."""
    if not re.search(rf"(?<![\d.,]){re.escape(text)}(?![\d.,]*\d)", board.line):
        return []
    return [Number("line", "line", WHOLE, Decimal(0), board.short, say("why.line", line=board.line))]


def _named(numbers: Iterable[Number], name: str) -> tuple[Number, ...]:
    """Units of this very name, else those whose name holds it."""
    units = [(fold(one.name), one) for one in numbers if one.kind == "count" and isinstance(one.name, str)]
    exact = tuple(one for folded, one in units if folded == name)
    return exact or tuple(one for folded, one in units if name and name in folded)


def near(figures: Figures, text: str, language: str = "vi") -> tuple[Number, ...]:
    """What may have been meant: a digit mistyped, two turned round, or a figure not far from it; nearest first."""
    asked = read(text)
    if asked is None:
        return ()
    typed = _digits(text)
    shown: dict[str, Number] = {}
    for one in (one for one in every(figures, language) if one.printed):
        shown.setdefault(one.shown(language), one)

    def far(item: tuple[str, Number]) -> tuple[int, Decimal]:
        return OSA.distance(typed, _digits(item[0])), abs(abs(item[1].value) - asked.value)

    close = [item for item in shown.items() if far(item)[0] <= 1 or far(item)[1] <= max(asked.value / 20, Decimal(1))]
    return tuple(one for _, one in sorted(close, key=far)[:MOST])


def by_key(figures: Figures, key: str, language: str = "vi") -> Number | None:
    """The number that a choice stood for."""
    return next((one for one in every(figures, language) if one.key == key), None)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
