"""Groups: commands only; linking, posting, the hour, the language; the board and the notice (issue part 7)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.stage import Stage
from tests.dialogue import Person

OFFICERS, MEMBERS, NEW = "nhom-can-bo", "nhom-doan-vien", "nhom-moi"


def in_group(stage: Stage, account: str, chat: str = OFFICERS) -> Person:
    return Person(stage, account, chat)


@pytest.mark.parametrize("words", ["sk 4827", "xem", "them", "dulieu"])
async def test_filing_in_a_group_is_refused_with_the_way_to_the_private_chat(stage: Stage, words: str) -> None:
    await in_group(stage, "lan").says(words, "nhắn riêng cho")
    assert Person(stage, "lan").filed() == []


@pytest.mark.parametrize("words", ["chao ca nha", "1", "lam cu ga may tui ao", "0", "👍"])
async def test_ordinary_talk_in_a_group_is_left_alone(stage: Stage, words: str) -> None:
    assert await in_group(stage, "lan").says(words) == ""


async def test_an_officer_posts_now_and_the_members_group_sees_no_laggards(stage: Stage) -> None:
    await in_group(stage, "hoa").says("dang", "Kết quả sáng kiến thứ Sáu 20/11/2026", "1. ", "Chưa có lượt nộp")
    short = await in_group(stage, "hoa", MEMBERS).says("dang", "ngày 20/11/2026")
    assert "Chưa có lượt nộp" not in short
    await in_group(stage, "hoa").says("dang", "vừa đăng")
    stage.now += timedelta(minutes=5)
    await in_group(stage, "hoa").says("dang", "cập nhật 12h25")


async def test_a_worker_may_not_post(stage: Stage) -> None:
    await in_group(stage, "lan").says("dang", "dành cho cán bộ")
    await in_group(stage, "minh").says("gio 9:00", "dành cho cán bộ")


async def test_the_clock_posts_at_the_groups_hour_once(stage: Stage) -> None:
    stage.now = stage.now.replace(hour=16, minute=59)
    await stage.tick()
    assert stage.channel.chats[OFFICERS] == []
    stage.now += timedelta(minutes=1)
    for _ in range(3):
        await stage.tick()
    assert len(stage.channel.chats[OFFICERS]) == 1
    assert "tính đến 17h00 ngày 20/11/2026" in stage.channel.chats[OFFICERS][0].text
    stage.now += timedelta(days=1)
    await stage.tick()
    assert "so với bản tin hôm qua" in stage.channel.chats[OFFICERS][1].text


async def test_hoa_links_a_new_group_with_a_one_time_code(stage: Stage, hoa: Person) -> None:
    answer = await hoa.says("gan nhom", "Gắn một nhóm", "1. Nam Từ Liêm – nhóm cán bộ")
    answer = await hoa.says("1", "Mã gắn nhóm")
    code = re.findall(r"Mã gắn nhóm: (\w+)", answer)[0]
    group = in_group(stage, "hoa", NEW)
    await group.says("ketqua", "chưa gắn với đơn vị")
    await group.says("gannhom SAIMA234", "không đúng")
    await group.says(f"gannhom {code.lower()}", "Đã gắn nhóm với", "17:00")
    await in_group(stage, "hoa", "nhom-khac").says(f"gannhom {code}", "đã dùng")
    await group.says("gio 9h30", "09:30")
    await group.says("gio 25:00", "GIO 17:30")
    await group.says("en", "language is changed")
    await group.says("ketqua", "Total")


async def test_the_board_of_this_moment_and_the_last_notice(stage: Stage, hoa: Person, minh: Person) -> None:
    await hoa.says("bantin", "Chưa có bản tin nào")
    await in_group(stage, "hoa").says("dang")
    await hoa.says("Bản tin", "Kết quả sáng kiến thứ Sáu", "Chưa có lượt nộp")
    await hoa.says("KẾT QUẢ", "May Sao Mai", "Chưa có lượt nộp")
    members = await minh.says("ketqua", "Tổng")
    assert "Chưa có lượt nộp" not in members


async def test_hoa_posts_from_the_private_chat(stage: Stage, hoa: Person) -> None:
    await hoa.says("dang", "vào nhóm nào", "1. Nhóm 15 chủ tịch CĐCS – Nam Từ Liêm (17:00)")
    await hoa.says("1", "Đang đăng")
    assert any("Kết quả sáng kiến" in shown.text for shown in stage.channel.chats[OFFICERS])


async def test_the_bot_says_hello_when_it_is_added(stage: Stage) -> None:
    from handlers.talk import Joined

    shown = await stage.act("hoa", Joined("member"), NEW)
    assert "GANNHOM" in shown[0].text
    assert await stage.act("hoa", Joined("left"), NEW) == []
