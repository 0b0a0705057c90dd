"""The public board of a campaign whose notices count the portal's numbers."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from datetime import date

import pytest
from aiohttp import ClientSession

from models.queries import portal
from models.store import Store
from tests import ward
from tests.ward import IDS, at
from tests.web.board_house import BoardHouse, board_house


@pytest.fixture
async def here(sqlite_store: Store) -> AsyncIterator[BoardHouse]:
    sqlite_store.write_now(ward.found)
    async with board_house(sqlite_store) as running:
        yield running


def bring(house: BoardHouse, day: int, numbers: tuple[int, ...]) -> None:
    report = portal.Report(ward.CAMPAIGN, ward.WARD, at(day, 16, 30), date(2026, 11, day), None, at(day, 16, 34))
    house.store.write_now(portal.store, report, dict(zip(IDS.values(), numbers, strict=True)))


async def read(house: BoardHouse) -> str:
    async with ClientSession() as http, http.get(f"{house.url}/ketqua/SK") as answer:
        assert answer.status == 200
        return html.unescape(await answer.text())


async def test_before_any_number_came_in_it_says_so(here: BoardHouse) -> None:
    here.now = at(19, 12)
    assert "Số lũy kế trên Cổng, chưa có số" in await read(here)


async def test_it_counts_the_portals_numbers_and_names_their_moment(here: BoardHouse) -> None:
    bring(here, 19, ward.YESTERDAY)
    here.now = at(20, 12)
    page = await read(here)
    assert "Số lũy kế trên Cổng, lúc 16h30 ngày 19/11" in page
    assert "<b>977</b>" in page or ">977<" in page
    assert "+977" not in page  # the first figures hold all that came before
    bring(here, 20, ward.TODAY)
    here.now = at(20, 17)
    page = await read(here)
    assert "Số lũy kế trên Cổng, lúc 16h30" in page
    assert "1.015" in page
    assert "Chưa có lượt nộp, hoặc chưa có số trên Cổng:" in page
    assert "qua bot" not in page
