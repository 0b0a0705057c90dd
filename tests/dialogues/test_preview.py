"""The officer sees the notice 15 minutes before its hour and decides (conversation.md §5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.registry.sample import CHANNEL
from bot.stage import Stage
from handlers.talk import Pressed, State
from models.chat import chat, notice, outbox, preview
from models.person import account, audit, conversation, person, role
from models.queries import chats, people, registry
from tests.dialogue import Person

OFFICERS, MEMBERS = "nhom-can-bo", "nhom-doan-vien"
NAME = "Nhóm 15 chủ tịch CĐCS – Nam Từ Liêm"
CARD = "Bản tin 17h00 xem trước ở tin dưới."


def set_group(stage: Stage, external_id: str = OFFICERS, **values: Any) -> None:
    stage.store.write_now(lambda c: c.execute(update(chat).where(chat.c.external_id == external_id).values(values)))


def rows(stage: Stage, table: Any) -> list[Any]:
    return list(stage.store.read_now(lambda conn: conn.execute(select(table).order_by(table.c.id)).all()))


async def at(stage: Stage, hour: int, minute: int = 0) -> None:
    """The clock's tick of that minute of today."""
    stage.now = stage.now.replace(hour=hour, minute=minute, second=0)
    await stage.tick()


def add_officer(stage: Stage, name: str, external_id: str, language: str = "vi") -> Person:
    def add(conn: Connection) -> None:
        unit = registry.unit_by_code(conn, "48")
        assert unit is not None
        values = {"name": name, "unit_id": unit.id, "created_at": stage.now, "language": language}
        person_id = conn.execute(insert(person).returning(person.c.id), values).scalar_one()
        here = {"channel": CHANNEL, "external_id": external_id, "chat": external_id, "last_seen": stage.now}
        conn.execute(insert(account), here | {"person_id": person_id})
        people.start_conversation(conn, person_id, State(language=language).to_json(), stage.now)
        people.give_role(conn, person_id, "officer", unit.id, stage.now)

    stage.store.write_now(add)
    return Person(stage, external_id)


@pytest.fixture
def quiet_members(stage: Stage) -> None:
    """Only the officers' group is shown before."""
    set_group(stage, MEMBERS, preview=False)


def heard(stage: Stage, who: str) -> list[str]:
    return [shown.text for shown in stage.channel.chats[who]]


# ---------------------------------------------------------------- what is shown, and to whom


async def test_nothing_is_shown_before_its_time_or_where_it_is_switched_off(stage: Stage) -> None:
    set_group(stage, OFFICERS, preview=False)
    set_group(stage, MEMBERS, days="123467")  # not on Fridays
    for minute in (44, 45, 50):
        await at(stage, 16, minute)
    assert heard(stage, "hoa") == []
    assert rows(stage, preview) == []


async def test_never_in_quiet_hours_nor_when_it_is_out_already(stage: Stage, quiet_members: None) -> None:
    set_group(stage, quiet_from="16:00")
    await at(stage, 16, 45)
    assert heard(stage, "hoa") == []
    set_group(stage, quiet_from="21:00")
    await Person(stage, "hoa", OFFICERS).says("dang", "Kết quả")
    await at(stage, 16, 46)
    assert heard(stage, "hoa") == []


async def test_an_officer_who_cannot_be_reached_is_shown_nothing(stage: Stage, quiet_members: None) -> None:
    stage.store.write_now(lambda conn: conn.execute(update(account).values(reachable=False)))
    await at(stage, 16, 45)
    assert (heard(stage, "hoa"), rows(stage, preview)) == ([], [])
    await at(stage, 17)
    assert len(stage.channel.chats[OFFICERS]) == 1  # it does not wait for anybody


async def test_the_card_and_then_the_notice_alone_once(stage: Stage, quiet_members: None) -> None:
    for minute in (45, 46, 47, 59):
        await at(stage, 16, minute)
    card, text = heard(stage, "hoa")
    assert card.startswith(f"{CARD}\nGửi tới: {NAME}.")
    assert card.endswith("1. Đăng đúng giờ   2. Đăng ngay   3. Sửa số   0. Hôm nay không đăng")
    assert text.startswith("LIÊN ĐOÀN LAO ĐỘNG QUẬN NAM TỪ LIÊM\nKết quả sáng kiến thứ Sáu 20/11/2026")
    assert "tính đến 16h45" in text
    assert heard(stage, "an") == heard(stage, "minh") == []
    assert stage.channel.chats[OFFICERS] == []


async def test_a_restart_late_in_the_quarter_still_shows_it(stage: Stage, quiet_members: None) -> None:
    await at(stage, 16, 53)
    assert "tính đến 16h53" in heard(stage, "hoa")[1]


# ---------------------------------------------------------------- what is decided


async def test_at_its_hour_exactly_what_was_shown_is_posted(
    stage: Stage, hoa: Person, minh: Person, quiet_members: None
) -> None:
    await at(stage, 16, 45)
    shown = heard(stage, "hoa")[1]
    await hoa.says("1", f"Sẽ đăng lúc 17h00, đúng như đã xem. Gửi tới: {NAME}.")
    for words in ("sk dan bang mau len thung chi de khoi lay nham", "truoc hay lay nham, gio nhin la biet", "1", "1"):
        await minh.says(words)
    assert len(minh.filed()) > 0
    await at(stage, 16, 59)
    assert stage.channel.chats[OFFICERS] == []
    await at(stage, 17)
    await at(stage, 17, 1)
    assert heard(stage, OFFICERS) == [shown]
    frozen = next(row for row in rows(stage, notice) if row.text == shown)
    assert (frozen.cut_at.minute, frozen.repeat) == (45, 0)
    assert rows(stage, preview)[0].status == "posted"
    stage.now += timedelta(days=1)
    await at(stage, 17)
    assert "tăng 1 so với bản tin hôm qua" in heard(stage, OFFICERS)[1]  # counted from what was shown


async def test_now_takes_the_days_slot(stage: Stage, hoa: Person, quiet_members: None) -> None:
    await at(stage, 16, 45)
    shown = heard(stage, "hoa")[1]
    await hoa.says("dang ngay", f"Đang đăng vào nhóm {NAME}")
    assert heard(stage, OFFICERS) == [shown]
    await at(stage, 17)
    await at(stage, 18)
    assert heard(stage, OFFICERS) == [shown]
    assert [row.action for row in rows(stage, audit)][-1] == "preview.post"


async def test_not_today_and_then_after_all(stage: Stage, hoa: Person, quiet_members: None) -> None:
    await at(stage, 16, 45)
    shown = heard(stage, "hoa")[1]
    await hoa.says("0", "Hôm nay không đăng vào nhóm", "trước 24h00: nhắn DUYET")
    await at(stage, 17)
    await at(stage, 20)
    assert stage.channel.chats[OFFICERS] == []
    await hoa.says("duyet", "nhóm nào?", f"1. {NAME}")
    await hoa.says("1", shown, "đã chọn hôm nay không đăng, lúc 16h45", "1. Đăng đúng giờ   2. Đăng ngay", "0. Xong")
    await hoa.says("1", "Đang đăng")  # its hour has passed
    assert heard(stage, OFFICERS) == [shown]


async def test_a_skipped_day_is_not_caught_up_after_midnight(stage: Stage, hoa: Person, quiet_members: None) -> None:
    await at(stage, 16, 45)
    await hoa.says("0", "Hôm nay không đăng")
    stage.now += timedelta(days=1)
    await at(stage, 7)
    assert stage.channel.chats[OFFICERS] == []
    await at(stage, 17)
    assert len(stage.channel.chats[OFFICERS]) == 1


async def test_without_an_answer_the_clock_posts_the_numbers_of_the_hour(stage: Stage, quiet_members: None) -> None:
    await at(stage, 16, 45)
    await at(stage, 17)
    assert "tính đến 17h00" in heard(stage, OFFICERS)[0]
    assert len(heard(stage, "hoa")) == 2  # no reminder


async def test_an_approval_may_be_taken_back(stage: Stage, hoa: Person, quiet_members: None) -> None:
    await at(stage, 16, 45)
    await hoa.says("1", "Sẽ đăng")
    await hoa.says("duyet")
    await hoa.says("1", "đã duyệt lúc 16h45", "1. Đăng ngay   2. Hôm nay không đăng   3. Làm bản mới   0. Xong")
    await hoa.says("2", "Hôm nay không đăng")
    await at(stage, 17)
    assert stage.channel.chats[OFFICERS] == []


async def test_two_groups_are_decided_one_after_the_other_by_number(stage: Stage, hoa: Person) -> None:
    await at(stage, 16, 45)
    assert len(heard(stage, "hoa")) == 4
    await hoa.says("1", "Gửi tới: Đoàn viên Nam Từ Liêm.", "Bản tin 17h00 chờ anh/chị duyệt.", f"Gửi tới: {NAME}.")
    await hoa.says("1", f"Gửi tới: {NAME}.")
    await at(stage, 17)
    assert heard(stage, OFFICERS) == [heard(stage, "hoa")[1]]
    assert heard(stage, MEMBERS) == [heard(stage, "hoa")[3]]


async def test_in_english(stage: Stage, quiet_members: None) -> None:
    bill = add_officer(stage, "Bill", "bill", "en")
    set_group(stage, language="en")
    await at(stage, 16, 45)
    card, text = heard(stage, "bill")
    assert card.startswith("Preview of the 17:00 notice in the message below.")
    assert card.endswith("1. Post on time   2. Post now   3. Correct figures   0. Not today")
    await bill.says("post on time", "It will be posted at 17:00")
    assert heard(stage, "hoa")[-1].startswith("Bill đã duyệt lúc 16h45: bản tin đăng lúc 17h00.")
    await at(stage, 17)
    assert heard(stage, OFFICERS) == [text]


# ---------------------------------------------------------------- several officers, rights


async def test_whoever_is_first_decides_and_the_others_are_told_once(
    stage: Stage, hoa: Person, quiet_members: None
) -> None:
    binh = add_officer(stage, "Đỗ Văn Bình", "binh")
    await at(stage, 16, 45)
    assert len(heard(stage, "binh")) == 2
    stage.now += timedelta(minutes=3)
    await hoa.says("1", "Sẽ đăng lúc 17h00")
    assert heard(stage, "binh")[2] == f"Nguyễn Thị Hoa đã duyệt lúc 16h48: bản tin đăng lúc 17h00.\nGửi tới: {NAME}."
    await binh.says("0", "Nguyễn Thị Hoa đã duyệt lúc 16h48")
    await at(stage, 17)
    assert len(heard(stage, OFFICERS)) == 1
    assert len([text for text in heard(stage, "binh") if "đã duyệt" in text]) == 2  # told, and on asking
    assert len(heard(stage, "hoa")) == 3
    await binh.says("duyet")
    await binh.says("1", "Nguyễn Thị Hoa đã đăng bản tin ngày 20/11/2026, lúc 17h00")


async def test_a_revoked_role_decides_nothing(stage: Stage, hoa: Person, quiet_members: None) -> None:
    await at(stage, 16, 45)
    stage.store.write_now(lambda conn: conn.execute(update(role).values(revoked_at=stage.now)))
    await hoa.says("0", "dành cho cán bộ")
    assert rows(stage, preview)[0].status == "shown"


async def test_an_officer_of_another_unit_decides_nothing(stage: Stage, hoa: Person, quiet_members: None) -> None:
    await at(stage, 16, 45)

    def moved(conn: Connection) -> None:
        other = registry.unit_by_code(conn, "4827")
        assert other is not None
        conn.execute(update(role).where(role.c.kind == "officer").values(unit_id=other.id))

    stage.store.write_now(moved)
    await hoa.says("2", "dành cho cán bộ")
    assert stage.channel.chats[OFFICERS] == []


async def test_old_cards_and_nonsense_break_nothing(button_stage: Stage) -> None:
    hoa = Person(button_stage, "hoa")
    set_group(button_stage, MEMBERS, preview=False)
    await at(button_stage, 16, 45)
    hoa.heard += button_stage.channel.chats["hoa"]
    await at(button_stage, 17)
    await hoa.presses("Đăng ngay", "Bản tin ngày 20/11/2026 đã đăng lúc 17h00.")
    button_stage.now += timedelta(days=40)
    await hoa.presses("Hôm nay không đăng", "đã đăng lúc 17h00")
    for record in ("1.1.20261120.9", "1.1.20261320.1", "x", "1.99.20261120.1", "", "1.1.1.1"):
        data = f"{record}:1:now"
        await hoa.does(Pressed(f"c:preview:{data}"))
        await hoa.does(Pressed(f"c:decided:{data}"))
    await hoa.does(Pressed("c:previews:x:0:more"))
    await hoa.does(Pressed("c:previews:0:0:g99999"))
    set_group(button_stage, unit_id=None, kind=None, linked_at=None)
    await hoa.presses("Đăng đúng giờ", "không còn gắn")
    assert len(button_stage.channel.chats[OFFICERS]) == 1


async def test_a_worker_who_is_filing_is_not_disturbed(stage: Stage, hoa: Person, quiet_members: None) -> None:
    """Hoa files something herself: her number answers the question she was asked, not the card that has just come."""
    await hoa.says("sk 4827")
    await hoa.says("dan bang mau len thung chi")
    await hoa.says("truoc hay lay nham, gio nhin la biet ngay", "Bắt đầu làm cách mới")
    stage.now = stage.now.replace(hour=16, minute=45)
    lately = stage.now - timedelta(minutes=1)
    stage.store.write_now(lambda conn: conn.execute(update(conversation).values(updated_at=lately)))
    await stage.tick()
    await hoa.says("1", "xem lại")
    await hoa.says("1", "Đã nhận")
    assert rows(stage, preview)[0].status == "shown"
    await hoa.says("duyet")
    await hoa.says("1", CARD)


# ---------------------------------------------------------------- made anew


async def test_what_was_set_since_makes_a_new_preview_and_old_buttons_say_so(button_stage: Stage) -> None:
    hoa = Person(button_stage, "hoa")
    set_group(button_stage, MEMBERS, preview=False)
    await at(button_stage, 16, 45)
    old = button_stage.channel.chats["hoa"][0]
    await hoa.does(Pressed(dict(old.buttons)["Đăng đúng giờ"]), "Sẽ đăng")
    await hoa.says("themdong")
    await hoa.says("Xếp hạng toàn quốc: thứ 3, theo Cổng, 31/5")
    await hoa.says("1")
    before = len(button_stage.channel.chats["hoa"])
    await at(button_stage, 16, 50)
    card, text = button_stage.channel.chats["hoa"][before:]
    assert card.text.startswith(f"Số đã thay đổi, đây là bản mới.\n{CARD}")
    assert "Xếp hạng toàn quốc: thứ 3" in text.text
    await hoa.does(Pressed(dict(old.buttons)["Đăng ngay"]), "Đã có bản xem trước mới hơn.", text.text)
    assert button_stage.channel.chats[OFFICERS] == []
    await hoa.does(Pressed(dict(card.buttons)["Đăng ngay"]), "Đang đăng")
    assert heard(button_stage, OFFICERS) == [text.text]


async def test_figures_are_corrected_and_the_preview_is_asked_for_again(
    stage: Stage, hoa: Person, quiet_members: None
) -> None:
    await at(stage, 16, 45)
    await hoa.says("3", "nhắn XEM", "THEMDONG", "DUYET", "1. Đăng đúng giờ")
    stage.now = stage.now.replace(minute=52)
    await hoa.says("duyet")
    await hoa.says("1", CARD, "tính đến 16h52")
    assert rows(stage, preview)[0].version == 2
    await hoa.says("1", "Sẽ đăng lúc 17h00")
    await at(stage, 17)
    assert heard(stage, OFFICERS) == [hoa.heard[-2].text]


async def test_a_preview_asked_for_at_noon_comes_again_before_its_hour(
    stage: Stage, hoa: Person, quiet_members: None
) -> None:
    await hoa.says("duyet")
    await hoa.says("1", "tính đến 12h20")
    await at(stage, 16, 45)
    assert "tính đến 16h45" in heard(stage, "hoa")[-1]


# ---------------------------------------------------------------- approval


async def test_with_approval_nothing_is_posted_until_an_officer_says_so(
    stage: Stage, hoa: Person, quiet_members: None
) -> None:
    set_group(stage, approval=True)
    await at(stage, 16, 45)
    shown = heard(stage, "hoa")[1]
    for hour, minute in ((17, 0), (17, 1), (19, 0)):
        await at(stage, hour, minute)
    assert stage.channel.chats[OFFICERS] == []
    assert [text.splitlines()[0] for text in heard(stage, "hoa")[2:]] == ["Bản tin 17h00 chờ anh/chị duyệt."]
    stage.now += timedelta(days=1)
    await at(stage, 11, 30)
    assert stage.channel.chats[OFFICERS] == []
    await hoa.says("1", "Đang đăng")
    assert heard(stage, OFFICERS) == [shown]
    await at(stage, 16, 45)
    assert "tính đến 16h45 ngày 21/11/2026" in heard(stage, "hoa")[-1]


async def test_after_midday_of_the_next_day_it_is_too_late(stage: Stage, hoa: Person, quiet_members: None) -> None:
    set_group(stage, approval=True)
    await at(stage, 16, 45)
    stage.now += timedelta(days=1)
    stage.now = stage.now.replace(hour=12, minute=0)
    await hoa.says("1", "Bản tin ngày 20/11/2026 đã qua")
    await stage.tick()
    assert stage.channel.chats[OFFICERS] == []


async def test_an_approved_notice_is_posted_although_the_bot_was_down_at_its_hour(
    stage: Stage, hoa: Person, quiet_members: None
) -> None:
    set_group(stage, approval=True)
    await at(stage, 16, 45)
    shown = heard(stage, "hoa")[1]
    await hoa.says("1", "Sẽ đăng")
    await at(stage, 18, 20)
    assert heard(stage, OFFICERS) == [shown]


async def test_where_nobody_is_in_charge_the_admin_is_asked_for_approval(
    stage: Stage, an: Person, quiet_members: None
) -> None:
    set_group(stage, approval=True)
    stage.store.write_now(
        lambda conn: conn.execute(update(role).where(role.c.kind == "officer").values(revoked_at=stage.now))
    )
    await at(stage, 16, 50)
    await an.says("1", "Sẽ đăng")


# ---------------------------------------------------------------- groups the bot is not in


async def link_by_hand(hoa: Person) -> None:
    for words in ("gannhom", "3", "1", "Zalo 15 chủ tịch"):
        await hoa.says(words)


async def test_hoa_posts_by_hand_and_says_so(stage: Stage, hoa: Person) -> None:
    set_group(stage, preview=False)
    set_group(stage, MEMBERS, preview=False)
    await link_by_hand(hoa)
    await at(stage, 16, 45)
    card, text = heard(stage, "hoa")[-2:]
    assert card.startswith("Bản tin 17h00 ở tin dưới, để anh/chị chép vào nhóm.\nGửi tới: Zalo 15 chủ tịch.")
    assert card.endswith("1. Tôi đã đăng   2. Sửa số   0. Hôm nay không đăng")
    assert text.startswith("LIÊN ĐOÀN LAO ĐỘNG")
    await at(stage, 17)
    await at(stage, 19)
    await at(stage, 19, 1)
    assert heard(stage, "hoa")[-1].startswith("Bản tin 17h00 chờ anh/chị đăng vào nhóm.")
    assert len(heard(stage, "hoa")) == 4 + 3
    await hoa.says("1", "Đã ghi: bản tin đã đăng vào nhóm Zalo 15 chủ tịch.")
    (hand,) = [row for row in rows(stage, chat) if row.channel == chats.HAND]
    (frozen,) = [row for row in rows(stage, notice) if row.chat_id == hand.id]
    assert (frozen.text, frozen.posted_by, frozen.cut_at.minute) == (text, hand.linked_by, 45)
    assert [row for row in rows(stage, outbox) if row.channel == chats.HAND] == []


async def test_the_next_change_is_counted_from_the_last_one_that_was_posted(
    stage: Stage, hoa: Person, minh: Person
) -> None:
    set_group(stage, preview=False)
    set_group(stage, MEMBERS, preview=False)
    await link_by_hand(hoa)
    await at(stage, 16, 45)
    await hoa.says("toi da dang", "Đã ghi")
    for words in ("sk dan bang mau len thung chi de khoi lay nham", "truoc hay lay nham, gio nhin la biet", "1", "1"):
        await minh.says(words)
    stage.now += timedelta(days=1)
    await at(stage, 16, 45)
    assert "tăng 1 so với bản tin hôm qua" in heard(stage, "hoa")[-1]
    stage.now += timedelta(days=1)  # nobody said so
    await at(stage, 16, 45)
    assert "tăng 1 so với bản tin ngày 20/11/2026" in heard(stage, "hoa")[-1]


async def test_dang_gives_the_text_for_such_a_group_at_once(stage: Stage, hoa: Person) -> None:
    set_group(stage, unit_id=None, kind=None, linked_at=None)
    set_group(stage, MEMBERS, preview=False)
    await link_by_hand(hoa)
    await hoa.says("dang", "2. Nam Từ Liêm – nhóm cán bộ")
    await hoa.says("2", "để anh/chị chép vào nhóm", "1. Tôi đã đăng", "tính đến 12h20")
    await hoa.says("1", "Đã ghi")
    await at(stage, 16, 45)
    assert "16h45" not in "".join(heard(stage, "hoa"))
    await hoa.says("dang")
    await hoa.says("2", "đã đăng bản tin ngày 20/11/2026, lúc 12h20")
