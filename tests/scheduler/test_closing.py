"""The report when a phase or the campaign has ended: when it comes, where its figures are cut, what it says."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from handlers.board import Board
from handlers.closing import Ending
from handlers.kinds import CLOSING
from models.store import Store
from tests.scheduler.district import AN_PHAT, SAO_MAI, TAN_PHU, WARD, District, at, found
from tests.scheduler.post import due, only, texts, tick

LAST = date(2026, 11, 20)


@pytest.fixture
def district(store: Store) -> District:
    """Giai đoạn 1 ends on 20/11/2026."""
    district = found(store)
    district.phase("Giai đoạn 1", date(2026, 11, 2), LAST)
    return district


@pytest.fixture
def here(sqlite_store: Store) -> District:
    """As `district`, on one engine."""
    district = found(sqlite_store)
    district.phase("Giai đoạn 1", date(2026, 11, 2), LAST)
    return district


# ---------------------------------------------------------------- when


@pytest.mark.parametrize(
    ("moment", "is_due"),
    [
        (at(20, 23, 59, 59), False),
        (at(21, 0), False),
        (at(21, 7, 59), False),
        (at(21, 8), True),
        (at(21, 22), False),  # quiet
        (at(23, 9), True),  # an outage of two days
        (at(27, 20, 59), True),
        (at(28, 8), False),
    ],
)
def test_from_the_next_morning_for_seven_days(here: District, moment: datetime, is_due: bool) -> None:
    here.group(kinds=only(CLOSING))
    assert [(item.kind, item.day, item.cut_at) for item in due(here, moment)] == (
        [(CLOSING, LAST, at(21, 0))] if is_due else []
    )


@pytest.mark.parametrize(("linked", "is_due"), [(at(20, 23), True), (at(21, 7, 59), True), (at(21, 8), False)])
def test_a_group_linked_later_is_not_told_of_what_was_over(here: District, linked: datetime, is_due: bool) -> None:
    here.group(kinds=only(CLOSING), linked=linked)
    assert bool(due(here, at(21, 9))) is is_due


def test_the_campaign_is_told_of_although_it_is_closed(here: District) -> None:
    named = here.open("ngan", opens=date(2026, 11, 1), closes=date(2026, 11, 24))
    here.group(kinds=only(CLOSING), campaign_id=named)
    here.file(SAO_MAI, at(24, 23, 59, 59), campaign_id=named)
    assert due(here, at(24, 17)) == []
    tick(here, at(26, 8))
    tick(here, at(26, 9))
    [row] = here.notices()
    assert (row.day, row.cut_at) == (date(2026, 11, 24), at(25, 0))
    assert "tổng kết chương trình" in row.text
    assert [message.not_after for message in here.sent()] == [at(27, 12)]


def test_a_phase_that_ends_with_the_campaign_is_one_report(here: District) -> None:
    named = here.open("ngan", opens=date(2026, 11, 1), closes=date(2026, 11, 24))
    other, here.campaign = here.campaign, named
    here.phase("Giai đoạn 2", date(2026, 11, 21), date(2026, 11, 24))
    here.campaign = other
    here.group(kinds=only(CLOSING), campaign_id=named)
    assert [item.day for item in due(here, at(25, 8))] == [date(2026, 11, 24)]


def test_once_and_not_where_it_is_switched_off(district: District) -> None:
    district.group(kinds=only(CLOSING))
    district.group(kinds=only(""))
    for moment in (at(21, 8), at(21, 8, 1), at(22, 8), at(27, 9)):
        tick(district, moment)
    assert [(row.chat_id, row.kind, row.day) for row in district.notices()] == [(1, CLOSING, LAST)]


# ---------------------------------------------------------------- what


def a_phase(district: District) -> None:
    """Seven filings before 24h00 of the last day, one after; the ward's target of the phase, 5, is met on the 10th."""
    phase_id = 1
    district.file(AN_PHAT, at(1, 9))  # before the phase
    district.aim(WARD, 5, phase_id=phase_id)
    district.aim(WARD, 100)
    district.aim(SAO_MAI, 4, phase_id=phase_id)
    district.aim(AN_PHAT, 3, phase_id=phase_id)
    district.aim(SAO_MAI, 50)
    district.file(SAO_MAI, at(5, 9), 2)
    district.file(SAO_MAI, at(10, 9), 3)
    district.file(AN_PHAT, at(20, 23, 59, 59))
    district.file(TAN_PHU, at(21, 0))


def test_figures_are_cut_at_24h00_of_the_last_day_and_say_what_was_reached_when(district: District) -> None:
    district.group(kinds=only(CLOSING))
    a_phase(district)
    tick(district, at(22, 8))
    [row] = district.notices()
    board = Board.from_json(row.numbers)
    assert Ending.from_json(row.numbers["ending"]) == Ending(date(2026, 11, 2), LAST, "Giai đoạn 1")
    assert (board.total, board.cut_at, board.day, board.by_phase) == (7, at(21, 0), LAST, True)
    for words in (
        "Kết quả sáng kiến: tổng kết Giai đoạn 1\n",
        "(lượt nộp qua bot, tính đến 24h00 ngày 20/11/2026)",
        "Tổng: 7\nTrong Giai đoạn 1: 6 lượt nộp.\n",
        "Giai đoạn 1: đạt 120,0% chỉ tiêu 5 do LĐLĐ Thành phố giao (vượt 1), đã hết hạn.",
        "Cả năm: đạt 7,0% chỉ tiêu 100 do LĐLĐ Thành phố giao. Còn 93, còn 41 ngày.",
        "Hoàn thành chỉ tiêu 5 của Giai đoạn 1 (do LĐLĐ Thành phố giao) ngày 10/11/2026, sớm 10 ngày.",
        "Ngày nhiều nhất: 10/11/2026, 3 lượt. Từ 2/11/2026 đến 20/11/2026: bình quân 0,3 lượt/ngày.",
        "Tác giả: 1 người. Đơn vị cơ sở có lượt nộp: 1/3.",  # Tổ May 2 stands below May Sao Mai, which has none itself
        "1. May Sao Mai: 5 – 125,0%\n2. Cơ khí An Phát: 2 – 33,3% (1 lượt trong giai đoạn)\n",
        "Chưa đạt chỉ tiêu: Cơ khí An Phát (còn 2).",
        "Hoàn thành chỉ tiêu: 1/2 đơn vị.",
    ):
        assert words in row.text


def test_members_are_not_told_who_missed_it(district: District) -> None:
    district.group("members", kinds=only(CLOSING))
    a_phase(district)
    tick(district, at(21, 8))
    [text] = texts(district)
    assert text.startswith("Sáng kiến Công đoàn phường Từ Liêm: tổng kết Giai đoạn 1\n")
    assert "Đã hoàn thành chỉ tiêu: May Sao Mai.\n" in text
    assert "Chưa đạt" not in text
    assert text.endswith("(lượt nộp qua bot, tính đến 24h00 ngày 20/11/2026)")


def test_its_picture_is_the_boards(here: District) -> None:
    here.group(kinds=only(CLOSING))
    a_phase(here)
    tick(here, at(21, 8), pictures=("webchat",))
    assert here.sent()[1].payload["media"][0]["name"] == "ket-qua.png"


def test_a_campaign_without_a_filing_has_a_report_too(here: District) -> None:
    here.group(kinds=only(CLOSING))
    tick(here, at(21, 8))
    assert "Tổng: 0\n" in texts(here)[0]
    assert "Chưa có lượt nộp: May Sao Mai" in texts(here)[0]
