"""Figures as they are printed; the published ones are those of the 2022 programme (domain.md §7)."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.figures import (
    days_left,
    groups,
    per_hundred,
    percent,
    percent_text,
    progress,
    sentence,
    shares,
    signed,
    tenths_text,
)
from handlers.texts import Texts


@pytest.mark.parametrize("target", [0, -5])
def test_a_percentage_of_no_target_is_refused(target: int) -> None:
    with pytest.raises(ValueError, match="target"):
        percent(12, target)
    assert progress(12, target) is None
    assert progress(12, None) is None


@pytest.mark.parametrize(
    ("count", "target", "printed"),
    [
        (1015, 1300, "78,1%"),
        (9996, 10000, "99,9%"),  # 99,96: never 100 below the target
        (99_999, 100_000, "99,9%"),
        (999, 1000, "99,9%"),
        (1000, 1000, "100,0%"),
        (1001, 1000, "100,1%"),
        (10_004, 10_000, "100,0%"),
        (0, 40, "0,0%"),
        (1, 800, "0,1%"),  # 0,125
        (1, 2000, "0,1%"),  # 0,05: half up
        (229, 75_000, "0,3%"),
        (696_948, 300_000, "232,3%"),
        (696_948, 1_000_000, "69,7%"),
        (56_106, 52_000, "107,9%"),
        (56_106, 60_000, "93,5%"),
        (1633, 400, "408,3%"),
        (600_175, 10_000, "6.001,8%"),
    ],
)
def test_dat_is_count_by_target_half_up_with_one_decimal(count: int, target: int, printed: str) -> None:
    assert percent_text(percent(count, target)) == printed


def test_dat_and_vuot_are_never_confused() -> None:
    stanley = progress(1633, 400)  # the press wrote "vượt 408%"
    assert stanley is not None
    assert (stanley.percent, stanley.over, stanley.left, stanley.reached) == (Decimal("408.3"), 1233, 0, True)
    hanoi = progress(56_106, 60_000)
    assert hanoi is not None
    assert (hanoi.over, hanoi.left, hanoi.reached) == (0, 3894, False)


@settings(deadline=None)
@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_hundred_percent_means_reached(count: int, target: int) -> None:
    assert (percent(count, target) >= 100) == (count >= target)


def test_numbers_are_grouped_as_the_language_does() -> None:
    assert [groups(n) for n in (0, 999, 1015, 1_250_000, -1015)] == ["0", "999", "1.015", "1.250.000", "−1.015"]
    assert groups(1015, "en") == "1,015"
    assert [signed(n) for n in (38, 0, -2, 1015)] == ["+38", "0", "−2", "+1.015"]
    assert percent_text(Decimal("78.1"), "en") == "78.1%"


def test_days_left_are_the_plain_difference() -> None:
    assert days_left(date(2022, 5, 10), date(2022, 5, 31)) == 21
    assert days_left(date(2022, 5, 31), date(2022, 5, 31)) == 0


# ---------------------------------------------------------------- sentences


TEXTS = Texts.load()


@pytest.mark.parametrize(
    ("count", "target", "vi", "en"),
    [
        (1633, 400, "đạt 408,3% (vượt 1.233)", "408.3% reached (exceeded by 1,233)"),
        (10_001, 10_000, "đạt 100,0% (vượt 1)", "100.0% reached (exceeded by 1)"),
        (10_000, 10_000, "đạt 100,0%, vừa đủ", "100.0% reached, just enough"),
        (9999, 10_000, "đạt 99,9%, còn 1", "99.9% reached, 1 to go"),
        (0, 40, "đạt 0,0%, còn 40", "0.0% reached, 40 to go"),
        (12, None, "chưa giao chỉ tiêu", "no target set"),
        (12, 0, "chưa giao chỉ tiêu", "no target set"),
    ],
)
def test_the_sentence_for_a_count_and_a_target(count: int, target: int | None, vi: str, en: str) -> None:
    assert TEXTS.render("vi", sentence(count, target)) == vi
    assert TEXTS.render("en", sentence(count, target, "en")) == en


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_no_sentence_says_a_hundred_percent_below_the_target(count: int, target: int) -> None:
    said = TEXTS.render("vi", sentence(count, target))
    if count < target:
        assert "vượt" not in said
        assert Decimal(said.split("%")[0].removeprefix("đạt ").replace(",", ".")) < 100
    elif target:
        assert "còn" not in said


# ---------------------------------------------------------------- shares and rates


def test_shares_that_do_not_add_up_say_so() -> None:
    """Author groups of the whole country, phase 1, 2022 (domain.md §7): printed as 55/24/16/5%."""
    found = shares([380_656, 168_921, 110_976, 36_395])
    assert [percent_text(part) for part in found.parts] == ["54,6%", "24,2%", "15,9%", "5,2%"]
    note = found.note()
    assert note is not None
    assert TEXTS.render("vi", note) == "Các tỷ lệ đã làm tròn, cộng lại được 99,9%."
    thirds = shares([1, 1, 1, 3]).note("en")
    assert thirds is not None
    assert TEXTS.render("en", thirds) == "Shares are rounded and add up to 100.1%."


def test_shares_that_add_up_need_no_note() -> None:
    fields = shares([14_134, 2950, 2565, 1410])  # An Giang, printed as 67,1/14/12,2/6,7%
    assert [percent_text(part) for part in fields.parts] == ["67,1%", "14,0%", "12,2%", "6,7%"]
    assert fields.note() is None
    blocs = shares([137_115, 25_376])  # 2021, printed as 84,38 and 15,62
    assert [percent_text(part) for part in blocs.parts] == ["84,4%", "15,6%"]


def test_nothing_has_no_shares_and_a_share_is_never_negative() -> None:
    assert shares([0, 0]).parts == ()
    assert shares([]).note() is None
    with pytest.raises(ValueError, match="negative"):
        shares([3, -1])


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**6), max_size=12))
def test_each_share_is_half_up_and_the_note_tells_their_sum(counts: list[int]) -> None:
    found, whole = shares(counts), sum(counts)
    exact = [Decimal(count) * 100 / whole for count in counts if whole]
    assert list(found.parts) == [part.quantize(Decimal("0.1"), ROUND_HALF_UP) for part in exact]
    assert (found.note() is None) == (whole == 0 or found.total == 100)


def test_filings_per_hundred_members() -> None:
    assert per_hundred(20, None) is None
    assert per_hundred(20, 0) is None
    assert per_hundred(1633, 1000) == Decimal("163.3")
    assert per_hundred(0, 40) == Decimal("0.0")


def test_tenths() -> None:
    assert [tenths_text(Decimal(n)) for n in ("4.65", "0", "-0.4", "-0.04", "1015")] == [
        *("4,7", "0,0", "−0,4", "0,0", "1.015,0")
    ]
    assert tenths_text(Decimal("1015.25"), "en") == "1,015.3"
