"""The one door to storage: what is promised holds on both engines."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, Row, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from models.chat import mark
from models.store import Store


def keep(conn: Connection, name: str, value: str = "") -> str:
    conn.execute(mark.insert().values(name=name, value=value))
    return name


def keep_then_fail(conn: Connection, name: str) -> None:
    keep(conn, name)
    raise LookupError(name)


def count(conn: Connection) -> int:
    return conn.scalar(select(func.count()).select_from(mark)) or 0


def names(conn: Connection) -> set[str]:
    return set(conn.scalars(select(mark.c.name)))


async def test_what_fails_leaves_nothing_and_says_why(store: Store) -> None:
    with pytest.raises(LookupError, match="Lan"):
        await store.write(keep_then_fail, "Lan")
    assert await store.read(count) == 0
    assert await store.write(keep, "Lan", value="1") == "Lan"
    assert await store.read(count) == 1


async def test_an_error_does_not_tell_what_was_to_be_stored(store: Store) -> None:
    """It may end in the log, and there neither words of workers nor tokens are written."""
    await store.write(keep, "taken")
    with pytest.raises(IntegrityError) as failed:
        await store.write(keep, "taken", value="lam cu ga may tui")
    assert "cu ga" not in str(failed.value)


async def test_many_at_once_each_for_itself(store: Store) -> None:
    """One in ten fails, by its own error or by the database's; the others are stored."""
    await store.write(keep, "taken")
    works = [
        store.write(keep_then_fail, f"{n}") if n % 20 == 0 else store.write(keep, "taken" if n % 20 == 10 else f"{n}")
        for n in range(400)
    ]
    results = await asyncio.gather(*works, return_exceptions=True)
    assert [type(r) for r in results[::20]] == [LookupError] * 20
    assert [type(r) for r in results[10::20]] == [IntegrityError] * 20
    stored = {f"{n}" for n in range(400) if n % 10}
    assert {r for r in results if isinstance(r, str)} == stored
    assert await store.read(names) == stored | {"taken"}


async def test_an_answer_comes_after_the_commit(store: Store, database_url: str) -> None:
    elsewhere = Store.open(database_url)
    for n in range(20):
        await asyncio.gather(*(store.write(keep, f"{n}.{m}") for m in range(3)))
        assert await elsewhere.read(count) == 3 * (n + 1)
    elsewhere.close()


async def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(DBAPIError, match=r"read.?only"):
        await store.read(keep, "Lan")
    await store.write(keep, "Minh")
    assert await store.read(names) == {"Minh"}


async def test_a_read_sees_one_moment_on_sqlite_while_others_write(sqlite_store: Store) -> None:
    read_once, written = threading.Event(), threading.Event()

    def twice(conn: Connection) -> tuple[int, int]:
        first = count(conn)
        read_once.set()
        assert written.wait(5)
        return first, count(conn)

    reading = asyncio.gather(sqlite_store.read(twice))
    await asyncio.to_thread(read_once.wait, 5)
    await sqlite_store.write(keep, "Lan")
    written.set()
    assert (await reading)[0] == (0, 0)
    assert await sqlite_store.read(count) == 1


async def test_cancelled_callers_break_nothing(store: Store) -> None:
    def slow(conn: Connection, name: str) -> None:
        time.sleep(0.02)
        keep(conn, name)

    for n in range(20):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.005):
                await asyncio.gather(*(store.write(slow, f"{n}.{m}") for m in range(3)))
    assert await store.write(keep, "Hoa") == "Hoa"
    assert "Hoa" in await store.read(names)


def test_a_loop_that_went_away_breaks_nothing(store: Store) -> None:
    async def leave() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.gather(*(store.write(lambda conn: time.sleep(0.1)) for _ in range(3)))

    asyncio.run(leave())
    assert store.write_now(keep, "Lan") == "Lan"


def test_closing_waits_for_what_is_queued(database_url: str) -> None:
    store = Store.open(database_url)

    def slow(conn: Connection, name: str) -> None:
        time.sleep(0.01)
        keep(conn, name)

    threads = [threading.Thread(target=store.write_now, args=(slow, f"{n}")) for n in range(20)]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    store.close()
    store.close()
    for thread in threads:
        thread.join()
    with pytest.raises(RuntimeError):
        store.write_now(keep, "late")
    with pytest.raises(RuntimeError):
        store.read_now(count)
    again = Store.open(database_url)
    assert again.read_now(count) == 20
    again.close()


def test_foreign_keys_are_watched(store: Store) -> None:
    with pytest.raises(IntegrityError):
        store.write_now(lambda c: c.execute(text("INSERT INTO unit_counter (unit_id, number) VALUES (77, 1)")))


async def test_a_commit_that_fails_fails_all_that_share_it(sqlite_store: Store) -> None:
    began = threading.Event()

    def hold(conn: Connection) -> None:
        began.wait(5)  # until the others wait behind it, to share the next commit

    def owe(conn: Connection) -> None:
        conn.execute(text("PRAGMA defer_foreign_keys = ON"))
        conn.execute(text("INSERT INTO unit_counter (unit_id, number) VALUES (77, 1)"))

    first = asyncio.gather(sqlite_store.write(hold))
    await asyncio.sleep(0.05)
    others = asyncio.gather(
        sqlite_store.write(keep, "Lan"),
        sqlite_store.write(owe),
        sqlite_store.write(keep, "Minh"),
        return_exceptions=True,
    )
    await asyncio.sleep(0.05)
    began.set()
    await first
    assert [type(result) for result in await others] == [IntegrityError] * 3
    assert await sqlite_store.write(keep, "Lan") == "Lan"
    assert await sqlite_store.read(names) == {"Lan"}


def test_another_process_that_writes_is_waited_for(sqlite_store: Store, sqlite_url: str) -> None:
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.5, other.execute, ("COMMIT",))
    release.start()
    begun = time.monotonic()
    assert sqlite_store.write_now(keep, "Lan") == "Lan"
    assert time.monotonic() - begun > 0.3
    release.join()
    other.close()


def test_a_transaction_cannot_wait_for_itself(sqlite_store: Store) -> None:
    with pytest.raises(RuntimeError, match="another"):
        sqlite_store.write_now(lambda _conn: sqlite_store.write_now(keep, "Lan"))
    assert sqlite_store.write_now(keep, "Minh") == "Minh"


def test_a_power_cut_loses_nothing_answered(sqlite_store: Store) -> None:
    def pragmas(conn: Connection) -> list[Row[tuple[str]]]:
        return [conn.execute(text(f"PRAGMA {name}")).one() for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert [row[0] for row in sqlite_store.write_now(pragmas)] == ["wal", 2, 1]


async def test_deadlocks_on_postgres_are_tried_again(postgres_store: Store) -> None:
    await postgres_store.write(lambda conn: [keep(conn, name) for name in ("Lan", "Minh")])
    both = threading.Barrier(2, timeout=5)
    met = threading.Event()

    def cross(conn: Connection, first: str, then: str) -> None:
        for name in (first, then):
            conn.execute(mark.update().where(mark.c.name == name).values(value=mark.c.value + first[0]))
            if not met.is_set():
                both.wait()
                met.set()

    await asyncio.gather(
        postgres_store.write(cross, "Lan", "Minh"),
        postgres_store.write(cross, "Minh", "Lan"),
    )
    values = await postgres_store.read(lambda conn: list(conn.scalars(select(mark.c.value))))
    assert [sorted(value) for value in values] == [["L", "M"]] * 2


async def test_a_lost_connection_to_postgres_is_replaced(postgres_store: Store, postgres_url: str) -> None:
    await asyncio.gather(*(postgres_store.write(keep, f"{n}") for n in range(20)))
    admin = Store.open(postgres_url)
    admin.write_now(
        lambda conn: conn.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    )
    admin.close()
    await asyncio.gather(*(postgres_store.write(keep, f"again {n}") for n in range(20)))
    assert await postgres_store.read(count) == 40


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "nonsense"])
def test_other_databases_are_refused_by_name(url: str) -> None:
    with pytest.raises(Exception, match=r"SQLite needs a file|unknown database|parse"):
        Store.open(url)


def test_the_folder_of_a_new_file_is_made(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'new' / 'folder' / 'x.db'}")
    assert store.read_now(lambda conn: conn.scalar(text("SELECT 1"))) == 1
    assert store.dialect == "sqlite"
    assert not store.shared
    store.close()
