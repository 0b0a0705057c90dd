"""A house with the sample's units and nobody in it yet; Lan, Minh, Hoa and An have Telegram."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scheduler.clock import system_clock
from tests.databases import SqliteFiles
from tests.registry_only import load_registry
from tests.servers.telegram import TelegramServer
from tests.whole.house import AN, HOA, LAN, MINH, House
from tests.whole.people import Someone


@pytest.fixture(scope="session")
def registry_file(sqlite_files: SqliteFiles) -> Path:
    url = sqlite_files.make()
    load_registry(url, system_clock())
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
def house(server: TelegramServer, registry_file: Path, tmp_path: Path) -> House:
    return House(server, f"sqlite:///{shutil.copyfile(registry_file, tmp_path / 'whole.db')}", tmp_path)


@pytest.fixture
def postgres_house(server: TelegramServer, postgres_url: str, tmp_path: Path) -> House:
    load_registry(postgres_url, system_clock())
    return House(server, postgres_url, tmp_path)


@pytest.fixture(params=["sqlite", "postgres"])
def each_house(request: pytest.FixtureRequest) -> House:
    """On both engines."""
    house: House = request.getfixturevalue("house" if request.param == "sqlite" else "postgres_house")
    return house


@pytest.fixture
def lan(house: House) -> Someone:
    return house.someone(LAN, "Lan")


@pytest.fixture
def minh(house: House) -> Someone:
    return house.someone(MINH, "Minh")


@pytest.fixture
def hoa(house: House) -> Someone:
    return house.someone(HOA, "Hoa")


@pytest.fixture
def an(house: House) -> Someone:
    return house.someone(AN, "An")
