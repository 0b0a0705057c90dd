"""A reminder on its way: fed a portion at a time, watched, paused, cancelled, ended; every recipient accounted for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from handlers.broadcast_facts import Reach
from handlers.texts import Texts
from models.broadcast import broadcast, recipient
from models.chat import outbox
from models.person import account, conversation, person, role
from models.queries import cast_steering, casting, erasure, meter
from models.store import Store
from scheduler.cast_news import Herald
from scheduler.casting import Casting, Rules, step
from scheduler.reminders import Reminders
from tests.scheduler.district import SAO_MAI, WARD, District, at, found

AN, HOA = 1001, 1002
NINE = at(20, 9)
RULES = Rules({"telegram": 2.0, "webchat": 2.0})  # so that four make a portion


@dataclass
class Reminder:
    """An's reminder to so many workers, a clock, and the platform's answers."""

    district: District
    number: int
    now: datetime = NINE
    rules: Rules = RULES
    edits: tuple[str, ...] = ("telegram",)
    id: int = 0
    woken: int = field(default=0)

    def work(self, times: int = 1, seconds: float = 0) -> bool:
        herald = Herald(Texts.load(("vi", "en")), ("telegram", "webchat"), self.edits)
        busy = False
        for _ in range(times):
            self.now += timedelta(seconds=seconds)
            for one in self.district.run(casting.under_way, self.now):
                busy = True
                self.district.run(step, one, self.now, self.rules, herald)
        return busy

    def answers(self, fate: Callable[[Any], dict[str, Any]] | None = None) -> None:
        """The platform takes what stands in the outbox, or does with it what `fate` says."""
        for row in self.queue():
            values = (fate(row) if fate else None) or {"status": "sent", "external_id": str(row.id)}
            self.run(update(outbox).where(outbox.c.id == row.id).values(done_at=self.now, **values))

    def run(self, statement: Any) -> Any:
        """The rows of a SELECT; anything else is done."""
        return self.district.run(lambda conn: _done(conn, statement))

    def queue(self) -> list[Any]:
        return list(self.run(select(outbox).where(outbox.c.status.in_(("queued", "sending"))).order_by(outbox.c.id)))

    def reminders(self) -> list[Any]:
        return [row for row in self.queue() if row.dedupe.count(":") == 2]

    def told(self, who: str = "an") -> list[str]:
        """What An (or Hoa) was told, oldest first."""
        rows = self.run(select(outbox).where(outbox.c.chat == who).order_by(outbox.c.id))
        return [row.payload["text"] for row in rows]

    @property
    def row(self) -> Any:
        found = self.district.run(casting.find, self.id)
        assert found is not None
        return found

    @property
    def counts(self) -> casting.Counts:
        return self.district.run(casting.counts, self.id)  # type: ignore[no-any-return]

    def steer(self, to: str) -> bool:
        return bool(self.district.run(cast_steering.steer, self.row, to, self.now))


def _done(conn: Connection, statement: Any) -> Any:
    result = conn.execute(statement)
    return result.all() if statement.is_select else None


def remind(district: District, number: int = 10, **more: Any) -> Reminder:
    one = Reminder(district, number, **more)
    one.id = district.run(_put, district.campaign, number, one.now)
    return one


def _put(conn: Connection, campaign: int, number: int, now: datetime) -> int:
    people = [(AN, "Anh An"), (HOA, "Chị Hoa"), *((n, f"Lan {n}") for n in range(2000, 2000 + number))]
    for id_, name in people:
        conn.execute(insert(person).values(id=id_, name=name, unit_id=SAO_MAI, created_at=now, phone="0912 000 111"))
        chat = {AN: "an", HOA: "hoa"}.get(id_, str(id_))
        conn.execute(
            insert(account).values(channel="telegram", external_id=chat, chat=chat, person_id=id_, last_seen=now)
        )
    conn.execute(insert(conversation).values(person_id=AN, state={"version": 1}, updated_at=now - timedelta(hours=1)))
    conn.execute(insert(role).values(person_id=HOA, kind="officer", unit_id=SAO_MAI, given_at=now))
    values = {"campaign_id": campaign, "unit_id": WARD, "text": "Nhắn SK để nộp.", "audience": {}, "status": "planned"}
    values |= {"made_by": AN, "made_at": now, "starts_at": now, "channel": "telegram", "chat": "an"}
    id_ = conn.execute(insert(broadcast).values(**values).returning(broadcast.c.id)).scalar_one()
    for n in range(2000, 2000 + number):
        conn.execute(
            insert(recipient).values(
                broadcast_id=id_, channel="telegram", chat=str(n), person_id=n, unit_id=SAO_MAI, day=now.date()
            )
        )
    return int(id_)


@pytest.fixture
def district(store: Store) -> District:
    return found(store)


# ---------------------------------------------------------------- what stands against it


def test_before_its_time_nothing_happens(district: District) -> None:
    one = remind(district)
    one.now -= timedelta(seconds=1)
    assert not one.work()
    assert one.queue() == []


def test_at_night_nobody_is_written_to(district: District) -> None:
    one = remind(district, now=at(20, 21))
    one.work(3)
    assert one.reminders() == []
    assert one.told() == [
        "Tin nhắc cho CĐ P. Từ Liêm: nghỉ đêm, 06:00 sáng gửi tiếp.\n░░░░░░░░░░░░ 0% (0/10)\nĐã nhận: 0"
    ]
    one.now = at(21, 6)
    one.work()
    assert len(one.reminders()) == 4


def test_who_wants_none_or_had_one_or_is_gone_is_left_alone(district: District) -> None:
    one = remind(district, 5)
    one.run(update(person).where(person.c.id == 2000).values(reminders=False))
    one.run(update(account).where(account.c.person_id == 2001).values(reachable=False))
    other = one.run(select(broadcast))[0]._asdict() | {"status": "done", "ended_at": one.now}
    del other["id"]
    one.run(insert(broadcast).values(**other))
    had = {"broadcast_id": one.id + 1, "channel": "telegram", "chat": "2002", "person_id": 2002, "status": "sent"}
    one.run(insert(recipient).values(day=one.now.date(), **had))
    mine = recipient.c.broadcast_id == one.id
    one.run(update(recipient).where(recipient.c.chat == "2003", mine).values(channel="zalo"))
    one.work(2)
    assert [row.chat for row in one.reminders()] == ["2004"]
    reasons = one.run(select(recipient.c.status, recipient.c.reason).where(mine).order_by(recipient.c.id))
    assert [tuple(row) for row in reasons] == [
        ("skipped", "off"), ("gone", "blocked"), ("skipped", "had one"), ("failed", "no such channel"), ("queued", "")
    ]  # fmt: skip


def test_where_clearly_more_would_get_it_than_were_confirmed_it_waits_for_a_yes(district: District) -> None:
    one = remind(district, 11)
    one.run(update(broadcast).values(confirmed=5))
    one.work(3)
    assert (one.reminders(), one.row.status, one.row.paused_why) == ([], "paused", "grew")
    assert "người nhận đã tăng: 11, lúc anh/chị xác nhận là 5. Chưa gửi cho ai." in one.told()[0]
    one.now += timedelta(hours=3)
    assert one.steer("resume")
    one.work()
    assert len(one.reminders()) == 4
    assert one.row.started_at == one.now  # what took time was the answer


@pytest.mark.parametrize(("number", "confirmed"), [(11, 6), (11, 11), (3, 11)])
def test_a_handful_more_or_fewer_get_it_unasked(district: District, number: int, confirmed: int) -> None:
    one = remind(district, number)
    one.run(update(broadcast).values(confirmed=confirmed))
    one.work()
    assert one.row.status == "running"


def test_when_an_is_erased_the_admins_are_asked(district: District) -> None:
    one = remind(district, 11)
    one.run(update(role).values(kind="admin", unit_id=WARD))
    one.run(update(broadcast).values(confirmed=5, made_by=None))
    one.work()
    assert "người nhận đã tăng: 11" in one.told("hoa")[0]


def test_a_channel_keeps_its_last_messages_of_the_month_for_replies(district: District) -> None:
    sent: list[int] = []
    rules = replace(RULES, left=lambda *_: 6 - len(sent))
    one = remind(district, 10, rules=rules)
    for _ in range(6):
        one.work(seconds=1)
        sent += [row.id for row in one.reminders()]
        one.answers()
    assert (one.counts.sent, one.counts.quota, one.row.status) == (6, 4, "done")
    assert "Không nhận: 4 vì kênh hết lượt tin tháng này" in one.told()[-1]
    assert "4 người thuộc đơn vị anh/chị không nhận được" in one.told("hoa")[0]


def test_what_the_meter_holds_back_is_no_failure(district: District) -> None:
    one = remind(district, 4)
    one.work()
    one.answers(lambda row: {"status": "refused", "outcome": meter.QUOTA} if row.chat != "an" else {})
    one.work(2, seconds=1)
    assert (one.counts.quota, one.counts.failed, one.row.status) == (4, 0, "done")


def test_what_is_left_of_a_month_is_what_the_meter_and_the_outbox_leave(district: District) -> None:
    one = remind(district, 3)
    one.work()
    words = Reminders(Texts.load(("vi",)), (Reach("telegram", 2.0, monthly=10), Reach("webchat", 2.0)))
    standing = len(one.queue())  # An's progress, too
    assert standing > 0
    assert district.run(words.left, "telegram", NINE) == 10 - 2 - standing
    district.run(meter.add, "telegram", "2026-11", received=1, sent=2)
    assert district.run(words.left, "telegram", NINE) == 10 - 2 - 3 - standing
    assert district.run(words.left, "telegram", at(20, 9) + timedelta(days=30)) == 10 - 2 - standing
    assert district.run(words.left, "webchat", NINE) is None
    district.run(meter.add, "telegram", "2026-11", sent=7)
    assert district.run(words.left, "telegram", NINE) == 0


def test_a_group_is_reminded_in_the_topic_that_was_linked(district: District) -> None:
    district.group(channel="telegram", external_id="-100", thread="7")
    one = remind(district, 1)
    group = {"broadcast_id": one.id, "channel": "telegram", "chat": "-100", "is_group": True, "unit_id": WARD}
    one.run(insert(recipient).values(**group, day=NINE.date()))
    one.work()
    assert {row.chat: row.payload["thread"] for row in one.reminders()} == {"2000": "", "-100": "7"}


def test_whoever_is_erased_meanwhile_is_counted_and_not_known(district: District) -> None:
    one = remind(district, 2)
    one.work()
    one.district.run(erasure.forget, 2000, one.now)
    one.answers()
    one.work()
    (erased, sent) = one.run(select(recipient).where(recipient.c.broadcast_id == one.id).order_by(recipient.c.id))
    assert (erased.status, erased.person_id, erased.chat) == ("skipped", None, f"-{erased.id}")
    assert sent.status == "sent"
    assert one.row.status == "done"


def test_an_is_erased_and_the_reminder_goes_on_untold(district: District) -> None:
    one = remind(district, 4)
    one.district.run(erasure.forget, AN, one.now)
    one.work()
    one.answers()
    one.work()
    assert (one.row.status, one.row.made_by, one.counts.sent) == ("done", None, 4)


# ---------------------------------------------------------------- on its way


def test_a_portion_at_a_time_each_once(district: District) -> None:
    one = remind(district)
    one.work(5)
    assert [row.chat for row in one.reminders()] == ["2000", "2001", "2002", "2003"]
    one.answers()
    one.work(2)
    assert [row.chat for row in one.reminders()] == ["2004", "2005", "2006", "2007"]
    one.answers()
    one.work()
    one.answers()
    one.work(2)
    assert (one.row.status, one.counts) == ("done", casting.Counts(sent=10))
    texts = [row.payload["text"] for row in one.run(select(outbox).where(outbox.c.chat == "2007"))]
    assert texts == ["Nhắn SK để nộp."]
    assert not one.work()


def test_what_waits_for_its_second_try_does_not_hold_up_the_others(district: District) -> None:
    one = remind(district)
    one.work()
    later = {"not_before": one.now + timedelta(minutes=5), "status": "queued"}
    one.answers(lambda row: later if row.chat.isdigit() else {})
    one.work()
    assert len(one.reminders()) == 8


def test_one_message_is_edited_at_most_every_three_seconds(district: District) -> None:
    one = remind(district, 30)
    for _ in range(12):
        one.work(seconds=1)
        one.answers()
    rows = one.run(select(outbox).where(outbox.c.chat == "an").order_by(outbox.c.id))
    first, *edits, report = rows
    assert first.edits is None
    card = f"c:cast:{one.id}:1:"
    choices = [["Tạm dừng", 1, f"{card}pause"], ["Dừng hẳn", 2, f"{card}cancel"], ["Xong", 0, f"{card}leave"]]
    assert first.payload["choices"] == choices
    assert {row.edits for row in edits} == {str(first.id)}
    assert len(edits) == 3
    assert one.told()[1] == (
        "Đang gửi tin nhắc cho CĐ P. Từ Liêm.\n████░░░░░░░░ 40% (12/30)\nĐã nhận: 12\n4 tin/giây, còn khoảng 1 phút."
    )
    head = "Đã gửi xong tin nhắc cho CĐ P. Từ Liêm: 30/30 đã nhận."
    assert report.payload["text"] == f"{head}\nMất chưa đến 1 phút, 4 tin/giây."


def test_where_nothing_can_be_edited_an_hears_at_the_start_half_way_and_at_the_end(district: District) -> None:
    one = remind(district, edits=())
    for _ in range(8):
        one.work(seconds=4)
        one.answers()
    assert [text.split("\n")[1][:12] for text in one.told()[:2]] == ["░" * 12, "█████████░░░"]
    assert len(one.told()) == 3


# ---------------------------------------------------------------- failures


def test_those_not_reached_are_told_to_an_and_to_their_officer(district: District) -> None:
    one = remind(district, 4)
    fates = {"2000": "Gone: Forbidden: bot was blocked by the user", "2001": "Gone: Forbidden: user is deactivated"}
    one.work()
    one.answers(lambda row: {"status": "refused", "outcome": fates[row.chat]} if row.chat in fates else {})
    one.work(2)
    assert one.counts == casting.Counts(sent=2, gone=2, blocked=1)
    assert one.told()[-1] == (
        "Đã gửi xong tin nhắc cho CĐ P. Từ Liêm: 2/4 đã nhận.\n"
        "Không nhận: 1 đã chặn bot, 1 không còn tài khoản\nMất chưa đến 1 phút, 2 tin/giây."
    )
    assert one.told("hoa") == [
        "Tin nhắc cho CĐ P. Từ Liêm: 2 người thuộc đơn vị anh/chị không nhận được, cần báo trực tiếp."
    ]


def test_it_stops_itself_when_too_many_fail_and_says_so(district: District) -> None:
    one = remind(district, 120, rules=Rules({"telegram": 25.0}))
    one.work()
    assert len(one.reminders()) == 50
    one.answers(lambda row: {"status": "refused", "outcome": "Rejected: too long"} if row.id % 10 == 0 else {})
    one.work(seconds=1)
    assert (one.row.status, one.row.paused_why) == ("paused", "failures")
    assert any("TỰ DỪNG vì nhiều tin bị lỗi" in text for text in one.told())
    one.work(3)
    assert one.reminders() == []
    assert one.steer("resume")
    one.work()
    assert len(one.reminders()) == 50  # what failed before does not count again


# ---------------------------------------------------------------- paused, resumed, cancelled


def test_pausing_takes_back_what_nobody_is_just_sending(district: District) -> None:
    one = remind(district)
    one.work()
    sending = one.reminders()[0]
    one.run(update(outbox).where(outbox.c.id == sending.id).values(status="sending"))
    assert one.steer("pause")
    assert [row.chat for row in one.reminders()] == ["2000"]
    assert one.counts == casting.Counts(waiting=9, queued=1)
    one.work(3)
    assert len(one.reminders()) == 1
    one.answers()
    one.work(3, seconds=3)
    assert "đang tạm dừng" in one.told()[-1]
    assert not one.steer("pause")
    assert one.steer("resume")
    for _ in range(5):
        one.work()
        one.answers()
    assert one.counts == casting.Counts(sent=10)
    assert len(one.run(select(outbox).where(outbox.c.chat == "2003"))) == 1


def test_cancelling_ends_it_with_a_report(district: District) -> None:
    one = remind(district)
    one.work()
    one.answers()
    one.work()
    assert one.steer("cancel")
    one.work(2)
    assert (one.row.status, one.counts) == ("cancelled", casting.Counts(sent=4, skipped=6))
    assert one.told()[-1].startswith(
        "Đã dừng hẳn tin nhắc cho CĐ P. Từ Liêm: 4/10 đã nhận trước đó.\nKhông nhận: 6 chưa gửi thì dừng"
    )
    assert not one.steer("resume")
    assert not one.work()


def test_one_that_was_cancelled_before_it_began_is_over(district: District) -> None:
    one = remind(district)
    assert one.steer("cancel")
    assert one.row.ended_at is not None
    assert not one.work()


async def test_it_wakes_the_sender_and_says_whether_anything_is_under_way(district: District) -> None:
    one = remind(district)
    woken: list[int] = []
    herald = Herald(Texts.load(("vi",)), ("telegram",), ("telegram",))
    running = Casting(district.store, lambda: one.now, lambda: woken.append(1), RULES, herald)
    assert await running.work()
    assert woken
    one.steer("cancel")
    assert await running.work()  # its report
    assert not await running.work()
