"""The stage of the dialogues: the sample's registry, 20 November 2026, twenty past twelve."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.registry.sample import load_sample
from bot.stage import PLAIN, Paper, Stage
from handlers.facts import House
from handlers.texts import Texts
from models.store import Store
from tests.databases import SqliteFiles
from tests.dialogue import Person
from tests.dialogues.before import MEMBERS, set_group

NOON = datetime(2026, 11, 20, 12, 20, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
HOUSE = House(
    controller="Công đoàn phường Từ Liêm",
    contact="0243 123 456",
    data_url="https://sangkien.example.vn/dl",
    support="chị Hoa, Tổ hỗ trợ sáng kiến",
)
Meet = Callable[..., Person]


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load()


@pytest.fixture(scope="session")
def sample_file(sqlite_files: SqliteFiles) -> Path:
    url = sqlite_files.make()
    store = Store.open(url)
    store.write_now(load_sample, date(2026, 11, 20), NOON.replace(hour=8))
    store.close()
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture
async def stage(sample_file: Path, tmp_path: Path, texts: Texts) -> AsyncIterator[Stage]:
    """Without buttons: numbered choices, as on a channel that has none."""
    store = Store.open(f"sqlite:///{shutil.copyfile(sample_file, tmp_path / 'talk.db')}")
    async with Stage(store, NOON, house=HOUSE, texts=texts, channel=Paper(PLAIN)) as stage:
        yield stage
    store.close()


@pytest.fixture
async def button_stage(sample_file: Path, tmp_path: Path, texts: Texts) -> AsyncIterator[Stage]:
    store = Store.open(f"sqlite:///{shutil.copyfile(sample_file, tmp_path / 'talk.db')}")
    from dataclasses import replace

    async with Stage(store, NOON, house=HOUSE, texts=texts, channel=Paper(replace(PLAIN, buttons=8))) as stage:
        yield stage
    store.close()


@pytest.fixture
def lan(stage: Stage) -> Person:
    """A worker of May Sao Mai whom nobody knows yet."""
    return Person(stage, "lan")


@pytest.fixture
def minh(stage: Stage) -> Person:
    """Her colleague, who has filed before."""
    return Person(stage, "minh")


@pytest.fixture
def hoa(stage: Stage) -> Person:
    """Officer of Nam Từ Liêm."""
    return Person(stage, "hoa")


@pytest.fixture
def an(stage: Stage) -> Person:
    """Admin of the whole installation."""
    return Person(stage, "an")


@pytest.fixture
def quiet_members(stage: Stage) -> None:
    """Of the two groups only the officers' is shown before."""
    set_group(stage, MEMBERS, preview=False)
