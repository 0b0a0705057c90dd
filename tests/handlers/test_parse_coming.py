"""Days to come, spans and whole numbers as officers type them."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.parse import coming

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "text", ["", "hôm qua", "30/2", "19/11/2026", "20/11/2028", "31/13", "mai sau", "5", "1/1/20270"]
)
def test_what_is_no_day_to_come_is_none(text: str) -> None:
    assert coming.day(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("hôm nay", TODAY),
        ("Ngày MAI", date(2026, 11, 21)),
        ("20/11", TODAY),
        ("19/11", date(2027, 11, 19)),
        ("ngày 27.4", date(2027, 4, 27)),
        ("31-12-2026", date(2026, 12, 31)),
        ("1/1/27", date(2027, 1, 1)),
    ],
)
def test_a_day_without_a_year_is_the_next_one_of_that_name(text: str, day: date) -> None:
    assert coming.day(text, TODAY) == day


@pytest.mark.parametrize("text", ["0", "367", "-3", "19/11/2026", "lâu", "35 tuần"])
def test_what_is_no_span_is_none(text: str) -> None:
    assert coming.last_day(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "last"),
    [("1", TODAY), ("35 ngày", date(2026, 12, 24)), ("366", date(2027, 11, 20)), ("đến hết 31/12", date(2026, 12, 31))],
)
def test_a_span_is_a_number_of_days_or_its_last_one(text: str, last: date) -> None:
    assert coming.last_day(text, TODAY) == last


@pytest.mark.parametrize(
    ("text", "number"),
    [("2030", 2030), ("2.030", 2030), ("2 030", 2030), ("1,234,567", 1234567), ("0", None), ("2,5", None), ("x", None)],
)
def test_a_whole_number_with_or_without_groups(text: str, number: int | None) -> None:
    assert coming.whole_number(text) == number
