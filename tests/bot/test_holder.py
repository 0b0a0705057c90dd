"""What a killed process of this machine held is free at once; what others hold is not touched."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot import holder, journal
from bot.journal import Journal
from models.chat import outbox
from models.queries import lease
from models.queries.outbox import NewMessage, put
from models.store import Store

NOW = datetime(2026, 11, 20, 5, 20, tzinfo=UTC)


def named(pid: int, mine: str) -> str:
    """The name another process of this machine would have."""
    return f"{mine.rsplit('-', 2)[0]}-{pid}-0a0b0c0d"


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_name_fits_its_column_and_is_new_each_time() -> None:
    assert holder.new_name() != holder.new_name()
    assert len(holder.new_name()) <= 60


def test_only_what_surely_ended_counts_as_dead() -> None:
    mine = holder.new_name()
    running = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert not holder.is_dead(mine, mine)
        assert not holder.is_dead(named(running.pid, mine), mine)
    finally:
        running.communicate(b"\n")
    assert holder.is_dead(named(running.pid, mine), mine)
    assert holder.is_dead(named(int(mine.split("-")[-2]), mine), mine)  # my pid, before me: a container started again


@pytest.mark.parametrize("name", ["", "stage", "another-host-1-2-3", "another-4026531836-1-0a0b0c0d"])
def test_of_names_from_elsewhere_nothing_is_known(name: str) -> None:
    assert not holder.is_dead(name, holder.new_name())


def hold(conn: Connection, name: str) -> None:
    lease.take(conn, f"poll:{name}", name, NOW, 60)
    until = NOW + timedelta(seconds=60)
    put(conn, [NewMessage("telegram", name, {"text": "Đã nhận."}, name, NOW, leased_by=name, lease_until=until)])


async def test_its_messages_go_again_marked_and_its_leases_are_free(store: Store, tmp_path: Path) -> None:
    mine = holder.new_name()
    dead, other = named(ended_process(), mine), "another-4026531836-1-0a0b0c0d"
    for name in (dead, other):
        await store.write(hold, name)
    await holder.bury(store, mine, tmp_path, NOW)

    rows = store.read_now(lambda conn: {row.dedupe: row for row in conn.execute(select(outbox))})
    assert (rows[dead].status, rows[dead].maybe_sent, rows[dead].leased_by) == ("queued", True, None)
    assert (rows[other].status, rows[other].maybe_sent) == ("sending", False)
    assert store.write_now(lease.take, f"poll:{dead}", mine, NOW, 60)
    assert not store.write_now(lease.take, f"poll:{other}", mine, NOW, 60)


async def test_a_lease_is_renewed_while_it_is_held(store: Store) -> None:
    now = [NOW]
    ours = holder.PollLease("poll:telegram", store, lambda: now[0], "ours", renew_every=0.01)
    theirs = holder.PollLease("poll:telegram", store, lambda: now[0], "theirs")
    assert await ours.take()
    renewing = asyncio.create_task(ours.renew())
    for _ in range(3):
        now[0] += timedelta(seconds=holder.POLL_LEASE - 1)
        await asyncio.sleep(0.1)
        assert not await theirs.take()
    renewing.cancel()
    await asyncio.wait({renewing})
    now[0] += timedelta(seconds=holder.POLL_LEASE + 1)
    assert await theirs.take()
    await ours.release()  # it is not ours any more: nothing happens
    assert not await ours.take()


async def test_what_a_killed_process_noted_as_sent_is_not_sent_again(store: Store, tmp_path: Path) -> None:
    """Three were being sent: of one the answer had come, of one the line is torn, of one nothing is known."""
    mine = holder.new_name()
    dead = named(ended_process(), mine)
    until = NOW + timedelta(seconds=60)
    messages = [
        NewMessage("telegram", chat, {"text": "Nhắc"}, chat, NOW, leased_by=dead, lease_until=until)
        for chat in ("lan", "minh", "thu")
    ]
    lan, minh, _ = store.write_now(put, messages)
    noted = Journal(tmp_path, dead, "telegram")
    noted.note(lan, "4827")
    with (tmp_path / f"{dead}.telegram.sent").open("a") as file:
        file.write(f"{minh} 48")
    await holder.bury(store, mine, tmp_path, NOW)
    rows = store.read_now(lambda conn: list(conn.execute(select(outbox).order_by(outbox.c.id))))
    assert [(row.status, row.external_id, row.maybe_sent) for row in rows] == [
        ("sent", "4827", False),
        ("queued", None, True),
        ("queued", None, True),
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_journal_is_emptied_once_all_is_known_and_gone_at_the_end(tmp_path: Path) -> None:
    kept = Journal(tmp_path, "host-1-2-3", "telegram")
    kept.close()
    assert list(tmp_path.iterdir()) == []  # nothing was sent
    for number in range(1000):
        kept.note(number, "4827")
    kept.all_known()
    kept.note(5000, "4828")
    assert journal.lines(tmp_path, ["host-1-2-3"]) == [journal.Line(5000, "4828")]
    assert journal.holders(tmp_path) == {"host-1-2-3"}
    kept.close()
    assert list(tmp_path.iterdir()) == []
