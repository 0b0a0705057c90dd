"""The weekly digest: when it falls due, and what it compares."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import update

from handlers.board import Board
from handlers.kinds import CLOSING, WEEKLY
from handlers.weekly import Week
from models.queries import portal
from models.queries.portal import Report
from models.store import Store
from models.unit import campaign
from tests.scheduler.district import AN_PHAT, SAO_MAI, TAN_PHU, WARD, District, at, found
from tests.scheduler.post import due, only, texts, tick

MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 22)


@pytest.fixture
def district(store: Store) -> District:
    return found(store)


# ---------------------------------------------------------------- when


@pytest.mark.parametrize(
    ("moment", "is_due"),
    [
        (at(22, 23, 59, 59), False),  # Sunday
        (at(23, 0, 0), False),
        (at(23, 7, 59, 59), False),
        (at(23, 8, 0), True),
        (at(23, 20, 59), True),
        (at(23, 21, 0), False),  # quiet
        (at(24, 5, 59), False),
        (at(24, 6, 0), True),  # an outage of a day
        (at(25, 20, 59), True),  # of two days
        (at(26, 9, 0), False),  # it would stand beside the next one
    ],
)
def test_from_monday_morning_on(sqlite_store: Store, moment: datetime, is_due: bool) -> None:
    district = found(sqlite_store)
    district.group(kinds=only(WEEKLY))
    assert [(item.kind, item.day, item.cut_at) for item in due(district, moment)] == (
        [(WEEKLY, MONDAY, at(23, 0))] if is_due else []
    )


def test_quiet_hours_that_last_beyond_eight(sqlite_store: Store) -> None:
    district = found(sqlite_store)
    district.group(kinds=only(WEEKLY), quiet_to="09:30")
    assert due(district, at(23, 9, 29)) == []
    assert len(due(district, at(23, 9, 30))) == 1


@pytest.mark.parametrize(
    ("linked", "is_due"), [(at(22, 23), True), (at(23, 7, 59), True), (at(23, 8), False), (at(23, 15), False)]
)
def test_a_group_that_is_new_begins_with_the_next_morning(sqlite_store: Store, linked: datetime, is_due: bool) -> None:
    district = found(sqlite_store)
    district.group(kinds=only(WEEKLY), linked=linked)
    assert bool(due(district, at(23, 16))) is is_due


@pytest.mark.parametrize(
    ("opens", "closes", "is_due"),
    [
        (date(2026, 11, 23), date(2026, 12, 31), False),  # opens today: there was no week
        (date(2026, 11, 22), date(2026, 12, 31), True),
        (date(2026, 1, 1), date(2026, 11, 23), True),
        (date(2026, 1, 1), date(2026, 11, 22), False),  # the final report tells of it
    ],
)
def test_of_campaigns_that_are_open(sqlite_store: Store, opens: date, closes: date, is_due: bool) -> None:
    district = found(sqlite_store)
    named = district.open("ngan", opens=opens, closes=closes)
    district.group(kinds=only(WEEKLY), campaign_id=named)
    assert bool(due(district, at(23, 8))) is is_due


def test_where_officers_must_approve_or_post_it_is_theirs_to_bring_out(sqlite_store: Store) -> None:
    district = found(sqlite_store)
    district.phase("Giai đoạn 1", date(2026, 11, 1), SUNDAY)
    district.file(SAO_MAI, at(23, 7, 50))
    for more in ({"approval": True}, {"channel": "hand"}, {}):
        district.group(kinds={}, days="2", **more)
    assert {(item.chat_id, item.kind, item.officers_of) for item in due(district, at(23, 8))} == {
        (chat, kind, unit) for chat, unit in ((1, WARD), (2, WARD), (3, None)) for kind in (WEEKLY, CLOSING, "m:1")
    }
    tick(district, at(23, 8))
    assert {row.chat_id for row in district.notices()} == {3}  # the clock alone posts none of the others


def test_once_for_each_group_and_not_where_it_is_switched_off(district: District) -> None:
    district.group(kinds=only(WEEKLY))
    district.group(kinds=only(""))
    district.group("members", kinds=only(WEEKLY))
    for moment in (at(23, 8), at(23, 8, 1), at(24, 9), at(25, 9)):
        tick(district, moment)
    assert [(row.chat_id, row.kind, row.day) for row in district.notices()] == [
        (1, WEEKLY, MONDAY),
        (3, WEEKLY, MONDAY),
    ]
    assert [row.dedupe for row in district.sent()] == [
        f"weekly:{district.campaign}:2026-11-23:{chat}:0:1" for chat in (1, 3)
    ]


def test_one_that_is_caught_up_on_wednesday_is_still_sent(sqlite_store: Store) -> None:
    district = found(sqlite_store)
    district.group(kinds=only(WEEKLY))
    tick(district, at(25, 9))
    assert [row.not_after for row in district.sent()] == [at(26, 12)]


# ---------------------------------------------------------------- what


def two_weeks(district: District) -> None:
    """Cơ khí An Phát leads on Sunday 15/11 with 3; a week later May Sao Mai has overtaken it."""
    district.aim(WARD, 20)
    district.file(AN_PHAT, at(10, 9), 3)
    district.file(SAO_MAI, at(11, 9), 1)
    district.file(TAN_PHU, at(15, 23, 59), 1)
    district.file(SAO_MAI, at(16, 0), 2)
    moved = district.file(SAO_MAI, at(19, 9), 4)[0]
    district.file(AN_PHAT, at(22, 23, 59), 1)
    district.move(moved, TAN_PHU, at(20, 9))
    district.file(SAO_MAI, at(23, 0), 5)  # the new week


def test_last_week_against_the_week_before(district: District) -> None:
    district.group(kinds=only(WEEKLY))
    two_weeks(district)
    tick(district, at(23, 8))
    [row] = district.notices()
    board, week = Board.from_json(row.numbers), Week.from_json(row.numbers["week"])
    assert (board.day, board.cut_at, board.since_day) == (SUNDAY, at(23, 0), date(2026, 11, 15))
    assert (board.total, board.change, week.total, week.more) == (12, 7, 7, 2)
    assert week == Week(date(2026, 11, 16), (2, 0, 0, 4, 0, 0, 1), (0, 3, 1, 0, 0, 0, 1))
    assert [(unit.name, unit.count, unit.change, board.moved(unit)) for unit in board.rows] == [
        ("May Sao Mai", 6, 5, 1),
        ("Cơ khí An Phát", 4, 1, -1),
        ("In Tân Phú", 2, 1, -1),
    ]
    for words in (
        "Kết quả sáng kiến tuần 16/11–22/11/2026\n(lượt nộp qua bot, tính đến 24h00 ngày 22/11/2026)",
        "Tổng: 12, tăng 7 so với cuối tuần trước đó\n",
        "Trong tuần: 7 lượt nộp mới, nhiều hơn tuần trước đó 2 lượt. Ngày nhiều nhất: thứ Năm 19/11, 4 lượt.",
        "Đạt 60,0% chỉ tiêu năm 20 do LĐLĐ Thành phố giao. Còn 8, còn 39 ngày.",
        "Lên hạng: May Sao Mai ▲1 (hạng 1).\nXuống hạng: Cơ khí An Phát ▼1 (hạng 2), In Tân Phú ▼1 (hạng 3).",
        "* Chuyển về đúng đơn vị: May Sao Mai −1, In Tân Phú +1.",
    ):
        assert words in row.text


def test_members_see_who_rose_and_nobody_who_fell(district: District) -> None:
    district.group("members", kinds=only(WEEKLY))
    two_weeks(district)
    tick(district, at(23, 8))
    [text] = texts(district)
    assert "Lên hạng: May Sao Mai ▲1 (hạng 1)." in text
    assert "In Tân Phú" not in text.replace("In Tân Phú +1", "")  # it grew, and that is told
    assert "▼" not in text


def test_the_first_week_of_a_campaign_has_nothing_to_compare_with(sqlite_store: Store) -> None:
    district = found(sqlite_store)
    named = district.open("moi", opens=date(2026, 11, 18))
    district.group(kinds=only(WEEKLY), campaign_id=named)
    district.file(SAO_MAI, at(19, 9), 2, campaign_id=named)
    tick(district, at(23, 8))
    [text] = texts(district)
    assert "Trong tuần: 2 lượt nộp mới. Ngày nhiều nhất: thứ Năm 19/11, 2 lượt." in text


def test_a_week_without_a_filing(sqlite_store: Store) -> None:
    district = found(sqlite_store)
    district.group(kinds=only(WEEKLY))
    tick(district, at(23, 8), pictures=("webchat",))
    assert "Trong tuần: 0 lượt nộp mới, bằng tuần trước đó.\n" in texts(district)[0]
    assert len(district.sent()) == 1  # no picture of nothing


def test_its_picture_is_named_by_the_notice(sqlite_store: Store) -> None:
    district = found(sqlite_store)
    district.group(kinds=only(WEEKLY))
    two_weeks(district)
    tick(district, at(23, 8), pictures=("webchat",))
    _, shown = district.sent()
    assert shown.payload["media"] == [{"kind": "photo", "ref": "picture:1:officers:vi", "name": "ket-qua-tuan.png"}]
    assert shown.dedupe.endswith(":picture")


# ---------------------------------------------------------------- of the portal's numbers


def by_portal(store: Store) -> District:
    district = found(store)
    district.run(lambda conn: conn.execute(update(campaign).values(counts_from="portal")))
    district.group(kinds=only(WEEKLY))
    return district


def bring(district: District, as_of: datetime, total: int) -> None:
    report = Report(district.campaign, WARD, as_of, as_of.date(), district.lan, as_of)
    district.run(portal.store, report, {SAO_MAI: total}, {})


def test_where_nothing_was_brought_in_that_is_said_and_no_zero(sqlite_store: Store) -> None:
    district = by_portal(sqlite_store)
    tick(district, at(23, 8), pictures=("webchat",))
    [text] = texts(district)
    assert "Chưa có số nào từ Cổng." in text
    assert "Tổng" not in text
    assert "Trong tuần" not in text
    assert len(district.sent()) == 1


def test_a_day_without_figures_is_unknown_and_the_next_one_stands_for_both(sqlite_store: Store) -> None:
    district = by_portal(sqlite_store)
    for day, total in ((16, 977), (18, 1015), (19, 1020), (20, 1044)):
        bring(district, at(day, 16, 30), total)
    tick(district, at(23, 8))
    [row] = district.notices()
    assert Week.from_json(row.numbers["week"]) == Week(date(2026, 11, 16), (None, None, 38, 5, 24, None, None))
    assert "Tổng: 1.044\nTrong tuần: 67 lượt nộp mới. Ngày nhiều nhất: thứ Sáu 20/11, 24 lượt.\n" in row.text


def test_a_week_is_compared_with_one_that_was_counted_from_its_first_day(sqlite_store: Store) -> None:
    district = by_portal(sqlite_store)
    for day, total in ((8, 100), (11, 110), (15, 130), (18, 145), (22, 150)):
        bring(district, at(day, 16, 30), total)
    tick(district, at(16, 8))
    tick(district, at(23, 8))
    first, second = texts(district)
    assert "Tổng: 130, tăng 30 so với cuối tuần trước đó\nTrong tuần: 30 lượt nộp mới.\n" in first
    assert "Trong tuần: 20 lượt nộp mới, ít hơn tuần trước đó 10 lượt.\n" in second
