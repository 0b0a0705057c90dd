"""The limit replays what our bot asked of the database, and ends with the same rows under the same ids."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, bindparam, insert, select

from bench.by_hand import driver, replay_scripts
from bench.statements import Recorder
from models.person import conversation, person
from models.store import Store
from tests.databases import PostgresServer, SqliteFiles

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ADD = (
    insert(person).values(name=bindparam("b_name"), created_at=NOW, language="vi", sample=False).returning(person.c.id)
)


class ChangedHerMind(Exception):
    pass


@pytest.fixture(params=["sqlite", "postgres"])
def new_database(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Makes databases that begin alike."""
    if request.param == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        return files.make
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.make


def visit(conn: Connection, name: str, *, leaves: bool = False) -> int:
    """A person and her state; with `leaves` she is gone before the commit."""
    number: int = conn.execute(ADD, {"b_name": name}).scalar_one()
    state = {"form": "initiative", "answers": {"title": "Làm cữ gá"}}
    conn.execute(insert(conversation), {"person_id": number, "state": state, "updated_at": NOW})
    if leaves:
        raise ChangedHerMind
    return number


def people(conn: Connection) -> list[tuple[int, str, object]]:
    rows = conn.execute(select(person.c.id, person.c.name, conversation.c.state).join(conversation))
    return [tuple(row) for row in rows]


def test_what_was_written_is_written_again_by_hand(new_database: Callable[[], str]) -> None:
    recorder, database = Recorder(), new_database()
    recorder.start()
    store = Store.open(database)
    try:
        with pytest.raises(ChangedHerMind):
            store.write_now(visit, "Minh", leaves=True)
        store.write_now(visit, "Lan")
        there = store.read_now(people)
        transactions = recorder.cut()
    finally:
        recorder.stop()
        store.close()
    kept = [t for t in transactions if t.statements and not t.undone]
    assert [(t.reads, len(t.statements)) for t in kept] == [(False, 2), (True, 1)]

    again = new_database()
    with driver(again) as cursor:
        assert len(replay_scripts(cursor, [[transactions]])) == 1
    store = Store.open(again)
    assert store.read_now(people) == there != []
    store.close()
