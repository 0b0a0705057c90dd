"""What the full notice says of pace, of places gained and lost, and of units that have ended."""

from __future__ import annotations

from typing import Any

from handlers.board import compose
from tests.handlers.boards import numbers, row, yesterday
from tests.handlers.test_notice import WEEK, full, short


def _goal(number: int, count: int, **more: Any) -> dict[str, Any]:
    return {"number": number, "count": count, "ends": "2026-12-31", "set_by": "Tổng LĐLĐ", **more}


# ---------------------------------------------------------------- pace and places


def test_once_all_is_reached_nothing_more_is_asked_for() -> None:
    for count in (1300, 1301):
        assert "lượt/ngày" not in full(compose(numbers(goals=[_goal(1300, count)], **WEEK)))
    assert "lượt/ngày" not in full(compose(numbers(goals=[], **WEEK)))


def test_on_the_last_day_and_after_it_no_pace_is_told() -> None:
    for day in ("2026-12-31", "2027-01-01"):
        assert "lượt/ngày" not in full(compose(numbers(day=day, **WEEK)))


def test_the_target_that_is_met_next_sets_the_pace() -> None:
    goals = [
        _goal(500, 500, ends="2026-11-30", phase="Giai đoạn 2"),
        _goal(2000, 1015),
        _goal(1300, 1015),
    ]
    text = full(compose(numbers(goals=goals, recent=-2, recent_days=1)))
    assert "\nCần 7,0 lượt/ngày để đạt chỉ tiêu 1.300; 1 ngày qua: −2,0 lượt/ngày.\n" in text
    goals[0]["number"] = 520
    assert "\nCần 2,0 lượt/ngày để đạt chỉ tiêu 520; " in full(compose(numbers(goals=goals, **WEEK)))


def test_before_a_day_is_over_only_the_need_is_told() -> None:
    assert "\nCần 7,0 lượt/ngày để đạt chỉ tiêu.\n" in full(compose(numbers(recent=None, recent_days=0)))
    english = full(compose(numbers(**WEEK)), "en")
    assert "\n7.0 filings a day are needed to reach the target; over the last 7 days: 5.3 a day.\n" in english


def test_members_see_neither_pace_nor_places() -> None:
    text = short(compose(numbers(**WEEK), yesterday()))
    assert "lượt/ngày" not in text
    assert "▲" not in text
    assert "▼" not in text


def test_without_a_notice_before_no_place_has_moved() -> None:
    text = full(compose(numbers()))
    assert "▲" not in text
    assert "▼" not in text


def test_places_of_another_order_are_not_compared() -> None:
    """Yesterday nobody had a target: the ranks were by count."""
    before = [row(1, "May Sao Mai", 9), row(2, "In Tân Phú", 8)]
    rows = [row(1, "May Sao Mai", 9, 90), row(2, "In Tân Phú", 8, 10)]
    text = full(compose(numbers(rows=rows), yesterday(rows=before)))
    assert "1. In Tân Phú: 8 (0) – 80,0%\n2. May Sao Mai: 9 (0) – 10,0%\n" in text


# ---------------------------------------------------------------- units that have ended


def _ended(name: str, count: int, successor: str = "") -> dict[str, Any]:
    return {"unit_id": 77, "name": name, "count": count, "successor": successor, "last": "2026-06-30"}


def test_a_unit_that_ended_keeps_its_figures_and_says_who_took_it_over() -> None:
    ended = [_ended("Dệt Kim Cũ", 12, "May Sao Mai"), _ended("HTX Hồ Tây", 4)]
    text = full(compose(numbers(filed=1036, ended=ended)))
    assert (
        "\nNộp trực tiếp: 3\n"
        "Đơn vị đã kết thúc, số liệu vẫn tính trong tổng: Dệt Kim Cũ 12 (nay thuộc May Sao Mai), HTX Hồ Tây 4\n"
    ) in text


def test_nothing_is_said_of_ended_units_where_there_are_none() -> None:
    text = full(compose(numbers(ended=[], merged=[])))
    assert "kết thúc" not in text
    assert "trực tiếp" not in text


def test_the_successors_board_says_where_the_figures_are() -> None:
    text = full(compose(numbers(merged=[_ended("CĐ P. Cầu Diễn", 250, "CĐ P. Từ Liêm")])))
    said = "Chưa gồm lượt của đơn vị đã nhập vào đây, vẫn tính ở nơi cũ: CĐ P. Cầu Diễn 250."
    assert f"\n{said}\n" in text
