"""Milestones: told once ever, not in the night, not of what was long ago, only the greatest of several at once."""

from __future__ import annotations

import threading
from datetime import date, datetime

import pytest
from sqlalchemy import insert, update

from handlers.kinds import MILESTONE
from models.store import Store
from models.unit import campaign
from models.unit import tally as tallied
from tests.scheduler.district import SAO_MAI, TAN_PHU, WARD, District, at, found
from tests.scheduler.post import due, only, texts, tick


@pytest.fixture
def district(store: Store) -> District:
    return found(store)


@pytest.fixture
def here(sqlite_store: Store) -> District:
    """As `district`, on one engine."""
    return found(sqlite_store)


def counted(district: District, number: int, day: date = date(2026, 11, 10)) -> None:
    """So many filings of an earlier day, as the tallies have them: quicker than to file a thousand."""
    values = {"unit_id": TAN_PHU, "campaign_id": district.campaign, "day": day, "filed": number, "adjusted": 0}
    district.run(lambda conn: conn.execute(insert(tallied), values))


def told(district: District) -> list[str]:
    return [row.kind for row in district.notices() if row.text]


# ---------------------------------------------------------------- once


def test_the_first_filing_is_told_once(district: District) -> None:
    district.group(kinds=only(MILESTONE))
    tick(district, at(20, 9))
    assert district.notices() == []
    district.file(SAO_MAI, at(20, 9, 3))
    tick(district, at(20, 9, 4))  # every five minutes
    assert district.notices() == []
    for minute in (5, 5, 10, 15):
        tick(district, at(20, 9, minute))
    [row] = district.notices()
    assert (row.kind, row.day) == ("m:1", date(2026, 1, 1))
    assert row.text == (
        "Chúc mừng Công đoàn phường Từ Liêm: đã có lượt nộp sáng kiến đầu tiên.\n"
        "Chương trình: Chương trình thi-dua-2026\n"
        "Cảm ơn tất cả anh/chị. Có cách làm mới nữa? Nhắn SK và mã đơn vị cho Bot Sáng kiến."
    )
    assert [message.not_after for message in district.sent()] == [at(21, 12)]
    district.file(SAO_MAI, at(21, 9))
    assert due(district, at(21, 9, 5)) == []


def test_of_several_at_once_the_greatest_is_told_and_the_others_never(district: District) -> None:
    district.group(kinds=only(MILESTONE))
    district.aim(WARD, 90)
    counted(district, 98, date(2026, 11, 19))
    district.file(SAO_MAI, at(20, 9), 3)
    tick(district, at(20, 9, 5))
    assert [(row.kind, bool(row.text)) for row in district.notices()] == [("m:100", True)]  # 90 was passed yesterday
    counted(district, 4900, date(2026, 11, 20))
    district.aim(WARD, 4000)
    tick(district, at(20, 9, 10))
    assert told(district) == ["m:100", "goal:0:4000"]
    assert sorted(row.kind for row in district.notices() if not row.text) == ["m:1000", "m:5000"]
    for minute in (15, 20, 25):
        tick(district, at(20, 9, minute))
    assert len(district.sent()) == 2


def test_several_processes_at_once_tell_it_once(postgres_store: Store) -> None:
    district = found(postgres_store)
    for _ in range(4):
        district.group(kinds=only(MILESTONE))
    counted(district, 99)
    district.file(SAO_MAI, at(20, 9), 3)
    threads = [threading.Thread(target=tick, args=(district, at(20, 9, 5, n))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((row.chat_id, row.kind) for row in district.notices()) == [(group, "m:100") for group in range(1, 5)]
    assert len(district.sent()) == 4


# ---------------------------------------------------------------- not


@pytest.mark.parametrize(
    ("moment", "is_due"),
    [
        (at(20, 20, 55), True),
        (at(20, 21, 0), False),
        (at(21, 5, 55), False),
        (at(21, 6, 0), True),  # it waited until quiet hours ended
        (at(21, 20, 25), True),
        (at(21, 20, 35), False),  # more than a day ago
    ],
)
def test_not_in_quiet_hours_and_not_after_a_day(here: District, moment: datetime, is_due: bool) -> None:
    here.group(kinds=only(MILESTONE))
    counted(here, 99)
    here.file(SAO_MAI, at(20, 20, 30), 1)
    assert [item.kind for item in due(here, moment)] == (["m:100"] if is_due else [])


def test_what_was_passed_before_the_group_was_linked_is_not_told(here: District) -> None:
    here.group(kinds=only(MILESTONE), linked=at(20, 9, 30))
    here.aim(WARD, 99)
    counted(here, 98)
    here.file(SAO_MAI, at(20, 9, 15))
    assert due(here, at(20, 9, 35)) == []
    here.file(SAO_MAI, at(20, 9, 36))
    assert [item.kind for item in due(here, at(20, 9, 40))] == ["m:100"]


def test_not_where_it_is_switched_off_nor_when_the_campaign_is_over(here: District) -> None:
    here.group(kinds=only(""))
    named = here.open("ngan", opens=date(2026, 11, 1), closes=date(2026, 11, 20))
    here.group(kinds=only(MILESTONE), campaign_id=named)
    here.file(SAO_MAI, at(20, 20, 58), campaign_id=named)
    here.file(SAO_MAI, at(20, 20, 58))
    assert due(here, at(21, 6)) == []


def test_a_target_set_below_the_count_is_no_achievement(here: District) -> None:
    here.group(kinds=only(MILESTONE))
    counted(here, 50)
    here.aim(WARD, 40, valid_from=date(2026, 11, 20))
    assert due(here, at(20, 9, 5)) == []


# ---------------------------------------------------------------- targets


def test_a_target_that_is_reached(district: District) -> None:
    phase = district.phase("Giai đoạn 1", date(2026, 11, 1), date(2026, 11, 30))
    district.group("members", kinds=only(MILESTONE), language="en")
    district.aim(WARD, 60)
    district.aim(WARD, 30, phase_id=phase)
    counted(district, 28)
    district.file(SAO_MAI, at(20, 9), 4)
    tick(district, at(20, 9, 5))
    [row] = district.notices()
    assert row.kind == f"goal:{phase}:30"
    assert row.text.startswith(
        "Congratulations, Công đoàn phường Từ Liêm: the Giai đoạn 1 target of 30 (LĐLĐ Thành phố) is reached,"
        " 10 days early.\nCampaign: Chương trình thi-dua-2026\nBy now: 32 filings.\n"
    )


def test_a_target_lost_again_and_met_again_is_told_once(here: District) -> None:
    here.group(kinds=only(MILESTONE), unit_id=SAO_MAI)
    here.aim(SAO_MAI, 2)
    moved = here.file(SAO_MAI, at(20, 8), 1)[0]
    tick(here, at(20, 8, 5))
    here.file(SAO_MAI, at(20, 9))
    tick(here, at(20, 9, 5))
    here.move(moved, TAN_PHU, at(20, 10))
    tick(here, at(20, 10, 5))
    here.file(SAO_MAI, at(20, 11))
    tick(here, at(20, 11, 5))
    assert told(here) == ["m:1", "goal:0:2"]


def test_ranked_by_another_counter_it_is_that_which_counts(here: District) -> None:
    here.run(lambda conn: conn.execute(update(campaign).values(ranked_by="authors")))
    here.group(kinds=only(MILESTONE))
    here.file(SAO_MAI, at(20, 9), 3)
    tick(here, at(20, 9, 5))
    assert texts(here)[0].startswith("Chúc mừng Công đoàn phường Từ Liêm: đã có tác giả đầu tiên.")
