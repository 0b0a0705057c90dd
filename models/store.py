"""The one door to storage: `await store.write(fn, …)`, `await store.read(fn, …)`.

`fn` is a plain function whose first argument is a `sqlalchemy.Connection`; it runs in a thread, as one transaction:
committed when it returns, undone when it raises. It must not commit, roll back or keep the connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from models import engines
from models.group_commit import Job, Writer

SQLITE_READERS = 3
POSTGRES_THREADS = 8
POSTGRES_TRIES = 5
_TRY_AGAIN = ("40001", "40P01")  # serialization failure, deadlock: PostgreSQL undid the transaction whole

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[[Connection], Any]


class _Backend(Protocol):
    """What an engine must offer. Work given in after `close` raises RuntimeError."""

    async def write(self, work: Work) -> Any: ...
    async def read(self, work: Work) -> Any: ...
    def write_now(self, work: Work) -> Any: ...
    def read_now(self, work: Work) -> Any: ...
    def close(self) -> None: ...


class Store:
    """Storage on SQLite or PostgreSQL. Made by `Store.open`; `close` waits for what is under way."""

    def __init__(self, url: str, dialect: str, backend: _Backend) -> None:
        self.url = url
        self.dialect = dialect  # sqlite | postgresql
        self._backend = backend

    @staticmethod
    def open(url: str) -> Store:
        """`sqlite:///path` (its folder is made) or `postgresql://…`. Raises ValueError for other URLs.

        Connects at the first use; tables are made by `models.migrate.upgrade`.
        """
        parsed = engines.parse(url)
        dialect = parsed.get_backend_name()
        backend: _Backend = _Sqlite(parsed) if dialect == "sqlite" else _Postgres(parsed)
        return Store(parsed.render_as_string(hide_password=False), dialect, backend)

    @property
    def shared(self) -> bool:
        """May other processes be at work on the same data? Then what they share must stand in the database."""
        return self.dialect != "sqlite"

    async def write(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(connection, …)` as one transaction and give its result once that is durable.

        Raises what `fn` or the commit raised; then nothing is stored. If the caller is cancelled, the
        transaction may happen or not.
        On PostgreSQL `fn` may run again after a deadlock, so it must do nothing that a rollback does not undo.
        """
        return cast(T, await self._backend.write(_bound(fn, args, kwargs)))

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(connection, …)` in a transaction that may only read, beside the writer."""
        return cast(T, await self._backend.read(_bound(fn, args, kwargs)))

    def write_now(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`write` for code without an event loop: the command line, tests."""
        return cast(T, self._backend.write_now(_bound(fn, args, kwargs)))

    def read_now(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`read` for code without an event loop."""
        return cast(T, self._backend.read_now(_bound(fn, args, kwargs)))

    def close(self) -> None:
        """Finish what is queued, then close all connections. May be called twice."""
        self._backend.close()


def _bound(fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Work:
    return (lambda connection: fn(connection, *args, **kwargs)) if args or kwargs else fn


class _Sqlite:
    """One writer thread with group commit; readers with connections of their own (WAL: they never wait for it)."""

    def __init__(self, url: URL) -> None:
        self._write_engine = engines.sqlite_engine(url)
        self._read_engine = engines.sqlite_engine(url, begin="BEGIN", pool_size=SQLITE_READERS)
        self._writer = Writer(self._write_engine)
        self._readers = ThreadPoolExecutor(SQLITE_READERS, "store-reader")

    async def write(self, work: Work) -> Any:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._writer.put(Job(work, future, loop))
        return await future

    async def read(self, work: Work) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._readers, _transaction, self._read_engine, work)

    def write_now(self, work: Work) -> Any:
        future: Future[Any] = Future()
        self._writer.put(Job(work, future))
        return future.result()

    def read_now(self, work: Work) -> Any:
        return self._readers.submit(_transaction, self._read_engine, work).result()

    def close(self) -> None:
        self._writer.close()
        self._readers.shutdown()
        self._read_engine.dispose()
        self._write_engine.dispose()


class _Postgres:
    """A few threads, a transaction each: the server does its own group commit."""

    def __init__(self, url: URL) -> None:
        self._engine = engines.postgres_engine(url, pool_size=POSTGRES_THREADS)
        self._read_engine = self._engine.execution_options(postgresql_readonly=True)
        self._threads = ThreadPoolExecutor(POSTGRES_THREADS, "store")

    async def write(self, work: Work) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _persistent, self._engine, work)

    async def read(self, work: Work) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _persistent, self._read_engine, work)

    def write_now(self, work: Work) -> Any:
        return self._threads.submit(_persistent, self._engine, work).result()

    def read_now(self, work: Work) -> Any:
        return self._threads.submit(_persistent, self._read_engine, work).result()

    def close(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()


def _transaction(engine: Engine, work: Work) -> Any:
    with engine.begin() as connection:
        return work(connection)


def _persistent(engine: Engine, work: Work) -> Any:
    """A transaction, again after a deadlock or when the pooled connection had died before anything was committed."""
    for attempt in range(1, POSTGRES_TRIES + 1):
        done = False
        try:
            with engine.begin() as connection:
                result = work(connection)
                done = True  # from here on a lost connection may have committed
        except DBAPIError as error:
            undone = getattr(error.orig, "sqlstate", None) in _TRY_AGAIN
            lost = error.connection_invalidated and not done
            if attempt == POSTGRES_TRIES or not (undone or lost):
                raise
        else:
            return result
    raise AssertionError("unreachable")
