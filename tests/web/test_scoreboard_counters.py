"""The public board of a campaign that ranks by valid ones, with a target on participation."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlalchemy import Connection, delete, insert, select, update

from models.initiative import initiative
from models.unit import campaign, target, unit
from tests.databases import SqliteFiles
from tests.web.board_house import NOW, BoardHouse, board_house, copied, sample_of


@pytest.fixture(scope="module")
def sample(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with sample_of(sqlite_files, tmp_path_factory.mktemp("counters")) as path:
        yield path


def _valid_ones(conn: Connection) -> None:
    """Five have been found valid, three of them today; Nam Từ Liêm is to have 5% of its members file."""
    ids = conn.scalars(select(initiative.c.id).where(initiative.c.status == "waiting").order_by(initiative.c.id)).all()
    for chosen, when in ((ids[:2], NOW.replace(day=NOW.day - 1)), (ids[2:5], NOW.replace(hour=1))):
        conn.execute(update(initiative).where(initiative.c.id.in_(chosen)).values(status="valid", changed_at=when))
    conn.execute(update(campaign).values(ranked_by="valid"))
    at = select(unit.c.id).where(unit.c.code == "48").scalar_subquery()
    running = conn.scalars(select(campaign.c.id)).one()
    conn.execute(delete(target).where(target.c.unit_id == at))
    conn.execute(update(unit).where(unit.c.code == "48").values(members=4200))
    values = {"campaign_id": running, "set_by": "LĐLĐ TP Hà Nội", "valid_from": NOW.date(), "number": 5}
    conn.execute(insert(target).values(unit_id=at, measure="participation", **values))


@pytest.fixture
async def here(sample: Path, tmp_path: Path) -> AsyncIterator[BoardHouse]:
    with copied(sample, tmp_path) as store:
        store.write_now(_valid_ones)
        async with board_house(store) as running:
            yield running


async def test_the_page_names_the_counter_and_today_is_since_midnight(here: BoardHouse) -> None:
    async with ClientSession() as http, http.get(f"{here.url}/ketqua/SANGKIEN/48") as answer:
        text = html.unescape(await answer.text())
    assert "<b>5</b> <span>sáng kiến hợp lệ</span>" in text
    assert "Hôm nay +3" in text
    assert "Số liệu theo sáng kiến hợp lệ" in text
    assert '<th scope="col">Hợp lệ</th>' in text
    assert "đoàn viên có sáng kiến (23/4.200)" in text
    assert "chỉ tiêu 5% do LĐLĐ TP Hà Nội giao" in text
    assert "Chưa giao chỉ tiêu." not in text


async def test_a_target_that_is_ahead_is_told_with_the_day_it_will_be_reached(here: BoardHouse) -> None:
    async with ClientSession() as http, http.get(f"{here.url}/ketqua/SANGKIEN?lang=en") as answer:
        text = html.unescape(await answer.text())
    assert "<b>5</b> <span>valid initiatives</span>" in text
    assert "At the pace of the last 7 days: " in text
