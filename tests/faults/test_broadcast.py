"""A reminder to thousands over HTTP while the platform fails and the process is killed: all who can be reached get it,
at the token's rate and never faster, and workers who chat meanwhile are answered as ever.

`make faults` reminds 20.000 and kills 20 times; else it is 2.000 and 3 times. The seed is printed; `SANGKIEN_TEST_SEED`
plays a run again.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.queries import casting
from models.store import Store
from scheduler.clock import system_clock
from tests.faults.crowd import ADMIN, RATE, Chatter, Crowd, Measured, Platform, beside, measure
from tests.faults.process import BotProcess, bot_process
from tests.faults.sizes import WHOLE
from tests.registry_only import load_registry

PEOPLE, KILLS = (20_000, 20) if WHOLE else (2_000, 3)
SETTINGS = {"telegram_per_second": str(RATE)}


@pytest.fixture
async def server() -> AsyncIterator[Platform]:
    async with Platform() as server:
        server.user(ADMIN, "An", started=True)
        server.pace(per_second=RATE)
        yield server


def luck() -> random.Random:
    seed = os.environ.get("SANGKIEN_TEST_SEED") or secrets.token_hex(4)
    print(f"\nseed {seed}, {PEOPLE} people, {KILLS} kills", flush=True)
    return random.Random(seed)


@pytest.mark.timeout(600 if WHOLE else 110)
async def test_killed_again_and_again(server: Platform, sqlite_url: str, tmp_path: Path) -> None:
    load_registry(sqlite_url, system_clock())
    store = Store.open(sqlite_url)
    chance, chatter = luck(), Chatter(server)
    crowd = Crowd(server, PEOPLE, chance)
    crowd.gather()
    async with bot_process(server, sqlite_url, tmp_path / "bot", **SETTINGS) as bot:
        await bot.start()
        await bot.polls()
        broadcast_id = crowd.confirm(store)
        closed: list[tuple[float, float]] = []
        async with beside(crowd.trouble(), chatter.chat()):
            for number in range(KILLS):
                await reached(server, bot, int((number + chance.uniform(0.1, 0.9)) * crowd.reachable / KILLS))
                killed = time.monotonic()
                await bot.kill()
                await bot.start()
                await bot.polls()
                closed.append((killed, time.monotonic() + 1.5))
                print(f"  kill {number + 1}/{KILLS}: {len(server.reminders)} reached", flush=True)
            until = await dry(store, bot, broadcast_id)
        await over(store, broadcast_id)
        assert await bot.stop() == 0
    found = measure(server, chatter, closed, until)
    repeats = crowd.check()
    print(f"  {found}; {repeats} came twice; {server.limits.refused} refused for pace", flush=True)
    report(store, broadcast_id, crowd)
    assert max(server.reminders.values()) <= 1 + KILLS
    assert repeats <= sum(server.on_the_wire(killed) for killed, _ in closed)
    hold(found, server)
    if WHOLE:  # on a machine of its own an answer takes less than the time between two sends
        assert repeats <= KILLS
    store.close()


@pytest.mark.timeout(600 if WHOLE else 110)
async def test_two_processes_share_a_token(server: Platform, postgres_url: str, tmp_path: Path) -> None:
    """On PostgreSQL both send; together never faster than the token allows, and nothing twice."""
    load_registry(postgres_url, system_clock())
    store = Store.open(postgres_url)
    chatter, crowd = Chatter(server), Crowd(server, PEOPLE, luck())
    crowd.gather()
    async with (
        bot_process(server, postgres_url, tmp_path / "one", **SETTINGS) as one,
        bot_process(server, postgres_url, tmp_path / "other", **SETTINGS) as other,
    ):
        await asyncio.gather(one.start(), other.start())
        await one.polls()
        await asyncio.sleep(1)
        broadcast_id = crowd.confirm(store)
        async with beside(crowd.trouble(), chatter.chat()):
            until = await dry(store, one, broadcast_id)
        await over(store, broadcast_id)
        assert [await one.stop(), await other.stop()] == [0, 0]
    found = measure(server, chatter, [], until)
    print(f"  {found}; {server.limits.refused} refused for pace", flush=True)
    assert crowd.check() == 0
    report(store, broadcast_id, crowd)
    hold(found, server)
    store.close()


async def reached(server: Platform, bot: BotProcess, people: int) -> None:
    while len(server.reminders) < people:
        bot.check()
        await asyncio.sleep(0.001)


async def dry(store: Store, bot: BotProcess, broadcast_id: int) -> float:
    """When nobody waited any more."""
    while (await store.read(casting.counts, broadcast_id)).waiting:
        bot.check()
        await asyncio.sleep(0.1)
    return time.monotonic()


async def over(store: Store, broadcast_id: int) -> None:
    async with asyncio.timeout(60):
        while (row := await store.read(casting.find, broadcast_id)) is None or row.ended_at is None:
            await asyncio.sleep(0.1)


def report(store: Store, broadcast_id: int, crowd: Crowd) -> None:
    """What An is told: all are accounted for."""
    counts = store.read_now(casting.counts, broadcast_id)
    assert (counts.left, counts.failed, counts.skipped) == (0, 0, 0)
    assert (counts.sent, counts.gone) == (PEOPLE - len(crowd.lost), len(crowd.lost))
    assert counts.blocked == PEOPLE * 2 // 100


def hold(found: Measured, server: Platform) -> None:
    """How quick it is, is asked of the long run alone: a short one shares its machine with other tests."""
    assert found.busiest <= RATE
    assert server.limits.refused == 0
    if WHOLE:
        assert found.used >= 0.95
        assert found.p99 < 0.3
