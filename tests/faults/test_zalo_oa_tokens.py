"""Two processes and one Official Account's tokens on PostgreSQL, at the same moment and under kill -9."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.zalo_oa_oauth import Granted
from bot.holder import bury, new_name
from bot.zalo_oa_tokens import pair_of
from models.chat import outbox
from models.queries import secrets
from models.queries.secrets import Kept
from models.store import Store
from scheduler.clock import system_clock
from tests.bot.office import add_person
from tests.faults.refresher import ROW, Refresher
from tests.servers.zalo_oa import ZaloOaServer

ROUNDS = 200


@pytest.fixture
async def server() -> AsyncIterator[ZaloOaServer]:
    async with ZaloOaServer() as server:
        yield server


def kept(store: Store) -> Kept:
    found = store.read_now(secrets.read, ROW)
    assert found is not None
    return found


def connect(store: Store, server: ZaloOaServer) -> None:
    answer = server.grants.grant()
    granted = Granted(answer["access_token"], answer["refresh_token"], 90_000)
    store.write_now(secrets.connect, ROW, pair_of(granted, system_clock(), 0.5))


def name_of_the_dead() -> str:
    """As `holder.new_name` makes them, of a process that does not run."""
    place = new_name().rsplit("-", 2)[0]
    return f"{place}-{2**22 + 1}-dead"


async def test_two_processes_renew_at_the_same_moment_200_times(server: ZaloOaServer, postgres_store: Store) -> None:
    connect(postgres_store, server)
    pair = [Refresher(postgres_store.url, server, f"process-{name}") for name in ("one", "two")]
    await asyncio.gather(*(process.start() for process in pair))
    try:
        for version in range(1, ROUNDS + 1):
            for process in pair:
                process.tell(str(version))
            assert {await process.answer() for process in pair} == {f"{version + 1} {server.grants.access}"}
            assert kept(postgres_store).pair.refresh == server.grants.refresh
    finally:
        await asyncio.gather(*(process.kill() for process in pair))
    assert server.grants.renewed == ROUNDS
    assert set(server.grants.presented.values()) == {1}


async def test_killed_between_answer_and_commit_it_is_found_and_told(
    server: ZaloOaServer, postgres_store: Store, tmp_path: Path
) -> None:
    connect(postgres_store, server)
    postgres_store.write_now(add_person, "an", "An", role="owner", channel="telegram")
    server.fail("oauth", "timeout-after")  # the platform has changed the pair; the answer stays on its way
    killed, next_one = (Refresher(postgres_store.url, server, name) for name in (name_of_the_dead(), "process-two"))
    await killed.start()
    killed.tell("1")
    async with asyncio.timeout(30):
        while not server.grants.renewed:
            await asyncio.sleep(0.005)
    await killed.kill()
    await bury(postgres_store, new_name(), tmp_path, system_clock())  # as every start does
    await next_one.start()
    try:
        for _ in range(2):
            next_one.tell("1")
            assert await next_one.answer() == "NoToken"
        assert kept(postgres_store).problem == "lost"
        assert set(server.grants.presented.values()) == {1}
        (told,) = postgres_store.read_now(lambda conn: conn.execute(select(outbox)).all())
        assert "sangkien zalo connect" in told.payload["text"]
        connect(postgres_store, server)
        next_one.tell("1")
        assert await next_one.answer() == f"2 {server.grants.access}"
    finally:
        await next_one.kill()


async def test_killed_before_the_platform_saw_it_the_token_is_still_good(
    server: ZaloOaServer, postgres_store: Store, tmp_path: Path
) -> None:
    connect(postgres_store, server)
    server.fail("oauth", "timeout")  # the request hangs before anything was done
    killed, next_one = (Refresher(postgres_store.url, server, name) for name in (name_of_the_dead(), "process-two"))
    await killed.start()
    killed.tell("1")
    async with asyncio.timeout(30):
        while not server.calls["oauth"]:  # what is written down before is there by then
            await asyncio.sleep(0.005)
    assert kept(postgres_store).spending
    await killed.kill()
    await bury(postgres_store, new_name(), tmp_path, system_clock())
    await next_one.start()
    try:
        next_one.tell("1")
        assert await next_one.answer() == f"2 {server.grants.access}"
    finally:
        await next_one.kill()
    assert kept(postgres_store).pair.refresh_until > system_clock() + timedelta(days=80)
