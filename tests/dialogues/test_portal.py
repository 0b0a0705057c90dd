"""SOCONG: Hoa of the ward union pastes the portal's numbers (conversation.md §5)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.stage import PLAIN, Paper, Stage
from handlers.facts import House
from handlers.texts import Texts
from models.queries import portal
from models.store import Store
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
