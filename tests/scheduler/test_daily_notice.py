"""When the daily notice falls due, and that it is posted once and never changes."""

from __future__ import annotations

import json
import threading
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import update

from handlers.board import Board, compose
from handlers.facts import House
from handlers.texts import Texts
from models.chat import chat, notice
from models.queries import notices
from models.store import Store
from scheduler import daily_notice, kinds
from scheduler.press import Due, Posted, Press
from tests.scheduler.district import AN_PHAT, SAO_MAI, TAN_PHU, WARD, District, at, found

TEXTS, HOUSE, LIMITS = Texts.load(), House(), {"webchat": 4096}


@pytest.fixture
def district(store: Store) -> District:
    return found(store)


def due(district: District, now: datetime) -> list[Due]:
    return list(district.run(kinds.due, now))


def tick(district: District, now: datetime, limits: dict[str, int] | None = None) -> list[Posted]:
    """What the timetable does every minute."""
    press = Press(TEXTS, limits or LIMITS, HOUSE)
    return [district.run(kinds.post_due, item, now, press) for item in due(district, now)]


def press(district: District, chat_id: int, now: datetime) -> Posted:
    """Hoa posts the notice by hand."""
    posted = district.run(daily_notice.post, chat_id, now, Press(TEXTS, LIMITS, HOUSE), posted_by=district.lan)
    assert isinstance(posted, Posted)
    return posted


def set_group(district: District, chat_id: int, **values: Any) -> None:
    district.run(lambda conn: conn.execute(update(chat).where(chat.c.id == chat_id).values(values)))


# ---------------------------------------------------------------- what is not due


def test_before_its_hour_nothing_is_due(district: District) -> None:
    district.group(linked=at(20, 8))
    assert due(district, at(20, 16, 59, 59)) == []


def test_a_group_linked_after_its_hour_starts_tomorrow(district: District) -> None:
    district.group(linked=at(20, 17))
    assert due(district, at(20, 17, 1)) == []
    assert due(district, at(21, 9)) == []  # nor is there a "missed" one of yesterday
    assert [item.day for item in due(district, at(21, 17))] == [date(2026, 11, 21)]


@pytest.mark.parametrize("values", [{"standing": "left"}, {"unit_id": None}, {"kind": None}, {"linked_at": None}])
def test_a_group_that_is_not_ours_hears_nothing(district: District, values: dict[str, Any]) -> None:
    set_group(district, district.group(), **values)
    assert due(district, at(20, 17)) == []
    assert press(district, 1, at(20, 17)).notices == ()


def test_a_campaign_that_is_not_open_is_not_posted(district: District) -> None:
    district.group(unit_id=AN_PHAT)
    district.group(unit_id=SAO_MAI)
    other = district.open("truoc", unit_id=AN_PHAT, opens=date(2026, 10, 1), closes=date(2026, 11, 20))
    last_day = due(district, at(20, 17))
    assert [(item.chat_id, item.campaign_id) for item in last_day] == [(1, 1), (1, other), (2, 1)]
    tick(district, at(20, 17))
    assert [(item.chat_id, item.campaign_id) for item in due(district, at(21, 17))] == [(1, 1), (2, 1)]


def test_by_hand_in_a_group_without_unit_or_campaign(district: District) -> None:
    stranger = district.group(unit_id=None, kind=None)
    assert press(district, stranger, at(20, 15)).why == "not_linked"
    linked = district.group()
    assert press(district, linked, datetime(2027, 1, 2, 9, tzinfo=at(1, 0).tzinfo)).why == "no_campaign"
    assert district.notices() == []


# ---------------------------------------------------------------- what is due


def test_at_its_hour_a_group_gets_the_notice_once(district: District) -> None:
    group = district.group()
    district.aim(WARD, 10)
    district.file(SAO_MAI, at(20, 9), times=3)
    [posted] = tick(district, at(20, 17, 0, 2))
    assert (len(posted.notices), posted.messages, posted.why) == (1, 1, "")
    assert tick(district, at(20, 17, 1)) == []
    assert tick(district, at(20, 23, 59)) == []
    [row], [message] = district.notices(), district.sent()
    assert (row.chat_id, row.day, row.repeat, row.posted_by, row.cut_at) == (
        group,
        date(2026, 11, 20),
        0,
        None,
        at(20, 17),
    )
    assert message.payload == {"text": row.text, "choices": [], "media": [], "thread": "", "numbered": True}
    assert message.dedupe == f"daily:{district.campaign}:2026-11-20:{group}:0:1"
    assert (message.priority, message.is_group, message.not_after) == (5, True, at(21, 12))
    assert (
        "Tổng: 3 (bản tin đầu tiên)\nĐạt 30,0% chỉ tiêu năm 10 do LĐLĐ Thành phố giao. Còn 7, còn 41 ngày." in row.text
    )


def test_a_claimed_slot_is_not_posted_again(district: District) -> None:
    district.group()
    [item] = due(district, at(20, 17))  # two processes see the same thing due
    press = Press(TEXTS, LIMITS, HOUSE)
    assert district.run(kinds.post_due, item, at(20, 17), press).messages == 1
    assert district.run(kinds.post_due, item, at(20, 17), press) == Posted(why="taken")
    assert len(district.sent()) == 1


def test_several_processes_at_once_post_once(postgres_store: Store) -> None:
    district = found(postgres_store)
    for _ in range(5):
        district.group()
    threads = [threading.Thread(target=tick, args=(district, at(20, 17, 0, n))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row.chat_id for row in district.notices()) == [1, 2, 3, 4, 5]
    assert len(district.sent()) == 5


def test_two_officers_who_press_at_once_post_once(postgres_store: Store) -> None:
    district = found(postgres_store)
    group = district.group()
    threads = [threading.Thread(target=press, args=(district, group, at(20, 15, 0, n))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.repeat for row in district.notices()] == [0]
    assert len(district.sent()) == 1


def test_after_a_short_outage_it_is_posted_with_the_numbers_of_that_moment(district: District) -> None:
    district.group()
    district.file(SAO_MAI, at(20, 18))
    tick(district, at(20, 18, 40, 59))
    [row] = district.notices()
    assert (row.cut_at, row.day) == (at(20, 18, 40), date(2026, 11, 20))
    assert "tính đến 18h40 ngày 20/11/2026" in row.text
    assert "Tổng: 1 " in row.text


def test_yesterdays_is_caught_up_after_midnight_cut_at_24h00(district: District) -> None:
    district.group()
    tick(district, at(19, 17))
    district.file(SAO_MAI, at(20, 23, 59, 59))
    district.file(SAO_MAI, at(21, 0))
    tick(district, at(21, 8, 30))
    [_, row] = district.notices()
    assert (row.day, row.cut_at) == (date(2026, 11, 20), at(21, 0))
    assert "thứ Sáu 20/11/2026\n(lượt nộp qua bot, tính đến 24h00 ngày 20/11/2026)" in row.text
    assert "Tổng: 1, tăng 1 so với bản tin ngày 19/11/2026" in row.text
    tick(district, at(21, 17))
    assert "Tổng: 2, tăng 1 so với bản tin hôm qua" in district.notices()[2].text


def test_yesterdays_is_let_go_after_midday_or_once_today_was_posted(district: District) -> None:
    group = district.group()
    assert [item.day.day for item in due(district, at(21, 11, 59))] == [20]
    assert due(district, at(21, 12)) == []
    press(district, group, at(21, 9))
    assert due(district, at(21, 9, 1)) == []


def test_a_notice_that_is_late_is_cut_at_the_hour_only_within_two_minutes(district: District) -> None:
    district.group()
    assert due(district, at(20, 17, 1, 59))[0].cut_at == at(20, 17)
    assert due(district, at(20, 17, 2))[0].cut_at == at(20, 17, 2)


# ---------------------------------------------------------------- by hand


def test_by_hand_before_the_hour_takes_the_days_slot(district: District) -> None:
    group = district.group()
    assert len(press(district, group, at(20, 15, 30, 20)).notices) == 1
    assert tick(district, at(20, 17)) == []
    [row] = district.notices()
    assert (row.repeat, row.posted_by, row.cut_at) == (0, district.lan, at(20, 15, 30, 20))
    assert "cập nhật" not in row.text


def test_a_repeat_is_marked_and_tells_what_is_new_since_the_last(district: District) -> None:
    group = district.group()
    district.file(SAO_MAI, at(20, 9), times=2)
    tick(district, at(20, 17))
    district.file(AN_PHAT, at(20, 17, 30))
    press(district, group, at(20, 17, 40, 12))
    [first, second] = district.notices()
    assert (first.repeat, second.repeat) == (0, 1)
    assert "thứ Sáu 20/11/2026, cập nhật 17h40\n" in second.text
    assert "Tổng: 3, tăng 1 so với bản tin 17h00\n" in second.text
    assert press(district, group, at(20, 17, 40, 50)).why == "just_posted"  # a second press within the minute
    tick(district, at(21, 17))
    assert "Tổng: 3, không đổi so với bản tin hôm qua\n" in district.notices()[2].text


def test_members_get_the_short_one(district: District) -> None:
    district.group("members")
    district.file(SAO_MAI, at(20, 9))
    tick(district, at(20, 17))
    [row] = district.notices()
    assert row.text.startswith("Sáng kiến Công đoàn phường Từ Liêm – ngày 20/11/2026\nTổng 1 lượt.\n")
    assert "Cơ khí An Phát" not in row.text


# ---------------------------------------------------------------- numbers


def test_days_add_up_and_moves_are_told_the_next_day(district: District) -> None:
    district.group()
    first = district.file(SAO_MAI, at(18, 9), times=3)[0]
    tick(district, at(18, 17))
    district.move(first, AN_PHAT, at(18, 20))
    district.file(TAN_PHU, at(18, 23))
    tick(district, at(19, 17))
    tick(district, at(20, 17))
    boards = [Board.from_json(row.numbers) for row in district.notices()]
    assert [board.total for board in boards] == [3, 4, 4]
    assert [board.change for board in boards] == [None, 1, 0]
    second = district.notices()[1].text
    assert "Tổng: 4, tăng 1 so với bản tin hôm qua\n" in second
    assert "1. May Sao Mai: 2 (−1*)\n" in second
    assert "* Chuyển về đúng đơn vị: May Sao Mai −1, Cơ khí An Phát +1." in second


def test_a_late_commit_is_counted_in_the_next_notice(district: District) -> None:
    district.group()
    tick(district, at(20, 17))
    district.file(SAO_MAI, at(20, 16, 59, 59))  # was under way when the notice was made
    tick(district, at(21, 17))
    assert "Tổng: 1, tăng 1 so với bản tin hôm qua\n" in district.notices()[1].text


def test_a_frozen_notice_never_changes(district: District) -> None:
    district.group()
    moved = district.file(SAO_MAI, at(20, 9), times=2)[0]
    tick(district, at(20, 17))
    [before] = district.notices()
    district.file(SAO_MAI, at(20, 16))
    district.move(moved, AN_PHAT, at(20, 18))
    tick(district, at(21, 17))
    after = district.notices()[0]
    assert tuple(after) == tuple(before)
    assert Board.from_json(json.loads(json.dumps(after.numbers))) == Board.from_json(before.numbers)


def test_a_group_that_changes_its_unit_starts_anew(district: District) -> None:
    group = district.group()
    district.file(SAO_MAI, at(19, 9))
    tick(district, at(19, 17))
    set_group(district, group, unit_id=SAO_MAI)
    tick(district, at(20, 17))
    assert "CÔNG TY MAY SAO MAI" in district.notices()[1].text
    assert "(bản tin đầu tiên)" in district.notices()[1].text


def test_two_campaigns_make_two_notices_that_name_theirs(district: District) -> None:
    group = district.group()
    other = district.open("an-toan")
    district.file(SAO_MAI, at(20, 9), campaign_id=other)
    assert len(press(district, group, at(20, 15)).notices) == 2
    assert [row.text.split("\n")[2] for row in district.notices()] == [
        "Chương trình: Chương trình thi-dua-2026",
        "Chương trình: Chương trình an-toan",
    ]
    set_group(district, group, campaign_id=other)
    assert [item.campaign_id for item in due(district, at(21, 17))] == [other]


def test_a_long_board_is_split_within_the_channels_limit(district: District) -> None:
    district.group(channel="telegram", thread="7")
    district.file(SAO_MAI, at(20, 9))
    tick(district, at(20, 17), {"telegram": 200})
    messages = district.sent()
    assert len(messages) > 1
    assert all(len(message.payload["text"]) <= 200 for message in messages)
    assert [message.dedupe.rsplit(":", 1)[1] for message in messages] == [str(n) for n in range(1, len(messages) + 1)]
    assert messages[0].payload["thread"] == "7"
    assert "(1/" not in district.notices()[0].text


def test_the_board_of_this_moment_tells_the_change_since_the_last_notice(district: District) -> None:
    district.group()
    district.file(SAO_MAI, at(19, 9))
    tick(district, at(19, 17))
    district.file(AN_PHAT, at(20, 10, 29))
    district.file(AN_PHAT, at(20, 10, 30, 30))
    last = district.run(notices.last_of_unit, WARD, district.campaign)
    now = at(20, 10, 30)
    board = district.run(daily_notice.board_at, WARD, district.campaign, now, now.date(), last=last)
    assert (board.total, board.change, board.since_day) == (2, 1, date(2026, 11, 19))
    assert district.count(notice) == 1


def test_the_newest_notice_of_a_unit_is_found_by_kind_of_group(district: District) -> None:
    assert district.run(notices.last_of_unit, WARD) is None
    district.group()
    district.group("members")
    tick(district, at(20, 17))
    assert district.run(notices.last_of_unit, WARD).text.startswith(("CÔNG ĐOÀN", "Sáng kiến"))
    assert district.run(notices.last_of_unit, WARD, district.campaign, "members").text.startswith("Sáng kiến")
    assert district.run(notices.last_of_unit, WARD, None, "officers").text.startswith("CÔNG ĐOÀN")


def test_bare_numbers_and_a_board_agree(district: District) -> None:
    district.file(SAO_MAI, at(20, 9), times=2)
    board = district.run(daily_notice.board_at, WARD, district.campaign, at(20, 17), date(2026, 11, 20))
    assert compose(board.to_json()) == board
    assert [(row.name, row.count, row.rank) for row in board.rows] == [
        ("May Sao Mai", 2, 1),
        ("Cơ khí An Phát", 0, None),
        ("In Tân Phú", 0, None),
    ]
