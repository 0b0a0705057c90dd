"""Figures as they are printed; the published ones are those of the 2022 programme (domain.md §7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.figures import days_left, groups, percent, percent_text, progress, signed


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
