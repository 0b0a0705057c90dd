"""Hours, spans of hours and days of the week as people type them: "17h30", "21h-6h", "T2-T6", "2 3 4"."""

from __future__ import annotations

import re

from handlers.fold import fold

_HOUR = re.compile(r"(\d{1,2})\s*(?:(?:giờ|gio|[:hg.])\s*(\d{1,2})?)?\s*(?:phút|phut|p)?", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:-|–|—|~|đến|den|tới|toi|to)\s*", re.IGNORECASE)
_NONE = frozenset({"khong", "khong co", "ko", "no", "none"})
NEVER = ("00:00", "00:00")  # a span that is none

EVERY = "1234567"
_ALL = frozenset({"tat ca", "moi ngay", "hang ngay", "ca tuan", "all", "every day", "daily"})
_DAYS = {"cn": 7, "chu nhat": 7, "8": 7, **{str(day): day - 1 for day in range(2, 8)}}
_DAYS |= {f"thu {name}": at for at, name in enumerate(("hai", "ba", "tu", "nam", "sau", "bay"), 1)}
_DAYS |= {name: at for at, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)}
_DAY = r"(?:(?:t|thu) ?)?([2-8])|(thu (?:hai|ba|tu|nam|sau|bay)|cn|chu nhat|mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?"
_SPAN = re.compile(rf"(?:{_DAY})(?: ?(?:-|den|toi|to) ?(?:{_DAY}))?(?:[ ,;.]+(?:va |and )?|$)")


def hour(text: str) -> str | None:
    """`17:30` for "17:30", "17h30", "17 giờ 30", "17h"; None for what is no hour of a day."""
    found = _HOUR.fullmatch(text.strip())
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return f"{int(found[1]):02d}:{int(found[2] or 0):02d}"


def span(text: str) -> tuple[str, str] | None:
    """`("21:00", "06:00")` for "21h-6h", "21:00 đến 6:00"; `NEVER` for "không"; None for anything else."""
    if fold(text).strip() in _NONE:
        return NEVER
    words = _BETWEEN.split(text.strip())
    parts = [hour(part) for part in (words if len(words) > 1 else text.split())]
    if len(parts) != 2 or parts[0] is None or parts[1] is None:
        return None
    return parts[0], parts[1]


def days(text: str) -> str | None:
    """`12345` (1: Monday) for "T2-T6", "2 3 4 5 6", "thứ 2 đến thứ 6"; `17` for "T2, CN"; None for anything else."""
    plain = re.sub(r"[–—]", "-", text.lower())
    folded = " ".join(fold(part).strip() + sign for part, sign in re.findall(r"([^-,;]+)([-,;]?)", plain)).strip()
    if folded in _ALL:
        return EVERY
    if folded.isdecimal():  # "23456"
        folded = " ".join(folded)
    chosen: set[int] = set()
    at = 0
    while at < len(folded):
        found = _SPAN.match(folded, at)
        if found is None:
            return None
        first, last = _DAYS[found[1] or found[2]], _DAYS[found[3] or found[4] or found[1] or found[2]]
        chosen |= set(range(first, last + 1)) if first <= last else {*range(first, 8), *range(1, last + 1)}
        at = found.end()
    return "".join(map(str, sorted(chosen))) or None
