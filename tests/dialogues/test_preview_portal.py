"""Hoa's afternoon of conversation.md §5: the portal's numbers, the preview, a correction, the post."""

from __future__ import annotations

from sqlalchemy import update

from bot.stage import PLAIN, Paper, Stage
from handlers.facts import House
from handlers.texts import Texts
from models.chat import chat
from models.store import Store
from tests import ward
from tests.dialogue import Person
from tests.ward import at, rows

HOUSE = House(controller="Công đoàn phường Từ Liêm", support="chị Hoa, Tổ hỗ trợ sáng kiến")


async def test_a_number_corrected_in_the_preview_makes_a_new_one(sqlite_store: Store, texts: Texts) -> None:
    sqlite_store.write_now(ward.found)
    others = update(chat).where(chat.c.external_id != ward.GROUP).values(preview=False)
    sqlite_store.write_now(lambda conn: conn.execute(others))
    async with Stage(sqlite_store, at(19, 16, 34), house=HOUSE, texts=texts, channel=Paper(PLAIN)) as stage:
        hoa = Person(stage, "hoa")
        await hoa.says("so cong 16h30\n" + rows(ward.YESTERDAY), "15/15 đơn vị, tổng 977")
        await tick(stage, 19, 17)
        stage.now = at(20, 16, 34)
        await hoa.says("so cong 16h30\n" + rows(ward.TODAY, thcs_cau_dien="cty cdau dien"), "14/15 đơn vị")
        await hoa.says("1", "giảm 2 so với hôm qua: lý do?")
        await hoa.says("1", "Xong")

        card, text = await tick(stage, 20, 16, 45)
        assert card.startswith("Bản tin 17h00 xem trước ở tin dưới.")
        assert card.endswith("1. Đăng đúng giờ   2. Đăng ngay   3. Sửa số   0. Hôm nay không đăng")
        assert "Tổng: 1.015, tăng 38 so với bản tin hôm qua (40 mới, điều chỉnh giảm 2)" in text
        await hoa.says("3", "Dán các dòng")
        stage.now = at(20, 16, 47)
        await hoa.says("May Sao Mai 119", "tổng 119")

        card, text = await tick(stage, 20, 16, 48)
        assert card.startswith("Số đã thay đổi, đây là bản mới.")
        assert "Tổng: 1.016, tăng 39" in text
        assert await tick(stage, 20, 16, 49) == [card, text]  # shown once
        await hoa.says("1", "Sẽ đăng lúc 17h00, đúng như đã xem.")
        await tick(stage, 20, 17)
        assert stage.channel.chats[ward.GROUP][-1].text == text


async def test_pasted_in_several_messages_an_approval_is_not_lost_silently_and_previews_keep_a_distance(
    sqlite_store: Store, texts: Texts
) -> None:
    sqlite_store.write_now(ward.found)
    others = update(chat).where(chat.c.external_id != ward.GROUP).values(preview=False)
    sqlite_store.write_now(lambda conn: conn.execute(others))
    async with Stage(sqlite_store, at(20, 16, 34), house=HOUSE, texts=texts, channel=Paper(PLAIN)) as stage:
        hoa = Person(stage, "hoa")
        await hoa.says("so cong 16h30\n" + rows(ward.YESTERDAY), "15/15 đơn vị")
        shown = await tick(stage, 20, 16, 45)
        await hoa.says("1", "Sẽ đăng lúc 17h00")
        stage.now = at(20, 16, 45).replace(second=20)
        await hoa.says("so cong 16h40\nMay Sao Mai 119", "tổng 119")
        assert len(await news(stage, 20, 16, 46)) == 0  # more may be on its way
        stage.now = at(20, 16, 46).replace(second=30)
        await hoa.says("so cong 16h41\nMay Sao Mai 120", "tổng 120")

        card, text = await news(stage, 20, 16, 47)
        assert card.startswith(
            "Bản đã duyệt không dùng nữa vì nội dung vừa thay đổi; bản mới chờ anh/chị duyệt lại.\n"
            "Bản tin 17h00 xem trước ở tin dưới."
        )
        assert text != shown[1]
        stage.now = at(20, 16, 55).replace(second=10)
        await hoa.says("so cong 16h42\nMay Sao Mai 121", "tổng 121")
        card, _ = await news(stage, 20, 16, 56)
        assert card.startswith("Số đã thay đổi, đây là bản mới.")  # nobody had approved the one before
        stage.now = at(20, 16, 56).replace(second=10)
        await hoa.says("so cong 16h43\nMay Sao Mai 122", "tổng 122")
        _, text = await news(stage, 20, 16, 57)  # shortly before the hour none comes too late
        await hoa.says("1", "Sẽ đăng lúc 17h00")
        await tick(stage, 20, 17)
        assert stage.channel.chats[ward.GROUP][-1].text == text


async def news(stage: Stage, day: int, hour: int, minute: int) -> list[str]:
    """What comes to Hoa at that minute."""
    before = len(stage.channel.chats["hoa"])
    await tick(stage, day, hour, minute)
    return [shown.text for shown in stage.channel.chats["hoa"][before:]]


async def tick(stage: Stage, day: int, hour: int, minute: int = 0) -> list[str]:
    """What stands last in Hoa's chat once the clock has come to that minute."""
    stage.now = at(day, hour, minute)
    await stage.tick()
    return [shown.text for shown in stage.channel.chats["hoa"][-2:]]
