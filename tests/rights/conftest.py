"""The world of the matrix, made once for each database; every attempt is undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.store import Store
from tests.databases import PostgresServer, SqliteFiles
from tests.rights import world
from tests.rights.house import PRESS


@pytest.fixture(scope="package")
def matrix(sqlite_files: SqliteFiles) -> Iterator[Store]:
    store = Store.open(sqlite_files.make())
    store.write_now(world.build, PRESS)
    yield store
    store.close()


@pytest.fixture(scope="package")
def postgres_matrix(postgres_server: PostgresServer) -> Iterator[Store]:
    url = postgres_server.make()
    store = Store.open(url)
    store.write_now(world.build, PRESS)
    yield store
    store.close()
    postgres_server.drop(url)
