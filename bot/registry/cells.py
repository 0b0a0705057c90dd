"""One cell of a sheet -> a value. Strict: what could mean two things is asked about, never guessed (domain.md §6)."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta

from bot.registry.schema import Column, Kind, Value
from handlers.fold import clean, fold
from handlers.talk import Say, say

Cell = str | int | float | bool | date | datetime | time | timedelta | None

MOST = 2_000_000_000  # fits a 32-bit column
_NAME = re.compile(r"[0-9A-Za-zÀ-ỹĐđ][0-9A-Za-zÀ-ỹĐđ._-]*")
_GROUPED = re.compile(r"\d{1,3}([. \u00a0\u202f])\d{3}(?:\1\d{3})*")  # 1.300 or 1 300
_COMMA = re.compile(r"\d{1,3}(,\d+)+")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_RELATIVE = re.compile(r"[+-]\d{1,5}")
_YES = frozenset({"x", "1", "co", "yes", "y", "true", "dung"})
_NO = frozenset({"0", "khong", "no", "n", "false", "sai"})


class BadCell(Exception):
    """The cell cannot be read; `what` says why and what to write instead."""

    def __init__(self, what: Say) -> None:
        super().__init__(what.key)
        self.what = what


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not clean(cell))


def read_cell(cell: Cell, column: Column, relative_to: date | None = None) -> Value:
    """The value of a cell that is not blank. Days such as "+40" count from `relative_to`, where that is given.

    Raises BadCell.
    """
    match column.kind:
        case Kind.DATE:
            return _date(cell, relative_to)
        case Kind.COUNT | Kind.NUMBER:
            return _whole(cell, least=1 if column.kind is Kind.NUMBER else 0)
        case Kind.FLAG:
            return _flag(cell)
        case Kind.CODE:
            return _code(_text(cell), column.limit)
        case Kind.NAME:
            return _name(_text(cell), column.limit)
        case Kind.TEXTS:
            return _texts(cell, column.limit)
        case Kind.CHOICE:
            return _choice(_text(cell), column)
        case Kind.TEXT:
            return _short_enough(_text(cell), column.limit)


def _text(cell: Cell) -> str:
    """Text as it is typed; a whole number becomes its digits (spreadsheets keep codes as numbers)."""
    if isinstance(cell, str):
        text = " ".join(clean(cell).split())
        if text.startswith("="):
            raise BadCell(say("registry.bad.formula"))
        return text
    if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell))
    raise BadCell(say("registry.bad.not_text", cell=shown(cell)))


def _short_enough(text: str, limit: int) -> str:
    if len(text) > limit:
        raise BadCell(say("registry.bad.too_long", length=len(text), limit=limit))
    return text


def _code(text: str, limit: int) -> str:
    if not (text.isascii() and text.isdigit()):
        raise BadCell(say("registry.bad.code", cell=text))
    return _short_enough(text, limit)


def _name(text: str, limit: int) -> str:
    if not _NAME.fullmatch(text):
        raise BadCell(say("registry.bad.name", cell=text))
    return _short_enough(text, limit)


def _choice(text: str, column: Column) -> str:
    folded = fold(text)
    for option in column.options:
        if option.is_meant(folded):
            return option.value
    names = "; ".join(f"{option.vi} ({option.en})" for option in column.options)
    raise BadCell(say("registry.bad.choice", cell=text, names=names))


def _texts(cell: Cell, limit: int) -> tuple[str, ...]:
    parts = re.split(r"[;\n]", clean(cell)) if isinstance(cell, str) else [_text(cell)]
    found: dict[str, str] = {}
    for part in parts:
        text = _short_enough(_text(part), limit)
        if text and not fold(text):
            raise BadCell(say("registry.bad.no_letters", cell=text))
        if text:
            found.setdefault(fold(text), text)
    return tuple(found.values())


def _whole(cell: Cell, least: int) -> int:
    number = _number(cell)
    if number < least:
        raise BadCell(say("registry.bad.too_small", cell=shown(cell), least=least))
    if number > MOST:
        raise BadCell(say("registry.bad.too_big", cell=shown(cell)))
    return number


def _number(cell: Cell) -> int:
    if isinstance(cell, str):
        return _number_in(" ".join(clean(cell).split()))
    if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell) and cell == int(cell):
        return int(cell)
    raise BadCell(say("registry.bad.number", cell=shown(cell)))


def _number_in(text: str) -> int:
    if re.fullmatch(r"-?[0-9]{1,15}", text):
        return int(text)
    if _GROUPED.fullmatch(text):
        return int(re.sub(r"\D", "", text))
    if _COMMA.fullmatch(text):
        raise BadCell(say("registry.bad.ambiguous", cell=text, plain=text.replace(",", "")))
    raise BadCell(say("registry.bad.number", cell=text))


def _date(cell: Cell, relative_to: date | None) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = clean(cell) if isinstance(cell, str) else ""
    if relative_to and _RELATIVE.fullmatch(text):
        return relative_to + timedelta(days=int(text))
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    else:
        raise BadCell(say("registry.bad.date", cell=shown(cell)))
    try:
        return date(year, month, day)
    except ValueError:
        raise BadCell(say("registry.bad.date", cell=shown(cell))) from None


def _flag(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    folded = fold(_text(cell))
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise BadCell(say("registry.bad.flag", cell=shown(cell)))


def shown(cell: object) -> str:
    """A cell or value as people read it in a message: dates dd/mm/yyyy, lists with ;, at most 60 characters."""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, tuple):
        return "; ".join(cell)[:200]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    return text if len(text) <= 60 else text[:59] + "…"
