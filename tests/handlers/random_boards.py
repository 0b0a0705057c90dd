"""Boards as they may be, at random, and the numbers that a text prints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from handlers.board import Board, compose
from tests.handlers.boards import numbers

REASONS = ("moved", "duplicate", "typing", "other")
NAMES = ("May Sao Mai", "Điện Sao Việt", "Cơ khí An Phát", "In Tân Phú", "Dược Hồng Hà")
_UNIT = st.fixed_dictionaries(
    {
        "filed": st.integers(0, 4000),
        "adjusted": st.integers(-9, 9),
        "in_phase": st.integers(-3, 4000),
        "whole": st.one_of(st.none(), st.integers(1, 4000)),
        "phase": st.one_of(st.none(), st.integers(1, 400)),
        "members": st.one_of(st.none(), st.integers(0, 9000)),
    }
)
UNITS = st.lists(_UNIT, max_size=len(NAMES))


@dataclass(frozen=True)
class Extra:
    """What else a notice may tell."""

    counter: str
    language: str
    phase: bool
    ended: bool
    counters: bool
    taking_part: bool
    portal: str  # "" | portal | both
    drive: bool
    last_day: int  # of November, of the notice before
    notes: list[tuple[int, str, int]]  # unit, reason, change


EXTRA = st.builds(
    Extra,
    counter=st.sampled_from(["filed", "valid", "authors"]),
    language=st.sampled_from(["vi", "en"]),
    phase=st.booleans(),
    ended=st.booleans(),
    counters=st.booleans(),
    taking_part=st.booleans(),
    portal=st.sampled_from(["", "portal", "both"]),
    drive=st.booleans(),
    last_day=st.sampled_from([16, 19]),
    notes=st.lists(st.tuples(st.integers(0, 4), st.sampled_from(REASONS), st.integers(-9, 9)), max_size=4),
)
PHASE = {"number": 40, "count": 17, "ends": "2026-11-30", "set_by": "LĐLĐ Thành phố", "phase": "Đợt cuối năm"}
_TAKING = PHASE | {"number": 5, "count": 1342, "phase": "", "measure": "participation"}
_ENDED = [{"unit_id": 90, "name": "Dệt Hà Đông", "count": 3, "successor": "May Sao Mai", "last": "2026-06-30"}]
_COUNTERS = {
    "registered": 990,
    "authors": 402,
    "waiting": 371,
    "valid": 611,
    "refused": 33,
    "benefit_vnd": 33_240_000_000,
}
_SPAN = {"starts": "2026-11-09", "ends": "2026-12-13", "day": "2026-11-20", "until": "2026-11-20"}
_DRIVE = {"name": "Sáng kiến chào mừng Đại hội", **_SPAN, "number": 2030, "came": 811, "last": 61, "id": 3}
_PLACE = {"board": "LĐLĐ Thành phố", "units": 30, "by_count": 3, "by_percent": 2, "first_count": 10, "first_percent": 4}
_MONTHS = r"(?:January|February|March|April|May(?= \d{4})|June|July|August|September|October|Nov(?:ember)?|December)"
_MOMENTS = re.compile(  # dates, times and ordinals of months are no figures
    r"\d{1,2}/\d{1,2}–\d{1,2}/\d{1,2}/\d{4}|\d{1,2}/\d{1,2}/\d{4}"
    r"|(?:ngày|thứ \w+|Chủ nhật|chủ nhật) \d{1,2}/\d{1,2}(?!\d|/)(?=[ ).,:])|\d{1,2}h\d{2}|\d{1,2}:\d{2}"
    rf"|\d{{1,2}} {_MONTHS}(?: \d{{4}})?"
)
_NUMBER = re.compile(r"(?:[+−▲▼]|(?<![\d.,]))\d[\d.,]*\d%?|(?:[+−▲▼]|(?<![\d.,]))\d%?")


def bare(
    units: list[dict[str, Any]],
    extra: Extra,
    *,
    day: str = "2026-11-20",
    cut_at: str = "2026-11-20T17:00:00+07:00",
) -> dict[str, Any]:
    """Numbers of a day, not ranked yet."""
    more: dict[str, Any] = {"recent": 38, "recent_days": 7, "counter": extra.counter, "members": 42_000}
    more |= {"day": day, "cut_at": cut_at, "campaign": "Thi đua đổi mới sáng tạo"}
    more["notes"] = [{"unit_id": at, "unit": NAMES[at], "reason": why, "delta": by} for at, why, by in extra.notes]
    goals = [PHASE] * extra.phase + numbers()["goals"] + [_TAKING] * extra.taking_part
    more |= {"phase": "Đợt cuối năm"} if extra.phase else {}
    more |= {"ended": _ENDED, "merged": _ENDED} if extra.ended else {}
    more |= {"counters": _COUNTERS} if extra.counters else {}
    more |= {"source": _source(extra.portal)} if extra.portal else {}
    others = 3 if extra.ended and extra.counter != "authors" else 0
    rows = [{"unit_id": at, "name": NAMES[at], **unit} for at, unit in enumerate(units)]
    filed, adjusted = (sum(unit[name] for unit in units) for name in ("filed", "adjusted"))
    return numbers(rows=rows, filed=filed + others, adjusted=adjusted, goals=goals, **more)


def board_of(units: list[dict[str, Any]], before: list[dict[str, Any]] | None, extra: Extra) -> Board:
    """Of a daily notice."""
    day = f"2026-11-{extra.last_day}"
    last = None if before is None else bare(before, extra, day=day, cut_at=f"{day}T17:00:00+07:00")
    return compose(bare(units, extra) | ({"drive": _DRIVE, "place": _PLACE} if extra.drive else {}), last)


def _source(kind: str) -> dict[str, Any]:
    at = {"as_of": "2026-11-20T16:30:00+07:00", "day": "2026-11-20", "entered_at": "2026-11-20T16:34:00+07:00"}
    stale = [{"unit_id": 100 + n, "unit": "Vận tải Bình An", "day": "2026-11-19"} for n in range(18)]
    return {"kind": kind, **at, "lines": 15, "stale": stale, "bot": 960 if kind == "both" else None}


def printed(text: str) -> list[str]:
    return _NUMBER.findall(_MOMENTS.sub("", text))
