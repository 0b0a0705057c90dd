"""Groups the bot is not in: an officer posts there what he gets in private, and says so."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, func, select, update

from bot.stage import Stage
from models.chat import chat, notice, outbox
from models.person import role
from models.queries import chats, registry
from tests.dialogue import Person
from tests.dialogues.before import MEMBERS, add_officer, at, heard, rows, set_group


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
    await hoa.says("dang", "2. Zalo 15 chủ tịch (17:00)")
    await hoa.says("2", "để anh/chị chép vào nhóm", "1. Tôi đã đăng", "tính đến 12h20")
    await hoa.says("1", "Đã ghi")
    await at(stage, 16, 45)
    assert "16h45" not in "".join(heard(stage, "hoa"))
    await hoa.says("dang")
    await hoa.says("2", "đã đăng bản tin ngày 20/11/2026, lúc 12h20")


async def test_whoever_linked_it_is_shown_it_too_as_long_as_the_right_is_held(stage: Stage, hoa: Person) -> None:
    set_group(stage, preview=False)
    set_group(stage, MEMBERS, preview=False)
    bill = add_officer(stage, "Bill", "bill")
    await link_by_hand(bill)
    newest = select(func.max(role.c.id)).scalar_subquery()

    def above(conn: Connection) -> None:
        """Bill now serves the city, Hoa the district."""
        city = registry.unit_by_code(conn, "1")
        assert city is not None
        conn.execute(update(role).where(role.c.id == newest).values(unit_id=city.id))

    stage.store.write_now(above)
    await at(stage, 16, 45)
    assert heard(stage, "hoa") == heard(stage, "bill")[-2:]
    await bill.says("1", "Đã ghi")
    revoked = stage.now
    stage.store.write_now(lambda conn: conn.execute(update(role).where(role.c.id == newest).values(revoked_at=revoked)))
    stage.now += timedelta(days=1)
    told = len(heard(stage, "bill"))
    await at(stage, 16, 45)
    assert len(heard(stage, "bill")) == told


async def test_an_officer_who_is_erased_takes_the_name_of_the_group_along(stage: Stage, hoa: Person) -> None:
    await link_by_hand(hoa)
    await hoa.says("xoadulieu")
    await hoa.says("1", "Đã xóa thông tin")
    assert [row.title for row in rows(stage, chat) if row.channel == chats.HAND] == [""]
