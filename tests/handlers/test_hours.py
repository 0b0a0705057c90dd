"""Hours, spans and days of the week as people type them."""

from __future__ import annotations

import pytest

from handlers.parse.hours import EVERY, NEVER, days, hour, span


@pytest.mark.parametrize("text", ["", "25h", "17:60", "chieu", "17 30", "24:00"])
def test_what_is_no_hour(text: str) -> None:
    assert hour(text) is None


@pytest.mark.parametrize(
    ("text", "at"),
    [("17:30", "17:30"), ("17h30", "17:30"), ("9", "09:00"), ("17 giờ 5 phút", "17:05"), ("7g", "07:00")],
)
def test_hours(text: str, at: str) -> None:
    assert hour(text) == at


@pytest.mark.parametrize("text", ["", "21h", "21h 25h", "toi den sang", "1 2 3"])
def test_what_is_no_span(text: str) -> None:
    assert span(text) is None


@pytest.mark.parametrize("text", ["21h-6h", "21:00 6:00", "21 giờ đến 6 giờ", "21h – 06h00", "21h toi 6h"])
def test_spans(text: str) -> None:
    assert span(text) == ("21:00", "06:00")


def test_no_span_at_all() -> None:
    assert span("Không") == span("none") == NEVER


@pytest.mark.parametrize("text", ["", "1", "9", "ngay mai", "T2-", "T2 T2x", "-"])
def test_what_is_no_day(text: str) -> None:
    assert days(text) is None


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("T2-T6", "12345"),
        ("t2–t6", "12345"),
        ("2 3 4 5 6", "12345"),
        ("23456", "12345"),
        ("thứ hai đến thứ sáu", "12345"),
        ("Mon-Fri", "12345"),
        ("monday, wednesday", "13"),
        ("T2, CN", "17"),
        ("thứ 7 và chủ nhật", "67"),
        ("thứ bảy, chủ nhật", "67"),
        ("6-2", "1567"),
        ("thu 4", "3"),
        ("Tất cả", EVERY),
    ],
)
def test_days(text: str, chosen: str | None) -> None:
    assert days(text) == chosen
