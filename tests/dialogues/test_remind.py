"""NHAC: Hoa composes a reminder, sees who gets it, tries it on herself, and confirms by typing the number."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from bot.channels import Quota
from bot.stage import PLAIN, Paper, Stage
from handlers.texts import Texts
from models.broadcast import broadcast, recipient
from models.person import account, audit, person, role
from models.queries import meter
from models.store import Store
from tests.dialogue import Person
from tests.dialogues.before import heard, rows, set_group
from tests.dialogues.conftest import HOUSE, NOON
from tests.dialogues.test_desk import add
from tests.dialogues.test_roles import given

TEXT = "{don_vi} còn thiếu {con_thieu} sáng kiến, còn {con_ngay} ngày. Chị {ten} nhé."
SENT = "Nam Từ Liêm còn thiếu 1.245 sáng kiến, còn 265 ngày. Chị Nguyễn Thị Hoa nhé.\nTắt nhắc: TATNHAC"


async def composed(person: Person, rule: str = "1", *, text: str = TEXT) -> str:
    """Up to the look at who gets it."""
    for words in ("nhac", "1", *rule.split()):
        await person.says(words)
    return await person.says(text)


def recipients(stage: Stage) -> list[tuple[str, str, str]]:
    return [(row.channel, row.chat, row.status) for row in rows(stage, recipient)]


def change(stage: Stage, who: str, **values: Any) -> None:
    whose = select(account.c.person_id).where(account.c.external_id == who).scalar_subquery()
    stage.store.write_now(lambda conn: conn.execute(update(person).where(person.c.id == whose).values(values)))


# ---------------------------------------------------------------- refused


async def test_workers_send_none_and_groups_are_for_other_things(lan: Person, minh: Person, stage: Stage) -> None:
    await lan.says("nhac", "dành cho cán bộ")
    await minh.says("NHẮC", "dành cho cán bộ")
    await Person(stage, "hoa", "nhom-can-bo").says("/nhac", "nhắn riêng cho bot: NHAC")
    assert rows(stage, broadcast) == []


async def test_a_unit_that_is_not_hers_is_not_found(hoa: Person) -> None:
    await hoa.says("nhac", "Nhắc người của đơn vị nào?", "1. Cả Nam Từ Liêm")
    await hoa.says("1", "Nhắc ai")
    await hoa.says("lui", "đơn vị nào")
    await hoa.says("999999", "Không thấy đơn vị đó trong Nam Từ Liêm")
    await hoa.says("0", "Đã dừng")


async def test_a_right_that_was_taken_away_meanwhile_counts(hoa: Person, stage: Stage) -> None:
    await composed(hoa)
    await hoa.says("2", "gõ đúng: GUI 2")
    ended = update(role).values(revoked_at=stage.now)
    stage.store.write_now(lambda conn: conn.execute(ended))
    await hoa.says("gửi 2", "dành cho cán bộ")
    assert rows(stage, broadcast) == []


async def test_odd_texts_are_told_what_is_wrong(hoa: Person) -> None:
    for words in ("nhac", "1", "1"):
        await hoa.says(words)
    await hoa.says("nhanh lên", "Tin ngắn quá")
    await hoa.says("Còn {con_thiu} sáng kiến nữa", "Bot không biết {con_thiu}. Ý anh/chị là {con_thieu}?")
    await hoa.says("Còn {zzzzzz} sáng kiến nữa", "Bot không biết {zzzzzz}. Dùng: {don_vi}")
    await hoa.says("a" * 601, "dài 601 ký tự, tối đa 600")
    await hoa.sends("voice")
    await hoa.says("{Đơn vị} còn {con thiếu} sáng kiến nữa thôi", "Nam Từ Liêm còn 1.245 sáng kiến nữa thôi")


# ---------------------------------------------------------------- composed, tried, confirmed


async def test_hoa_tries_it_on_herself_and_confirms_by_typing_the_number(hoa: Person, stage: Stage) -> None:
    await hoa.says("nhac", "1. Cả Nam Từ Liêm")
    await hoa.says("1", "1. Mọi người", "5. Các nhóm chat")
    await hoa.says("moi nguoi", "Viết tin nhắc")
    await hoa.says(
        TEXT, SENT, "Gửi cho 2 người, mất dưới 1 phút.", "Không gửi: 22 không có tài khoản", "1. Gửi thử cho tôi"
    )
    await hoa.says("1", "Đã gửi thử", SENT)
    assert hoa.last.endswith(SENT)
    await hoa.says("2", "Gửi ngay cho 2 người. Chắc chắn thì gõ đúng: GUI 2")
    assert "2." not in hoa.last  # a question whose answer is a number has no numbered choices
    for habit in ("1", "2"):
        await hoa.says(habit, "Chưa gửi. Để gửi, gõ đúng GUI 2; để dừng, gõ 0.")
    await hoa.says("gui di", "Chưa gửi")
    assert rows(stage, broadcast) == []
    await hoa.says("gui 2", "Bắt đầu gửi cho 2 người. Xem tiến độ: NHAC.")
    (made,) = rows(stage, broadcast)
    assert (made.status, made.text, made.channel, made.chat) == ("done", TEXT, "webchat", "hoa")
    assert recipients(stage) == [("webchat", "hoa", "sent"), ("webchat", "minh", "sent")]
    own = "CĐCS Công ty May Sao Mai còn thiếu 143 sáng kiến, còn 265 ngày. Chị Phạm Văn Minh nhé.\nTắt nhắc: TATNHAC"
    assert stage.channel.chats["minh"][-1].text == own
    noted = {row.action: row.details for row in rows(stage, audit)}
    assert noted["broadcast.send"]["number"] == 2


async def test_a_picture_goes_along_and_can_be_dropped(hoa: Person, stage: Stage) -> None:
    for words in ("nhac", "1", "1"):
        await hoa.says(words)
    await hoa.sends("file", "", "Tin nhắc chỉ kèm được ảnh")
    await hoa.sends("photo", "", "Đã nhận ảnh", "Viết tin nhắc", ref="first")
    await hoa.sends("photo", "", "Gửi ảnh khác thì ảnh đó thay ảnh này", ref="poster")
    await hoa.says(TEXT, "Kèm 1 ảnh")
    await hoa.says("1", "Đã gửi thử")
    assert hoa.heard[-1].media[0].ref == "poster"
    await hoa.says("4", "4. Bỏ ảnh")
    assert "Kèm 1 ảnh" not in await hoa.says("bo anh", "Đã bỏ ảnh")
    await hoa.says("2")
    await hoa.says("gui 2", "Bắt đầu gửi")
    assert [row.media for row in rows(stage, broadcast)] == [None]


async def test_what_was_written_can_be_changed(hoa: Person) -> None:
    await composed(hoa)
    await hoa.says("4", "1. Lời nhắc", "2. Nhắc ai", "3. Đơn vị")
    await hoa.says("1", "Viết tin nhắc")
    await hoa.says("Mời {ten} nộp sáng kiến tuần này", "Mời Nguyễn Thị Hoa nộp sáng kiến tuần này")
    await hoa.says("sua", "Sửa gì")
    await hoa.says("nhac ai", "Nhắc ai trong Nam Từ Liêm?")
    await hoa.says("3", "Gửi cho 1 người")
    await hoa.says("4")
    await hoa.says("don vi", "Nhắc người của đơn vị nào?")
    await hoa.says("4827", "Không có ai để gửi")


# ---------------------------------------------------------------- whom


async def test_people_with_an_unfinished_draft(hoa: Person, minh: Person, stage: Stage) -> None:
    await composed(hoa, "2")
    await hoa.says("0")
    await minh.says("sk dan bang mau len thung chi de khoi lay nham", "Trước thế nào")
    await composed(hoa, "2")
    assert "Gửi cho 1 người" in hoa.heard[-1].text + hoa.heard[-2].text
    await hoa.says("2")
    await hoa.says("gui 1", "Bắt đầu gửi cho 1")
    assert recipients(stage) == [("webchat", "minh", "sent")]


async def test_officers_of_units_at_zero_and_below_a_share_of_their_target(hoa: Person, stage: Stage) -> None:
    shown = await composed(hoa, "4 1")
    assert "Không có ai để gửi" in shown
    assert "Không gửi: 1 đơn vị chưa có cán bộ." in shown
    await hoa.says("0")

    def officers(conn: Any) -> None:
        from models.queries import people, registry
        from models.unit import unit

        whose = conn.scalar(select(account.c.person_id).where(account.c.external_id == "minh"))
        for found in conn.execute(select(unit.c.id).where(unit.c.parent_id == registry.unit_by_code(conn, "48").id)):
            people.give_role(conn, whose, "officer", found.id, stage.now)

    stage.store.write_now(officers)
    assert "Gửi cho 1 người" in await composed(hoa, "4 1")
    await hoa.says("0")
    for words in ("nhac", "1", "4"):
        await hoa.says(words)
    await hoa.says("2", "Dưới bao nhiêu phần trăm")
    await hoa.says("120", "từ 1 đến 100")
    await hoa.says("50%", "Viết tin nhắc")
    await hoa.says(TEXT, "Gửi cho 1 người")


async def test_groups_at_most_once_a_day_and_not_in_their_quiet_hours(hoa: Person, stage: Stage) -> None:
    await hoa.says("nhac")
    await hoa.says("1")
    await hoa.says("5", "1. Nhóm đoàn viên", "3. Cả hai loại nhóm")
    await hoa.says("3", "Viết tin nhắc")
    text = "{don_vi} cố lên nhé {ten}"
    shown = await hoa.says(text, "Nam Từ Liêm cố lên nhé anh/chị", "Gửi cho 2 nhóm")
    assert "TATNHAC" not in shown
    await hoa.says("2", "Gửi ngay cho 2 nhóm")
    await hoa.says("gui 2", "Bắt đầu gửi")
    assert {chat for _, chat, _ in recipients(stage)} == {"nhom-can-bo", "nhom-doan-vien"}
    set_group(stage, "nhom-can-bo", quiet_from="11:00", quiet_to="13:00")
    for words in ("nhac", "1", "1", "5", "3"):
        await hoa.says(words)
    await hoa.says(text, "Không có ai để gửi", "2 đã nhận tin nhắc hôm đó (mỗi ngày một tin)")
    await hoa.says("0")
    stage.now += timedelta(days=1)
    for words in ("nhac", "1", "1", "5", "3"):
        await hoa.says(words)
    await hoa.says(text, "Gửi cho 1 nhóm", "1 nhóm đang giờ yên lặng")


# ---------------------------------------------------------------- at most one a day, and none for whoever wants none


async def test_minh_gets_one_a_day_and_can_turn_them_off(hoa: Person, minh: Person, stage: Stage) -> None:
    await composed(hoa)
    await hoa.says("2")
    await hoa.says("gui 2", "Bắt đầu gửi")
    await minh.says("Tắt nhắc", "Đã tắt", "BATNHAC")
    for words in ("nhac", "1", "1", "1"):
        await hoa.says(words)
    await hoa.says(TEXT, "Không có ai để gửi", "1 đã tắt nhắc", "1 đã nhận tin nhắc hôm đó (mỗi ngày một tin)")
    await hoa.says("0")
    await minh.says("batnhac", "Đã bật", "nhiều nhất mỗi ngày một tin")
    stage.now += timedelta(days=1)
    for words in ("nhac", "1", "1", "1"):
        await hoa.says(words)
    await hoa.says(TEXT, "Gửi cho 2 người")


async def test_whoever_blocked_the_bot_is_counted_apart(hoa: Person, minh: Person, stage: Stage) -> None:
    gone = update(account).where(account.c.external_id == "minh").values(reachable=False)
    stage.store.write_now(lambda conn: conn.execute(gone))
    assert "Gửi cho 1 người" in await composed(hoa)
    assert "1 đã chặn hoặc rời bot" in hoa.heard[-1].text + hoa.heard[-2].text
    assert minh.said == 0


# ---------------------------------------------------------------- channels with windows and quotas


async def test_what_it_costs_and_who_is_outside_the_window_is_said_before(
    sample_file: Path, tmp_path: Path, texts: Texts
) -> None:
    """A channel as an OA of Zalo: free for 48 hours, paid for until 168, closed after that; and with a quota."""
    store = Store.open(f"sqlite:///{shutil.copyfile(sample_file, tmp_path / 'talk.db')}")
    limits = replace(PLAIN, closed_hours=168, free_hours=48, price=55, quota=Quota("Basic", 6, 0, 0))
    async with Stage(store, NOON, house=HOUSE, texts=texts, channel=Paper(limits)) as stage:
        hoa = Person(stage, "hoa")
        since = update(account).where(account.c.external_id == "minh")
        store.write_now(lambda conn: conn.execute(since.values(last_seen=NOON - timedelta(hours=50))))
        store.write_now(lambda conn: meter.add(conn, "webchat", "2026-11", received=3))
        shown = await composed(hoa)
        assert "Gửi cho 2 người" in shown
        assert "Kênh web: 1 tin phải trả tiền, khoảng 55 đ." in shown
        assert "Kênh web: tháng này chỉ còn 0 tin cho nhắc nhở, thiếu 2" in shown
        await hoa.says("0")
        store.write_now(lambda conn: conn.execute(since.values(last_seen=NOON - timedelta(hours=200))))
        shown = await composed(hoa)
        assert "1 lâu không nhắn, kênh không cho gửi" in shown
        assert "Gửi cho 1 người" in shown
    store.close()


async def test_whom_only_a_template_reaches_costs_the_price_of_the_template(
    sample_file: Path, tmp_path: Path, texts: Texts
) -> None:
    store = Store.open(f"sqlite:///{shutil.copyfile(sample_file, tmp_path / 'talk.db')}")
    limits = replace(PLAIN, free_hours=48, price=55, dear_hours=168, dear_price=1200)
    async with Stage(store, NOON, house=HOUSE, texts=texts, channel=Paper(limits)) as stage:
        hoa = Person(stage, "hoa")
        for hours, cost in ((50, "1 tin phải trả tiền, khoảng 55 đ."), (200, "1 tin phải trả tiền, khoảng 1.200 đ.")):
            since = update(account).where(account.c.external_id == "minh")
            seen = since.values(last_seen=NOON - timedelta(hours=hours))
            store.write_now(lambda conn, seen=seen: conn.execute(seen))
            shown = await composed(hoa)
            assert "Gửi cho 2 người" in shown
            assert cost in shown
            await hoa.says("0")
    store.close()


# ---------------------------------------------------------------- at a time


async def test_at_a_time_the_list_is_made_then_and_it_can_be_cancelled_before(hoa: Person, stage: Stage) -> None:
    await composed(hoa)
    await hoa.says("3", "Gửi lúc nào?")
    await hoa.says("hom qua", "chưa hiểu giờ này, hoặc giờ đã qua")
    await hoa.says("1/1/2029 8h", "chưa hiểu")
    await hoa.says("18h", "2. Gửi lúc 18h00 20/11")
    await hoa.says("hen gio")
    await hoa.says("mai 7h30", "2. Gửi lúc 7h30 21/11")
    await hoa.says("2", "đến giờ bot tính lại danh sách", "gõ đúng: GUI 2")
    await hoa.says("gui 2", "Đã hẹn gửi lúc 7h30 21/11")
    (made,) = rows(stage, broadcast)
    assert (made.status, recipients(stage)) == ("planned", [])
    await hoa.says("nhac", "1. Soạn tin nhắc mới", "2. 21/11 7h30 · Nam Từ Liêm · đang hẹn giờ")
    await hoa.says("2", "Mọi người – đang hẹn giờ", "1. Hủy, không gửi")
    await hoa.says("1", "Hủy tin nhắc này?")
    await hoa.says("1", "Đã hủy tin nhắc")
    assert [row.status for row in rows(stage, broadcast)] == ["cancelled"]
    await hoa.says("nhac", "đã hủy")


async def test_when_its_time_has_come_it_goes_to_those_who_need_it_then(
    hoa: Person, minh: Person, stage: Stage
) -> None:
    await composed(hoa)
    for words in ("3", "18h", "2", "gui 2"):
        await hoa.says(words)
    await minh.says("tatnhac")
    stage.now = stage.now.replace(hour=18, minute=0)
    await stage.tick()
    assert recipients(stage) == [("webchat", "hoa", "sent")]
    assert [row.status for row in rows(stage, broadcast)] == ["done"]
    await hoa.says("nhac", "2. 20/11 18h00 · Nam Từ Liêm · đã gửi xong")
    await hoa.says("2", "1/1 đã nhận")


async def test_when_many_more_would_get_it_by_then_hoa_is_asked_again(hoa: Person, stage: Stage) -> None:
    await composed(hoa)
    for words in ("3", "18h", "2", "gui 2"):
        await hoa.says(words)
    for number in range(8):
        add(stage, f"tho{number}", f"Thợ Số {number}")
    stage.now = stage.now.replace(hour=18, minute=0)
    await stage.tick()
    asked = heard(stage, "hoa")[-1]
    assert "người nhận đã tăng: 10, lúc anh/chị xác nhận là 2. Chưa gửi cho ai." in asked
    assert "1. Gửi cho cả 10   2. Dừng hẳn" in asked
    assert {status for _, _, status in recipients(stage)} == {"waiting"}
    await hoa.says("1", "Đang gửi tin nhắc")
    assert {status for _, _, status in recipients(stage)} == {"sent"}


async def test_when_many_more_would_get_it_by_the_time_she_confirms_their_number_is_typed(
    hoa: Person, stage: Stage
) -> None:
    await composed(hoa)
    await hoa.says("2", "gõ đúng: GUI 2")
    for number in range(8):
        add(stage, f"tho{number}", f"Thợ Số {number}")
    await hoa.says("gui 2", "Chưa gửi: người nhận vừa tăng, nay là 10 người. Chắc chắn thì gõ đúng: 10")
    await hoa.says("gui 2", "Chưa gửi. Để gửi, gõ đúng 10")
    assert rows(stage, broadcast) == []
    add(stage, "them", "Thợ Thêm")  # one more is no reason to ask
    await hoa.says("10", "Bắt đầu gửi cho 11 người.")
    assert {status for _, _, status in recipients(stage)} == {"sent"}


async def test_what_hoa_planned_goes_with_her_role(an: Person, hoa: Person, stage: Stage) -> None:
    await composed(hoa)
    for words in ("3", "18h", "2", "gui 2"):
        await hoa.says(words)
    await an.says("canbo", "2. Nguyễn Thị Hoa")
    await an.says("2")
    await an.says("1")
    await an.says("1", "Đã thu hồi", "Người ấy đã hẹn 1 tin nhắc chưa gửi: bot đã hủy, chưa ai nhận được.")
    stage.now = stage.now.replace(hour=18, minute=0)
    await stage.tick()
    assert [row.status for row in rows(stage, broadcast)] == ["cancelled"]
    assert recipients(stage) == []
    await an.says("nhatky", "hủy tin nhắc (Nam Từ Liêm)")


async def test_what_she_may_still_send_by_another_role_stays(an: Person, hoa: Person, stage: Stage) -> None:
    given(stage, "hoa", "officer", "4827")
    await composed(hoa)
    await hoa.says("0")
    for words in ("nhac", "4827", "1", TEXT, "3", "18h", "2", "gui 1"):
        await hoa.says(words)
    assert [row.status for row in rows(stage, broadcast)] == ["planned"]
    await an.says("canbo", "2. Nguyễn Thị Hoa – cán bộ Liên đoàn")
    await an.says("2")
    await an.says("1")
    await an.says("1", "Đã thu hồi")
    assert [row.status for row in rows(stage, broadcast)] == ["planned"]


async def test_in_quiet_hours_it_is_moved_to_six(hoa: Person, stage: Stage) -> None:
    stage.now = stage.now.replace(hour=21, minute=15)
    await composed(hoa)
    assert "Giờ nghỉ 21h–6h không nhắn riêng ai: tin sẽ gửi lúc 6h00 21/11." in hoa.last
    await hoa.says("2", "Gửi lúc 6h00 21/11")
    await hoa.says("gui 2", "Đã hẹn gửi lúc 6h00 21/11")
    (made,) = rows(stage, broadcast)
    assert made.status == "planned"
    assert made.starts_at == stage.now.replace(hour=6, minute=0, second=0) + timedelta(days=1)


async def test_what_will_not_be_done_by_the_evening_is_said(sample_file: Path, tmp_path: Path, texts: Texts) -> None:
    store = Store.open(f"sqlite:///{shutil.copyfile(sample_file, tmp_path / 'talk.db')}")
    slow, late = Paper(replace(PLAIN, per_second=4)), NOON.replace(hour=20, minute=59, second=59, microsecond=800_000)
    async with Stage(store, late, house=HOUSE, texts=texts, channel=slow) as stage:
        shown = await composed(Person(stage, "hoa"))
        assert "Đến 21h chưa gửi hết thì nghỉ, gửi tiếp lúc 6h00 21/11." in shown
    store.close()


async def test_by_button(button_stage: Stage) -> None:
    hoa = Person(button_stage, "hoa")
    await hoa.says("nhac")
    await hoa.presses("Cả Nam Từ Liêm", "Nhắc ai")
    await hoa.presses("Mọi người", "Viết tin nhắc")
    await hoa.says(TEXT, "[Gửi thử cho tôi]")
    await hoa.presses("Gửi thử cho tôi", "Đã gửi thử")
    await hoa.presses("Hẹn giờ", "Gửi lúc nào?")
    await hoa.says("18h")
    await hoa.presses("Gửi lúc 18h00 20/11", "gõ đúng: GUI 2")
    await hoa.says("gui 2", "Đã hẹn")
    await hoa.says("nhac")
    await hoa.presses("20/11 18h00 · Nam Từ Liêm · đang hẹn giờ", "[Hủy, không gửi]")
    await hoa.presses("Hủy, không gửi")
    await hoa.presses("Hủy tin nhắc", "Đã hủy tin nhắc")


async def test_one_that_has_begun_is_not_cancelled_from_an_old_card(hoa: Person, stage: Stage) -> None:
    await composed(hoa)
    for words in ("3", "18h", "2", "gui 2"):
        await hoa.says(words)
    await hoa.says("nhac")
    await hoa.says("2", "1. Hủy, không gửi")
    begun = update(broadcast).values(status="running")
    stage.store.write_now(lambda conn: conn.execute(begun))
    await hoa.says("1", "không còn chờ gửi")


async def test_an_runs_everything_and_speaks_in_english(an: Person, stage: Stage) -> None:
    await an.says("en")
    await an.says("nhac", "Remind people of which unit?")
    await an.says("1", "Whom in", "4. Officers of units that lag")
    await an.says("1", "Write the reminder")
    await an.says("{don_vi} is {con_thieu} short", "short", "without an account", "1. Try it on me")
    await an.says("3", "When shall it go out?")
    await an.says("tomorrow 7h30", "2. Send at 07:30 21 Nov")
    await an.says("2", "to 3 people as of now", "To confirm, type: SEND 3")
    await an.says("1", "Not sent")
    await an.says("send 3", "It goes out at 07:30 21 Nov")
    assert [row.status for row in rows(stage, broadcast)] == ["planned"]
