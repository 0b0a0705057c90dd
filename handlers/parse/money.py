"""Amounts of money as workers type them: "80 triệu", "1tr5", "1 tỷ 250 triệu", "500k", "80.000.000đ".

A point or comma before three digits is a thousands mark in "80.000.000đ" and a decimal mark in "1,2 tỷ". Where both
readings are possible ("1.250 triệu") the amount is asked again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from handlers.figures import groups
from handlers.fold import clean, fold, unaccent
from handlers.parse.problem import Problem
from handlers.talk import Say, say

Kind = Literal["money", "not_money", "unknown"]

BILLION, MILLION, THOUSAND = 10**9, 10**6, 10**3
MOST = 1000 * BILLION  # VND; more than this from one initiative is a slip of the finger
_LONGEST = 80  # characters
_BARE_MILLIONS = 1000  # a bare number below it is read as triệu
_BARE_VND = 10_000  # a bare number from here on is read as đồng
_CERTAIN_VND = 100_000

_SCALES = {"ty": BILLION, "ti": BILLION, "billion": BILLION, "bn": BILLION}
_SCALES |= dict.fromkeys(("trieu", "tr", "cu", "million", "mil", "m"), MILLION)
_SCALES |= dict.fromkeys(("nghin", "ngan", "ngin", "thousand", "k"), THOUSAND)
_UNIT = "|".join(sorted(_SCALES, key=len, reverse=True))
_DIGITS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}

_LEAD = re.compile(
    r"(?:khoang|chung|tam(?= *[0-9])|gan|hon|tren|duoi|co|uoc tinh|uoc|la|duoc|tiet kiem|lam loi|loi|tong cong|tong"
    r"|about|around|roughly|approx|~|≈|:)[ :]*"
)
_TRAIL = re.compile(r"(?:[ ./]*(?:(?:moi|mot|hang|tren|per|a|each|1)? *(?:nam|year)|yearly|a|nhe|thoi|tien)|[ .!]+)$")
_WORD = re.compile(rf"\b({'|'.join(_DIGITS)})(?= (?:tram )?(?:{_UNIT})\b)")
_HALF = re.compile(rf"\bnua (?=(?:{_UNIT})\b)")
_PART = re.compile(
    rf" *(?P<number>[0-9]+(?:[.,][0-9]+)*) *(?P<hundred>tram(?![a-z]))? *"
    rf"(?:(?P<unit>{_UNIT})(?![a-z]))? *(?P<dong>(?:dong|vnd|d)(?![a-z]))?"
)
_RUOI = re.compile(r" *ruoi(?: *(?:dong|vnd|d))?$")
_GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+")
_DECIMAL = re.compile(r"[0-9]+[.,][0-9]{1,2}")
_SPACED = re.compile(r"(?<![0-9.,])([0-9]{1,3})((?: [0-9]{3}){1,5})(?= *(?:dong|vnd|d)?$)")
_NEGATIVE = re.compile(r"(?:[-\u2212\u2013] *[0-9]|am [0-9]|lo [0-9]|minus )")
_UNKNOWN = re.compile(
    r"(?:chua|khong|ko|k|khg) (?:ro|biet|tinh|tinh duoc|co so|co so lieu|uoc tinh|uoc tinh duoc)(?: nua| a| dau)?"
    r"|de cong ty tinh|unknown|not sure|not known|(?:i )?(?:do not|don t|dont) know"
)
_NOT_MONEY = re.compile(
    r"(?:khong|ko|k|khg) (?:[a-z]+ )*tien(?: duoc| a)?|not (?:in |about )?money|no money|not measured in money"
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as it was understood. `sure` is False where the reading is a guess ("5" as 5 triệu)."""

    vnd: int  # 0 unless kind is "money"
    kind: Kind = "money"
    sure: bool = True


class _Unclear(Exception):
    """Has no reading, or several."""


def money(text: str) -> Money | Problem:
    """Read an amount. Problems: `unclear` (none or several readings), `absurd` (above 1.000 tỷ), `negative`."""
    folded = fold(text)
    if _NOT_MONEY.fullmatch(folded):
        return Money(0, "not_money")
    if _UNKNOWN.fullmatch(folded):
        return Money(0, "unknown")
    words = " ".join(unaccent(clean(text)).lower().replace("₫", " d").split())
    if not words or len(words) > _LONGEST:
        return Problem("unclear")
    words = _stripped(words)
    if _NEGATIVE.match(words):
        return Problem("negative")
    try:
        amount, sure = _amount(words)
    except _Unclear:
        return Problem("unclear")
    if amount > MOST:
        return Problem("absurd")
    return Money(int(amount), sure=sure) if amount == int(amount) else Problem("unclear")


def _stripped(words: str) -> str:
    """Without "khoảng", "một năm" and the like; digits for number words before a unit."""
    while (lead := _LEAD.match(words)) and lead.end():
        words = words[lead.end() :]
    while (trail := _TRAIL.search(words)) and trail.start() > 0:
        words = words[: trail.start()]
    words = _WORD.sub(lambda found: str(_DIGITS[found[1]]), _HALF.sub("0,5 ", words))
    return _SPACED.sub(lambda found: found[1] + found[2].replace(" ", "."), words)


def _amount(words: str) -> tuple[Decimal, bool]:
    """Raises `_Unclear` unless every character is part of one amount, biggest unit first."""
    total, scale, sure, at = Decimal(0), 0, True, 0
    while at < len(words):
        if scale and _RUOI.fullmatch(words, at):
            return total + Decimal(scale) / 2, sure
        part = _PART.match(words, at)
        if part is None:
            raise _Unclear
        at = part.end()
        if part["unit"]:
            total, scale = total + _scaled(part, scale), _SCALES[part["unit"]]
            continue
        if part["hundred"] or at < len(words):
            raise _Unclear
        rest, certain = _tail(part, scale) if scale else _bare(part)
        return total + rest, sure and certain
    if not scale:
        raise _Unclear
    return total, sure


def _scaled(part: re.Match[str], above: int) -> Decimal:
    """The value of "250 triệu" after a part with the unit `above`."""
    scale = _SCALES[part["unit"]]
    if above and scale >= above:
        raise _Unclear
    text = part["number"]
    if not text.isdigit() and not _DECIMAL.fullmatch(text):
        raise _Unclear  # "1.250 triệu" is 1,25 triệu or 1.250 triệu
    return Decimal(text.replace(",", ".")) * scale * (100 if part["hundred"] else 1)


def _tail(part: re.Match[str], scale: int) -> tuple[Decimal, bool]:
    """ "5" in "1tr5" is half a triệu, "250" in "1 tỷ 250" is 250 triệu; "1tr25" is likely 1,25 triệu."""
    text = part["number"]
    if part["dong"] and _GROUPED.fullmatch(text):  # "1 triệu 500.000đ"
        rest = _ungrouped(text)
        if rest >= scale:
            raise _Unclear
        return Decimal(rest), True
    if part["dong"] or not text.isdigit() or len(text) > 3:  # "1 triệu 500 đồng" is 1.000.500 or 1,5 triệu
        raise _Unclear
    return Decimal(text) * scale / 10 ** len(text), len(text) != 2


def _bare(part: re.Match[str]) -> tuple[Decimal, bool]:
    """A number without triệu or tỷ: đồng if it says so or is long enough, triệu if it is small."""
    text, dong = part["number"], bool(part["dong"])
    if _GROUPED.fullmatch(text):
        return _vnd(_ungrouped(text), dong)
    if text.isdigit():
        number = int(text)
        small = not dong and number < _BARE_MILLIONS
        return (Decimal(number * MILLION), False) if small else _vnd(number, dong)
    if not dong and re.fullmatch(r"[0-9]{1,3}[.,][0-9]", text):
        return Decimal(text.replace(",", ".")) * MILLION, False
    raise _Unclear  # "80.00": eighty, or eighty thousand with a digit missing


def _vnd(number: int, dong: bool) -> tuple[Decimal, bool]:
    if not dong and number < _BARE_VND:
        raise _Unclear
    return Decimal(number), dong or number >= _CERTAIN_VND


def _ungrouped(text: str) -> int:
    return int(text.replace(".", "").replace(",", ""))


# ---------------------------------------------------------------- written out


def dotted(vnd: int, language: str = "vi") -> str:
    """`80000000` -> `80.000.000`."""
    return groups(vnd, language)


def written(vnd: int, language: str = "vi") -> str:
    """`80000000` -> `80.000.000 đồng` (en: `80,000,000 dong`). `money` reads it back as the same amount."""
    return f"{groups(vnd, language)} {'dong' if language == 'en' else 'đồng'}"


def in_words(vnd: int) -> Say:
    """`1250000000` -> "1 tỷ 250 triệu": how people say it, in the catalogue's words."""
    parts = []
    rest = vnd
    for scale, key in ((BILLION, "vnd.billion"), (MILLION, "vnd.million"), (THOUSAND, "vnd.thousand")):
        count, rest = divmod(rest, scale)
        if count:
            parts.append(say(key, number=count))
    if rest or not parts:  # nobody says "31 nghìn 1"
        return say("vnd.figures", number=dotted(vnd))
    while len(parts) > 1:
        last = parts.pop()
        parts[-1] = say("vnd.and", first=parts[-1], rest=last)
    return parts[0]
