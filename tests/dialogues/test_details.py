"""THEM: what may be added after the receipt, now or days later (issue part 4, domain.md §4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.stage import Stage
from models.chat import outbox
from models.initiative import coauthor, evidence, initiative
from models.person import person
from models.unit import unit
from tests.dialogue import Person


async def filed(who: Person, title: str = "lam cu ga may tui ao khong phai ve phan") -> None:
    await who.says(f"sk {title}")
    await who.says("truoc ve phan tung tui hay lech. gio dat vao cu may luon, nhanh hon 10 giay 1 ao")
    await who.says("2")
    await who.says("1", "Đã nhận")


def newest(who: Person) -> Any:
    return who.filed()[-1]


@pytest.mark.parametrize(
    ("typed", "echo", "vnd"),
    [
        ("80 triệu", "80.000.000 đ", 80_000_000),
        ("80tr", "80.000.000 đ", 80_000_000),
        ("1tr5", "1.500.000 đ", 1_500_000),
        ("1,2 tỷ", "1.200.000.000 đ", 1_200_000_000),
        ("1 ty 250 trieu", "1.250.000.000 đ", 1_250_000_000),
        ("2 trieu ruoi", "2.500.000 đ", 2_500_000),
        ("500k", "500.000 đ", 500_000),
        ("80.000.000đ", "80.000.000 đ", 80_000_000),
        ("khoang 80 trieu", "80.000.000 đ", 80_000_000),
        ("5", "5.000.000 đ", 5_000_000),
    ],
)
async def test_an_amount_is_echoed_in_full_and_counts_after_a_yes(
    minh: Person, typed: str, echo: str, vnd: int
) -> None:
    await filed(minh)
    await minh.says("them", "1. Số tiền làm lợi")
    await minh.says("1", "bao nhiêu tiền")
    await minh.says(typed, echo, "1. Đúng", "3. Chưa rõ")
    assert newest(minh).benefit_vnd is None
    await minh.says("1", "Đã ghi")
    assert (newest(minh).benefit_vnd, newest(minh).benefit_kind) == (vnd, "money")


@pytest.mark.parametrize(("typed", "kind"), [("khong tinh bang tien", "not_money"), ("chua ro", "unknown")])
async def test_no_amount_is_an_answer_too(minh: Person, typed: str, kind: str) -> None:
    await filed(minh)
    await minh.says("them")
    await minh.says("1")
    await minh.says(typed, "Đã ghi")
    assert (newest(minh).benefit_vnd, newest(minh).benefit_kind) == (None, kind)


@pytest.mark.parametrize("typed", ["80.00", "999999999 ty", "-5 trieu", "nhieu lam"])
async def test_absurd_or_unclear_amounts_are_asked_again(minh: Person, typed: str) -> None:
    await filed(minh)
    await minh.says("them")
    await minh.says("1")
    answer = await minh.says(typed)
    assert "1. Đúng" not in answer
    await minh.says("80 trieu", "1. Đúng")
    await minh.says("2", "bao nhiêu tiền")
    await minh.says("3 trieu", "3.000.000 đ")


async def test_shares_of_co_authors_total_exactly_a_hundred(minh: Person) -> None:
    await filed(minh)
    await minh.says("them")
    await minh.says("2", "cộng lại đúng 100")
    await minh.says("pham van minh 60, tran thi lan 30", "90")
    await minh.says("pham van minh 60, tran thi lan 40", "đơn vị khác", "1. Cùng đơn vị")
    await minh.says("1", "Pham Van Minh 60%, Tran Thi Lan 40%")
    rows = minh.stage.store.read_now(lambda c: c.execute(select(coauthor.c.name, coauthor.c.share)).all())
    assert sorted(rows) == [("Pham Van Minh", 60), ("Tran Thi Lan", 40)]


async def test_photos_and_files_days_later(minh: Person) -> None:
    await filed(minh)
    minh.stage.now += timedelta(days=5)
    await minh.says("them")
    await minh.says("3", "gửi ảnh hoặc tệp")
    await minh.sends("photo", "", "Đã nhận 1 ảnh")
    await minh.sends("file", "", "Đã nhận 2 ảnh", ref="ban-ve.pdf")
    await minh.says("1", "Đã thêm 2 ảnh")
    kept = minh.stage.store.read_now(
        lambda c: c.execute(select(evidence.c.kind).where(evidence.c.initiative_id == newest(minh).id)).scalars().all()
    )
    assert sorted(kept) == ["file", "photo"]


async def test_the_recognition_decision_with_its_day(minh: Person) -> None:
    await filed(minh)
    await minh.says("them")
    await minh.says("4", "Số quyết định")
    await minh.says("12/QĐ-CT", "Ngày ký")
    await minh.says("thang sau", "đủ ngày/tháng/năm")
    await minh.says("18/11/2026", "Đã ghi")
    assert newest(minh).details["decision"] == "12/QĐ-CT"
    assert newest(minh).details["decision_day"] == "2026-11-18"


async def test_everything_else_of_the_form_can_be_given(minh: Person) -> None:
    await filed(minh)
    await minh.says("them")
    await minh.says("5", "1. Loại, lĩnh vực", "5. Giữ bí mật")
    await minh.says("1", "Loại giải pháp?", "1. Kỹ thuật")
    await minh.says("1", "Lĩnh vực nào?")
    await minh.says("1", "Đã ghi")
    await minh.says("5")
    await minh.says("2", "Áp dụng ở đâu")
    await minh.says("chuyen may 3", "điều kiện")
    await minh.says("bo qua", "Đã ghi")
    await minh.says("5")
    await minh.says("3", "Chức danh")
    await minh.says("cong nhan may", "Trình độ")
    await minh.says("trung cap", "chức vụ lãnh đạo", "1. Có   2. Không")
    await minh.says("khong", "Đã ghi")
    await minh.says("5")
    await minh.says("4", "Số điện thoại")
    await minh.says("123", "10 số")
    await minh.says("0912 345 678", "Đã ghi")
    await minh.says("0", "Xong")
    details = newest(minh).details
    assert (details["type"], details["place"]) == ("kythuat", "chuyen may 3")
    assert "field" in details
    assert details["leader"] is False
    about = minh.stage.store.read_now(
        lambda c: c.execute(
            select(person.c.phone, person.c.position, person.c.education).where(person.c.phone.is_not(None))
        ).one()
    )
    assert about[1:] == ("cong nhan may", "trung cap")


async def test_confidential_later_erases_the_description_everywhere(minh: Person) -> None:
    secret = "cong thuc pha keo moi ti le ba mot khong ai biet, nhanh kho gap doi"
    await minh.says("sk pha keo dan de nhanh kho hon")
    await minh.says(secret)
    await minh.says("2", "cong thuc pha keo")
    await minh.says("1")
    await minh.says("them")
    await minh.says("5")
    await minh.says("5", "Không khôi phục được", "1. Xóa mô tả")
    await minh.says("1", "Tóm tắt hiệu quả")
    await minh.says("keo kho nhanh gap doi", "Đã xóa phần mô tả")
    row = newest(minh)
    assert (row.body, row.confidential, row.effect) == (None, True, "keo kho nhanh gap doi")

    def traces(conn: Connection) -> str:
        return str(conn.execute(select(outbox.c.payload)).scalars().all()) + str(
            conn.execute(select(initiative.c.body)).all()
        )

    assert "ti le ba mot" not in minh.stage.store.read_now(traces)
    await minh.says("xem")
    await minh.says("1", "bí mật")


async def test_said_with_the_title_the_method_is_never_asked(minh: Person) -> None:
    await minh.says("sk cong thuc keo (bi mat)", "cần giữ bí mật")
    await minh.says("1", "Viết 1 câu về hiệu quả")
    await minh.says("kho nhanh gap doi")
    await minh.says("2")
    await minh.says("1", "Đã nhận")
    row = newest(minh)
    assert row.confidential
    assert row.body is None
    assert row.effect == "kho nhanh gap doi"


async def test_adding_while_a_draft_is_under_way_brings_the_draft_back(minh: Person) -> None:
    await filed(minh)
    await minh.says("sk dan bang mau len thung chi de khoi lay nham")
    await minh.says("them", "1. Số tiền")
    await minh.says("1", "bao nhiêu tiền")
    await minh.says("80tr")
    await minh.says("1", "80.000.000")
    await minh.says("0", "Trước thế nào")
    await minh.says("truoc hay lay nham mau phai thao ra. gio nhin bang la biet")
    await minh.says("2", "dan bang mau")


async def test_nothing_to_add_to_is_said(stage: Stage) -> None:
    await Person(stage, "nguoi-moi").says("them", "Chưa có sáng kiến nào")


async def test_withdrawn_can_no_longer_be_changed_and_stays_counted(minh: Person) -> None:
    await filed(minh)
    await minh.says("xem", "1. ")
    await minh.says("1", "2. Rút lại")
    await minh.says("2", "vẫn tính là một lượt nộp")
    await minh.says("1", "Đã rút")
    assert newest(minh).status == "withdrawn"
    await minh.says("xem", "đã rút")


async def test_the_wrong_unit_is_mended_and_counted_as_an_adjustment(minh: Person) -> None:
    await filed(minh)
    await minh.says("xem")
    await minh.says("1")
    await minh.says("3", "công ty, đơn vị nào")
    await minh.says("in tan phu", "Đã chuyển sáng kiến")
    from models.queries import tally

    assert minh.stage.store.read_now(tally.differences) == []


async def test_a_co_author_of_another_unit_is_kept_with_it(minh: Person) -> None:
    await filed(minh)
    await minh.says("them")
    await minh.says("2")
    await minh.says("pham van minh 50, tran thi lan 30, le thi mai 20", "đơn vị khác")
    await minh.says("nguyen van an - in tan phu", "Gõ tên một người đã ghi")
    await minh.says("tran thi lan - in tan phu", "Tran Thi Lan: In Tân Phú. Còn ai nữa?", "1. Đủ rồi")
    await minh.says("le thi mai - may sao", "May Sao Vàng")
    await minh.says("2", "Le Thi Mai: May Sao")
    await minh.says("1", "Le Thi Mai 20%")
    of_units = select(coauthor.c.name, unit.c.short_name).join(unit, unit.c.id == coauthor.c.unit_id)
    units = minh.stage.store.read_now(lambda c: dict(map(tuple, c.execute(of_units))))
    assert units["Pham Van Minh"] == "May Sao Mai"
    assert units["Tran Thi Lan"] == "In Tân Phú"
    assert units["Le Thi Mai"] in ("May Sao Vàng", "May Sao Mai")
    groups = minh.stage.store.read_now(lambda c: c.execute(select(coauthor.c.author_group)).scalars().all())
    assert all(groups)
