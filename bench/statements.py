"""What our bot asks of the database for a filing: recorded as it runs, so that the limit is always in step with it.

The recording is one script per filing. Replayed in the same order on an equal, fresh database, the ids it gives out are
the same again, hence parameters are kept as they were.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg.types.json import Json, Jsonb
from sqlalchemy import Connection, Engine, event

_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as its driver gets it."""

    sql: str
    parameters: Any
    many: bool = False

    @property
    def reads(self) -> bool:
        return self.sql.lstrip()[:6].upper() == "SELECT" and "FOR UPDATE" not in self.sql


@dataclass(slots=True)
class Transaction:
    statements: list[Statement] = field(default_factory=list)
    undone: bool = False  # rolled back after it had written

    @property
    def reads(self) -> bool:
        return all(statement.reads for statement in self.statements)


Update = list[Transaction]  # what one update brought about
Script = list[Update]  # what one filing brought about


class Recorder:
    """Listens between `start` and `stop` to every engine of this process; SQLite's must connect in between, too.

    One that was undone is kept as such: on PostgreSQL it has used up ids, which a replay must use up as well.
    """

    def __init__(self) -> None:
        self._open: dict[int, Transaction] = defaultdict(Transaction)
        self._done: Update = []
        self._saved: dict[int, int] = {}  # connection -> statements before its savepoint
        self._listeners = (
            ("connect", self._connect),
            ("before_cursor_execute", self._execute),
            ("commit", self._commit),
            ("rollback", self._rollback),
        )

    def start(self) -> None:
        for name, listener in self._listeners:
            event.listen(Engine, name, listener)

    def stop(self) -> None:
        for name, listener in self._listeners:
            event.remove(Engine, name, listener)

    def cut(self) -> Update:
        """What came to its end since the last cut."""
        done, self._done = self._done, []
        return done

    def _connect(self, driver: Any, _record: Any) -> None:
        """Group commit sets its savepoints past SQLAlchemy: only the driver tells of them."""
        if isinstance(driver, sqlite3.Connection):
            driver.set_trace_callback(lambda sql: self._savepoint(id(driver), sql))

    def _savepoint(self, key: int, sql: str) -> None:
        statements = self._open[key].statements
        if sql.startswith("SAVEPOINT"):
            self._saved[key] = len(statements)
        elif sql.startswith("ROLLBACK TO"):
            del statements[self._saved[key] :]

    def _execute(
        self, connection: Connection, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        word = sql.lstrip().split(maxsplit=1)[0].upper()
        if word in ("COMMIT", "END"):
            self._commit(connection)
        elif word not in _CONTROL:
            self._open[_key(connection)].statements.append(Statement(sql, _plain(parameters), many))

    def _commit(self, connection: Connection) -> None:
        transaction = self._open.pop(_key(connection), None)
        if transaction and transaction.statements:
            self._done.append(transaction)

    def _rollback(self, connection: Connection) -> None:
        transaction = self._open.pop(_key(connection), None)
        if transaction and transaction.statements:
            transaction.undone = not transaction.reads
            self._done.append(transaction)


def save(scripts: list[Script], path: Path) -> None:
    path.write_bytes(pickle.dumps(scripts))


def load(path: Path) -> list[Script]:
    """The bench's own file, written a moment ago by `save`."""
    scripts: list[Script] = pickle.loads(path.read_bytes())
    return scripts


def _key(connection: Connection) -> int:
    return id(connection.connection.dbapi_connection)


def _plain(parameters: Any) -> Any:
    """A copy that can be pickled: the JSON wrappers of psycopg carry a function of SQLAlchemy's with them."""
    if isinstance(parameters, dict):
        return {name: _plain(value) for name, value in parameters.items()}
    if isinstance(parameters, list | tuple):
        return type(parameters)(_plain(value) for value in parameters)
    if isinstance(parameters, Json | Jsonb):
        return type(parameters)(parameters.obj)
    return parameters
