"""When something began, as workers say it: "hôm qua", "15/3", "tháng 3/2026", "quý 2", "năm ngoái"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from handlers.fold import clean, unaccent
from handlers.parse.problem import Problem

Precision = Literal["day", "week", "month", "quarter", "year"]

_OLDEST = 1980  # nothing that is filed today began before
_LONGEST = 60  # characters
_QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4, "mot": 1, "hai": 2, "ba": 3, "tu": 4}
_MONTHS = (
    {"gieng": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8}
    | {"chin": 9, "muoi": 10, "muoi mot": 11, "muoi hai": 12, "chap": 12}
    | {str(n): n for n in range(1, 13)}
    | {f"0{n}": n for n in range(1, 10)}
)
_ENGLISH = {"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8}
_ENGLISH |= {"september": 9, "october": 10, "november": 11, "december": 12}
_ENGLISH |= {name[:3]: number for name, number in _ENGLISH.items()}

_LEAD = re.compile(r"(?:tu dau|tu|bat dau|ap dung|lam|khoang|vao|hoi|luc|since|from|on|in|about) (?=.)")
_SOFT = re.compile(r"(?:dau|giua|cuoi|early|mid|late)[ -](?=thang|nam|quy|t[0-9]|[a-z])")
_END = re.compile(r"(?:[ .,!]+|(?<= )a|(?<= )roi)$")
_YEAR = r"[/ .,-]*(?:nam |of )?(?P<year>[0-9]{4}|[0-9]{2}|nay|ngoai|truoc|this year|last year)"
_WORDS = "|".join(sorted(_MONTHS, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Began:
    """The first day of the span that was named, and how wide it is."""

    first: date
    precision: Precision


def began(text: str, today: date) -> Began | Problem:
    """Read a date of the past. Without a year it is the latest one that is not in the future.

    Problems: `unclear`, `future`.
    """
    words = " ".join(unaccent(clean(text)).lower().split())
    if len(words) > _LONGEST:
        return Problem("unclear")
    words = _SOFT.sub("", _stripped(words))
    for pattern, read in _READERS:
        found = pattern.fullmatch(words)
        if found is None:
            continue
        try:
            answer = read({name: value or "" for name, value in found.groupdict().items()}, today)
        except (ValueError, OverflowError):  # 30/2, month 13, 9999 weeks ago
            return Problem("unclear")
        if answer.first > today:
            return Problem("future")
        return answer if answer.first.year >= _OLDEST else Problem("unclear")
    return Problem("unclear")


def _stripped(words: str) -> str:
    while (end := _END.search(words)) and end.start() > 0:
        words = words[: end.start()]
    while lead := _LEAD.match(words):
        words = words[lead.end() :]
    return words


Parts = dict[str, str]
Reader = Callable[[Parts, date], Began]


def _month_back(today: date, months: int) -> date:
    index = today.year * 12 + today.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _year(word: str, today: date) -> int:
    if word in ("nay", "this year"):
        return today.year
    if word in ("ngoai", "truoc", "last year"):
        return today.year - 1
    return int(word) + (2000 if len(word) == 2 else 0)


def _ago(parts: Parts, today: date) -> Began:
    count = int(parts["count"]) if parts["count"] else 1
    match parts["unit"]:
        case "ngay" | "day" | "days" | "hom":
            return Began(today - timedelta(days=count), "day")
        case "tuan" | "week" | "weeks":
            return _week(today, count)
        case "nam" | "year" | "years":
            return Began(date(today.year - count, 1, 1), "year")
    return Began(_month_back(today, count), "month")


def _week(today: date, back: int) -> Began:
    return Began(today - timedelta(days=today.weekday() + 7 * back), "week")


def _date(parts: Parts, today: date) -> Began:
    """Day and month, perhaps a year; `3/26` is March 2026, for no month has the number 26."""
    day, month = int(parts["day"]), _month_number(parts["month"])
    if parts["year"]:
        return Began(date(_year(parts["year"], today), month, day), "day")
    if month > 12 and day <= 12:
        return Began(date(2000 + month, day, 1), "month")
    return Began(_latest(day, month, today), "day")


def _month_number(word: str) -> int:
    return _ENGLISH.get(word) or _MONTHS.get(word) or int(word)


def _latest(day: int, month: int, today: date) -> date:
    """The newest such day that is not after `today`. Raises ValueError where no year has it."""
    for year in range(today.year, today.year - 9, -1):  # 29 February may be eight years ago
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    raise ValueError("no such day")


def _day_only(parts: Parts, today: date) -> Began:
    day = int(parts["day"])
    for back in range(12):
        first = _month_back(today, back)
        try:
            found = first.replace(day=day)
        except ValueError:
            continue
        if found <= today:
            return Began(found, "day")
    raise ValueError("no such day")


def _month(parts: Parts, today: date) -> Began:
    month = _month_number(parts["month"])
    if parts.get("year"):
        return Began(date(_year(parts["year"], today), month, 1), "month")
    return Began(_latest(1, month, today), "month")


def _quarter(parts: Parts, today: date) -> Began:
    month = _QUARTERS[parts["quarter"]] * 3 - 2
    if parts["year"]:
        return Began(date(_year(parts["year"], today), month, 1), "quarter")
    return Began(_latest(1, month, today), "quarter")


def _quarter_back(back: int) -> Reader:
    def read(_: Parts, today: date) -> Began:
        first = _month_back(today, (today.month - 1) % 3 + 3 * back)
        return Began(first, "quarter")

    return read


def _days_back(back: int) -> Reader:
    return lambda _, today: Began(today - timedelta(days=back), "day")


def _year_alone(parts: Parts, today: date) -> Began:
    return Began(date(_year(parts["year"], today), 1, 1), "year")


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_pattern(r"(?:ngay )?hom nay|sang nay|chieu nay|nay|today"), _days_back(0)),
    (_pattern(r"(?:ngay )?hom qua|qua|yesterday"), _days_back(1)),
    (_pattern(r"(?:ngay )?hom kia"), _days_back(2)),
    (_pattern(r"tuan nay|this week"), lambda _, today: _week(today, 0)),
    (_pattern(r"(?:tuan (?:truoc|qua|roi)|last week)"), lambda _, today: _week(today, 1)),
    (_pattern(r"thang nay|this month"), lambda _, today: Began(today.replace(day=1), "month")),
    (_pattern(r"thang (?:truoc|qua|roi)|last month"), lambda _, today: Began(_month_back(today, 1), "month")),
    (_pattern(r"quy nay|this quarter"), _quarter_back(0)),
    (_pattern(r"quy (?:truoc|qua)|last quarter"), _quarter_back(1)),
    (_pattern(r"nam nay|this year"), lambda _, today: Began(date(today.year, 1, 1), "year")),
    (_pattern(r"nam (?:ngoai|truoc|qua)|last year"), lambda _, today: Began(date(today.year - 1, 1, 1), "year")),
    (
        _pattern(
            r"(?:cach day )?(?P<count>[0-9]{1,3}) (?P<unit>ngay|hom|tuan|thang|nam|(?:day|week|month|year)s?)"
            r"(?: (?:truoc|nay|qua|ago))?"
        ),
        _ago,
    ),
    (_pattern(rf"quy (?P<quarter>[1-4]|iii|ii|iv|i|mot|hai|ba|tu)(?:{_YEAR})?"), _quarter),
    (_pattern(rf"q(?P<quarter>[1-4])(?:{_YEAR})?"), _quarter),
    (_pattern(r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})"), _date),
    (
        _pattern(
            r"(?:ngay )?(?P<day>[0-9]{1,2}) ?[-/.] ?(?P<month>[0-9]{1,2})"
            r"(?: ?[-/., ] ?(?:nam )?(?P<year>[0-9]{4}|[0-9]{2}|nay|ngoai))?"
        ),
        _date,
    ),
    (_pattern(rf"(?:ngay |mung )?(?P<day>[0-9]{{1,2}}),? thang (?P<month>{_WORDS})(?:{_YEAR})?"), _date),
    (_pattern(rf"(?P<day>[0-9]{{1,2}}) (?P<month>{'|'.join(_ENGLISH)})(?:{_YEAR})?"), _date),
    (_pattern(r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})"), _month),
    (_pattern(r"(?:thang |t)?(?P<month>[0-9]{1,2}) ?[-/.] ?(?P<year>[0-9]{4})"), _month),
    (_pattern(rf"(?:thang |t)(?P<month>{_WORDS})(?:{_YEAR})?"), _month),
    (_pattern(rf"(?P<month>{'|'.join(_ENGLISH)})(?:{_YEAR})?"), _month),
    (_pattern(r"ngay (?P<day>[0-9]{1,2})"), _day_only),
    (_pattern(r"(?:nam )?(?P<year>[0-9]{4})"), _year_alone),
)
