"""PHATTHANH: the board read aloud, in under a minute, without a digit or a symbol."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.board import Board, compose
from handlers.facts import House
from handlers.loudspeaker import MOST_WORDS, script
from handlers.texts import Texts
from tests.handlers.boards import numbers, row, yesterday

TEXTS = Texts.load()
HOUSE = House()
READABLE = re.compile(r"[\w\s.,:;!?]*")
WHOLE_GOAL = {"number": 1300, "count": 1015, "ends": "2026-12-31", "set_by": "LĐLĐ Thành phố"}
PHASE_GOAL = {"number": 52000, "count": 56106, "ends": "2026-12-31", "set_by": "LĐLĐ", "phase": "Giai đoạn 1"}


def vietnamese(board: Board) -> str:
    return script(TEXTS, "vi", board, HOUSE)


def ward(**changes: Any) -> Board:
    return compose(numbers(**changes), yesterday())


def test_the_ward_of_the_notice_aloud() -> None:
    assert vietnamese(ward()).splitlines() == [
        "Kính thưa các anh chị!",
        "Công đoàn phường Từ Liêm xin báo kết quả sáng kiến thứ Sáu, ngày hai mươi tháng mười một.",
        "Đến mười bảy giờ, chúng ta đã có một nghìn không trăm mười lăm lượt nộp,"
        " tăng ba mươi tám lượt so với bản tin hôm qua.",
        "Chúng ta đã đạt bảy mươi tám phẩy một phần trăm chỉ tiêu một nghìn ba trăm,"
        " còn hai trăm tám mươi lăm lượt nữa là hoàn thành.",
        "Đạt tỷ lệ cao nhất: bệnh viện Từ Liêm, trung học phổ thông Xuân Phương và Điện Sao Việt.",
        "Nhiều lượt nộp nhất: Điện Sao Việt, hai trăm linh ba lượt.",
        "Xin cảm ơn và chúc mừng các đơn vị, các tác giả!",
        "Anh chị có cách làm mới, dù nhỏ, hãy nhắn chữ S K và mã đơn vị cho Bot Sáng kiến.",
    ]


def test_who_is_behind_is_not_called_out() -> None:
    said = vietnamese(ward())
    behind = ["Bảo vệ Thăng Long", "Vận tải Bình An", "HTX Phú Đô", "hợp tác xã"]
    assert [name for name in behind if name in said] == []


def test_nobody_has_filed_yet() -> None:
    rows = [row(1, "May Sao Mai", 0, 150), row(2, "In Tân Phú", 0, 40)]
    goals = [{**WHOLE_GOAL, "count": 0}]
    said = vietnamese(compose(numbers(filed=0, adjusted=0, rows=rows, goals=goals, notes=[])))
    assert "chưa có lượt nộp nào; người đầu tiên có thể là chính anh chị" in said
    assert "cao nhất" not in said
    assert "May Sao Mai" not in said


def test_a_total_that_fell_says_that_it_was_checked() -> None:
    assert "sau khi rà soát giảm mười bảy lượt so với bản tin hôm qua" in vietnamese(ward(filed=960, adjusted=0))


def test_a_target_passed_and_one_just_reached() -> None:
    passed = vietnamese(ward(goals=[PHASE_GOAL]))
    assert "đã đạt một trăm linh bảy phẩy chín phần trăm chỉ tiêu năm mươi hai nghìn của Giai đoạn một" in passed
    assert "vượt bốn nghìn một trăm linh sáu lượt" in passed
    just = vietnamese(ward(goals=[{**WHOLE_GOAL, "number": 1015}]))
    assert "Chúng ta đã hoàn thành chỉ tiêu một nghìn không trăm mười lăm." in just


def test_without_any_target_it_is_the_number_that_counts() -> None:
    rows = [row(1, "May 10", 12), row(2, "In Tân Phú", 3), row(3, "Xây dựng Số 9", 0)]
    said = vietnamese(compose(numbers(filed=15, adjusted=0, rows=rows, goals=[], notes=[])))
    assert "Nhiều lượt nộp nhất: May mười và In Tân Phú." in said
    assert "phần trăm" not in said


def test_a_unit_without_units_below_it() -> None:
    said = vietnamese(compose(numbers(rows=[], notes=[])))
    assert "một nghìn không trăm mười lăm lượt nộp." in said
    assert "cao nhất" not in said


def test_the_last_notice_was_days_ago() -> None:
    board = compose(numbers(), yesterday(day="2026-11-04", cut_at="2026-11-04T17:00:00+07:00"))
    assert "so với bản tin ngày mùng bốn tháng mười một" in vietnamese(board)


def test_in_english_digits_may_stand() -> None:
    said = script(TEXTS, "en", ward(), HOUSE)
    assert "we have filed 1,015 initiatives, 38 more than in yesterday's notice" in said
    assert "We have reached 78.1 percent of the target of 1,300; 285 more and it is done." in said
    assert "%" not in said


@pytest.mark.parametrize("language", ["vi", "en"])
def test_targets_of_phase_and_whole_fit_into_the_minute_too(language: str) -> None:
    said = script(
        TEXTS, language, ward(goals=[PHASE_GOAL, WHOLE_GOAL], unit="Công đoàn các KCN và KCX P. Từ Liêm"), HOUSE
    )
    assert len(said.split()) <= MOST_WORDS


names = st.text(min_size=1, max_size=18)


@settings(max_examples=60, deadline=None)
@given(
    unit=names,
    rows=st.lists(st.tuples(names, st.integers(0, 10**6), st.one_of(st.none(), st.integers(0, 10**6))), max_size=6),
    target=st.integers(0, 10**7),
    change=st.integers(-999, 10**6),
)
def test_any_board_is_said_in_a_minute_without_digits_or_symbols(
    unit: str, rows: list[tuple[str, int, int | None]], target: int, change: int
) -> None:
    below = [row(at, name, count, aim) for at, (name, count, aim) in enumerate(rows, 1)]
    total = sum(count for _, count, _ in rows)
    goals = [{**WHOLE_GOAL, "number": target, "count": total}]
    said = vietnamese(
        compose(
            numbers(unit=unit, filed=total, adjusted=0, rows=below, goals=goals, notes=[]),
            yesterday(filed=total - change, adjusted=0),
        )
    )
    assert len(said.split()) <= MOST_WORDS
    assert READABLE.fullmatch(said)
    assert not any(sign.isdigit() for sign in said)


def test_before_the_portals_first_figures_no_share_is_told() -> None:
    text = script(TEXTS, "vi", compose(numbers(source={"kind": "portal"})), HOUSE)
    assert "Chưa có số nào từ Cổng." in text
    assert "phần trăm" not in text
