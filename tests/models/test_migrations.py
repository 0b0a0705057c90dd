"""Migrations bring any database to the tables of `models/`, and lose nothing on the way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import CheckConstraint, Connection, Inspector, create_engine, inspect, text

from models import migrate
from models.columns import metadata
from models.engines import parse, single_engine
from models.schema import unit as _all_tables  # noqa: F401 - loads every table
from models.store import Store
from tests.databases import PostgresServer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.make(migrated=False)


def revisions() -> list[str]:
    script = ScriptDirectory(str(migrate.MIGRATIONS))
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


def inspected(url: str, look: Any) -> Any:
    engine = create_engine(parse(url))
    try:
        with engine.connect() as connection:
            return look(connection)
    finally:
        engine.dispose()


def tables(url: str) -> set[str]:
    return set(inspected(url, lambda connection: inspect(connection).get_table_names())) - {"alembic_version"}


def test_up_and_down_and_up_again_step_by_step(empty_url: str) -> None:
    for revision in revisions():
        migrate.upgrade(empty_url, revision)
        migrate.downgrade(empty_url, "-1")
        migrate.upgrade(empty_url, revision)
    assert tables(empty_url) == set(metadata.tables)
    migrate.downgrade(empty_url)
    assert tables(empty_url) == set()


def test_the_outcome_is_what_the_tables_say(database_url: str) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        return list(compare_metadata(context, metadata))

    assert inspected(database_url, differences) == []


def test_checks_are_there_too(database_url: str) -> None:
    """Alembic does not compare CHECK constraints."""

    def checks(connection: Connection) -> dict[str, set[str]]:
        inspector: Inspector = inspect(connection)
        return {name: {str(c["name"]) for c in inspector.get_check_constraints(name)} for name in metadata.tables}

    wanted = {
        name: {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
        for name, table in metadata.tables.items()
    }
    assert inspected(database_url, checks) == wanted


def test_running_again_changes_nothing(database_url: str) -> None:
    store = Store.open(database_url)
    store.write_now(lambda conn: conn.execute(text("INSERT INTO mark (name, value) VALUES ('first run', '1')")))
    migrate.upgrade(store)
    assert store.read_now(lambda conn: conn.scalar(text("SELECT value FROM mark"))) == "1"
    store.close()


def test_processes_that_start_at_once(empty_url: str) -> None:
    migration = [sys.executable, "-m", "models.migrate", empty_url]
    starts = [subprocess.Popen(migration, cwd=ROOT) for _ in range(2)]
    assert [start.wait(60) for start in starts] == [0, 0]
    assert tables(empty_url) == set(metadata.tables)


def test_a_database_from_the_future_is_refused(database_url: str) -> None:
    store = Store.open(database_url)
    store.write_now(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = 'ffff'")))
    with pytest.raises(CommandError):
        migrate.upgrade(store)
    store.close()


def test_remaking_a_table_keeps_its_children(sqlite_url: str) -> None:
    """Batch mode copies and drops the parent; with foreign keys ON its children would be deleted with it."""
    store = Store.open(sqlite_url)
    store.write_now(
        lambda conn: [
            conn.execute(text(statement))
            for statement in (
                "INSERT INTO person (id, language, created_at, sample) VALUES (1, 'vi', '2026-11-20', 0)",
                "INSERT INTO role (person_id, kind, given_at) VALUES (1, 'admin', '2026-11-20')",
            )
        ]
    )
    engine = single_engine(parse(sqlite_url))
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        with Operations(context).batch_alter_table("person", recreate="always") as batch:
            batch.drop_column("sample")
    engine.dispose()
    assert store.read_now(lambda conn: conn.scalar(text("SELECT count(*) FROM role"))) == 1
    store.close()


def test_a_migration_that_breaks_references_is_undone(sqlite_url: str) -> None:
    engine = single_engine(parse(sqlite_url))
    with engine.begin() as connection:  # foreign keys are off here, as in a migration
        connection.execute(text("INSERT INTO unit_counter (unit_id, number) VALUES (77, 1)"))
    engine.dispose()
    with pytest.raises(migrate.BrokenReferences, match="unit_counter"):
        migrate.downgrade(sqlite_url, "head")
    assert tables(sqlite_url) == set(metadata.tables)


def test_there_is_one_head_and_no_url_in_the_settings_file() -> None:
    config = Config(str(ROOT / "alembic.ini"))
    assert config.get_main_option("sqlalchemy.url") is None
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_the_settings_file_compares_with_a_database_of_its_own() -> None:
    command.check(Config(str(ROOT / "alembic.ini")))  # raises if `alembic revision` would write anything


def test_the_newest_revision_is_found_without_alembic() -> None:
    """A start that finds nothing to do does not load it."""
    assert migrate.newest() == ScriptDirectory(str(migrate.MIGRATIONS)).get_current_head()
