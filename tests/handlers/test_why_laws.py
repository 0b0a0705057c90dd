"""Every number that a notice prints can be asked about: whatever the board, `why.explain` finds where it comes from."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import notice, why, why_told
from handlers.board import Board, compose
from handlers.facts import House
from handlers.texts import Texts
from handlers.why_facts import Figures
from tests.handlers.boards import numbers

TEXTS = Texts.load()
COUNTERS = ("filed", "valid", "authors")
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
_UNITS = st.lists(_UNIT, max_size=len(NAMES))
_PHASE = {"number": 40, "count": 17, "ends": "2026-11-30", "set_by": "LĐLĐ Thành phố", "phase": "Đợt cuối năm"}
_ENDED = [{"unit_id": 90, "name": "Dệt Hà Đông", "count": 3, "successor": "May Sao Mai", "last": "2026-06-30"}]
_MOMENTS = re.compile(  # dates, times and ordinals are no figures
    r"\d{1,2}/\d{1,2}/\d{4}|\d{1,2}h\d{2}|\d{1,2}:\d{2}|\d{1,2} (?:November|December) \d{4}"
)
_NUMBER = re.compile(r"(?:[+−▲▼]|(?<![\d.,]))\d[\d.,]*\d%?|(?:[+−▲▼]|(?<![\d.,]))\d%?")


def board_of(
    units: list[dict[str, Any]], before: list[dict[str, Any]] | None, phase: bool, ended: bool, counter: str
) -> Board:
    more: dict[str, Any] = {"recent": 38, "recent_days": 7, "notes": [], "counter": counter}
    if phase:
        more |= {"phase": "Đợt cuối năm", "goals": [_PHASE, *numbers()["goals"]]}
    if ended:
        more |= {"ended": _ENDED, "merged": _ENDED}
    yesterday = {"day": "2026-11-19", "cut_at": "2026-11-19T17:00:00+07:00", "counter": counter}
    last = None if before is None else _numbers(before, 3, yesterday)
    return compose(_numbers(units, 3 if ended else 0, more), last)


def _numbers(units: list[dict[str, Any]], others: int, more: dict[str, Any]) -> dict[str, Any]:
    rows = [{"unit_id": at, "name": NAMES[at], **unit} for at, unit in enumerate(units)]
    filed, adjusted = (sum(unit[name] for unit in units) for name in ("filed", "adjusted"))
    count = {"goals": [numbers()["goals"][0] | {"count": filed + adjusted + others}]}
    return numbers(rows=rows, filed=filed + others, adjusted=adjusted, **count | more)


def printed(text: str) -> list[str]:
    return _NUMBER.findall(_MOMENTS.sub("", text))


@settings(deadline=None, max_examples=80)
@given(
    _UNITS,
    st.one_of(st.none(), _UNITS),
    st.booleans(),
    st.booleans(),
    st.tuples(st.sampled_from(COUNTERS), st.sampled_from(["vi", "en"])),
)
def test_every_number_of_a_notice_is_explained(
    units: list[dict[str, Any]], before: list[dict[str, Any]] | None, phase: bool, ended: bool, how: tuple[str, str]
) -> None:
    counter, language = how
    board = board_of(units, before, phase, ended, counter)
    figures = Figures(1, board)
    for kind in (notice.FULL, notice.SHORT):
        text = notice.render(TEXTS, language, board, House(), kind)
        for number in printed(text):
            found = why.explain(figures, number, language)
            assert found, f"{number} in\n{text}"
            told = [TEXTS.render(language, line) for line in why_told.tell(figures, found[0], language)]
            assert all(told)


def test_the_numbers_of_a_text_are_found() -> None:
    text = "Kết quả thứ Sáu 20/11/2026, 17h00: 1.015, tăng 38. 78,1% ▲2 (−2*) 3/14 đơn vị."
    assert printed(text) == ["1.015", "38", "78,1%", "▲2", "−2", "3", "14"]
