"""What became of today's notices, as it stands in the database; on both of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot import why_desk
from bot.directory import Directory
from handlers import why_not
from handlers.facts import House
from handlers.texts import Texts
from handlers.why_facts import FiguresOf, NewFilings, RecentFigures, TodayOf
from models.chat import offer, outbox, preview
from models.person import person
from models.queries import lease, people
from models.queries.erasure import forget
from models.store import Store
from models.unit import unit
from scheduler import daily_notice, kinds
from scheduler.press import Press
from tests.scheduler.district import AN_PHAT, SAO_MAI, WARD, District, at, found
from tests.scheduler.post import only

TEXTS = Texts.load()
_ELSEWHERE = {
    "id": 51,
    "code": "51",
    "name": "CĐ phường Phú Diễn",
    "short_name": "Phú Diễn",
    "folded": "x",
    "type": "cdcs",
}
PRESS = Press(TEXTS, {"webchat": 2000}, House())


@dataclass
class Office:
    """Hoa, officer of the ward, asks at a moment of 20 November."""

    house: District
    hoa: int
    now: datetime = field(default=at(20, 17, 30))

    def ask(self, *units: int, now: datetime | None = None) -> list[str]:
        days = self.house.store.read_now(
            why_desk.answer, Directory(), TodayOf(units or (WARD,)), self.hoa, now or self.now
        )
        return [TEXTS.render("vi", why_not.line(day)).split(": ", 1)[1] for day in days]

    def tick(self, moment: datetime) -> None:
        for item in self.house.run(kinds.due, moment):
            self.house.run(kinds.post_due, item, moment, PRESS)

    def outcome(self, **values: Any) -> None:
        self.house.run(lambda conn: conn.execute(update(outbox).values(**values)))


@pytest.fixture
def office(store: Store) -> Office:
    house = found(store)
    hoa = house.insert(person, name="Nguyễn Thị Hoa", created_at=at(1, 8))
    house.run(people.give_role, hoa, "officer", WARD, at(1, 8))
    return Office(house, hoa)


def test_a_group_of_another_unit_is_not_told_of(office: Office) -> None:
    office.house.group(unit_id=SAO_MAI)
    assert office.ask(AN_PHAT) == []
    assert len(office.ask(WARD)) == len(office.ask(SAO_MAI)) == 1
    everything = office.house.store.read_now(why_desk.answer, Directory(), TodayOf(None), office.hoa, office.now)
    assert [day.unit for day in everything] == ["May Sao Mai"]


def test_nothing_was_looked_at(office: Office) -> None:
    office.house.group(preview=False)
    assert office.ask(now=at(20, 16)) == ["chưa đến giờ đăng (17h00)."]
    assert office.ask(now=at(20, 17, 3)) == ["đến giờ đăng (17h00), sẽ đăng trong ít phút."]
    assert "lịch đăng của bot không chạy" in office.ask()[0]


def test_how_far_a_posted_notice_has_come(office: Office) -> None:
    office.house.group(preview=False)
    office.tick(at(20, 17))
    assert office.ask() == ["bản tin 17h00 đang chờ gửi, nền tảng chậm."]
    office.house.run(lease.block, "webchat", at(20, 17, 45))
    assert office.ask() == ["bản tin 17h00 chờ gửi, nền tảng chặn đến 17h45."]
    office.outcome(status="refused", outcome="Gone: bot was kicked", done_at=at(20, 17, 1))
    assert "bot đã bị đưa ra khỏi nhóm" in office.ask()[0]
    office.outcome(status="sent", outcome=None, done_at=at(20, 17, 2))
    assert office.ask() == ["đã đăng 17h02, theo giờ hẹn."]


def test_one_asked_for_by_an_officer_names_her_until_she_is_erased(office: Office) -> None:
    chat_id = office.house.group(preview=False)
    office.house.run(daily_notice.post, chat_id, at(20, 9), PRESS, posted_by=office.hoa)
    office.outcome(status="sent", done_at=at(20, 9))
    assert office.ask() == ["đã đăng 9h00, Nguyễn Thị Hoa bấm đăng."]
    office.house.run(forget, office.hoa, at(20, 10))
    assert office.ask() == []  # nobody asks with a role that was erased
    office.hoa = office.house.insert(person, name="Lê Thị Nga", created_at=at(20, 11))
    office.house.run(people.give_role, office.hoa, "officer", WARD, at(20, 11))
    assert office.ask() == ["đã đăng 9h00, cán bộ bấm đăng."]


def test_a_picture_that_was_refused_does_not_hide_that_the_words_are_out(office: Office) -> None:
    chat_id = office.house.group(preview=False)
    office.tick(at(20, 17))
    office.outcome(status="sent", done_at=at(20, 17))
    first = office.house.sent()[0]
    values = {
        name: getattr(first, name) for name in ("channel", "chat", "priority", "payload", "not_before", "made_at")
    }
    key = f"daily:{office.house.campaign}:2026-11-20:{chat_id}:0:picture"
    office.house.insert(outbox, dedupe=key, status="refused", outcome="Rejected: too big", **values)
    assert office.ask() == ["đã đăng 17h00, theo giờ hẹn."]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"standing": "left"}, "bot không còn trong nhóm"),
        ({"linked": at(20, 17, 10)}, "nên bắt đầu từ ngày mai"),
        ({"days": "12347"}, "thứ Sáu nhóm không nhận bản tin"),
        ({"kinds": {"daily": False}}, "bản tin hằng ngày đang tắt"),
        ({"approval": True}, "chờ cán bộ duyệt"),
        ({"channel": "hand"}, "chưa ai bấm Tôi đã đăng"),
    ],
)
def test_what_the_group_has_set_is_the_reason(office: Office, settings: dict[str, Any], expected: str) -> None:
    """And nothing is posted for that reason: what is told is what the timetable does."""
    office.house.group(preview=False, **settings)
    office.tick(at(20, 17, 30))
    (told,) = office.ask()
    assert expected in told
    assert office.house.notices() == []


def test_what_officers_decided_about_the_preview(office: Office) -> None:
    chat_id = office.house.group()
    shown = {"campaign_id": office.house.campaign, "chat_id": chat_id, "day": date(2026, 11, 20)}
    frozen = {"cut_at": at(20, 16, 45), "numbers": {}, "text": "", "made_at": at(20, 16, 45)}
    decided = {"decided_by": office.hoa, "decided_at": at(20, 16, 50)}
    office.house.insert(preview, **shown, **frozen, **decided, status="skipped")
    assert office.ask() == ["chưa đăng, Nguyễn Thị Hoa chọn không đăng hôm nay lúc 16h50."]
    office.house.run(lambda conn: conn.execute(update(preview).values(status="approved")))
    assert office.ask(now=at(20, 16, 55)) == ["đã duyệt, đăng lúc 17h00."]


def test_campaigns_that_are_over_or_still_to_come(office: Office) -> None:
    office.house.group(preview=False)
    later = datetime(2027, 1, 5, 18, tzinfo=office.now.tzinfo)
    assert office.ask(now=later) == ["chương trình đã kết thúc ngày 31/12/2026."]
    office.house.open("thi-dua-2027", opens=date(2027, 2, 1), closes=date(2027, 12, 31))
    assert office.ask(now=later) == ["chương trình bắt đầu ngày 1/2/2027."]
    office.house.open("khac", opens=date(2026, 1, 1), closes=date(2026, 12, 31))
    days = office.house.store.read_now(why_desk.answer, Directory(), TodayOf((WARD,)), office.hoa, office.now)
    assert [(day.campaign, day.several) for day in days] == [
        ("Chương trình thi-dua-2026", True),
        ("Chương trình khac", True),
    ]


# ---------------------------------------------------------------- a notice and what is behind it


def test_what_is_behind_a_notice_is_for_its_officers(office: Office) -> None:
    """Lan has no role; an officer of one company sees the ward's notice explained, not what its neighbours filed."""
    house = office.house
    chat_id = house.group(preview=False)
    house.file(AN_PHAT, at(19, 9), 2)
    house.run(daily_notice.post, chat_id, at(19, 17), PRESS)
    house.file(AN_PHAT, at(20, 9), 7)
    house.run(daily_notice.post, chat_id, at(20, 17), PRESS)
    newest = house.notices()[-1].id
    nga = house.insert(person, name="Lê Thị Nga", created_at=at(1, 8))
    house.run(people.give_role, nga, "officer", SAO_MAI, at(1, 8))

    tan = house.insert(person, name="Đỗ Văn Tân", created_at=at(1, 8))
    house.run(people.give_role, tan, "officer", house.insert(unit, **_ELSEWHERE), at(1, 8))
    for who in (house.lan, tan):
        assert house.store.read_now(why_desk.answer, Directory(), FiguresOf(newest), who, office.now) is None
    assert not house.store.read_now(why_desk.answer, Directory(), FiguresOf(newest), nga, office.now).own
    for who in (house.lan, tan, nga):
        assert house.store.read_now(why_desk.answer, Directory(), NewFilings(newest), who, office.now) is None
    assert house.store.read_now(why_desk.answer, Directory(), RecentFigures(WARD), tan, office.now) == ()
    (of_the_ward,) = house.store.read_now(why_desk.answer, Directory(), RecentFigures(SAO_MAI), nga, office.now)
    assert of_the_ward.notice_id == newest

    own = house.store.read_now(why_desk.answer, Directory(), FiguresOf(newest), office.hoa, office.now)
    assert (own.own, own.board.new, own.code, own.compared) == (True, 7, "48", ())
    page = house.store.read_now(why_desk.answer, Directory(), NewFilings(newest, skip=5), office.hoa, office.now)
    assert (len(page.listed), page.total, page.listed[0].unit) == (2, 7, "Cơ khí An Phát")


def test_the_first_notice_has_no_list_of_what_is_new(office: Office) -> None:
    chat_id = office.house.group(preview=False)
    office.house.file(AN_PHAT, at(20, 9), 2)
    office.house.run(daily_notice.post, chat_id, at(20, 17), PRESS)
    (posted,) = office.house.notices()
    page = office.house.store.read_now(why_desk.answer, Directory(), NewFilings(posted.id), office.hoa, office.now)
    assert (page.listed, page.total) == ((), 0)
    assert (
        office.house.store.read_now(why_desk.answer, Directory(), FiguresOf(posted.id + 1), office.hoa, office.now)
        is None
    )


def test_targets_are_those_set_by_the_day_of_the_notice(office: Office) -> None:
    house = office.house
    house.aim(WARD, 1200)
    late = datetime(2026, 7, 5, 17, 30, tzinfo=UTC)  # half past midnight in Hà Nội
    house.aim(WARD, 1300, valid_from=date(2026, 7, 5), entered_at=late)
    house.aim(WARD, 1500, valid_from=date(2026, 12, 1))
    house.aim(SAO_MAI, 150, set_by="CĐ P. Từ Liêm")
    house.run(daily_notice.post, house.group(preview=False), at(20, 17), PRESS)
    (posted,) = house.notices()
    found = house.store.read_now(
        why_desk.answer, Directory(), FiguresOf(posted.id), office.hoa, office.now + timedelta(days=30)
    )
    assert [kept.entered for kept in found.targets] == [None, date(2026, 7, 6), None]
    assert [(kept.unit_id, kept.number) for kept in found.targets] == [(WARD, 1200), (WARD, 1300), (SAO_MAI, 150)]


# ---------------------------------------------------------------- notices of every kind


def recent(office: Office, unit_id: int = WARD) -> list[tuple[str, int]]:
    found = office.house.store.read_now(why_desk.answer, Directory(), RecentFigures(unit_id), office.hoa, office.now)
    return [(one.kind, one.board.day.day) for one in found]


def test_the_newest_of_each_kind_is_looked_through_newest_first(office: Office) -> None:
    house = office.house
    house.group(preview=False, kinds=only("daily") | {"weekly": True})
    house.file(AN_PHAT, at(14, 9))
    for moment in (at(16, 8), at(21, 17), at(22, 17), at(23, 8)):
        office.tick(moment)
    assert recent(office) == [("weekly", 22), ("daily", 22)]
    assert recent(office, SAO_MAI) == recent(office), "where a unit has none, those about the one above"
    office.tick(at(30, 8))
    office.tick(datetime(2026, 12, 31, 17, tzinfo=office.now.tzinfo))
    assert recent(office) == [("daily", 31)], "of a month ago nobody asks"


def test_what_waits_for_an_officer_is_not_explained_until_it_is_brought_out(office: Office) -> None:
    house = office.house
    house.group(kinds=only("weekly"))
    house.file(AN_PHAT, at(19, 9))
    office.tick(at(23, 8))
    (weekly,) = house.notices()
    offered = {"notice_id": weekly.id, "shown_with": weekly.id, "closes": at(24, 12)}
    house.run(lambda conn: conn.execute(insert(offer), offered))
    for status, known in (("waiting", []), ("skipped", []), ("posted", [("weekly", 22)])):
        values = {"status": status}
        house.run(lambda conn, values=values: conn.execute(update(offer).values(values)))
        assert recent(office) == known


def test_a_milestone_passed_with_a_greater_one_has_nothing_to_explain(office: Office) -> None:
    house = office.house
    house.group(kinds=only("milestone"))
    house.file(AN_PHAT, at(20, 9), 100)
    office.tick(at(20, 9, 5))
    assert sorted(row.kind for row in house.notices()) == ["m:1", "m:100"]
    assert recent(office) == [("m:100", 20)]
