"""An owns the whole installation and is of no unit: where none is named, words mean the unit that runs the campaign."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.stage import PLAIN, Paper, Stage
from handlers.facts import House
from handlers.texts import Texts
from models.store import Store
from tests import ward
from tests.dialogue import Person


@pytest.fixture
async def stage(sqlite_store: Store, texts: Texts) -> AsyncIterator[Stage]:
    sqlite_store.write_now(ward.found)
    house = House(public_url="https://sangkien.example")
    async with Stage(sqlite_store, ward.at(20, 16, 34), house=house, texts=texts, channel=Paper(PLAIN)) as stage:
        await Person(stage, "hoa").says("so cong 16h30\n" + ward.rows(ward.TODAY), "tổng 1.015")
        yield stage


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("ketqua", "CÔNG ĐOÀN PHƯỜNG TỪ LIÊM"),
        ("chitiet", "CÔNG ĐOÀN PHƯỜNG TỪ LIÊM"),
        ("bantin", "Chưa có bản tin nào"),
        ("phatthanh", "Công đoàn phường Từ Liêm xin báo kết quả"),
        ("inbangtin", "bảng tin"),
        ("excel", "Bảng kết quả và mọi số liệu"),
        ("inmaqr", "15 tờ rơi"),
        ("tomtat", "Tin này đến lúc 7h30"),
        ("caodiem", "Mở đợt cao điểm cho CĐ P. Từ Liêm"),
        ("nhac", "1. Cả CĐ P. Từ Liêm"),
        ("themdong", "?"),
        ("gannhom", "1. CĐ P. Từ Liêm – nhóm cán bộ"),
    ],
)
async def test_every_word_of_hers_has_a_unit(stage: Stage, word: str, answer: str) -> None:
    said = await Person(stage, "an").says(word, answer)
    assert "chưa biết đơn vị" not in said
    assert "dành cho cán bộ" not in said


async def test_without_an_open_campaign_she_is_told_so(stage: Stage) -> None:
    stage.now = ward.at(20, 16).replace(year=2031)
    await Person(stage, "an").says("ketqua", "Bot chưa biết đơn vị của anh/chị.")
