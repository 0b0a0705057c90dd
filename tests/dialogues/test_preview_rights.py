"""Several officers, rights that have ended, old cards, previews made anew, approval that is required."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, update

from bot.stage import Stage
from handlers.talk import Pressed
from models.chat import preview
from models.person import conversation, role
from models.queries import registry
from tests.dialogue import Person
from tests.dialogues.before import CARD, MEMBERS, NAME, OFFICERS, add_officer, at, heard, rows, set_group

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
    await hoa.says("2", "không còn gắn với đơn vị của anh/chị")
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


async def test_an_officer_who_is_answering_something_else_is_not_disturbed(
    stage: Stage, hoa: Person, quiet_members: None
) -> None:
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


AGAIN = "bản mới chờ anh/chị duyệt lại."


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
    assert card.text.startswith(f"Bản đã duyệt không dùng nữa vì nội dung vừa thay đổi; {AGAIN}\n{CARD}")
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


async def test_an_hour_within_quiet_hours_is_kept_where_nothing_is_posted_without_an_officer(
    stage: Stage, hoa: Person, quiet_members: None
) -> None:
    set_group(stage, approval=True, hour="21:30")
    await at(stage, 21, 15)
    assert heard(stage, "hoa")[0].startswith("Bản tin 21h30 xem trước")
    await hoa.says("1", "Sẽ đăng lúc 21h30")
    await at(stage, 21, 30)
    assert len(heard(stage, OFFICERS)) == 1


async def test_the_day_after_a_skipped_notice_is_past(stage: Stage, hoa: Person, quiet_members: None) -> None:
    await at(stage, 16, 45)
    old = f"c:preview:{rows(stage, preview)[0].campaign_id}.{rows(stage, preview)[0].chat_id}.20261120.1:1:now"
    await hoa.says("0", "Hôm nay không đăng")
    stage.now += timedelta(days=1)
    await hoa.does(Pressed(old), "Bản tin ngày 20/11/2026 đã qua")
