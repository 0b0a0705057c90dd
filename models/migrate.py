"""Bring a database to the newest tables: at every start, or by hand with `python -m models.migrate URL`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from models.engines import parse, single_engine
from models.store import Store

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_REVISION = re.compile(r"""^revision = ['"](\w+)['"]""", re.MULTILINE)
_FOLLOWS = re.compile(r"""^down_revision = ['"](\w+)['"]""", re.MULTILINE)
_LOCK = 0x53414E474B49454E  # "SANGKIEN": the advisory lock that the one migrating process holds


class BrokenReferences(Exception):
    """A migration left rows that point to nothing; it was undone."""


def upgrade(database: str | Store, revision: str = "head") -> None:
    """Create or change the tables in one transaction: all of it or nothing.

    Processes that start at once wait for each other. Raises BrokenReferences, sqlalchemy.exc.DBAPIError, or
    alembic.util.CommandError when the database is newer than this code.
    """

    def migration(connection: Connection) -> None:
        if revision == "head" and _is_newest(connection):
            return
        from alembic import command  # a third of a second to import: most starts find nothing to do

        command.upgrade(config_for(connection), revision)

    _run(database, migration)


def downgrade(database: str | Store, revision: str = "base") -> None:
    """Back to `revision`: tables made since go, with all that is in them. For the tests of migrations."""
    from alembic import command

    _run(database, lambda connection: command.downgrade(config_for(connection), revision))


def newest() -> str:
    """The revision that no other follows, by the files alone."""
    texts = [path.read_text(encoding="utf-8") for path in (MIGRATIONS / "versions").glob("*.py")]
    follows = {found[1] for text in texts if (found := _FOLLOWS.search(text))}
    (last,) = {found[1] for text in texts if (found := _REVISION.search(text))} - follows
    return last


def config_for(connection: Connection) -> Config:
    """Alembic's settings, bound to a connection that is already in its transaction (see migrations/env.py)."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _run(database: str | Store, migration: Callable[[Connection], None]) -> None:
    engine = single_engine(parse(database if isinstance(database, str) else database.url))
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE is lock enough
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            migration(connection)
            if connection.dialect.name == "sqlite":
                _check_references(connection)
    finally:
        engine.dispose()


def _is_newest(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    return list(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars()) == [newest()]


def _check_references(connection: Connection) -> None:
    """Batch mode drops and remakes a table; with foreign keys ON its children would go too, so they are OFF here."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
    if broken:
        raise BrokenReferences("; ".join(f"{row[0]} row {row[1]} -> {row[2]}" for row in broken))


if __name__ == "__main__":
    upgrade(sys.argv[1])
