"""Fixtures that all tests share: stores on both engines, migrated and empty."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from models.store import Store
from tests.databases import PostgresServer, SqliteFiles, postgres

IN_MEMORY = Path("/dev/shm")
settings.register_profile("house", deadline=None)  # how quick something is, a benchmark says
settings.load_profile("house")


def pytest_xdist_auto_num_workers() -> int:
    """Two for each processor: half of the time a test waits for a browser, a process or a moment."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture(scope="session")
def sqlite_files() -> Iterator[SqliteFiles]:
    """In memory where the system has a place for such files: a test pulls no plug, and thousands wait for no disk."""
    with TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None, prefix="sangkien-sqlite-") as folder:
        yield SqliteFiles(Path(folder))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with postgres() as server:
        yield server


@pytest.fixture
def sqlite_url(sqlite_files: SqliteFiles) -> str:
    return sqlite_files.make()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    url = postgres_server.make()
    yield url
    postgres_server.drop(url)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database; the test runs once on each engine."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on a migrated, empty database; the test runs once on each engine."""
    yield from _opened(database_url)


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    yield from _opened(sqlite_url)


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[Store]:
    yield from _opened(postgres_url)


def _opened(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()
