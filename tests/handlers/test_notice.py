"""The notices read as `conversation.md` §5a and §5b."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers import notice
from handlers.board import Board, compose
from handlers.facts import House
from handlers.texts import Texts
from tests.handlers.boards import numbers, row, yesterday

TEXTS = Texts.load()
HOUSE = House(support="chị Hoa, Tổ hỗ trợ sáng kiến")
WEEK = {"recent": 37, "recent_days": 7}

FULL = """\
CÔNG ĐOÀN PHƯỜNG TỪ LIÊM
Kết quả sáng kiến thứ Sáu 20/11/2026
(lượt nộp qua bot, tính đến 17h00 ngày 20/11/2026)

Tổng: 1.015, tăng 38 so với bản tin hôm qua (40 mới, điều chỉnh giảm 2)
Đạt 78,1% chỉ tiêu năm 1.300 do LĐLĐ Thành phố giao. Còn 285, còn 41 ngày.
Cần 7,0 lượt/ngày để đạt chỉ tiêu; 7 ngày qua: 5,3 lượt/ngày.

Đơn vị: số lượt (tăng) – % chỉ tiêu
1. BV Từ Liêm: 132 (+4) – 120,0%
2. THPT Xuân Phương: 84 (+2) – 112,0%
3. Điện Sao Việt: 203 (+9) – 101,5%
4. ▲1 Tiểu học Mỹ Đình: 76 (+1) – 95,0%
4. Mầm non Hoa Mai: 57 (0) – 95,0%
6. Cơ khí An Phát: 76 (+5) – 84,4%
7. ▲1 May Sao Mai: 118 (+8) – 78,7%
8. ▼2 THCS Cầu Diễn: 69 (−2*) – 76,7%
9. Xây dựng Số 9: 44 (+3) – 73,3%
10. Dược Hồng Hà: 33 (+2) – 66,0%
11. Siêu thị Minh Tâm: 66 (+4) – 60,0%
12. In Tân Phú: 21 (+1) – 52,5%
13. Vận tải Bình An: 24 (0) – 30,0%
HTX Phú Đô: 12 (+1) – chưa giao chỉ tiêu
Chưa có lượt nộp: Bảo vệ Thăng Long
* Chuyển về đúng đơn vị: THCS Cầu Diễn −2.

Nhiều lượt nhất: Điện Sao Việt 203, BV Từ Liêm 132, May Sao Mai 118. Hoàn thành chỉ tiêu: 3/14 đơn vị.
Hỗ trợ: chị Hoa, Tổ hỗ trợ sáng kiến. Nộp: nhắn SK và mã đơn vị cho Bot Sáng kiến."""

SHORT = """\
Sáng kiến Công đoàn phường Từ Liêm – ngày 20/11/2026
Tổng 1.015 lượt (+38), đạt 78,1% chỉ tiêu năm 1.300.
Tăng nhiều hôm nay: Điện Sao Việt +9, May Sao Mai +8, Cơ khí An Phát +5.
Đã hoàn thành chỉ tiêu: BV Từ Liêm, THPT Xuân Phương, Điện Sao Việt.
Anh/chị có cách làm mới? Nhắn SK và mã đơn vị cho Bot Sáng kiến.
(lượt nộp qua bot lúc 17h00, chưa phải số hợp lệ)"""


def full(board: Board, language: str = "vi", **how: Any) -> str:
    return notice.render(TEXTS, language, board, HOUSE, **how)


def short(board: Board, language: str = "vi", **how: Any) -> str:
    return notice.render(TEXTS, language, board, HOUSE, notice.SHORT, **how)


def test_the_full_notice_for_officers() -> None:
    assert full(compose(numbers(**WEEK), yesterday())) == FULL


def test_the_short_notice_for_members_names_no_laggard() -> None:
    text = short(compose(numbers(), yesterday()))
    assert text == SHORT
    assert "Vận tải Bình An" not in text
    assert "Bảo vệ Thăng Long" not in text


def test_the_english_notices() -> None:
    text = full(compose(numbers(), yesterday()), "en")
    assert "Initiatives, Friday 20 November 2026\n(filings through the bot, as of 17:00 on 20 November 2026)" in text
    assert "Total: 1,015, up 38 since yesterday's notice (40 new, corrected down by 2)" in text
    assert "78.1% of the year's target of 1,300 set by LĐLĐ Thành phố. 285 to go, 41 days left." in text
    assert "8. ▼2 THCS Cầu Diễn: 69 (−2*) – 76.7%" in text
    assert "Target reached: 3 of 14 units." in text
    assert "1,015 filings in all (+38), 78.1% of the year's target of 1,300." in short(
        compose(numbers(), yesterday()), "en"
    )


def test_the_first_notice_ever() -> None:
    text = full(compose(numbers()))
    assert "Tổng: 1.015 (bản tin đầu tiên)\n" in text
    assert "Đơn vị: số lượt – % chỉ tiêu\n1. BV Từ Liêm: 132 – 120,0%\n" in text
    assert "*" not in text
    assert "Tổng 1.015 lượt, đạt" in short(compose(numbers()))


def test_a_board_asked_for_reads_like_the_notice() -> None:
    assert notice.board_text(TEXTS, "vi", compose(numbers(**WEEK), yesterday()), HOUSE) == FULL
    assert "Tổng: 1.015\n" in notice.board_text(TEXTS, "vi", compose(numbers()), HOUSE)


def test_nothing_changed() -> None:
    board = compose(yesterday() | {"day": "2026-11-20", "cut_at": "2026-11-20T17:00:00+07:00"}, yesterday())
    assert "Tổng: 977, không đổi so với bản tin hôm qua\n" in full(board)
    assert "Tổng 977 lượt, đạt 78,1%" in short(board)
    assert "Tăng nhiều" not in short(board)


def test_the_total_fell() -> None:
    board = compose(numbers(filed=979, adjusted=-5, notes=[]), yesterday())
    assert "Tổng: 974, giảm 3 so với bản tin hôm qua (2 mới, điều chỉnh giảm 5)" in full(board)
    assert "* Điều chỉnh: THCS Cầu Diễn −2." in full(board)  # no reason is known: it is told all the same
    assert "Tổng 974 lượt (−3)" in short(board)


def test_a_move_within_the_board_is_explained_for_both_units() -> None:
    rows = [row(1, "May Sao Mai", 5, adjusted=-1), row(2, "In Tân Phú", 4, adjusted=1)]
    before = [row(1, "May Sao Mai", 4), row(2, "In Tân Phú", 4)]
    notes = [
        {"unit_id": 1, "unit": "May Sao Mai", "reason": "moved", "delta": -1},
        {"unit_id": 2, "unit": "In Tân Phú", "reason": "moved", "delta": 1},
    ]
    board = compose(numbers(rows=rows, filed=9, adjusted=0, notes=notes), yesterday(rows=before, filed=8, adjusted=0))
    text = full(board)
    assert "tăng 1 so với bản tin hôm qua\n" in text  # nothing to split: the two cancel out
    assert "1. In Tân Phú: 5 (+1*)\n2. ▼1 May Sao Mai: 4 (0*)\n" in text
    assert "* Chuyển về đúng đơn vị: May Sao Mai −1, In Tân Phú +1." in text


def test_a_repeat_says_when() -> None:
    at = {"cut_at": "2026-11-20T17:40:00+07:00"}
    board = compose(numbers(**at), yesterday() | {"day": "2026-11-20", "cut_at": "2026-11-20T17:00:00+07:00"})
    assert "Kết quả sáng kiến thứ Sáu 20/11/2026, cập nhật 17h40\n" in full(board, update=True)
    assert "tăng 38 so với bản tin 17h00 (" in full(board, update=True)
    assert "ngày 20/11/2026, cập nhật 17h40\n" in short(board, update=True)
    assert "Tăng nhiều từ bản tin trước:" in short(board)


def test_a_notice_caught_up_after_midnight_speaks_of_its_own_day() -> None:
    board = compose(numbers(cut_at="2026-11-21T00:00:00+07:00"), yesterday())
    assert "(lượt nộp qua bot, tính đến 24h00 ngày 20/11/2026)" in full(board)
    assert "so với bản tin ngày 19/11/2026 (" in full(board)
    assert "lúc 24h00," in short(board)
    assert "Tăng nhiều trong ngày:" in short(board)


def test_after_days_without_a_notice_the_last_one_is_named_by_its_date() -> None:
    before = yesterday() | {"day": "2026-11-16", "cut_at": "2026-11-16T17:00:00+07:00"}
    assert "so với bản tin ngày 16/11/2026 (" in full(compose(numbers(), before))


def test_no_target_is_said_once() -> None:
    rows = [row(1, "May Sao Mai", 5), row(2, "In Tân Phú", 7)]
    text = full(compose(numbers(rows=rows, goals=[], filed=12, adjusted=0, notes=[])))
    assert "Chưa giao chỉ tiêu, còn 41 ngày." in text
    assert "Đơn vị: số lượt\n1. In Tân Phú: 7\n2. May Sao Mai: 5\n" in text
    assert "0%" not in text
    assert "Hoàn thành" not in text


def test_all_at_zero() -> None:
    rows = [row(1, "May Sao Mai", 0, 10), row(2, "In Tân Phú", 0)]
    board = compose(numbers(rows=rows, filed=0, adjusted=0, notes=[]))
    assert "Chưa có lượt nộp: May Sao Mai, In Tân Phú\n" in full(board)
    assert "1. " not in full(board)
    assert "Chưa có lượt nộp nào: lượt đầu tiên có thể là của anh/chị." in short(board)
    assert "0%" not in short(board)


def test_a_unit_with_nothing_below_it() -> None:
    board = compose(numbers(rows=[], notes=[]), yesterday(rows=[]))
    assert "để đạt chỉ tiêu.\n\nHỗ trợ:" in full(board)
    assert "Nộp trực tiếp" not in full(board)


def test_filings_that_no_row_shows() -> None:
    assert "\nNộp trực tiếp hoặc thuộc đơn vị đã kết thúc: 3\n" in full(compose(numbers(filed=1020)))


def test_no_support_line_unless_it_is_set() -> None:
    text = notice.render(TEXTS, "vi", compose(numbers()), House())
    assert "Hỗ trợ" not in text
    assert text.endswith("\nNộp: nhắn SK và mã đơn vị cho Bot Sáng kiến.")


def _goal(number: int, count: int, **more: Any) -> dict[str, Any]:
    return {"number": number, "count": count, "ends": "2026-12-31", "set_by": "Tổng LĐLĐ", **more}


def test_phase_and_whole_are_two_lines_each_with_who_set_it() -> None:
    goals = [
        _goal(52_000, 56_106, ends="2026-11-20", phase="Giai đoạn 1", set_by="Công đoàn phường Từ Liêm"),
        _goal(60_000, 56_106),
    ]
    text = full(compose(numbers(goals=goals, opens="2026-02-01")))
    assert (
        "Giai đoạn 1: đạt 107,9% chỉ tiêu 52.000 tự đăng ký (vượt 4.106), hôm nay là ngày cuối.\n"
        "Cả chương trình: đạt 93,5% chỉ tiêu 60.000 do Tổng LĐLĐ giao. Còn 3.894, còn 41 ngày.\n"
    ) in text
    members = short(compose(numbers(goals=goals, opens="2026-02-01")))
    assert ", đạt 107,9% chỉ tiêu Giai đoạn 1 52.000, 93,5% chỉ tiêu cả chương trình 60.000." in members


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (9996, "Đạt 99,9% chỉ tiêu năm 10.000"),
        (10_000, "Vừa đủ, còn 41 ngày."),
        (10_014, "Đạt 100,1% chỉ tiêu năm 10.000 do Tổng LĐLĐ giao (vượt 14), còn 41 ngày."),
    ],
)
def test_around_the_target(count: int, said: str) -> None:
    assert said in full(compose(numbers(goals=[_goal(10_000, count)])))


def test_a_percentage_of_the_phase_names_its_count() -> None:
    rows = [
        row(1, "May Sao Mai", 90, None, phase=50, in_phase=20),
        row(2, "In Tân Phú", 40, None, phase=50, in_phase=40),
    ]
    text = full(compose(numbers(rows=rows, phase="Giai đoạn 2", filed=130, adjusted=0, notes=[])))
    assert "Đơn vị: số lượt – % chỉ tiêu Giai đoạn 2\n1. In Tân Phú: 40 – 80,0%\n" in text
    assert "2. May Sao Mai: 90 – 40,0% (20 lượt trong giai đoạn)\n" in text


def test_the_campaign_is_named_where_several_are_open() -> None:
    board = compose(numbers(), named=True)
    assert "\nChương trình: Thi đua đổi mới sáng tạo 2026\n" in full(board)
    assert "\nChương trình: Thi đua đổi mới sáng tạo 2026\n" in short(board)


def test_many_units_at_zero_are_several_lines() -> None:
    rows = [row(at, f"Công ty số {at:03d}", 0) for at in range(120)]
    text = full(compose(numbers(rows=rows, filed=0, adjusted=0, notes=[])))
    lines = [line for line in text.split("\n") if "Công ty" in line]
    assert len(lines) == 5
    assert sum(line.count("Công ty") for line in lines) == 120
    assert max(map(len, lines)) < 600


def test_many_that_reached_their_target_are_not_all_named_to_members() -> None:
    rows = [row(at, f"Công ty {at:02d}", 5, 5) for at in range(14)]
    assert "Công ty 09 và 4 đơn vị khác." in short(compose(numbers(rows=rows)))


def test_after_the_last_day() -> None:
    board = compose(numbers())
    after = replace(
        board, day=board.closes + timedelta(days=1), cut_at=datetime(2027, 1, 1, 17, tzinfo=board.cut_at.tzinfo)
    )
    assert "đã hết hạn" in full(replace(after, goals=()))


def test_rows_in_the_official_order_keep_their_ranks_and_by_count_nothing_is_said_twice() -> None:
    official = full(compose(numbers(), yesterday(), sorted_by="official"))
    lines = official.splitlines()
    first, second = lines.index("1. BV Từ Liêm: 132 (+4) – 120,0%"), lines.index("6. Cơ khí An Phát: 76 (+5) – 84,4%")
    assert second == first + 1
    assert "Nhiều lượt nhất" in official
    by_count = full(compose(numbers(), yesterday(), sorted_by="count"))
    assert "\n1. Điện Sao Việt: 203 (+9) – 101,5%\n2. BV Từ Liêm: 132 (+4) – 120,0%\n3. May Sao Mai" in by_count
    assert "Nhiều lượt nhất" not in by_count
