"""What workers type for money, dates, shares and phones."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import parse
from handlers.fold import unaccent
from handlers.parse import Began, Money, Problem
from handlers.texts import Texts

TEXTS = Texts.load()
TODAY = date(2026, 11, 20)  # a Friday

# ---------------------------------------------------------------- money


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("80.00", "unclear"),
        ("1.250 triệu", "unclear"),  # 1,25 or 1.250
        ("5000", "unclear"),  # đồng or triệu
        ("80-100 triệu", "unclear"),
        ("từ 50 đến 60 triệu", "unclear"),
        ("5 triệu mỗi tháng", "unclear"),
        ("250 triệu 1 tỷ", "unclear"),
        ("ba mươi triệu", "unclear"),  # not half understood as 10 triệu
        ("1.234,56 đ", "unclear"),
        ("không", "unclear"),
        ("nhiều lắm", "unclear"),
        ("", "unclear"),
        ("🙂", "unclear"),
        ("9" * 5000, "unclear"),
        ("2000 tỷ", "absurd"),
        ("1.000.000.000.001 đồng", "absurd"),
        ("-5 triệu", "negative"),
        ("âm 5 triệu", "negative"),
    ],
)
def test_an_amount_with_no_or_several_readings_is_asked_again(text: str, problem: str) -> None:
    assert parse.money(text) == Problem(problem)


@pytest.mark.parametrize(
    ("text", "vnd"),
    [
        ("80 triệu", 80_000_000),
        ("80tr", 80_000_000),
        ("1tr5", 1_500_000),
        ("1tr250", 1_250_000),
        ("1,2 tỷ", 1_200_000_000),
        ("1.2 tỷ", 1_200_000_000),
        ("1,2 tỉ", 1_200_000_000),
        ("1 tỷ 250 triệu", 1_250_000_000),
        ("1 tỷ 2", 1_200_000_000),
        ("2 triệu rưỡi", 2_500_000),
        ("1 tỷ rưỡi", 1_500_000_000),
        ("3 củ", 3_000_000),
        ("500k", 500_000),
        ("500 nghìn", 500_000),
        ("1 triệu 500 nghìn", 1_500_000),
        ("1tr500k", 1_500_000),
        ("5 trăm nghìn", 500_000),
        ("2 trăm triệu đồng", 200_000_000),
        ("nửa tỷ", 500_000_000),
        ("tám triệu", 8_000_000),
        ("tầm 8 triệu", 8_000_000),
        ("80.000.000đ", 80_000_000),
        ("80.000.000 ₫", 80_000_000),
        ("80,000,000 đồng", 80_000_000),
        ("80 000 000", 80_000_000),
        ("80000000", 80_000_000),
        ("khoảng 80 triệu", 80_000_000),
        ("Khoảng 80 triệu đồng/năm.", 80_000_000),
        ("80 triệu một năm", 80_000_000),
        ("1000 tỷ", 1_000_000_000_000),
        ("80 million", 80_000_000),
    ],
)
def test_amounts_are_read_with_and_without_accents(text: str, vnd: int) -> None:
    assert parse.money(text) == Money(vnd)
    assert parse.money(unaccent(text).upper()) == Money(vnd)


@pytest.mark.parametrize(
    ("text", "vnd"), [("5", 5_000_000), ("80", 80_000_000), ("1,5", 1_500_000), ("50000", 50_000), ("1tr25", 1_250_000)]
)
def test_a_guess_says_that_it_is_one(text: str, vnd: int) -> None:
    assert parse.money(text) == Money(vnd, sure=False)


def test_benefits_that_are_no_money_and_unknown_ones() -> None:
    for text in ("không tính bằng tiền", "khong tinh bang tien", "Không tính bằng tiền được", "không ra tiền"):
        assert parse.money(text) == Money(0, "not_money")
    for text in ("chưa rõ", "chua ro", "không biết", "ko biet", "chưa tính được", "not sure", "I don't know"):
        assert parse.money(text) == Money(0, "unknown")


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_an_amount_written_out_is_read_back_the_same(vnd: int) -> None:
    assert parse.money(parse.written(vnd)) == Money(vnd)
    assert parse.money(unaccent(parse.written(vnd))) == Money(vnd)
    assert parse.money(parse.written(vnd, "en")) == Money(vnd)


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_an_amount_in_words_is_read_back_the_same(vnd: int) -> None:
    words = TEXTS.render("vi", parse.in_words(vnd))
    assert parse.money(f"{words} đồng") == Money(vnd)


def test_amounts_are_said_as_people_say_them() -> None:
    assert parse.written(80_000_000) == "80.000.000 đồng"
    assert parse.dotted(5_000_000) == "5.000.000"
    assert TEXTS.render("vi", parse.in_words(5_000_000)) == "5 triệu"
    assert TEXTS.render("vi", parse.in_words(1_250_000_000)) == "1 tỷ 250 triệu"
    assert TEXTS.render("en", parse.in_words(1_250_500_000)) == "1 billion 250 million 500 thousand"


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("21/11/2026", "future"),
        ("tháng 12/2026", "future"),
        ("năm 2027", "future"),
        ("quý 1/2027", "future"),
        ("30/2", "unclear"),
        ("99/99", "unclear"),
        ("0/0", "unclear"),
        ("5", "unclear"),
        ("lâu rồi", "unclear"),
        ("999 năm trước", "unclear"),
        ("15/3/1926", "unclear"),
        ("", "unclear"),
        ("🙂", "unclear"),
    ],
)
def test_dates_that_cannot_be(text: str, problem: str) -> None:
    assert parse.began(text, TODAY) == Problem(problem)


@pytest.mark.parametrize(
    ("text", "first", "precision"),
    [
        ("hôm nay", date(2026, 11, 20), "day"),
        ("hôm qua", date(2026, 11, 19), "day"),
        ("3 ngày trước", date(2026, 11, 17), "day"),
        ("15/3", date(2026, 3, 15), "day"),
        ("15-3-2026", date(2026, 3, 15), "day"),
        ("15.3.26", date(2026, 3, 15), "day"),
        ("2026-03-15", date(2026, 3, 15), "day"),
        ("20/11", date(2026, 11, 20), "day"),
        ("21/11", date(2025, 11, 21), "day"),  # the latest that is not in the future
        ("29/2", date(2024, 2, 29), "day"),
        ("ngày 20 tháng 11", date(2026, 11, 20), "day"),
        ("ngày 20 tháng 11 năm 2025", date(2025, 11, 20), "day"),
        ("từ ngày 15/3/2026", date(2026, 3, 15), "day"),
        ("ngày 25", date(2026, 10, 25), "day"),
        ("tuần này", date(2026, 11, 16), "week"),
        ("tuần trước", date(2026, 11, 9), "week"),
        ("tháng này", date(2026, 11, 1), "month"),
        ("tháng trước", date(2026, 10, 1), "month"),
        ("tháng 3/2026", date(2026, 3, 1), "month"),
        ("3/2026", date(2026, 3, 1), "month"),
        ("3/26", date(2026, 3, 1), "month"),  # no month has the number 26
        ("tháng 3", date(2026, 3, 1), "month"),
        ("tháng 12", date(2025, 12, 1), "month"),
        ("tháng ba năm ngoái", date(2025, 3, 1), "month"),
        ("đầu tháng 3", date(2026, 3, 1), "month"),
        ("2 tháng trước", date(2026, 9, 1), "month"),
        ("quý 2/2026", date(2026, 4, 1), "quarter"),
        ("quý IV năm 2025", date(2025, 10, 1), "quarter"),
        ("quý 4", date(2026, 10, 1), "quarter"),
        ("năm ngoái", date(2025, 1, 1), "year"),
        ("năm 2025", date(2025, 1, 1), "year"),
        ("March 2026", date(2026, 3, 1), "month"),
        ("yesterday", date(2026, 11, 19), "day"),
    ],
)
def test_dates_are_read_with_and_without_accents(text: str, first: date, precision: str) -> None:
    assert parse.began(text, TODAY) == Began(first, precision)  # type: ignore[arg-type]
    assert parse.began(unaccent(text).upper(), TODAY) == Began(first, precision)  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.dates(date(1990, 1, 1), TODAY))
def test_a_full_date_is_read_in_every_writing(day: date) -> None:
    for text in (f"{day.day}/{day.month}/{day.year}", day.strftime("%d-%m-%Y"), day.isoformat()):
        assert parse.began(text, TODAY) == Began(day, "day")


def test_at_the_turn_of_the_year() -> None:
    assert parse.began("tháng trước", date(2027, 1, 1)) == Began(date(2026, 12, 1), "month")
    assert parse.began("quý trước", date(2027, 1, 1)) == Began(date(2026, 10, 1), "quarter")
    assert parse.began("hôm qua", date(2027, 1, 1)) == Began(date(2026, 12, 31), "day")


# ---------------------------------------------------------------- shares, phones, anything


def test_shares_must_total_exactly_100() -> None:
    assert parse.shares("60 30") == Problem("total", {"total": 90})
    assert parse.shares("Lan 60") == Problem("unclear")
    assert parse.shares("33,3 33,3 33,4") == Problem("unclear")
    for text in ("60 40", "60% 40%", "60%, 40%", "60/40", "60 và 40", "60 phần trăm, 40 phần trăm"):
        assert parse.shares(text) == (60, 40)


def test_coauthors_are_names_with_shares() -> None:
    assert parse.coauthors("Lan") == Problem("unclear")
    assert parse.coauthors("Lan 60, Minh") == Problem("unclear")
    assert parse.coauthors("Lan 60, Minh 30") == Problem("total", {"total": 90})
    expected = (("Trần Thị Lan", 60), ("Phạm Văn Minh", 40))
    for text in (
        "Trần Thị Lan 60, Phạm Văn Minh 40",
        "Trần Thị Lan: 60%\nPhạm Văn Minh - 40%",
        "Trần Thị Lan 60 Phạm Văn Minh 40",
    ):
        assert parse.coauthors(text) == expected


def test_percentages_are_whole_and_within_100() -> None:
    assert [parse.percent(text) for text in ("0", "101", "-5", "6,5")] == [Problem("unclear")] * 4
    assert [parse.percent(text) for text in ("60", "60%", "60 phần trăm")] == [60] * 3


def test_phone_numbers_are_kept_in_one_form() -> None:
    for text in ("0912", "12345", "0112345678", "gọi tôi", "+1 202 555 0100"):
        assert parse.phone(text) == Problem("unclear")
    for text in ("0912345678", "0912.345.678", "+84 912 345 678", "84912345678", "0912-345-678"):
        assert parse.phone(text) == "0912345678"
    assert parse.phone("024 3825 1234") == "02438251234"


_TYPED = st.text(alphabet="0123456789.,/-+% đĐtrkcủỷiêệunăhágqyô\u200f\n", max_size=40)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=200), _TYPED), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_nothing_a_person_types_breaks_a_parser(text: str, today: date) -> None:
    money = parse.money(text)
    assert isinstance(money, Problem) or 0 <= money.vnd <= 10**12
    began = parse.began(text, today)
    assert isinstance(began, Problem) or began.first <= today
    shares = parse.shares(text)
    assert isinstance(shares, Problem) or sum(shares) == 100
    people = parse.coauthors(text)
    assert isinstance(people, Problem) or sum(share for _, share in people) == 100
    assert isinstance(parse.phone(text), str | Problem)
    assert isinstance(parse.percent(text), int | Problem)
