"""CAIDAT: the settings of a group, each in at most two presses; every change is said back and holds."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.stage import Stage
from handlers.talk import Pressed
from models.chat import chat
from models.person import audit, role
from models.queries import chats, registry
from tests.dialogue import Person

OFFICERS, MEMBERS = "nhom-can-bo", "nhom-doan-vien"
NAME = "Nhóm 15 chủ tịch CĐCS – Nam Từ Liêm"


def group(stage: Stage, external_id: str = OFFICERS) -> Any:
    return stage.store.read_now(chats.group, "webchat", external_id)


async def test_a_worker_may_not_and_an_officer_of_nothing_is_told_so(stage: Stage, minh: Person, an: Person) -> None:
    await minh.says("caidat", "dành cho cán bộ")
    stage.store.write_now(lambda conn: conn.execute(update(chat).values(linked_at=None, unit_id=None, kind=None)))
    await an.says("cài đặt", "Chưa có nhóm nào")


async def test_in_the_group_the_settings_are_shown_to_officers(stage: Stage) -> None:
    await Person(stage, "minh", OFFICERS).says("/caidat", "dành cho cán bộ")
    shown = await Person(stage, "hoa", OFFICERS).says("/caidat", NAME, "17:00, mọi ngày", "nhắn riêng cho bot CAIDAT")
    assert "Giờ yên lặng 21:00–06:00." in shown
    await Person(stage, "hoa", "nhom-moi").says("caidat", "chưa gắn với đơn vị")


async def test_hoa_sets_hour_and_days(stage: Stage, hoa: Person) -> None:
    await hoa.says("caidat", "nhóm nào?", f"1. {NAME}", "2. Đoàn viên Nam Từ Liêm")
    kinds = "hằng ngày, tuần, đợt cao điểm, tổng kết, cột mốc"
    await hoa.says("1", f"Cài đặt của {NAME}:", "lúc 17:00, mọi ngày", kinds)
    await hoa.says("1", "1. Giờ khác", "2. T2–T6", "3. mọi ngày", "4. Ngày khác")
    await hoa.says("2", "Đã đổi.", "lúc 17:00, T2–T6.")
    await hoa.says("1", "mấy giờ?")
    await hoa.says("25:99", "vd 17:30")
    await hoa.says("16h45", "sẽ đăng lúc 16:45")
    await hoa.says("caidat")
    await hoa.says("1", "lúc 16:45, T2–T6")
    await hoa.says("giờ, ngày")
    await hoa.says("4", "những ngày nào?")
    await hoa.says("hom nao cung duoc", "vd T2-T6")
    await hoa.says("thứ 2, thứ 4 đến chủ nhật", "đăng: T2, T4–CN.")
    assert group(stage).days == "134567"


@pytest.mark.parametrize(
    ("presses", "said", "column", "value"),
    [
        (("2", "2"), "Các bản tin: hằng ngày, đợt cao điểm", "kinds", {"weekly": False}),
        (("3", "2"), "xếp theo số lượt", "sorted_by", "count"),
        (("3", "3"), "thứ tự chính thức", "sorted_by", "official"),
        (("4", "1"), "Không kèm ảnh.", "picture", False),
        (("4", "2"), "Không xem trước.", "preview", False),
        (("4", "3"), "Chỉ đăng khi cán bộ đã duyệt, loại bản tin nào", "approval", True),
        (("5", "2"), "tiếng Anh", "language", "en"),
    ],
)
async def test_two_presses_change_one_setting(
    stage: Stage, hoa: Person, presses: tuple[str, str], said: str, column: str, value: object
) -> None:
    await hoa.says("caidat")
    await hoa.says("1")
    await hoa.says(presses[0])
    await hoa.says(presses[1], "Đã đổi.", said)
    assert getattr(group(stage), column) == value
    assert getattr(group(stage, MEMBERS), column) != value
    rows = stage.store.read_now(lambda conn: conn.execute(select(audit).where(audit.c.action == "group.set")).all())
    assert [row.details["names"] for row in rows] == [[column]]


async def test_where_an_officer_must_approve_the_preview_has_no_switch(hoa: Person) -> None:
    await hoa.says("caidat")
    await hoa.says("1")
    await hoa.says("4", "2. Tắt xem trước")
    await hoa.says("2", "Không xem trước.", "2. Bật xem trước")
    answer = await hoa.says("3", "Cán bộ xem trước 15 phút.", "2. Tắt phải duyệt")
    assert "Bật xem trước" not in answer
    await hoa.says("2", "Không xem trước.", "2. Bật xem trước")


async def test_what_was_switched_off_is_switched_on_again_by_the_same_number(hoa: Person) -> None:
    await hoa.says("caidat")
    await hoa.says("2")
    await hoa.says("2", "1. Tắt hằng ngày")
    for kind in "12345":
        answer = await hoa.says(kind)
    assert "Không gửi bản tin nào." in answer
    await hoa.says("1", "Các bản tin: hằng ngày.")


async def test_quiet_hours_and_a_draft_that_waits(hoa: Person) -> None:
    await hoa.says("sk 4827")
    await hoa.says("dan bang mau len thung chi", "Trước thế nào")
    await hoa.says("caidat")
    await hoa.says("1")
    await hoa.says("5", "Giờ yên lặng 21:00–06:00.")
    await hoa.says("1", "Từ mấy giờ")
    await hoa.says("toi", "Gõ hai giờ")
    await hoa.says("22h đến 5h30", "Giờ yên lặng 22:00–05:30.", "Trước thế nào")


async def test_no_quiet_hours(stage: Stage, hoa: Person) -> None:
    for words in ("caidat", "1", "5", "1"):
        await hoa.says(words)
    await hoa.says("không", "Không có giờ yên lặng.")
    assert group(stage).quiet_from == group(stage).quiet_to


async def test_unlinking_says_what_stops_and_asks_first(stage: Stage, hoa: Person) -> None:
    for words in ("caidat", "1", "5"):
        await hoa.says(words)
    await hoa.says("3", "Bỏ gắn nhóm", "không đăng bản tin nào ở đó nữa")
    await hoa.says("0")
    assert group(stage).unit_id is not None
    for words in ("caidat", "1", "5", "3"):
        await hoa.says(words)
    await hoa.says("1", "Đã bỏ gắn")
    stage.now = stage.now.replace(hour=17, minute=0)
    await stage.tick()
    assert stage.channel.chats[OFFICERS] == []
    assert len(stage.channel.chats[MEMBERS]) == 1


async def test_many_groups_are_paged(stage: Stage, hoa: Person) -> None:
    def more(conn: Connection) -> None:
        unit = registry.unit_by_code(conn, "4827")
        assert unit is not None
        values = {"channel": "webchat", "unit_id": unit.id, "kind": "members", "linked_at": stage.now}
        conn.execute(insert(chat), [values | {"external_id": f"g{at}", "title": f"Tổ {at}"} for at in range(5)])

    stage.store.write_now(more)
    await hoa.says("caidat", "4. Tổ 1", "5. Nhóm khác")
    await hoa.says("5", "1. Tổ 2", "3. Tổ 4", "4. Nhóm khác")
    await hoa.says("4", f"1. {NAME}")
    await hoa.says("5")
    await hoa.says("2", "Cài đặt của Tổ 3:")


async def test_the_right_is_checked_again_and_old_cards_break_nothing(stage: Stage, button_stage: Stage) -> None:
    hoa = Person(button_stage, "hoa")
    await hoa.says("caidat")
    await hoa.presses(NAME, "[Thứ tự đơn vị]")
    await hoa.presses("Thứ tự đơn vị", "[Theo số lượt]")
    button_stage.store.write_now(lambda conn: conn.execute(update(role).values(revoked_at=button_stage.now)))
    await hoa.presses("Theo số lượt", "dành cho cán bộ")
    assert group(button_stage).sorted_by == "percent"
    an = Person(stage, "hoa")
    for data in (
        "c:group:999:0:p0",
        "c:group:x:0:p0",
        "c:group:1:0:dxyz",
        "c:group:1:0:k1nothing",
        "c:settings:x:0:more",
    ):
        await an.does(Pressed(data))


# ---------------------------------------------------------------- groups the bot cannot be in


async def test_hoa_notes_a_group_that_the_bot_cannot_be_in(stage: Stage, hoa: Person) -> None:
    await hoa.says("gannhom", "3. Nhóm bot không vào được (tôi tự đăng)")
    await hoa.says("nhom bot khong vao duoc (toi tu dang)", "Nhóm nào?", "1. Nam Từ Liêm – nhóm cán bộ")
    await hoa.says("1", "Nhóm tên gì?", "1. Gọi là Nam Từ Liêm – nhóm cán bộ")
    await hoa.says("Zalo 15 chủ tịch", "Đã ghi nhóm Zalo 15 chủ tịch.", "CAIDAT")
    await hoa.says("caidat", "3. Zalo 15 chủ tịch")
    rows = stage.store.read_now(lambda conn: conn.execute(select(chat).where(chat.c.channel == chats.HAND)).all())
    assert [(row.title, row.kind, row.linked_by is not None) for row in rows] == [
        ("Zalo 15 chủ tịch", "officers", True)
    ]


async def test_without_a_name_it_is_called_by_its_unit(hoa: Person) -> None:
    for words in ("gannhom", "3", "2"):
        await hoa.says(words)
    await hoa.says("1", "Đã ghi nhóm Nam Từ Liêm – nhóm đoàn viên.")
    await hoa.says("caidat", "3. Nam Từ Liêm – nhóm đoàn viên")


async def test_in_english_every_card_fits(stage: Stage, hoa: Person) -> None:
    await hoa.says("en")
    await hoa.says("caidat", "The settings of which group?")
    await hoa.says("1", "Daily notice at 17:00, every day.")
    for part, said in (("1", "Another hour"), ("2", "Switch off: weekly"), ("3", "Official order"), ("4", "approval")):
        await hoa.says(part, said)
        await hoa.says("0")
        await hoa.says("caidat")
        await hoa.says("1")
    await hoa.says("5", "Quiet hours 21:00–06:00.", "1. Other quiet hours   2. English   3. Unlink the group")
    await hoa.says("1", "From when to when")
    await hoa.says("none", "No quiet hours.")
