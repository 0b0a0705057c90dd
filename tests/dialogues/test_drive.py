"""CAODIEM: An and Hoa start a peak drive in the chat, see how it stands, change its target, end it early."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.stage import Stage
from models.person import audit, role
from models.unit import drive
from tests.dialogue import Person

OFFICERS, MEMBERS = "nhom-can-bo", "nhom-doan-vien"


def drives(stage: Stage) -> list[Any]:
    return stage.store.read_now(lambda conn: list(conn.execute(select(drive).order_by(drive.c.id))))


async def start(person: Person, *, first: str = "2", number: str = "2.030") -> None:
    for words in ("cao diem", "35 ngày chào mừng Đại hội", first, "35", number, "1"):
        await person.says(words)


# ---------------------------------------------------------------- refused


async def test_workers_are_told_who_may_start_one(lan: Person, minh: Person, stage: Stage) -> None:
    await lan.says("caodiem", "dành cho cán bộ")
    await minh.says("CAO ĐIỂM", "dành cho cán bộ")
    assert drives(stage) == []


async def test_an_officer_starts_none_for_a_unit_that_is_not_hers(hoa: Person, stage: Stage) -> None:
    await hoa.says("caodiem 1", "chỉ mở được đợt cao điểm cho đơn vị mình phụ trách")
    await hoa.says("caodiem 999999", "Không có đơn vị")
    assert drives(stage) == []


async def test_in_a_group_it_is_for_the_private_chat(stage: Stage) -> None:
    await Person(stage, "hoa", OFFICERS).says("caodiem", "nhắn riêng cho")


async def test_a_right_that_was_taken_away_meanwhile_counts(hoa: Person, stage: Stage) -> None:
    for words in ("caodiem", "Tháng thi đua", "1", "10", "bo qua"):
        await hoa.says(words)
    ended = update(role).values(revoked_at=stage.now)
    stage.store.write_now(lambda conn: conn.execute(ended))
    await hoa.says("1", "dành cho cán bộ")
    assert drives(stage) == []


async def test_odd_answers_are_asked_again(hoa: Person) -> None:
    await hoa.says("caodiem", "Mở đợt cao điểm cho Nam Từ Liêm", "Tên đợt?")
    await hoa.says("12", "dài 3 đến 60 ký tự")
    await hoa.says("Tháng thi đua", "bắt đầu ngày nào", "1. Ngày mai", "2. Hôm nay")
    await hoa.says("hôm qua", "chưa hiểu ngày này")
    await hoa.says("21/11", "bao nhiêu ngày")
    await hoa.says("20/11/2026", "số ngày (1 đến 366)")
    await hoa.says("lui", "bắt đầu ngày nào")
    await hoa.says("21/11", "bao nhiêu ngày")
    await hoa.says("366", "Anh/chị chọn ngắn hơn")
    await hoa.says("25/11", "Chỉ tiêu của đợt", "BO QUA")
    await hoa.says("nhieu", "số nguyên từ 1")
    await hoa.says("bo qua", "5 ngày, từ 21/11/2026 đến hết 25/11/2026. Mỗi sáng 7h30", "1. Mở đợt", "2. Sửa")
    await hoa.says("0", "Đã dừng")


# ---------------------------------------------------------------- done


async def test_an_starts_a_drive_for_a_unit_by_its_code_and_the_groups_hear_of_it(stage: Stage, an: Person) -> None:
    await an.says("/caodiem 48", "Mở đợt cao điểm cho Nam Từ Liêm", "Tên đợt?")
    await an.says("35 ngày chào mừng Đại hội", "1. Ngày mai")
    await an.says("ngay mai", "Đợt kéo dài bao nhiêu ngày")
    await an.says("35 ngày", "Chỉ tiêu của đợt")
    await an.says(
        "2030",
        "Đợt cao điểm “35 ngày chào mừng Đại hội” của Nam Từ Liêm: 35 ngày, từ 21/11/2026 đến hết 25/12/2026.",
        "Chỉ tiêu đợt: 2.030 lượt nộp, cần 58,0 mỗi ngày.",
    )
    await an.says("2", "1. Tên đợt", "3. Số ngày")
    await an.says("so ngay", "bao nhiêu ngày")
    await an.says("34", "34 ngày, từ 21/11/2026 đến hết 24/12/2026", "59,8 mỗi ngày")
    await an.says("mo dot", "Đã mở đợt cao điểm")
    assert [(row.name, row.number) for row in drives(stage)] == [("35 ngày chào mừng Đại hội", 2030)]
    noted = stage.store.read_now(lambda conn: conn.execute(select(audit.c.action)).scalars().all())
    assert noted[-1] == "drive.start"
    await an.says("caodiem 48", "bắt đầu ngày 21/11/2026: 34 ngày", "1. Đổi chỉ tiêu", "2. Kết thúc sớm")
    stage.now = stage.now.replace(hour=7, minute=30) + timedelta(days=1)
    await stage.tick()
    for chat in (OFFICERS, MEMBERS):
        assert "“35 ngày chào mừng Đại hội” bắt đầu hôm nay" in stage.channel.chats[chat][-1].text


async def test_hoa_sees_how_it_stands_changes_its_target_and_ends_it_early(
    stage: Stage, hoa: Person, lan: Person
) -> None:
    await start(hoa)
    for words in ("sk 4827", "1", "tran thi lan", "lam cu ga may tui ao khong phai ve phan"):
        await lan.says(words)
    await lan.says("truoc ve phan tung tui hay lech. gio dat vao cu may luon. nhanh hon 10 giay")
    await lan.says("2")
    await lan.says("1", "Đã nhận")
    stage.now += timedelta(minutes=1)
    await hoa.says(
        "caodiem",
        "ngày 1/35, còn 34 ngày (20/11/2026 – 24/12/2026).",
        "Từ đầu đợt: 1 lượt nộp, đạt 0,0% chỉ tiêu đợt 2.030. Còn 2.029.",
        "1. Đổi chỉ tiêu",
    )
    await hoa.says("doi chi tieu", "Chỉ tiêu của đợt")
    await hoa.says("2", "Đã đổi chỉ tiêu")
    await hoa.says("ketqua", "Đợt cao điểm “35 ngày chào mừng Đại hội” bắt đầu hôm nay. Từ đầu đợt: ")
    stage.now += timedelta(days=1)
    await hoa.says("caodiem", "ngày 2/35", "chỉ tiêu đợt 2")
    await hoa.says("2", "Kết thúc sớm đợt cao điểm?", "hôm nay là ngày cuối")
    await hoa.says("0", "")
    await hoa.says("caodiem", "ngày 2/35")
    await hoa.says("2")
    await hoa.says("ket thuc", "Đã kết thúc sớm")
    stage.now = stage.now.replace(hour=7, minute=30) + timedelta(days=1)
    await stage.tick()
    assert "đã kết thúc sau 2 ngày" in stage.channel.chats[OFFICERS][-1].text
    await hoa.says("caodiem", "Tên đợt?")
    await hoa.says("Đợt sau")
    await hoa.says("hom nay", "Hôm nay là ngày tổng kết đợt trước: đợt mới bắt đầu sớm nhất ngày 23/11/2026.")
    await hoa.says("ngay mai", "Đợt kéo dài bao nhiêu ngày")


async def test_two_drives_at_once_are_refused_to_the_second(stage: Stage, hoa: Person, an: Person) -> None:
    for words in ("caodiem 48", "Đợt của An", "1", "10", "bo qua"):
        await an.says(words)
    await start(hoa)
    await an.says("1", "đã có một đợt cao điểm trùng")
    assert len(drives(stage)) == 1


async def test_a_card_of_a_drive_that_is_over_says_so(stage: Stage, hoa: Person) -> None:
    await start(hoa)
    await hoa.says("caodiem", "Kết thúc sớm")
    stage.now += timedelta(days=40)
    await hoa.says("2", "không còn")


@pytest.mark.parametrize("label", ["Đổi chỉ tiêu", "Kết thúc sớm"])
async def test_the_card_works_by_button(button_stage: Stage, label: str) -> None:
    hoa = Person(button_stage, "hoa")
    await start(hoa)
    await hoa.says("caodiem", f"[{label}]")
    await hoa.presses(label, "đợt")
