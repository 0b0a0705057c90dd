"""What no form of any board ever prints: a hundred percent that is not reached, lượt where something else ranks; and
what every form says of units and targets at zero.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import in_detail, loudspeaker, notice, picture
from handlers.board import Board, compose
from handlers.facts import House
from handlers.figures import percent_text
from handlers.in_detail import Detail
from handlers.texts import Texts
from tests.handlers.boards import numbers, row, yesterday

TEXTS, HOUSE = Texts.load(), House(support="chị Hoa")
HUNDREDS = re.compile(r"(\d[\d,.]*?[.,]\d)%")

# Targets far above the counts: only there is half-up about to say 100 too early.
_UNIT = st.tuples(st.integers(0, 4000), st.one_of(st.none(), st.integers(0, 4002)), st.integers(-3, 0))
_UNITS = st.lists(_UNIT, max_size=6)
_GOALS = st.lists(st.tuples(st.integers(0, 4002), st.booleans()), max_size=3)


def board_of(units: list[tuple[int, int | None, int]], goals: list[tuple[int, bool]], counter: str) -> Board:
    rows = [
        row(
            at,
            f"Đơn vị {at}",
            count,
            target,
            adjusted=max(change, -count),
            members=count + 1,
            authors=count,
            cluster="Cụm 1",
        )
        for at, (count, target, change) in enumerate(units, 1)  # no more is struck off than was filed
    ]
    total = sum(one["filed"] + one["adjusted"] for one in rows)
    aims = [
        {"number": number % 100 if people else number, "count": total, "ends": "2026-12-31", "set_by": "LĐLĐ"}
        | {"measure": "participation" if people else "count"}
        for number, people in goals
    ]
    made = numbers(rows=rows, goals=aims, filed=total, adjusted=0, notes=[], counter=counter, members=total + 1)
    return compose(made, yesterday(counter=counter))


def forms(board: Board, language: str) -> dict[str, str]:
    return {
        "full": notice.render(TEXTS, language, board, HOUSE),
        "short": notice.render(TEXTS, language, board, HOUSE, notice.SHORT),
        "loudspeaker": loudspeaker.script(TEXTS, language, board, HOUSE),
        "picture": picture.svg(TEXTS, language, board),
        "details": in_detail.render(TEXTS, language, Detail(board)),
    }


def reached(board: Board, language: str) -> set[str]:
    """Every percentage of a hundred or more that may be printed."""
    found = [one.progress for one in (*board.rows, *board.goals) if one.progress and one.progress.reached]
    took_part = [one.participation for one in board.rows if one.authors == one.members]
    said = {percent_text(one.percent, language) for one in found}
    return said | {percent_text(share, language) for share in took_part if share is not None}


@settings(deadline=None, max_examples=40)
@given(_UNITS, _GOALS, st.sampled_from(["filed", "valid", "authors"]), st.sampled_from(["vi", "en"]))
def test_no_form_of_any_board_says_a_hundred_below_the_target(
    units: list[tuple[int, int | None, int]], goals: list[tuple[int, bool]], counter: str, language: str
) -> None:
    board = board_of(units, goals, counter)
    allowed = reached(board, language)
    for form, text in forms(board, language).items():
        for told in HUNDREDS.findall(text):
            if int(re.split(r"[.,]\d$", told)[0].replace(",", "").replace(".", "")) >= 100:
                assert f"{told}%" in allowed, f"{form}: {told}%"


# ---------------------------------------------------------------- zeros


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("goal", [0, 100])
def test_nothing_filed_reads_well_in_every_form(language: str, goal: int) -> None:
    aim = {"number": goal, "count": 0, "ends": "2026-12-31", "set_by": "LĐLĐ Thành phố"}
    rows = [row(1, "May Sao Mai", 0, 0), row(2, "In Tân Phú", 0, 40)]
    board = compose(numbers(rows=rows, goals=[aim], filed=0, adjusted=0, notes=[]))
    for form, text in forms(board, language).items():
        assert not re.search(r"None|∞|nan|\{|\}", re.sub(r"<[^>]*>", "", text)), f"{form}: {text}"
        if goal == 0:
            assert not re.search(r"0[.,]0%", text), f"{form}: no target is not 0%"
    full = notice.render(TEXTS, "vi", board, HOUSE)
    assert "Chưa có lượt nộp: May Sao Mai, In Tân Phú" in full
    assert ("Chưa giao chỉ tiêu, còn 41 ngày." in full) == (goal == 0)


def test_a_unit_whose_target_is_nothing_has_none() -> None:
    rows = [row(1, "May Sao Mai", 5, 0), row(2, "In Tân Phú", 5, 10)]
    board = compose(numbers(rows=rows, goals=[], filed=10, adjusted=0, notes=[]))
    full = notice.render(TEXTS, "vi", board, HOUSE)
    assert "\n1. In Tân Phú: 5 – 50,0%\nMay Sao Mai: 5 – chưa giao chỉ tiêu\n" in full
    assert "Hoàn thành chỉ tiêu: 0/1 đơn vị." in full


@pytest.mark.parametrize(
    ("counter", "what"), [("filed", "lượt"), ("valid", "sáng kiến hợp lệ"), ("authors", "tác giả")]
)
def test_units_that_ended_keep_their_figures_under_any_counter(counter: str, what: str) -> None:
    ended: list[dict[str, Any]] = [{"unit_id": 9, "name": "In Cũ", "count": 7, "successor": "In Tân Phú"}]
    rows = [row(1, "May Sao Mai", 5), row(2, "In Tân Phú", 3)]
    values = {"rows": rows, "goals": [], "filed": 15, "adjusted": 0, "notes": [], "counter": counter}
    gone = notice.render(TEXTS, "vi", compose(numbers(ended=ended, **values)), HOUSE)
    assert "Đơn vị đã kết thúc, số liệu vẫn tính trong tổng: In Cũ 7 (nay thuộc In Tân Phú)" in gone
    assert "Nộp trực tiếp" not in gone
    heir = notice.render(TEXTS, "vi", compose(numbers(merged=ended, **values | {"filed": 8})), HOUSE)
    assert f"Chưa gồm {what} của đơn vị đã nhập vào đây" in heir
