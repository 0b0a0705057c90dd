"""Pace: what is needed, what comes, where it leads; and looking back on the days."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.figures import half_up
from handlers.pace import DayCount, Pace, average, best_day, days_early, pace, reached_on

TODAY, LAST = date(2026, 11, 20), date(2026, 12, 31)


def days(*counts: int | tuple[int, int], first: date = date(2022, 5, 1)) -> list[DayCount]:
    """Filings, or (filed, adjusted), of one day after the other."""
    return [
        DayCount(first + timedelta(days=at), *(count if isinstance(count, tuple) else (count,)))
        for at, count in enumerate(counts)
    ]


def test_without_a_target_there_is_no_pace() -> None:
    assert pace(1015, 0, TODAY, LAST, 37, 7) is None
    assert pace(1015, -1, TODAY, LAST, 37, 7) is None


def test_needed_actual_projected_and_the_day_it_is_reached() -> None:
    found = pace(1015, 1300, TODAY, LAST, 70, 7)
    assert found == Pace(Decimal("7.0"), Decimal("10.0"), 7, 1425, date(2026, 12, 19))  # 285 : 41; 28,5 days


def test_at_a_pace_of_nothing_it_is_never_reached() -> None:
    assert pace(1015, 1300, TODAY, LAST, 0, 7) == Pace(Decimal("7.0"), Decimal("0.0"), 7, 1015, None)
    falling = pace(1015, 1300, TODAY, LAST, -3, 7)  # 1015 − 3/7 · 41
    assert falling == Pace(Decimal("7.0"), Decimal("-0.4"), 7, 997, None)


def test_before_a_day_is_over_nothing_is_projected() -> None:
    assert pace(3, 40, TODAY, LAST, None, 0) == Pace(Decimal("1.0"), None, 0, None, None)


def test_once_it_is_reached_nothing_is_needed() -> None:
    found = pace(1300, 1300, TODAY, LAST, 7, 7)
    assert found == Pace(None, Decimal("1.0"), 7, 1341, None)


def test_on_the_last_day_and_after_it_nothing_can_be_needed_a_day() -> None:
    for day in (LAST, LAST + timedelta(days=3)):
        found = pace(10, 20, day, LAST, 7, 7)
        assert found is not None
        assert (found.needed, found.projected) == (None, 10)
        assert found.reaches == day + timedelta(days=10)


def test_what_is_needed_is_never_printed_as_nothing() -> None:
    found = pace(1299, 1300, TODAY, LAST, 0, 7)
    assert found is not None
    assert found.needed == Decimal("0.1")  # 1 : 41


def test_a_day_beyond_the_calendar_is_never() -> None:
    found = pace(0, 10**9, TODAY, LAST, 1, 7)
    assert found is not None
    assert found.reaches is None


@settings(deadline=None)
@given(st.integers(-5, 10**6), st.integers(1, 10**6), st.integers(0, 400), st.integers(-100, 10**5), st.integers(1, 7))
def test_the_day_it_is_reached_is_the_first_on_which_it_is(
    count: int, target: int, remaining: int, recent: int, span: int
) -> None:
    found = pace(count, target, TODAY, TODAY + timedelta(days=remaining), recent, span)
    assert found is not None
    mean = Fraction(recent, span)
    if found.reaches is not None:
        ahead = (found.reaches - TODAY).days
        assert count + mean * (ahead - 1) < target <= count + mean * ahead
    if found.needed is not None:
        assert count < target
        assert (
            found.needed * remaining >= target - count > (found.needed - Decimal("0.1")) * remaining
        )  # enough, barely
    else:
        assert count >= target or remaining == 0


@settings(deadline=None)
@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=1000))
def test_half_up_is_to_the_nearest_tenth_and_halves_go_away_from_zero(value: Fraction) -> None:
    off = Fraction(half_up(value)) - value
    assert abs(off) <= Fraction(1, 20)
    if abs(off) == Fraction(1, 20):
        assert (off > 0) == (value > 0)


# ---------------------------------------------------------------- looking back


def test_a_target_that_was_not_reached_has_no_day() -> None:
    assert reached_on(days(3, 4), 8) is None
    assert reached_on([], 1) is None
    assert reached_on(days(3, 4), 0) is None


def test_the_day_a_target_was_reached_and_how_early() -> None:
    """EVNHANOI, 10/5 for a phase that ended on 31/5: plain difference 21 (domain.md §6)."""
    found = reached_on(days(100, 100, 0, 0, 0, 0, 0, 0, 0, 37, 50), 223)
    assert found == date(2022, 5, 10)
    assert days_early(found, date(2022, 5, 31)) == 21
    assert days_early(date(2022, 10, 3), date(2023, 9, 1)) == 333
    assert days_early(date(2022, 6, 2), date(2022, 5, 31)) == -2


def test_a_target_lost_again_is_not_reached() -> None:
    assert reached_on(days(10, (0, -1)), 10) is None
    assert reached_on(days(10, (0, -1), 1), 10) == date(2022, 5, 1)


def test_the_days_may_come_in_any_order() -> None:
    assert reached_on(reversed(days(5, 3, 2, 9)), 10) == date(2022, 5, 3)


def test_the_best_day_is_the_first_of_equals() -> None:
    assert best_day([]) is None
    assert best_day(days(0, (0, 3))) is None  # nothing was filed
    assert best_day(days(800, 4000, 1000, 4000)) == DayCount(date(2022, 5, 2), 4000)


def test_the_average_over_a_holiday_counts_days_without_filings() -> None:
    """30/4 to 3/5/2022: four days off."""
    counts = days(900, 1000, 800, first=date(2022, 4, 30))
    assert average(counts, date(2022, 4, 30), date(2022, 5, 3)) == Decimal("675.0")
    assert average(counts, date(2022, 5, 1), date(2022, 5, 1)) == Decimal("1000.0")
    with pytest.raises(ValueError, match="span"):
        average(counts, date(2022, 5, 3), date(2022, 4, 30))
