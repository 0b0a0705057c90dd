"""When a peak drive's notice falls due, what it counts, and that it is posted once; on both engines."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from handlers.board import Board
from handlers.facts import House
from handlers.texts import Texts
from models.queries import drives, erasure, portal
from models.queries.drives import NewDrive, Overlaps
from models.store import Store
from models.unit import campaign, drive
from scheduler import kinds
from scheduler.press import Due, Press
from tests.scheduler.district import AN_PHAT, SAO_MAI, TAN_PHU, WARD, District, at, found

PRESS = Press(Texts.load(), {"webchat": 4096}, House())


@pytest.fixture
def district(store: Store) -> District:
    return found(store)


def listen(district: District, **more: Any) -> int:
    return district.group(kinds={"weekly": False}, **more)


def begin(district: District, first: int, last: int, unit_id: int = WARD, **more: Any) -> int:
    values = {
        "campaign_id": district.campaign,
        "unit_id": unit_id,
        "name": "Chào mừng Đại hội",
        "starts": date(2026, 11, first),
        "ends": date(2026, 11, last),
        "number": 20,
        "made_by": district.lan,
        "made_at": at(9, 8),
    }
    return int(district.run(drives.start, NewDrive(**(values | more))))


def due(district: District, now: datetime) -> list[Due]:
    return [item for item in district.run(kinds.due, now) if item.kind == "drive"]


def tick(district: District, now: datetime) -> list[str]:
    """What the timetable does every minute; the texts of the drive's notices."""
    before = len(district.notices())
    for item in due(district, now):
        district.run(kinds.post_due, item, now, PRESS)
    return [row.text for row in district.notices()[before:]]


def board(district: District) -> Board:
    return Board.from_json(district.notices()[-1].numbers)


# ---------------------------------------------------------------- not due


@pytest.mark.parametrize(
    "now",
    [at(9, 8), at(10, 7, 29, 59), at(11, 12), at(11, 20), at(14, 7), at(14, 12), at(15, 8)],
    ids=["the day before", "too early", "midday", "evening", "after it, too early", "after it, midday", "long after"],
)
def test_outside_its_mornings_nothing_is_due(district: District, now: datetime) -> None:
    listen(district)
    begin(district, 10, 13)
    assert due(district, now) == []


def test_only_groups_of_its_unit_hear_of_it(district: District) -> None:
    listen(district, unit_id=SAO_MAI)
    district.group()  # has this kind switched off
    listen(district, linked=at(11, 7, 31))
    begin(district, 10, 13)
    assert due(district, at(11, 8)) == []
    assert len(due(district, at(12, 8))) == 1, "the group that was linked yesterday"


def test_quiet_hours_are_kept_and_the_notice_comes_after_them(district: District) -> None:
    listen(district, quiet_from="20:00", quiet_to="08:15")
    listen(district, quiet_from="20:00", quiet_to="13:00")
    begin(district, 10, 13)
    assert due(district, at(11, 8, 14)) == []
    assert len(due(district, at(11, 8, 15))) == 1
    assert due(district, at(11, 13)) == []


def test_a_drive_that_was_dropped_is_none(district: District) -> None:
    listen(district)
    district.run(drives.cancel, begin(district, 10, 13), at(9, 9))
    assert due(district, at(10, 8)) == []


# ---------------------------------------------------------------- due


@pytest.mark.parametrize(
    "now",
    [at(10, 7, 30), at(10, 19, 59), at(11, 7, 30), at(13, 11, 59), at(14, 7, 30)],
    ids=["first", "first, in the evening", "second", "last", "the day after"],
)
def test_each_morning_and_the_one_after_are_due_once(district: District, now: datetime) -> None:
    listen(district)
    begin(district, 10, 13)
    assert len(tick(district, now)) == 1
    assert tick(district, now) == []


def test_a_drive_started_during_its_first_day_is_opened_that_day(district: District) -> None:
    listen(district, linked=at(10, 9))
    begin(district, 10, 13, made_at=at(10, 15))
    assert len(due(district, at(10, 15, 1))) == 1


def test_the_mornings_of_a_drive_from_first_to_last(district: District) -> None:
    listen(district)
    district.file(SAO_MAI, at(9, 10), 3)
    district.file(AN_PHAT, at(9, 11), 5)
    begin(district, 10, 13)
    (opened,) = tick(district, at(10, 7, 30))
    assert "bắt đầu hôm nay" in opened
    assert "4 ngày, từ 10/11/2026 đến hết 13/11/2026. Chỉ tiêu đợt: 20 lượt nộp, cần 5,0 mỗi ngày." in opened
    district.file(SAO_MAI, at(10, 9), 6)
    district.file(SAO_MAI, at(11, 6), 1)  # after the cut-off of this morning's
    (second,) = tick(district, at(11, 7, 30))
    assert "ngày 2/4, còn 2 ngày" in second
    assert "Từ đầu đợt: 6 lượt nộp, đạt 30,0% chỉ tiêu đợt 20. Còn 14." in second
    assert "Hôm qua: 6 (cần 5,0). Cần mỗi ngày từ nay: 4,7." in second
    assert "1. ▲1 May Sao Mai: 9 (+6)" in second
    assert "Chưa có lượt nào trong đợt: Cơ khí An Phát, In Tân Phú" in second
    district.file(TAN_PHU, at(13, 23, 59), 14)
    district.file(TAN_PHU, at(14, 0), 1)  # the drive is over
    (closed,) = tick(district, at(14, 7, 30))
    assert "đã kết thúc sau 4 ngày" in closed
    assert "Cả đợt 4 ngày: 21 lượt nộp, đạt 105,0% chỉ tiêu đợt 20 (vượt 1)." in closed
    assert "1. In Tân Phú: 14 (+14)" in closed
    assert tick(district, at(15, 7, 30)) == []


def test_what_was_frozen_when_it_began_is_not_moved_by_what_is_corrected_later(district: District) -> None:
    listen(district)
    (moved, _) = district.file(SAO_MAI, at(9, 10), 2)
    begin(district, 10, 13)
    tick(district, at(10, 7, 30))
    district.move(moved, AN_PHAT, at(10, 9))
    (second,) = tick(district, at(11, 7, 30))
    assert "Từ đầu đợt: 0 lượt nộp" in second
    assert "May Sao Mai: 1 (−1*)" in second
    assert "Cơ khí An Phát: 1 (+1*)" in second
    assert "* Chuyển về đúng đơn vị: " in second
    frozen = district.run(lambda conn: conn.execute(select(drive.c.base)).scalar_one())
    assert [row["filed"] for row in frozen["own"]["rows"]] == [2, 0, 0]


def test_a_unit_with_a_board_above_is_told_its_place_then_and_now(district: District) -> None:
    listen(district, unit_id=SAO_MAI)
    district.file(AN_PHAT, at(9, 9), 2)
    district.file(TAN_PHU, at(9, 9), 2)
    district.file(SAO_MAI, at(9, 9), 1)
    begin(district, 10, 13, SAO_MAI, number=None)
    assert "Xếp hạng trong CĐ P. Từ Liêm: thứ 3 về số lượt nộp." in tick(district, at(10, 8))[0]
    district.file(SAO_MAI, at(10, 9), 1)
    second = tick(district, at(11, 8))[0]
    assert "Từ đầu đợt: 1 lượt nộp." in second
    assert "Xếp hạng trong CĐ P. Từ Liêm: thứ 1 về số lượt nộp (đầu đợt: thứ 3)." in second, "two others share it"
    assert "từ hạng 3 lên hạng 1 sau 4 ngày" in tick(district, at(14, 8))[0]


def test_a_drive_that_ends_with_its_campaign_is_summed_up_all_the_same(district: District) -> None:
    ended = district.open("ngan", closes=date(2026, 11, 13))
    listen(district, campaign_id=ended)
    district.file(SAO_MAI, at(11, 9), 4, ended)
    begin(district, 10, 13, campaign_id=ended)
    assert "Cả đợt 4 ngày: 4 lượt nộp" in tick(district, at(14, 8))[0]


def test_the_daily_notice_says_how_the_drive_stands(district: District) -> None:
    listen(district)
    begin(district, 10, 13)
    district.file(SAO_MAI, at(10, 9), 4)
    for item in district.run(kinds.due, at(10, 17)):
        district.run(kinds.post_due, item, at(10, 17), PRESS)
    daily = next(row.text for row in district.notices() if row.kind == "daily")
    assert "“Chào mừng Đại hội” bắt đầu hôm nay. Từ đầu đợt: 4 lượt nộp, đạt 20,0% chỉ tiêu đợt 20. Còn 16." in daily
    assert "Cần mỗi ngày từ nay: 5,4." in daily
    for item in district.run(kinds.due, at(14, 17)):
        district.run(kinds.post_due, item, at(14, 17), PRESS)
    assert "cao điểm" not in district.notices()[-1].text


# ---------------------------------------------------------------- one at a time


@pytest.mark.parametrize(("first", "last"), [(10, 13), (13, 20), (14, 20), (1, 10), (1, 30), (11, 12)])
def test_a_unit_has_one_drive_at_a_time_and_a_day_to_sum_it_up(district: District, first: int, last: int) -> None:
    begin(district, 10, 13)
    with pytest.raises(Overlaps):
        begin(district, first, last)
    assert district.count(drive) == 1
    begin(district, 15, 20)
    begin(district, first, last, SAO_MAI)


def test_of_two_who_start_one_at_the_same_moment_one_is_told(postgres_store: Store) -> None:
    district = found(postgres_store)
    outcomes: list[str] = []

    def try_to() -> None:
        try:
            begin(district, 10, 13)
            outcomes.append("started")
        except Overlaps:
            outcomes.append("told")

    threads = [threading.Thread(target=try_to) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["started", "told", "told", "told"]
    assert district.count(drive) == 1


def test_whoever_started_it_may_be_erased_and_the_drive_goes_on(district: District) -> None:
    listen(district)
    begin(district, 10, 13)
    district.run(erasure.forget, district.lan, datetime(2026, 11, 9, 12, tzinfo=UTC))
    assert len(tick(district, at(10, 8))) == 1


# ---------------------------------------------------------------- the portal's numbers, another counter


def bring(district: District, day: int, hour: int, when: datetime, **rows: int) -> None:
    """Hoa brings the portal's cumulative numbers of that day and hour in, at `when`."""
    units = {"sao_mai": SAO_MAI, "an_phat": AN_PHAT, "tan_phu": TAN_PHU}
    report = portal.Report(district.campaign, WARD, at(day, hour), date(2026, 11, day), None, when)
    district.run(portal.store, report, {units[name]: number for name, number in rows.items()})


def count_from_portal(district: District) -> None:
    district.run(lambda conn: conn.execute(update(campaign).values(counts_from="portal")))


def test_by_the_portal_a_day_without_new_numbers_is_said_and_is_no_zero(district: District) -> None:
    count_from_portal(district)
    listen(district)
    begin(district, 10, 13)
    bring(district, 9, 17, at(9, 18), sao_mai=5, an_phat=9)
    assert "bắt đầu hôm nay" in tick(district, at(10, 8))[0]
    bring(district, 10, 17, at(10, 18), sao_mai=11, an_phat=9)
    second = tick(district, at(11, 8))[0]
    assert "Hôm qua: 6 (cần 5,0). Cần mỗi ngày từ nay: 4,7." in second
    assert "1. ▲1 May Sao Mai: 11 (+6)" in second
    third = tick(district, at(12, 8))[0]
    assert "Hôm qua không có số mới từ Cổng. Cần mỗi ngày từ nay: 7,0." in third
    assert "Hôm qua: " not in third


def test_numbers_of_last_night_that_are_brought_in_the_morning_are_in(district: District) -> None:
    count_from_portal(district)
    listen(district)
    begin(district, 10, 13)
    bring(district, 9, 23, at(10, 7), sao_mai=5)
    tick(district, at(10, 8))
    bring(district, 10, 23, at(11, 7), sao_mai=12)
    assert "Từ đầu đợt: 7 lượt nộp" in tick(district, at(11, 8))[0]


def test_a_campaign_that_ranks_by_authors_has_a_drive_of_authors(district: District) -> None:
    district.run(lambda conn: conn.execute(update(campaign).values(ranked_by="authors")))
    listen(district)
    begin(district, 10, 13)
    assert "Chỉ tiêu đợt: 20 tác giả, cần 5,0 mỗi ngày." in tick(district, at(10, 8))[0]
    district.file(SAO_MAI, at(10, 9), 3)
    assert "Từ đầu đợt: 1 tác giả, đạt 5,0% chỉ tiêu đợt 20. Còn 19." in tick(district, at(11, 8))[0]


def test_where_another_counter_ranks_since_it_is_counted_anew(district: District) -> None:
    listen(district)
    district.file(SAO_MAI, at(9, 9), 4)
    begin(district, 10, 13)
    tick(district, at(10, 8))
    district.run(lambda conn: conn.execute(update(campaign).values(ranked_by="authors")))
    district.file(SAO_MAI, at(10, 9), 3)
    assert "Từ đầu đợt: 0 tác giả" in tick(district, at(11, 8))[0], "Lan had filed before"
