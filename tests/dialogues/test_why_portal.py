"""VISAO where notices count the portal's numbers: the answer of conversation.md §5c, and what lies behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy import Connection

from bot.stage import PLAIN, Paper, Stage
from handlers.facts import House
from handlers.texts import Texts
from models.queries import initiatives, people
from models.queries.erasure import forget
from models.queries.initiatives import Filing
from models.store import Store
from tests import ward
from tests.dialogue import Person
from tests.ward import IDS, at, rows


@pytest.fixture
async def hoa(sqlite_store: Store, texts: Texts) -> AsyncIterator[Person]:
    """The notice of 20 November is out. In the bot, BV Từ Liêm has filed 7 times, May Sao Mai 118 times."""
    sqlite_store.write_now(ward.found)
    sqlite_store.write_now(_file)
    house = House(support="chị Hoa, Tổ hỗ trợ sáng kiến")
    async with Stage(sqlite_store, at(19, 16, 34), house=house, texts=texts, channel=Paper(PLAIN)) as stage:
        hoa = Person(stage, "hoa")
        await hoa.says("so cong 16h30\n" + rows(ward.YESTERDAY), "tổng 977")
        stage.now = at(19, 17)
        await stage.tick()
        stage.now = at(20, 16, 34)
        await hoa.says("so cong 16h30\n" + rows(ward.TODAY), "THCS Cầu Diễn giảm 2")
        await hoa.says("1", "Xong")
        stage.now = at(20, 17)
        await stage.tick()
        yield hoa


def _file(conn: Connection) -> None:
    """Lan files for both; two of BV Từ Liêm today."""
    for unit, times in (("May Sao Mai", 118), ("BV Từ Liêm", 7)):
        for n in range(times):
            when = at(20, 9, n) if unit == "BV Từ Liêm" and n >= 5 else at(18, 9)
            filing = Filing(
                draft=f"{unit}-{n}",
                campaign_id=ward.CAMPAIGN,
                unit_id=IDS[unit],
                title=f"Xếp tủ thuốc theo màu {n}",
                folded=f"xep tu thuoc theo mau {n}",
                filed_by_id=4,
                filed_at=when,
                filed_day=date(2026, 11, when.day),
                author_id=4,
            )
            initiatives.file(conn, filing)


async def test_the_answer_of_the_reference_dialogue(hoa: Person) -> None:
    answer = await hoa.says("vi sao 78,1", "78,1% = 1.015 : 1.300 (= 78,08%).")
    for line in (
        "1.300: LĐLĐ Thành phố giao cả năm, áp dụng từ 5/7/2026.",
        "Tổng chỉ tiêu giao xuống 14 đơn vị: 1.235.",
        "1.015 = hôm qua 977 + 40 mới − 2 điều chỉnh.",
        "Nguồn: Cổng, Nguyễn Thị Hoa dán lúc 16h34, 15 dòng.",
        "Bot tự nhận được 125; lệch 890 ở 13 đơn vị.",
        "1. Bảng đối chiếu Cổng – Bot   2. Tải Excel   3. Danh sách lượt mới hôm nay",
    ):
        assert line in answer


async def test_portal_and_bot_in_one_message_the_most_different_first(hoa: Person) -> None:
    await hoa.says("VISAO 78,1")
    lines = (await hoa.says("bang doi chieu cong bot")).splitlines()
    assert lines[2:4] == ["Điện Sao Việt: 203 | 0 | +203", "BV Từ Liêm: 132 | 7 | +125"]
    assert "May Sao Mai: 118 | 118 | 0" in lines
    assert lines[-1] == "Tổng: 1.015 | 125 | +890"
    await hoa.says("2", "đúng lúc đăng bản tin")
    await hoa.says("3", "Lượt mới từ bản tin trước, 1–2 trong 2:", "BV Từ Liêm: Xếp tủ thuốc theo màu 5")


async def test_a_unit_is_told_with_both_sources_and_its_correction(hoa: Person) -> None:
    answer = await hoa.says("visao thcs cau dien", "69 = hôm qua 71 + 0 mới − 2 điều chỉnh.")
    assert "* Cổng loại 2 lượt trùng: THCS Cầu Diễn −2." in answer
    assert "Bot tự nhận được 0; lệch 69 ở 1 đơn vị." in answer


async def test_who_brought_the_figures_is_forgotten_with_her(hoa: Person) -> None:
    hoa.stage.store.write_now(forget, 1, at(20, 17))
    an = Person(hoa.stage, "an")
    await an.says("visao 1015", "Nguồn: Cổng, cán bộ dán lúc 16h34, 15 dòng.")


async def test_an_officer_of_another_unit_is_shown_nothing_of_it(hoa: Person) -> None:
    nga = Person(hoa.stage, "nga")
    await nga.says("visao 78,1", "Chưa có bản tin nào")
    from handlers.talk import Pressed

    await hoa.says("visao 78,1")
    for card, key in (("why:1", "compare"), ("whynew:1.0", "more"), ("why:3", "list"), ("why:3", "total-count")):
        answer = await nga.does(Pressed(f"c:{card}:0:{key}"))
        assert "dành cho cán bộ" in answer


async def test_an_officer_of_two_units_is_told_of_the_one_whose_notice_has_the_number(hoa: Person) -> None:
    nga = Person(hoa.stage, "nga")
    hoa.stage.store.write_now(people.give_role, 2, "officer", IDS["May Sao Mai"], at(20, 17))
    await nga.says("visao 78,1", "78,1% = 1.015 : 1.300")
    assert "Tải Excel" not in nga.last
