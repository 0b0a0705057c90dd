"""Rows as officers paste them, and the moment they say them to be of."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from handlers.parse.pasted import Line, Moment, is_moment, moment, pasted
from handlers.words import command

HANOI = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 20, 16, 34, 20, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("Điện Sao Việt\t203", "Điện Sao Việt", 203),
        ("May Sao Mai: 118", "May Sao Mai", 118),
        ("THCS Cầu Diễn 69", "THCS Cầu Diễn", 69),
        ("THCS Cầu Diễn - 69", "THCS Cầu Diễn", 69),
        ("THPT Xuân Phương – 1.084", "THPT Xuân Phương", 1084),
        ("Xây dựng Số 9 44", "Xây dựng Số 9", 44),
        ("Xây dựng Số 9\t44", "Xây dựng Số 9", 44),
        ("7\tIn Tân Phú\t21", "In Tân Phú", 21),
        ("7. In Tân Phú 21", "In Tân Phú", 21),
        ("7   In Tân Phú   21", "In Tân Phú", 21),
        ("Đơn vị | 1.015", "Đơn vị", 1015),
        ("BV Từ Liêm = 0", "BV Từ Liêm", 0),
        ("BV Từ Liêm 132 lượt", "BV Từ Liêm", 132),
        ("4827\tMay Sao Mai\t118", "May Sao Mai", 118),
    ],
)
def test_a_name_and_a_number_are_read(text: str, name: str, number: int) -> None:
    (line,) = pasted(text).lines
    assert (line.name, line.number) == (name, number)


def test_a_line_that_is_asked_about_is_shown_without_the_numbering_of_the_sheet() -> None:
    assert pasted("3\tcty cdau dien\t69\t").lines == (Line("cty cdau dien 69", "cty cdau dien", 69),)
    assert pasted("3\tcty cdau dien\t6x9").lines == (Line("cty cdau dien 6x9"),)


@pytest.mark.parametrize(
    "text",
    [
        "203 Điện Sao Việt",
        "abc",
        "BV 1,132",
        "BV 1.13",
        "BV -3",
        "BV 3,5",
        "203",
        "BV\t12\t13",
        "BV 99999999999",
        "BV\t",
    ],
)
def test_what_is_not_clear_is_not_read(text: str) -> None:
    (line,) = pasted(text).lines
    assert line.number is None


def test_head_numbering_blank_lines_and_sum_are_understood() -> None:
    sheet = pasted("STT\tĐơn vị\tChỉ tiêu\tSố lượng\n\n1\tBV\t110\t132\n2\tMay\t150\t118\n\tTổng cộng\t260\t250\n")
    assert [(line.name, line.number) for line in sheet.lines] == [("BV", 132), ("May", 118)]
    assert (sheet.total, sheet.daily) == (250, False)
    assert pasted("Đơn vị\tLượt trong ngày\nBV\t3").daily
    assert pasted("Đơn vị\tLượt trong ngày\tLũy kế\nBV\t3\t132").lines[0].number is None


@pytest.mark.parametrize(
    ("words", "as_of", "day", "daily"),
    [
        ("16h30", (20, 16, 30), 20, False),
        ("16:30", (20, 16, 30), 20, False),
        ("16 giờ 30 ngày 19/11", (19, 16, 30), 19, False),
        ("16h 18/11/2026", (18, 16, 0), 18, False),
        ("24h 18/11", (19, 0, 0), 18, False),
        ("18/11", (19, 0, 0), 18, False),
        ("trong ngày 16h", (20, 16, 0), 20, True),
        ("ngay", (20, 16, 34), 20, True),
        ("", (20, 16, 34), 20, False),
    ],
)
def test_a_moment_is_read(words: str, as_of: tuple[int, int, int], day: int, daily: bool) -> None:
    expected = Moment(datetime(2026, 11, *as_of, tzinfo=HANOI), date(2026, 11, day), daily)
    assert moment(words, NOW) == expected
    assert is_moment(words)


@pytest.mark.parametrize("words", ["25h", "24h30", "17h", "21/11", "31/2", "0/0", "16h30 21/11/2026"])
def test_a_moment_that_is_none_or_still_to_come_is_not(words: str) -> None:
    assert moment(words, NOW) is None


def test_a_day_of_last_december_is_last_years() -> None:
    found = moment("31/12", datetime(2027, 1, 2, 8, tzinfo=HANOI))
    assert found is not None
    assert found.day == date(2026, 12, 31)


@pytest.mark.parametrize("words", ["Điện Sao Việt\t203", "Tổ 3 15", "May: 3"])
def test_a_row_is_no_moment(words: str) -> None:
    assert not is_moment(words)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("SOCONG", ""),
        ("/so cong 16h30", "16h30"),
        ("Số Cổng 16h30\nBV\t3", "16h30\nBV\t3"),
        ("so cong\nBV\t3", "BV\t3"),
        ("socong ngày", "ngày"),
    ],
)
def test_the_word_is_known_with_what_follows_it(text: str, rest: str) -> None:
    found = command(text)
    assert found is not None
    assert (found.name, found.rest) == ("portal", rest)


@pytest.mark.parametrize("text", ["số công nhân tham gia là 20", "so cong trinh 5"])
def test_other_words_that_begin_alike_are_not_it(text: str) -> None:
    assert command(text) is None
