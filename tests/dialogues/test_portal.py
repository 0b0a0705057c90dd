"""SOCONG: Hoa of the ward union pastes the portal's numbers (conversation.md §5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime

import pytest
from sqlalchemy import Connection, func, insert, select, update

from bot.stage import PLAIN, Paper, Stage
from handlers.facts import House
from handlers.talk import Said
from handlers.texts import Texts
from models.person import role
from models.portal import portal_figure, portal_report
from models.queries import portal, registry
from models.store import Store
from models.unit import campaign
from tests import ward
from tests.dialogue import Person
from tests.ward import IDS, at, rows

HOUSE = House(controller="Công đoàn phường Từ Liêm", support="chị Hoa, Tổ hỗ trợ sáng kiến")


@pytest.fixture
async def stage(sqlite_store: Store, texts: Texts) -> AsyncIterator[Stage]:
    """The ward on 20 November, 16:34; yesterday's numbers are in and were told in yesterday's notice."""
    sqlite_store.write_now(ward.found)
    async with Stage(sqlite_store, at(19, 16, 34), house=HOUSE, texts=texts, channel=Paper(PLAIN)) as stage:
        await Person(stage, "hoa").says("so cong 16h30\n" + rows(ward.YESTERDAY), "15/15 đơn vị, tổng 977")
        stage.now = at(19, 17)
        await stage.tick()
        stage.now = at(20, 16, 34)
        yield stage


def totals(stage: Stage) -> dict[int, int]:
    found = stage.store.read_now(portal.newest, ward.CAMPAIGN, list(IDS.values()))
    return {unit_id: figure.total for unit_id, figure in found.items()}


async def posted(stage: Stage, chat: str = ward.GROUP) -> str:
    stage.now = stage.now.replace(hour=17, minute=0)
    await stage.tick()
    heading = "Kết quả sáng kiến" if chat == ward.GROUP else "Sáng kiến Công đoàn"
    return next(shown.text for shown in reversed(stage.channel.chats[chat]) if heading in shown.text)


async def test_the_reference_dialogue(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    pasted = "so cong 16h30\n" + rows(ward.TODAY, thcs_cau_dien="cty cdau dien")
    answer = await hoa.says(pasted, "Nhận số lũy kế Cổng 16h30: 14/15 đơn vị, tổng 946.")
    assert 'Chưa rõ 1 dòng: "cty cdau dien 69" là?' in answer
    assert "1. THCS Cầu Diễn (hôm qua 71)" in answer
    assert "2. Đơn vị khác" in answer
    assert "3. Bỏ dòng" in answer
    await hoa.says("1", "Đã ghi nhớ tên này.", "THCS Cầu Diễn giảm 2 so với hôm qua: lý do?", "1. Cổng loại trùng")
    await hoa.says("1", "Xong")
    text = await posted(stage)
    assert "(lượt nộp lũy kế trên Cổng, lúc 16h30)" in text
    assert "Tổng: 1.015, tăng 38 so với bản tin hôm qua (40 mới, điều chỉnh giảm 2)" in text
    assert "8. ▼2 THCS Cầu Diễn: 69 (−2*) – 76,7%" in text
    assert "* Cổng loại 2 lượt trùng: THCS Cầu Diễn −2." in text
    assert "HTX Phú Đô: 12 (+1) – chưa giao chỉ tiêu" in text
    assert "Chưa có lượt nộp: Bảo vệ Thăng Long" in text


async def test_a_worker_may_not_and_another_wards_officer_finds_none_of_these_units(stage: Stage) -> None:
    await Person(stage, "lan").says("so cong 16h30\nMay Sao Mai 118", "dành cho cán bộ")
    await Person(stage, "nga").says("so cong 16h30\nMay Sao Mai 118", "chưa có chương trình nào đang mở")


async def test_an_effect_for_units_of_another_board_is_refused(stage: Stage) -> None:
    """Should her rights end while she answers, nothing more is stored."""
    hoa = Person(stage, "hoa")
    await hoa.says("so cong 16h30\nMay Sao Mai 118\ncty cdau dien 69", 'Chưa rõ 1 dòng: "cty cdau dien 69"')
    stage.store.write_now(lambda conn: conn.execute(update(role).values(revoked_at=stage.now)))
    await hoa.says("1", "dành cho cán bộ")
    assert totals(stage)[IDS["THCS Cầu Diễn"]] == 71


@pytest.mark.parametrize("word", ["SOCONG", "Số Cổng"])
async def test_the_word_alone_asks_for_the_rows(stage: Stage, word: str) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says(word, "Dán các dòng", "lúc 16h34")
    await hoa.says("xin chao", "Bot chưa đọc được dòng nào")
    await hoa.says("May Sao Mai: 118\nBV Từ Liêm 132", "16h34: 2/2 đơn vị, tổng 250", "Xong")


@pytest.mark.parametrize("words", ["so cong 25h", "so cong 18h30", "so cong 16h30 21/11", "so cong 31/2"])
async def test_a_moment_that_is_none_or_still_to_come_is_told(stage: Stage, words: str) -> None:
    await Person(stage, "hoa").says(f"{words}\nMay Sao Mai 118", "Bot chưa hiểu thời điểm")
    assert totals(stage)[IDS["May Sao Mai"]] == 110


async def test_what_was_pasted_already_changes_nothing(stage: Stage) -> None:
    def entered(conn: Connection) -> object:
        return conn.execute(select(func.count(portal_figure.c.id))).scalar_one()

    hoa, pasted = Person(stage, "hoa"), "so cong 16h30\n" + rows(ward.TODAY)
    await hoa.says(pasted, "15/15 đơn vị, tổng 1.015", "giảm 2")
    await hoa.says("2", "Xong")
    figures = stage.store.read_now(entered)
    await hoa.says(pasted, "không có gì thay đổi", "Xong")
    assert stage.store.read_now(entered) == figures


async def test_a_table_with_its_head_numbering_and_a_wrong_sum(stage: Stage) -> None:
    sheet = "STT\tĐơn vị\tChỉ tiêu\tSố lượng\n1\tBV Từ Liêm\t110\t1.132\n2\tMay Sao Mai\t150\t118\n\tTổng cộng\t\t1.251"
    hoa = Person(stage, "hoa")
    await hoa.says(f"so cong 16h30\n{sheet}", "1/2 đơn vị, tổng 118", "Dòng tổng ghi 1.251, cộng các dòng được 1.250.")
    assert "BV Từ Liêm tăng 1.004, lên 1.132: đúng không?" in hoa.last
    assert totals(stage)[IDS["BV Từ Liêm"]] == 128  # waits for her word
    await hoa.says("2", "Số lũy kế đúng của BV Từ Liêm?")
    await hoa.says("nhieu", "Số lũy kế đúng của BV Từ Liêm?")
    await hoa.says("132", "Xong: đã ghi 2 đơn vị, tổng 250.")
    assert totals(stage)[IDS["BV Từ Liêm"]] == 132


async def test_a_leap_that_is_right_is_stored_when_she_says_so(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says("so cong 16h30\nIn Tân Phú 1.000", "0/1 đơn vị", "In Tân Phú tăng 980")
    await hoa.says("dung", "Xong")
    assert totals(stage)[IDS["In Tân Phú"]] == 1000


async def test_zero_leaves_and_what_was_received_stays(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says("so cong 16h30\nMay Sao Mai 118\ncty cdau dien 69", "1/2 đơn vị")
    await hoa.says(
        "0", "Đã dừng. Số nào bot đã báo nhận thì vẫn được lưu.\nChưa ghi, chưa rõ đơn vị: cty cdau dien 69."
    )
    assert (totals(stage)[IDS["May Sao Mai"]], totals(stage)[IDS["THCS Cầu Diễn"]]) == (118, 71)


async def test_lines_that_say_nothing_clear_are_asked_one_at_a_time(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says(
        "so cong 16h30\nMay Sao Mai 118\nghi chu\nvien tl 132\nBV 1,132", "Chưa đọc được 3 dòng", '"ghi chu"'
    )
    await hoa.says("bo dong", "Đã bỏ dòng đó.", "Chưa rõ 2 dòng: ", '"vien tl 132"')
    await hoa.says("don vi khac", "Tên hoặc mã của đơn vị?")
    await hoa.says("khong co ten nay", "Không thấy đơn vị nào")
    await hoa.says("bv tu liem", "Đã ghi nhớ tên này.", 'Chưa đọc được 1 dòng: "BV 1,132"')
    await hoa.says("gi co", "Gõ tên đơn vị rồi đến số")
    await hoa.says("In Tân Phú 21", "Đã nhận In Tân Phú: 21.", "Xong")
    assert totals(stage)[IDS["BV Từ Liêm"]] == 132
    stage.now = at(20, 18)
    await hoa.says("so cong 17h30\nvien tl 133", "1/1 đơn vị, tổng 133", "Xong")


async def test_a_units_second_number_is_asked_about(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says("so cong 16h30\nMay Sao Mai 118\nmay saomai 119", "1/2 đơn vị, tổng 118", '"may saomai 119" là?')
    await hoa.says("bo dong", "Xong")
    assert totals(stage)[IDS["May Sao Mai"]] == 118


async def test_a_days_own_numbers_are_added_to_those_before_the_day(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    for _ in range(2):  # the same again adds nothing
        await hoa.says("so cong ngay\nMay Sao Mai 8\nBV Từ Liêm 4", "đã cộng vào số lũy kế", "tổng 250", "Xong")
    assert (totals(stage)[IDS["May Sao Mai"]], totals(stage)[IDS["BV Từ Liêm"]]) == (118, 132)
    stage.now = at(20, 18)
    await hoa.says("so cong 17h30\nĐơn vị\tTrong ngày\nMay Sao Mai\t9", "đã cộng vào số lũy kế", "tổng 119")


async def test_numbers_of_a_moment_that_is_past_correct_history_only(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says("so cong 16h30\nMay Sao Mai 118", "Xong")
    await hoa.says("so cong 16h30 18/11\nMay Sao Mai 103", "16h30 ngày 18/11", "số hiện nay giữ nguyên")
    assert totals(stage)[IDS["May Sao Mai"]] == 118


async def test_another_number_before_any_notice_takes_the_place_of_the_first(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says("so cong 16h30\n" + rows(ward.TODAY).replace("Sao Mai\t118", "Sao Mai\t148"), "tổng 1.045")
    await hoa.says("1")
    await hoa.says("so cong 16h30\nMay Sao Mai 118", "tổng 118", "Xong")
    text = await posted(stage)
    assert "Tổng: 1.015, tăng 38 so với bản tin hôm qua (40 mới, điều chỉnh giảm 2)" in text
    assert "Sửa số gõ nhầm" not in text


async def test_another_number_after_the_notice_is_a_correction_with_its_reason(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says("so cong 16h30 19/11\nĐiện Sao Việt 190", "16h30 ngày 19/11", "Xong")
    text = await posted(stage)
    assert "Hôm nay chưa có số mới từ Cổng; số dưới đây của 16h30 ngày 19/11." in text
    assert "Tổng: 973, giảm 4 so với bản tin hôm qua (0 mới, điều chỉnh giảm 4)" in text
    assert "* Sửa số gõ nhầm: Điện Sao Việt −4." in text


async def test_a_day_without_numbers_says_so_and_prints_no_change_of_nothing(stage: Stage) -> None:
    text = await posted(stage)
    assert "16h30 ngày 19/11)\nHôm nay chưa có số mới từ Cổng; số dưới đây của 16h30 ngày 19/11." in text
    assert "\nTổng: 977\n" in text
    assert "(0)" not in text
    assert "số dưới đây của 16h30 ngày 19/11." in await posted(stage, ward.MEMBERS)


async def test_units_without_a_number_of_today_are_named_to_officers_only(stage: Stage) -> None:
    await Person(stage, "hoa").says("so cong 16h30\nMay Sao Mai 118\nBV Từ Liêm 132", "Xong")
    text = await posted(stage)
    assert "\nChưa có số Cổng hôm nay: THPT Xuân Phương, Điện Sao Việt, " in text
    assert "May Sao Mai: 118 (+8)" in text
    assert "THCS Cầu Diễn: 71 –" in text
    assert "Chưa có số" not in await posted(stage, ward.MEMBERS)


async def test_a_long_paste_may_come_in_parts(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says("so cong 16h30\nMay Sao Mai 118\ncty cdau dien 72", "1/2 đơn vị", "Chưa rõ 1 dòng")
    await hoa.says("BV Từ Liêm 132\nabc\nIn Tân Phú 19", "2/3 đơn vị, tổng 151", 'Chưa rõ 2 dòng: "cty cdau dien 72"')
    await hoa.says("1", "Đã ghi nhớ tên này.", 'Chưa đọc được 1 dòng: "abc"')
    await hoa.says("bo dong", "In Tân Phú giảm 1 so với hôm qua: lý do?")
    await hoa.says("3", "Xong")
    assert (totals(stage)[IDS["BV Từ Liêm"]], totals(stage)[IDS["In Tân Phú"]]) == (132, 19)


async def test_one_paste_of_three_hundred_rows(stage: Stage) -> None:
    def three_hundred(conn: Connection) -> None:
        for n in range(300):
            ward.add_unit(conn, 1000 + n, f"9{n:03}", f"Công ty Dệt may số {n + 1}", f"Dệt may {n + 1}", ward.WARD)

    stage.store.write_now(three_hundred)
    stage.store.write_now(registry.renew)
    stage.now = at(20, 16, 40)
    pasted = "\n".join(f"{n + 1}\tDệt may {n + 1}\t{n}" for n in range(300))
    await Person(stage, "hoa").says(f"so cong 16h30\n{pasted}", "300/300 đơn vị, tổng 44.850", "Xong")


async def test_her_draft_waits_while_she_pastes(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says("sk lam cu ga may tui ao khong phai ve phan", "Trước")
    await hoa.says("so cong 16h30\nMay Sao Mai 118\ncty cdau dien 69", "Chưa rõ 1 dòng")
    await hoa.says("3", "Đã bỏ dòng đó.", "lam cu ga may tui ao")
    assert hoa.filed() == []


async def test_the_portal_and_the_bot_apart(stage: Stage) -> None:
    stage.store.write_now(lambda conn: conn.execute(update(campaign).values(counts_from="both")))
    lan = Person(stage, "lan")
    await lan.says("sk 4817 lam cu ga may tui ao khong phai ve phan")
    await lan.says("truoc ve phan tung tui hay lech. gio dat vao cu may luon. nhanh hon 10 giay")
    await lan.says("1")
    await lan.says("1", "Đã nhận")
    await Person(stage, "hoa").says("so cong 16h30\nMay Sao Mai 118", "Xong")
    text = await posted(stage)
    assert "Bot đã nhận 1 lượt, tính riêng." in text
    assert "Tổng: 985, tăng 8" in text


async def test_when_the_notices_count_the_bot_the_portals_numbers_are_kept_to_compare(stage: Stage) -> None:
    stage.store.write_now(lambda conn: conn.execute(update(campaign).values(counts_from="bot")))
    await Person(stage, "hoa").says("so cong 16h30\nMay Sao Mai 118", "số Cổng chỉ để đối chiếu", "Xong")
    assert "(lượt nộp qua bot, tính đến 17h00 ngày 20/11/2026)" in await posted(stage)


async def test_an_admin_of_all_brings_them_too_and_ketqua_names_the_source(stage: Stage) -> None:
    await Person(stage, "an").says("so cong 16h30\nMay Sao Mai 118", "Xong")
    hoa = Person(stage, "hoa")
    stage.now = at(20, 16, 40)
    assert "(lượt nộp lũy kế trên Cổng, lúc 16h30)" in await hoa.says("ketqua", "Tổng: 985")
    (script,) = await stage.act("hoa", Said("phat thanh"))
    assert "Theo số trên Cổng lúc mười sáu giờ ba mươi phút, chúng ta đã có chín trăm tám mươi lăm" in script.text
    await hoa.says("en")
    (board,) = await stage.act("hoa", Said("ketqua"))
    assert "(cumulative filings on the portal, at 16:30)" in board.text


async def test_an_officer_of_two_boards_is_asked_which(stage: Stage) -> None:
    def second(conn: Connection) -> None:
        values = {"code": "SK2", "name": "Thi đua nước rút", "unit_id": ward.WARD, "counts_from": "portal"}
        days = {"opens": date(2026, 11, 1), "closes": date(2026, 12, 31), "applied_from": date(2026, 1, 1)}
        conn.execute(insert(campaign), values | days | {"applied_to": date(2026, 12, 31)})

    stage.store.write_now(second)
    hoa = Person(stage, "hoa")
    await hoa.says("so cong 16h30\nMay Sao Mai 118", "Số trên Cổng của bảng nào?", "2. CĐ P. Từ Liêm – Sáng kiến 2026")
    await hoa.says("9", "")
    await hoa.says("2", "1/1 đơn vị, tổng 118", "Xong")
    assert totals(stage)[IDS["May Sao Mai"]] == 118


async def test_after_the_last_day_its_numbers_may_still_come(stage: Stage) -> None:
    stage.now = datetime(2027, 1, 1, 8, 0, tzinfo=ward.ZONE)
    await Person(stage, "hoa").says("so cong 24h 31/12\nMay Sao Mai 150", "24h00 ngày 31/12", "Xong")
    assert totals(stage)[IDS["May Sao Mai"]] == 150


async def test_an_officer_who_is_erased_leaves_the_numbers_and_no_name(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says("so cong 16h30\nMay Sao Mai 118", "Xong")
    (report,) = stage.store.read_now(lambda conn: conn.execute(select(func.max(portal_report.c.id))).one())
    assert stage.store.read_now(portal.report, report).by == "Nguyễn Thị Hoa"
    await hoa.says("xoa du lieu")
    await hoa.says("1")
    assert stage.store.read_now(portal.report, report).by is None
    assert totals(stage)[IDS["May Sao Mai"]] == 118
