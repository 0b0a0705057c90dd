"""Thirty-five days of the portal's numbers (issue 3, show 2): misspelt units, a decrease, a late correction, a missing
day. The notices before stay as they were, the next one says what was corrected, and in the end it all adds up.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.stage import PLAIN, Paper, Stage
from handlers.board import Board
from handlers.facts import House
from handlers.texts import Texts
from models.chat import chat, notice
from models.portal import portal_figure
from models.queries import board
from models.store import Store
from tests import ward
from tests.dialogue import Person
from tests.ward import IDS, UNITS

FIRST = date(2026, 10, 17)
DAYS = 35
MISSING, MISSPELT, DECREASE, MISTYPED = 11, 14, 20, 25  # days of the story, from 0
AT = {name: at for at, (name, _) in enumerate(UNITS)}


@pytest.fixture
async def stage(sqlite_store: Store, texts: Texts) -> AsyncIterator[Stage]:
    sqlite_store.write_now(ward.found)
    sqlite_store.write_now(lambda conn: conn.execute(chat.update().values(linked_at=moment(0, 8))))
    house = House(support="chị Hoa, Tổ hỗ trợ sáng kiến")
    async with Stage(sqlite_store, moment(0, 8), house=house, texts=texts, channel=Paper(PLAIN)) as stage:
        yield stage


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(FIRST + timedelta(days=day), datetime.min.time(), ward.ZONE) + timedelta(
        hours=hour, minutes=minute
    )


def truth(day: int) -> list[int]:
    """What the portal shows on a day of the story: it grows to the numbers of the reference notice; of one unit five
    are struck off.
    """
    shown = [number * (10 + day) // (9 + DAYS) for number in ward.TODAY]
    shown[AT["THCS Cầu Diễn"]] -= 5 if day >= DECREASE else 0
    return shown


async def hoa_pastes(hoa: Person, day: int, *expected: str, **spelt: str) -> None:
    shown = truth(day)
    if day == MISTYPED:  # 30 more than there are
        shown[AT["Điện Sao Việt"]] += 30
    await hoa.says("so cong 16h30\n" + ward.rows(tuple(shown), **spelt), *expected)


async def test_thirty_five_days(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    kept: dict[int, tuple[Any, ...]] = {}
    for day in range(DAYS):
        stage.now = moment(day, 16, 34)
        await _a_day(hoa, day)
        stage.now = moment(day, 17)
        await stage.tick()
        for row in stage.store.read_now(notices):
            assert kept.setdefault(row.id, tuple(row)) == tuple(row)  # what was posted stays as it was
    told = daily(stage)
    assert len(told) == DAYS
    _is_told(told)
    _adds_up(stage, told)


async def _a_day(hoa: Person, day: int) -> None:
    match day:
        case d if d == MISSING:
            return
        case d if d == MISSPELT:
            spelt = {"thcs_cau_dien": "cty cdau dien", "may_sao_mai": "maysao mai"}
            await hoa_pastes(hoa, day, "14/15 đơn vị", '"cty cdau dien', **spelt)
            await hoa.says("1", "Đã ghi nhớ tên này.", "Xong")
        case d if d == MISSPELT + 1:
            await hoa_pastes(hoa, day, "15/15 đơn vị", "Xong", thcs_cau_dien="cty cdau dien")
        case d if d == DECREASE:
            await hoa_pastes(hoa, day, "15/15 đơn vị", "giảm", "lý do?")
            await hoa.says("cong loai trung", "Xong")
        case d if d == MISTYPED + 1:  # she sees it the next day, and first corrects what was wrong yesterday
            right = truth(MISTYPED)[AT["Điện Sao Việt"]]
            yesterday = FIRST + timedelta(days=MISTYPED)
            await hoa.says(f"so cong 16h30 {yesterday.day}/{yesterday.month}\nĐiện Sao Việt {right}", "Xong")
            await hoa_pastes(hoa, day, "15/15 đơn vị", "Xong")
        case _:
            await hoa_pastes(hoa, day, "15/15 đơn vị", "Xong")


def notices(conn: Connection) -> list[Any]:
    return list(conn.execute(select(notice).order_by(notice.c.id)).all())


def daily(stage: Stage) -> list[Any]:
    """The daily notices of the chairmen's group, one a day."""
    group = stage.store.read_now(
        lambda conn: conn.execute(select(chat.c.id).where(chat.c.external_id == ward.GROUP)).scalar_one()
    )
    return [row for row in stage.store.read_now(notices) if row.chat_id == group and row.kind == "daily"]


def _is_told(told: list[Any]) -> None:
    """What the notices of the special days say."""
    missing = FIRST + timedelta(days=MISSING)
    before = missing - timedelta(days=1)
    waiting = f"Hôm nay chưa có số mới từ Cổng; số dưới đây của 16h30 ngày {before.day}/{before.month}."
    assert waiting in told[MISSING].text
    assert "so với bản tin" not in told[MISSING].text
    assert f"Ngày {missing.day}/{missing.month} không có số từ Cổng." in told[MISSING + 1].text
    assert "không có số từ Cổng" not in told[MISSING + 2].text
    assert "* Cổng loại 3 lượt trùng: THCS Cầu Diễn −3." in told[DECREASE].text  # 5 were struck, 2 had come
    assert "* Sửa số gõ nhầm: Điện Sao Việt −30." in told[MISTYPED + 1].text
    assert "điều chỉnh giảm 30" in told[MISTYPED + 1].text
    assert all("điều chỉnh" not in row.text for n, row in enumerate(told) if n not in (DECREASE, MISTYPED + 1))


def _adds_up(stage: Stage, told: list[Any]) -> None:
    """Changes of all notices make the total; figures and corrections equal a recount of what stands on the portal."""
    boards = [Board.from_json(row.numbers) for row in told]
    assert boards[0].total + sum(one.change or 0 for one in boards[1:]) == boards[-1].total
    last = truth(DAYS - 1)
    assert {row.unit_id: row.count for row in boards[-1].rows} == {IDS[name]: last[AT[name]] for name in AT}
    stored = select(portal_figure.c.unit_id, func.sum(portal_figure.c.filed + portal_figure.c.adjusted))
    summed = stage.store.read_now(lambda conn: conn.execute(stored.group_by(portal_figure.c.unit_id)).all())
    assert {unit_id: int(total) for unit_id, total in summed} == {IDS[name]: last[AT[name]] for name in AT}
    days = stage.store.read_now(board.daily, ward.CAMPAIGN, ward.WARD, FIRST, FIRST + timedelta(days=DAYS))
    assert len(days) == DAYS - 1
    assert sum(one.filed + one.adjusted for one in days) == boards[-1].total == sum(last)
