"""What the figures were measured on, in a few lines."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from importlib.metadata import version
from pathlib import Path

import psycopg
from sqlalchemy import make_url

LIBRARIES = ("SQLAlchemy", "aiogram", "python-telegram-bot", "psycopg", "aiosqlite", "redis")


def describe(folder: Path, server: str) -> tuple[str, ...]:
    """`folder` is where the databases are, `server` the PostgreSQL URL ("" without one)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    engines = f"SQLite {sqlite3.sqlite_version}" + (f", PostgreSQL {_postgres(server)}" if server else "")
    return (
        f"{platform.system()} {platform.machine()}, {cores} cores, CPython {platform.python_version()}, {engines}",
        ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        f"the disk takes {_syncs(folder):,.0f} small synced writes a second, one after the other",
    )


def _postgres(server: str) -> str:
    plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        return ".".join(str(part) for part in divmod(connection.info.server_version, 10000))


def _syncs(folder: Path, times: int = 200) -> float:
    path = folder / "sync"
    with path.open("wb", buffering=0) as file:
        begun = time.perf_counter()
        for _ in range(times):
            file.write(b"x" * 512)
            os.fsync(file.fileno())
        seconds = time.perf_counter() - begun
    path.unlink()
    return times / seconds
