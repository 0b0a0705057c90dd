"""The public board on a real server over a real store with the sample; time stands where it is put."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import insert

from bot.pictures import Pictures
from bot.registry.sample import load_sample
from bot.scoreboard import Scoreboard
from bot.scoreboard_pictures import ScoreboardPictures
from bot.web.pages import Pages
from bot.web.scoreboard import add_scoreboard
from bot.web.shell import add_shell
from handlers.texts import Texts
from models.queries import registry
from models.store import Store
from models.unit import tally
from tests.databases import SqliteFiles

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 16, 30, tzinfo=ZONE)
TODAY = NOW.date()
PUBLIC = "https://sangkien.example.vn"


@dataclass
class BoardHouse:
    """The running server. `now` is what its clock shows."""

    store: Store
    now: datetime = NOW
    url: str = ""

    def clock(self) -> datetime:
        return self.now

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def file(self, unit: str, number: int, day: date = TODAY) -> None:
        """So many filings of a unit are counted on a day on which it had none."""
        unit_id, campaign_id = self.ids(unit)
        row = {"unit_id": unit_id, "campaign_id": campaign_id, "day": day, "filed": number, "adjusted": 0}
        self.store.write_now(lambda conn: conn.execute(insert(tally), row))

    def ids(self, unit: str) -> tuple[int, int]:
        """The ids of a unit and of the sample's campaign."""
        found = self.store.read_now(registry.unit_by_code, unit)
        campaign = self.store.read_now(registry.campaign_by_code, "SANGKIEN")
        assert found
        assert campaign
        return found.id, campaign.id


@contextmanager
def sample_of(files: SqliteFiles, folder: Path) -> Iterator[Path]:
    """A database file with the sample, to be copied."""
    url = files.make()
    store = Store.open(url)
    store.write_now(load_sample, NOW.date(), NOW)
    store.close()
    path = folder / "sample.db"
    shutil.copyfile(url.removeprefix("sqlite:///"), path)
    yield path


@contextmanager
def copied(sample: Path, folder: Path) -> Iterator[Store]:
    path = folder / "board.db"
    shutil.copyfile(sample, path)
    store = Store.open(f"sqlite:///{path}")
    yield store
    store.close()


@asynccontextmanager
async def board_house(store: Store, pictures: Pictures | None = None) -> AsyncIterator[BoardHouse]:
    """With `pictures` links have some."""
    running = BoardHouse(store)
    app, texts = web.Application(), Texts.load()
    pages = Pages(texts)
    add_shell(app, pages)
    painter = ScoreboardPictures(pictures, texts, running.clock) if pictures else None
    add_scoreboard(app, pages, texts, Scoreboard(store, running.clock), PUBLIC, painter)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    running.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield running
    finally:
        await runner.cleanup()
