"""Bring a database to the newest tables: at every start, or by hand with `python -m models.migrate URL`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from models.engines import parse, single_engine
from models.store import Store

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_LOCK = 0x53414E474B49454E  # "SANGKIEN": the advisory lock that the one migrating process holds


class BrokenReferences(Exception):
    """A migration left rows that point to nothing; it was undone."""


def upgrade(database: str | Store, revision: str = "head") -> None:
    """Create or change the tables in one transaction: all of it or nothing.

    Processes that start at once wait for each other. Raises BrokenReferences, sqlalchemy.exc.DBAPIError, or
    alembic.util.CommandError when the database is newer than this code.
    """
    _run(database, lambda config: command.upgrade(config, revision))


def downgrade(database: str | Store, revision: str = "base") -> None:
    """Back to `revision`: tables made since go, with all that is in them. For the tests of migrations."""
    _run(database, lambda config: command.downgrade(config, revision))


def config_for(connection: Connection) -> Config:
    """Alembic's settings, bound to a connection that is already in its transaction (see migrations/env.py)."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _run(database: str | Store, migration: Callable[[Config], None]) -> None:
    engine = single_engine(parse(database if isinstance(database, str) else database.url))
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE is lock enough
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            migration(config_for(connection))
            if connection.dialect.name == "sqlite":
                _check_references(connection)
    finally:
        engine.dispose()


def _check_references(connection: Connection) -> None:
    """Batch mode drops and remakes a table; with foreign keys ON its children would go too, so they are OFF here."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
    if broken:
        raise BrokenReferences("; ".join(f"{row[0]} row {row[1]} -> {row[2]}" for row in broken))


if __name__ == "__main__":
    upgrade(sys.argv[1])
