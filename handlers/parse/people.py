"""Shares of co-authors, percentages and phone numbers."""

from __future__ import annotations

import re

from handlers.fold import clean, unaccent
from handlers.parse.problem import Problem

WHOLE = 100  # percent: all authors together (domain.md §4, row 14)
MOST_AUTHORS = 20
_LONGEST = 1000  # characters

_BETWEEN = re.compile(r"(?:%|,|;|/|\+|-|\bva\b|\band\b|\bphan tram\b|\s)+")
_FRACTION = re.compile(r"[0-9][.,][0-9]")
_NAMED = re.compile(r"(?P<name>[^0-9%]*[^0-9%\s:\-,;])[\s:\-–]*(?P<share>[0-9]{1,3})\s*(?:%|phần trăm|phan tram)?")
_PHONE = re.compile(r"(?:\+?84|0)(?:[35789][0-9]{8}|2[0-9]{9})")


def percent(text: str) -> int | Problem:
    """`60`, `60%`, `60 phần trăm` -> 60; whole, from 1 to 100. Problem: `unclear`."""
    found = re.fullmatch(r"([0-9]{1,3}) ?(?:%|phan tram|percent)?", unaccent(clean(text)).lower())
    number = int(found[1]) if found else 0
    return number if 1 <= number <= WHOLE else Problem("unclear")


def shares(text: str) -> tuple[int, ...] | Problem:
    """`60 40`, `60% 40%`, `60/40` -> (60, 40). Problems: `unclear`, `total` (with `total`) unless exactly 100."""
    parts = [part for part in _BETWEEN.split(unaccent(clean(text)).lower()) if part]
    if not parts or len(parts) > MOST_AUTHORS or len(text) > _LONGEST:
        return Problem("unclear")
    numbers = [percent(part) for part in parts]
    found = tuple(number for number in numbers if isinstance(number, int))
    if len(found) < len(numbers) or (sum(found) != WHOLE and _FRACTION.search(text)):
        return Problem("unclear")  # "33,3 33,3 33,4" is no list of six whole shares
    return _whole(found)


def _whole(numbers: tuple[int, ...]) -> tuple[int, ...] | Problem:
    total = sum(numbers)
    return numbers if total == WHOLE else Problem("total", {"total": total})


def coauthors(text: str) -> tuple[tuple[str, int], ...] | Problem:
    """`Tran Thi Lan 60, Pham Van Minh 40` -> names with shares, as typed, one a line or parted by commas.

    Problems: `unclear`, `total` (with `total`) unless the shares add to exactly 100.
    """
    if len(text) > _LONGEST:
        return Problem("unclear")
    pieces = [piece.strip() for piece in re.split(r"[,;\n]", clean(text)) if piece.strip()]
    found = [_NAMED.fullmatch(piece) for piece in pieces]
    if len(pieces) == 1:  # "Lan 60 Minh 40"
        found = list(_NAMED.finditer(pieces[0]))
        if "".join(match[0] for match in found if match).replace(" ", "") != pieces[0].replace(" ", ""):
            return Problem("unclear")
    if not found or len(found) > MOST_AUTHORS:
        return Problem("unclear")
    people = tuple((match["name"].strip(), int(match["share"])) for match in found if match)
    if len(people) < len(found) or not all(1 <= share <= WHOLE for _, share in people):
        return Problem("unclear")
    total = _whole(tuple(share for _, share in people))
    return total if isinstance(total, Problem) else people


def phone(text: str) -> str | Problem:
    """`+84 912 345 678`, `0912.345.678` -> `0912345678`: Vietnamese mobile or land line. Problem: `unclear`."""
    digits = re.sub(r"[\s.()\-]", "", clean(text))
    if not re.fullmatch(r"\+?[0-9]+", digits) or not _PHONE.fullmatch(digits):
        return Problem("unclear")
    return re.sub(r"^\+?84", "0", digits)
