"""The morning summary: who gets it, when, once; what it says in at most two short messages."""

from __future__ import annotations

import threading
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, update

from handlers import morning as words
from handlers.facts import House
from handlers.fit import LONGEST
from handlers.morning import Summary
from handlers.texts import Texts
from models.chat import outbox
from models.person import account, conversation, person, role
from models.queries import erasure, people
from models.queries import morning as mornings
from models.store import Store
from models.unit import campaign, unit
from scheduler import morning
from scheduler.press import Press
from tests.handlers.boards import numbers, row, yesterday
from tests.scheduler.district import AN_PHAT, SAO_MAI, WARD, District, at, found

TEXTS, LIMITS = Texts.load(), {"webchat": 4096}


@pytest.fixture
def district(store: Store) -> District:
    return found(store)


@pytest.fixture
def here(sqlite_store: Store) -> District:
    """As `district`, on one engine."""
    return found(sqlite_store)


def officer(district: District, name: str = "Hoa", unit_id: int | None = WARD, **more: Any) -> int:
    kind = "owner" if unit_id is None else "officer"
    person_id = district.insert(person, name=name, created_at=at(1, 8), **more)
    district.insert(role, person_id=person_id, kind=kind, unit_id=unit_id, given_at=at(1, 8))
    reached(district, person_id, name.lower(), at(1, 9))
    return person_id


def reached(district: District, person_id: int, chat: str, seen: datetime, **more: Any) -> None:
    values = {"channel": "webchat", "external_id": chat, "chat": chat, "person_id": person_id, "last_seen": seen}
    district.insert(account, **(values | more))


def due(district: District, now: datetime) -> list[morning.Morning]:
    return list(district.run(morning.due, now, LIMITS.keys()))


def tick(district: District, now: datetime) -> None:
    press = Press(TEXTS, LIMITS, House())
    for item in due(district, now):
        district.run(morning.send, item, now, press)


def said(district: District) -> list[tuple[str, str]]:
    return [(message.chat, message.payload["text"]) for message in district.sent()]


# ---------------------------------------------------------------- of which campaign


def test_whoever_serves_one_campaign_only_hears_of_that_one(here: District) -> None:
    days = {"opens": date(2026, 1, 1), "closes": date(2026, 12, 31)}
    days |= {"applied_from": days["opens"], "applied_to": days["closes"]}
    safety = here.insert(campaign, code="AT", name="An toàn 2026", unit_id=WARD, **days)
    hoa, an = officer(here), officer(here, "An")
    for who, only in ((hoa, safety), (an, here.campaign)):
        bound = update(role).where(role.c.person_id == who).values(campaign_id=only)
        here.run(lambda conn, bound=bound: conn.execute(bound))
    assert {item.officer.person_id: item.campaign_id for item in due(here, at(20, 8))} == {
        hoa: safety,
        an: here.campaign,
    }


# ---------------------------------------------------------------- when and who


@pytest.mark.parametrize(
    ("moment", "is_due"),
    [
        (at(20, 7, 29, 59), False),
        (at(20, 7, 30), True),
        (at(20, 11, 59), True),
        (at(20, 12, 0), False),
        (at(21, 8), True),  # Saturday
        (at(22, 8), False),  # Sunday
        (at(23, 8), True),
    ],
)
def test_on_working_mornings(here: District, moment: datetime, is_due: bool) -> None:
    officer(here)
    assert bool(due(here, moment)) is is_due


def test_nobody_who_cannot_or_does_not_want_to_be_told(here: District) -> None:
    officer(here, "Tắt", morning=False)
    blocked = officer(here, "Chặn")
    here.run(lambda conn: conn.execute(update(account).where(account.c.person_id == blocked).values(reachable=False)))
    former = officer(here, "Cũ")
    here.run(lambda conn: conn.execute(update(role).where(role.c.person_id == former).values(revoked_at=at(2, 8))))
    elsewhere = officer(here, "Xa")
    here.run(lambda conn: conn.execute(update(account).where(account.c.person_id == elsewhere).values(channel="zalo")))
    assert due(here, at(20, 8)) == []


@pytest.mark.parametrize(
    ("opens", "closes", "is_due"),
    [
        (date(2026, 11, 20), date(2026, 12, 31), False),  # opens today: nothing can have come
        (date(2026, 11, 19), date(2026, 12, 31), True),
        (date(2026, 1, 1), date(2026, 11, 20), True),
        (date(2026, 1, 1), date(2026, 11, 19), False),  # its report comes to the groups
    ],
)
def test_only_while_there_is_something_to_say(here: District, opens: date, closes: date, is_due: bool) -> None:
    from models.unit import campaign

    here.run(lambda conn: conn.execute(update(campaign).values(opens=opens, closes=closes)))
    officer(here)
    assert bool(due(here, at(20, 8))) is is_due


def test_once_on_the_account_last_seen(district: District) -> None:
    hoa = officer(district)
    reached(district, hoa, "hoa-new", at(19, 9))
    for minute in (30, 31, 45):
        tick(district, at(20, 7, minute))
    [message] = district.sent()
    assert (message.chat, message.person_id, message.is_group) == ("hoa-new", hoa, False)
    assert (message.dedupe, message.not_after) == (f"morning:2026-11-20:{hoa}:1", at(20, 12))
    tick(district, at(21, 8))
    assert [row.dedupe for row in district.sent()][1:] == [f"morning:2026-11-21:{hoa}:1"]


def test_two_processes_send_it_once(postgres_store: Store) -> None:
    district = found(postgres_store)
    for name in ("Hoa", "Bình", "An"):
        officer(district, name)
    threads = [threading.Thread(target=tick, args=(district, at(20, 7, 30, n))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(chat for chat, _ in said(district)) == ["an", "bình", "hoa"]


def test_each_hears_of_the_own_unit_in_the_own_language(district: District) -> None:
    officer(district, "Hoa")
    officer(district, "Linh", SAO_MAI, language="en")
    officer(district, "An", None)
    district.file(SAO_MAI, at(19, 9), 2)
    district.file(AN_PHAT, at(19, 10))
    tick(district, at(20, 8))
    told = dict(said(district))
    assert told["hoa"].startswith("CĐ P. Từ Liêm: hôm qua 3 lượt mới, tổng 3.\n")
    assert told["linh"].startswith("May Sao Mai: 2 new yesterday, 2 in all.\n")
    assert told["an"] == told["hoa"]


def test_it_is_erased_with_the_person(here: District) -> None:
    hoa = officer(here)
    tick(here, at(20, 8))
    here.run(erasure.forget, hoa, at(20, 9))
    assert here.count(outbox) == 0
    assert due(here, at(21, 8)) == []


# ---------------------------------------------------------------- what


def test_what_came_what_waits_and_who_has_nothing(district: District) -> None:
    hoa = officer(district)
    district.aim(WARD, 100)
    district.aim(SAO_MAI, 50)
    district.file(SAO_MAI, at(18, 9), 3)
    district.file(SAO_MAI, at(19, 23, 59, 59))
    district.file(AN_PHAT, at(20, 0))  # today's
    district.run(people.set_person, district.lan, {"unit_id": SAO_MAI})
    district.run(
        lambda conn: conn.execute(
            insert(conversation),
            {"person_id": district.lan, "state": {}, "step": "initiative.body", "updated_at": at(19, 9)},
        )
    )
    tick(district, at(20, 7, 30))
    assert said(district) == [
        (
            "hoa",
            "CĐ P. Từ Liêm: hôm qua 1 lượt mới, tổng 4.\n"
            "Chỉ tiêu 100: đạt 4,0%, còn 96; còn 42 ngày.\n"
            "Đang chờ thẩm định: 5. Đang viết dở: 1.\n"
            "Chưa có lượt nộp (2): Cơ khí An Phát, In Tân Phú.\n"
            "Chậm so với chỉ tiêu (1): May Sao Mai.\n"
            "Tắt tin buổi sáng: nhắn TOMTAT.",
        )
    ]
    assert district.run(mornings.wants, hoa)


def test_on_monday_the_weekend_is_in_it(here: District) -> None:
    officer(here)
    here.file(SAO_MAI, at(20, 9), 4)
    here.file(SAO_MAI, at(21, 9), 2)
    here.file(SAO_MAI, at(22, 9), 1)
    tick(here, at(23, 8))
    assert said(here)[0][1].startswith("CĐ P. Từ Liêm: từ 21/11 3 lượt mới, tổng 7.\n")


def test_a_base_union_has_no_lists(here: District) -> None:
    officer(here, unit_id=AN_PHAT)
    tick(here, at(20, 8))
    assert said(here)[0][1] == (
        "Cơ khí An Phát: hôm qua 0 lượt mới, tổng 0.\nChưa giao chỉ tiêu; còn 42 ngày.\nTắt tin buổi sáng: nhắn TOMTAT."
    )


def summary(**more: Any) -> Summary:
    board = numbers(day="2026-11-19", recent=30, recent_days=7, **more.pop("board", {}))
    given = {"board": board, "before": yesterday(), "phase_ends": None, "first": "2026-11-19"}
    return Summary.from_numbers(given | {"filed": 12, "waiting": 371, "drafts": 4, "untold": 3} | more)


def test_a_unit_is_behind_when_its_pace_does_not_reach_its_target() -> None:
    """42 days are left: BV Từ Liêm is there, Cơ khí An Phát (76 + 5 a week) will be, Vận tải Bình An stands still."""
    names = [unit.name for unit in summary().behind]
    assert names[0] == "Vận tải Bình An"
    assert not {"BV Từ Liêm", "Cơ khí An Phát", "HTX Phú Đô", "Bảo vệ Thăng Long"} & set(names)


def test_a_day_without_portal_figures_is_not_a_day_of_none() -> None:
    stale = [{"unit_id": 1, "unit": "Bảo vệ Thăng Long", "day": None}]
    old = {"as_of": "2026-11-18T16:30:00+07:00", "day": "2026-11-18", "stale": stale}
    told = words.lines(TEXTS, "vi", summary(board={"source": old}))
    assert told[:2] == [
        "Ngày 19/11 không có số mới từ Cổng; số dưới đây của 16h30 ngày 18/11.",
        "CĐ P. Từ Liêm: tổng 1.015.",
    ]
    never = summary(board={"source": {}, "filed": 0, "adjusted": 0})
    assert words.lines(TEXTS, "vi", never)[0] == "Chưa có số nào từ Cổng."
    assert not any("lượt mới" in line or "Bảo vệ Thăng Long" in line for line in told)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_however_much_there_is_it_is_two_short_messages(language: str) -> None:
    rows = [row(n, f"Đơn vị số {n:07d}", n % 2, 5000) for n in range(600)]
    goal = {"number": 100_000, "count": 300, "ends": "2026-12-31", "set_by": "x" * 120, "phase": "Giai đoạn " * 12}
    before = yesterday(rows=rows, filed=300)
    found = summary(board={"rows": rows, "goals": [goal], "short": "CĐ P. Từ Liêm 1234"}, before=before)
    messages = words.messages(TEXTS, language, found)
    assert len(messages) == 2
    assert all(len(message) <= LONGEST for message in messages)
    assert "(300): Đơn vị số 0000000, " in "\n".join(messages)
    assert "TOMTAT" in messages[-1]


def test_a_unit_that_has_ended_is_not_named(here: District) -> None:
    officer(here)
    here.run(lambda conn: conn.execute(update(unit).where(unit.c.id == AN_PHAT).values(valid_to=date(2026, 6, 30))))
    tick(here, at(20, 8))
    assert "An Phát" not in said(here)[0][1]
