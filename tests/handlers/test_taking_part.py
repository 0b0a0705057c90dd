"""Targets on participation, the parts of a total, and the money, in the words of the notice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import counters, notice
from handlers.board import Board, compose
from handlers.facts import House
from handlers.taking_part import missing, participation_lines, share
from handlers.texts import Texts
from tests.handlers.boards import numbers, yesterday

TEXTS = Texts.load()
HOUSE = House(support="chị Hoa")
PARTS = {"authors": 402, "waiting": 371, "valid": 611, "refused": 33, "benefit_vnd": 33_200_000_000}


def aimed(people: int, members: int | None, number: int = 5, **more: object) -> Board:
    goal = {"number": number, "count": people, "ends": "2026-12-31", "set_by": "LĐLĐ Thành phố"}
    return compose(numbers(members=members, goals=[{**goal, "measure": "participation", **more}]))


def told(board: Board, language: str = "vi") -> list[str]:
    return [TEXTS.render(language, line) for line in participation_lines(board, language)]


def full(board: Board) -> str:
    return notice.render(TEXTS, "vi", board, HOUSE)


def test_without_the_number_of_members_it_says_so_and_no_percentage() -> None:
    for members in (None, 0):
        [line] = told(aimed(1342, members))
        assert line == (
            "Chỉ tiêu 5% đoàn viên có sáng kiến do LĐLĐ Thành phố giao: chưa rõ số đoàn viên "
            "nên chưa tính được tỷ lệ (đã có 1.342 người nộp)."
        )


def test_below_the_target_it_says_how_many_people_are_missing() -> None:
    assert told(aimed(1342, 42_000)) == [
        "3,2% đoàn viên có sáng kiến (1.342/42.000), chỉ tiêu 5% do LĐLĐ Thành phố giao. Còn 758 người, còn 41 ngày."
    ]
    [nearly] = told(aimed(2099, 42_000))  # 4,998%
    assert nearly.startswith("4,9% đoàn viên")
    [of_phase] = told(aimed(1, 100, phase="Giai đoạn 2", set_by="CĐ P. Từ Liêm"), "en")
    assert of_phase.startswith("Giai đoạn 2: 1.0% of the members have filed (1/100); the target is 5% of our own.")


def test_a_target_that_is_reached() -> None:
    [line] = told(aimed(2100, 42_000))
    assert line == ("5,0% đoàn viên có sáng kiến (2.100/42.000), đạt chỉ tiêu 5% do LĐLĐ Thành phố giao, còn 41 ngày.")


@given(st.integers(0, 3000), st.integers(1, 3000), st.integers(1, 100))
def test_the_share_shows_the_target_only_where_it_is_reached(people: int, members: int, target: int) -> None:
    assert (share(people, members, target) >= target) == (missing(people, members, target) == 0)
    with pytest.raises(ValueError, match="members"):
        share(people, 0, target)


def test_it_is_never_mixed_with_targets_on_a_count() -> None:
    text = full(aimed(1342, 42_000))
    assert "Chưa giao chỉ tiêu, còn" not in text
    assert "Cần" not in text
    both = numbers(members=42_000)
    both["goals"] = [*both["goals"], {**aimed(1342, 1).to_json()["goals"][0]}]
    text = full(compose(both))
    assert "\nĐạt 78,1% chỉ tiêu năm 1.300 do LĐLĐ Thành phố giao. Còn 285, còn 41 ngày.\n" in text
    assert "\n3,2% đoàn viên có sáng kiến (1.342/42.000)" in text


def test_the_parts_of_the_total_once_something_is_judged() -> None:
    assert "Trong đó" not in full(compose(numbers(counters={"waiting": 1015, "authors": 0})))
    text = full(compose(numbers(counters=PARTS)))
    assert "\nTrong đó: hợp lệ 611 · chờ thẩm định 371 · không đạt, trùng 33\n" in text
    assert "\nTác giả: 402 · làm lợi 33,2 tỷ đồng (ước tính)\n" in text
    none_valid = full(compose(numbers(counters={"waiting": 1014, "withdrawn": 1, "authors": 9})))
    assert "\nTrong đó: hợp lệ 0 · chờ thẩm định 1.014 · đã rút 1\nTác giả: 9\n" in none_valid


def test_parts_of_another_total_are_named_as_the_bots() -> None:
    line = "\nQua bot 1.015 lượt nộp: hợp lệ 611 · chờ thẩm định 371 · không đạt, trùng 33\n"
    assert line in full(compose(numbers(counters=PARTS, counter="valid", filed=611, adjusted=0)))
    assert line in full(compose(numbers(counters=PARTS, filed=1070, adjusted=0)))  # counted elsewhere


def test_money_in_round_words() -> None:
    said = [TEXTS.render("vi", counters.money(vnd)) for vnd in (500_000, 80_000_000, 1_449_999_999, 33_000_000_000_000)]
    assert said == ["500.000 đồng", "80 triệu đồng", "1,4 tỷ đồng", "33.000 tỷ đồng"]
    assert TEXTS.render("en", counters.money(1_450_000_000, "en")) == "1.5 billion dong"


def test_after_days_without_a_notice_their_average_is_told() -> None:
    assert "bình quân" not in full(compose(numbers(), yesterday()))
    text = full(compose(numbers(), yesterday(day="2026-11-16", cut_at="2026-11-16T17:00:00+07:00")))
    assert "\nTừ 17/11/2026 đến 20/11/2026: bình quân 10,0 lượt/ngày.\n" in text


def test_counters_and_targets_outlive_freezing() -> None:
    board = compose(numbers(counters=PARTS, members=9, goals=aimed(1, 9).to_json()["goals"]))
    assert Board.from_json(board.to_json()) == board
    assert board.counters is not None
    assert (board.counters.filed, board.goals[0].progress) == (1015, None)
    old = board.to_json()
    del old["counters"], old["counter"], old["came"]
    assert Board.from_json(old).counters is None
