"""How the two databases are opened: SQLite embedded (WAL, durable), PostgreSQL shared."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, NullPool, create_engine, event, make_url

BUSY_MS = 5000  # how long SQLite waits for another process before it says "locked"
WAL_TRIES, WAL_PAUSE = 100, 0.05  # seconds; five in all, as long as BUSY_MS
_POSTGRES = ("postgresql", "postgresql+psycopg", "postgres")


def parse(url: str) -> URL:
    """The URL with its driver. Raises ValueError for anything but a SQLite file or PostgreSQL."""
    parsed = make_url(url)
    if parsed.drivername in _POSTGRES:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        if not parsed.database or parsed.database == ":memory:":
            raise ValueError("SQLite needs a file: sqlite:///folder/name.db")
        return parsed.set(drivername="sqlite+pysqlite")
    raise ValueError(f"unknown database {parsed.drivername!r}: use sqlite:///… or postgresql://…")


def sqlite_engine(url: URL, *, begin: str = "BEGIN IMMEDIATE", foreign_keys: bool = True, pool_size: int = 1) -> Engine:
    """An engine whose transactions really begin with `begin`; makes the file's folder.

    Python's sqlite3 would begin by itself, late and deferred: a transaction that reads first could then not write.
    """
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    threads = {"check_same_thread": False}
    engine = create_engine(url, pool_size=pool_size, max_overflow=0, connect_args=threads, hide_parameters=True)
    pragmas = (
        f"PRAGMA busy_timeout={BUSY_MS}",
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}",
        f"PRAGMA query_only={'ON' if begin == 'BEGIN' else 'OFF'}",
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver leaves BEGIN to us
        for pragma in pragmas:
            _insist(connection, pragma)

    def do_begin(connection: Any) -> None:
        connection.execute(begin)

    # The dialect's own hook: with a listener for "begin", SQLAlchemy looks for listeners at every statement.
    engine.dialect.do_begin = do_begin  # type: ignore[assignment, method-assign]
    return engine


def postgres_engine(url: URL, *, pool_size: int) -> Engine:
    return create_engine(url, pool_size=pool_size, max_overflow=0, hide_parameters=True)


def _insist(connection: sqlite3.Connection, pragma: str) -> None:
    """Changing a new file to WAL fails at once while another process does the same: SQLite does not wait there."""
    for _ in range(WAL_TRIES):
        try:
            connection.execute(pragma)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(WAL_PAUSE)
        else:
            return
    connection.execute(pragma)


def single_engine(url: URL) -> Engine:
    """For one connection that comes and goes: migrations. On SQLite foreign keys are OFF, see `models.migrate`."""
    if url.get_backend_name() == "sqlite":
        return sqlite_engine(url, foreign_keys=False)
    return create_engine(url, poolclass=NullPool, hide_parameters=True)
