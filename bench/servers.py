"""What the bench needs beside itself: a Redis that appends to a file, and an empty database for every measurement."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from redis import Redis
from redis.exceptions import ConnectionError as RedisDown
from sqlalchemy import URL, make_url

START = 10.0  # seconds a server may take


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """The URL of a redis-server of our own (appendfsync everysec); "" where the machine has none."""
    binary = shutil.which("redis-server")
    if binary is None:
        yield ""
        return
    port = _free_port()
    own = ("--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder))
    command = (binary, *own, "--appendonly", "yes", "--appendfsync", "everysec", "--save", "")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _until_it_answers(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(START)


def empty_redis(url: str) -> None:
    """Forget what the last measurement left."""
    with Redis.from_url(url) as redis:
        redis.flushall()


@contextmanager
def empty_database(server: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database: a file in `folder`, or one of `server` (a postgresql URL), dropped afterwards."""
    if not server:
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    name = f"bench_{uuid4().hex[:12]}"
    url = make_url(server)
    _on(url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield url.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    finally:
        _on(url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def require_durable(server: str) -> None:
    """Raises RuntimeError unless a commit on `server` (a postgresql URL) has reached the disk when it is answered."""
    url = make_url(server)
    careless = [name for name in ("fsync", "synchronous_commit", "full_page_writes") if _shown(url, name) != "on"]
    if careless:
        raise RuntimeError(f"this PostgreSQL server is not durable: {', '.join(careless)} must be on")


def _on(url: URL, statement: sql.SQL | sql.Composed) -> None:
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(statement)


def _shown(url: URL, setting: str) -> str:
    with psycopg.connect(_plain(url)) as connection:
        row = connection.execute(sql.SQL("SELECT current_setting({})").format(setting)).fetchone()
    return str(row[0]) if row else ""


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_it_answers(port: int) -> None:
    deadline = time.monotonic() + START
    with Redis(port=port) as redis:
        while True:
            try:
                redis.ping()
            except RedisDown:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return
