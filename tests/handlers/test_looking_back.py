"""What the end of a drive is told with: targets reached and how early, the best day, a holiday, author groups."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.board import Board, compose
from handlers.looking_back import GroupCount, average_line, best_line, group_lines, quiet_span, reached_lines
from handlers.pace import DayCount
from handlers.talk import Say
from handlers.texts import Texts
from tests.handlers.boards import numbers, yesterday

TEXTS = Texts.load()


def said(lines: list[Say], language: str = "vi") -> list[str]:
    return [TEXTS.render(language, line) for line in lines]


def days(*counts: int, first: date = date(2022, 5, 7)) -> list[DayCount]:
    return [DayCount(first + timedelta(days=at), count) for at, count in enumerate(counts)]


def drive(count: int, **goal: object) -> Board:
    """Gia Lâm: a target until 31/5/2022."""
    aim = {"number": 1700, "count": count, "ends": "2022-05-31", "set_by": "LĐLĐ Thành phố", **goal}
    return Board.from_json(numbers(opens="2022-01-08", closes="2022-05-31", day="2022-05-31", goals=[aim]))


def test_a_target_that_was_not_reached_or_was_lost_again_is_not_told() -> None:
    assert reached_lines(drive(1699), days(1699)) == []
    assert reached_lines(drive(1699), [*days(1700), DayCount(date(2022, 5, 20), 0, -1)]) == []
    assert reached_lines(drive(0, number=0), days(0)) == []


def test_the_day_a_target_was_reached_and_how_early_is_the_plain_difference() -> None:
    told = said(reached_lines(drive(3100), days(900, 700, 100, 1400)))
    assert told == ["Hoàn thành chỉ tiêu 1.700 (do LĐLĐ Thành phố giao) ngày 9/5/2022, sớm 22 ngày."]
    late = said(reached_lines(drive(1700), days(1700, first=date(2022, 5, 31))))
    assert late == ["Hoàn thành chỉ tiêu 1.700 (do LĐLĐ Thành phố giao) ngày 31/5/2022, đúng ngày cuối."]
    [english] = said(reached_lines(drive(1700), days(1700, first=date(2022, 5, 30)), "en"), "en")
    assert english == "Target of 1,700 (set by LĐLĐ Thành phố) reached on 30 May 2022, 1 day early."


def test_the_target_of_a_phase_is_met_by_what_came_in_it() -> None:
    before = days(5000, first=date(2022, 3, 1))
    board = drive(1700, phase="Giai đoạn 1", starts="2022-05-01")
    [line] = said(reached_lines(board, [*before, *days(0, 0, 1700)]))
    assert line == "Hoàn thành chỉ tiêu 1.700 của Giai đoạn 1 (do LĐLĐ Thành phố giao) ngày 9/5/2022, sớm 22 ngày."


def test_the_best_day_is_the_first_of_equals_and_none_without_a_filing() -> None:
    assert best_line(days(0, 0)) is None
    line = best_line(days(3, 4012, 4012))
    assert line is not None
    assert said([line]) == ["Ngày nhiều nhất: 8/5/2022, 4.012 lượt."]


def test_the_average_over_a_holiday_counts_its_empty_days() -> None:
    holiday = (date(2022, 4, 30), date(2022, 5, 3))
    line = average_line(days(800, 1000, 0, first=holiday[0]), *holiday)
    assert said([line]) == ["Từ 30/4/2022 đến 3/5/2022: bình quân 450,0 lượt/ngày."]
    with pytest.raises(ValueError, match="span"):
        average_line([], holiday[1], holiday[0])


def test_a_span_without_notices_is_the_days_after_the_last_one() -> None:
    assert quiet_span(compose(numbers())) is None
    assert quiet_span(compose(numbers(), yesterday())) is None
    after_a_weekend = compose(numbers(), yesterday(day="2026-11-17"))
    assert quiet_span(after_a_weekend) == (date(2026, 11, 18), date(2026, 11, 20))


def test_shares_of_author_groups_say_where_rounding_keeps_them_from_adding_up() -> None:
    assert group_lines([]) == group_lines([GroupCount("Công nhân", 0)]) == []
    published = [
        GroupCount("cán bộ công đoàn", 110_976),
        GroupCount("đơn vị sự nghiệp", 380_656),
        GroupCount("công nhân doanh nghiệp", 168_921),
        GroupCount("cơ quan", 36_395),
    ]
    assert said(group_lines(published)) == [
        "đơn vị sự nghiệp 380.656 (54,6%)",
        "công nhân doanh nghiệp 168.921 (24,2%)",
        "cán bộ công đoàn 110.976 (15,9%)",
        "cơ quan 36.395 (5,2%)",
        "Các tỷ lệ đã làm tròn, cộng lại được 99,9%.",
    ]
    assert said(group_lines([GroupCount("Công nhân", 3), GroupCount("", 1)])) == [
        "Công nhân 3 (75,0%)",
        "chưa rõ nhóm 1 (25,0%)",
    ]
