"""Days of the week and quiet hours: what is held back, until when, and what is not."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from models.store import Store
from scheduler import hours
from tests.scheduler.district import SAO_MAI, WARD, District, at, found
from tests.scheduler.post import due, texts, tick


@pytest.fixture
def district(sqlite_store: Store) -> District:
    return found(sqlite_store)


def group(district: District, **settings: str) -> int:
    return district.group(unit_id=WARD, **settings)


def cuts(district: District, now: datetime) -> list[datetime]:
    return [item.cut_at for item in due(district, now)]


def test_only_on_the_days_of_the_week_that_the_group_wants(district: District) -> None:
    group(district, days="12345")  # 20/11/2026 is a Friday
    district.file(SAO_MAI, at(20, 9), 2)
    tick(district, at(20, 17))
    district.file(SAO_MAI, at(21, 9), 3)
    district.file(SAO_MAI, at(23, 9), 4)
    for weekend in (at(21, 17), at(21, 23), at(22, 9), at(22, 17), at(23, 0, 5), at(23, 9)):
        assert due(district, weekend) == []
    tick(district, at(23, 17))
    assert "Tổng: 9, tăng 7 so với bản tin ngày 20/11/2026" in texts(district)[1]


def test_a_late_one_of_a_wanted_day_is_caught_up_on_an_unwanted_one(district: District) -> None:
    group(district, days="12345")
    assert cuts(district, at(21, 8)) == [at(21, 0)]


@pytest.mark.parametrize(
    ("moment", "cut_at"),
    [
        (at(20, 20, 59), at(20, 20, 59)),
        (at(20, 21, 0), None),  # quiet begins
        (at(20, 23, 59), None),
        (at(21, 0, 30), None),
        (at(21, 5, 59, 59), None),
        (at(21, 6, 0), at(21, 0)),  # quiet ends; the day is over, so its 24h00 counts
        (at(21, 12, 0), None),
    ],
)
def test_a_late_notice_waits_until_quiet_hours_end(
    district: District, moment: datetime, cut_at: datetime | None
) -> None:
    group(district)
    assert cuts(district, moment) == ([cut_at] if cut_at else [])


def test_the_hour_a_group_has_chosen_wins_over_quiet_hours(district: District) -> None:
    group(district, hour="22:30")
    assert cuts(district, at(20, 22, 29)) == []
    assert cuts(district, at(20, 22, 30)) == [at(20, 22, 30)]
    assert cuts(district, at(20, 23, 10)) == [at(20, 23, 10)]  # a little late is still the evening it was asked for
    assert cuts(district, at(21, 0, 30)) == []  # the night is not
    assert cuts(district, at(21, 6)) == [at(21, 0)]


def test_a_group_without_quiet_hours_is_never_held_back(district: District) -> None:
    group(district, quiet_from="00:00", quiet_to="00:00")
    assert cuts(district, at(20, 23, 30)) == [at(20, 23, 30)]
    assert cuts(district, at(21, 2)) == [at(21, 0)]


@pytest.mark.parametrize(
    ("quiet_from", "quiet_to", "moment", "quiet"),
    [
        ("21:00", "06:00", time(20, 59), False),
        ("21:00", "06:00", time(21), True),
        ("21:00", "06:00", time(0), True),
        ("21:00", "06:00", time(6), False),
        ("12:00", "13:30", time(13), True),
        ("12:00", "13:30", time(13, 30), False),
        ("12:00", "12:00", time(12), False),
    ],
)
def test_quiet_hours_may_go_over_midnight(
    district: District, quiet_from: str, quiet_to: str, moment: time, quiet: bool
) -> None:
    group(district, quiet_from=quiet_from, quiet_to=quiet_to)
    from models.queries import notices

    [known] = district.run(notices.groups, at(20, 0).date(), at(20, 0).date())
    assert hours.is_quiet(known, moment) is quiet
