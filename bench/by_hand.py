"""The limit: the recorded statements through the driver alone. One thread, no event loop, a commit each."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import make_url

from bench import load
from bench.base import prepare
from bench.contestant import WARM_UP, Figures, WrongRecords, figures
from bench.contestants import LIMIT
from bench.statements import Script, Transaction
from bench.statements import load as load_scripts


class Cursor(Protocol):
    @property
    def description(self) -> Any: ...

    def execute(self, sql: str, parameters: Any = ..., /) -> Any: ...
    def executemany(self, sql: str, parameters: Any, /) -> Any: ...
    def fetchall(self) -> list[Any]: ...


def replay(database: str, script: Path, people: int, filings: int) -> Figures:
    """Replay the first filings of `script` on `database`, which is empty: it is prepared as for the recording.

    One thread does the work of all `people`. Raises WrongRecords if a filing is missing.
    """
    scripts = load_scripts(script)[: WARM_UP + filings]
    if len(scripts) != WARM_UP + filings:
        raise WrongRecords(f"{len(scripts)} filings recorded, {WARM_UP + filings} asked for")
    prepare(database)
    with driver(database) as cursor:
        replay_scripts(cursor, scripts[:WARM_UP])
        cpu = time.process_time()
        latencies = replay_scripts(cursor, scripts[WARM_UP:])
        cpu = time.process_time() - cpu
        cursor.execute("SELECT count(*) FROM initiative")
        stored = cursor.fetchall()[0][0]
    if stored != len(scripts):
        raise WrongRecords(f"{stored} filings stored, {len(scripts)} replayed")
    timing = load.Timing(sum(latencies) / 1000, filings, latencies)
    return figures(LIMIT, "saturated", people, timing, cpu)


@contextmanager
def driver(database: str) -> Iterator[Cursor]:
    """A cursor in autocommit whose driver keeps its statements prepared; SQLite as durable as ours."""
    url = make_url(database)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(url.database or "", isolation_level=None, cached_statements=512)) as connection:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")
            yield connection.cursor()
        return
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True, prepare_threshold=1) as server:
        server.prepared_max = 512
        yield server.cursor()


def replay_scripts(cursor: Cursor, scripts: list[Script]) -> list[float]:
    """Milliseconds of each update. What our bot undid is undone again, outside the time: a limit need not."""
    return [1000 * sum(_timed(cursor, t) for t in update) for script in scripts for update in script]


def _timed(cursor: Cursor, transaction: Transaction) -> float:
    """Seconds that count."""
    begun = time.perf_counter()
    if transaction.reads:
        _statements(cursor, transaction)
    else:
        cursor.execute("BEGIN")
        _statements(cursor, transaction)
        cursor.execute("ROLLBACK" if transaction.undone else "COMMIT")
    return 0.0 if transaction.undone else time.perf_counter() - begun


def _statements(cursor: Cursor, transaction: Transaction) -> None:
    for statement in transaction.statements:
        if statement.many:
            cursor.executemany(statement.sql, statement.parameters)
        else:
            cursor.execute(statement.sql, statement.parameters)
        if cursor.description:
            cursor.fetchall()
