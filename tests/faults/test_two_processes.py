"""Two processes with one bot token on one PostgreSQL: one receives; when it is killed the other goes on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.holder import POLL_LEASE
from models.chat import lease
from models.initiative import initiative
from models.queries import tally
from models.store import Store
from scheduler.clock import system_clock
from tests.faults.process import BotProcess, bot_process
from tests.faults.workers import Progress, Worker, all_work
from tests.registry_only import load_registry
from tests.servers.telegram import TelegramServer


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


async def receiver(store: Store, bots: tuple[BotProcess, BotProcess]) -> BotProcess:
    """Whose lease it is."""
    async with asyncio.timeout(30):
        while not (name := await store.read(lambda conn: conn.scalar(select(lease.c.holder)))):
            for bot in bots:
                bot.check()
            await asyncio.sleep(0.05)
    (found,) = [bot for bot in bots if bot.runs and f"-{bot.pid}-" in name]
    return found


async def test_one_receives_and_the_other_takes_over(server: TelegramServer, postgres_url: str, tmp_path: Path) -> None:
    load_registry(postgres_url, system_clock())
    store = Store.open(postgres_url)
    luck = random.Random(4827)
    workers = [
        Worker(server, server.user(100 + n, f"Lan {n}"), 4, random.Random(luck.random()), Progress()) for n in range(6)
    ]
    async with (
        bot_process(server, postgres_url, tmp_path / "one") as one,
        bot_process(server, postgres_url, tmp_path / "other") as other,
    ):
        await asyncio.gather(one.start(), other.start())
        first = await receiver(store, (one, other))
        second = other if first is one else one
        async with asyncio.TaskGroup() as group:
            group.create_task(all_work(workers))
            group.create_task(kill_half_way(first, workers))
        assert await receiver(store, (one, other)) is second
        assert [worker.repeats for worker in workers if worker.repeats > 1] == []
        codes = [code for worker in workers for code in worker.codes]
        assert len(set(codes)) == 24
        assert len(await store.read(lambda conn: conn.execute(select(initiative)).all())) == 24
        assert await store.read(tally.differences) == []
        quarrels = [event for bot in (one, other) for event in bot.events() if event.get("code") == 409]
        assert quarrels == []
    store.close()


async def kill_half_way(first: BotProcess, workers: list[Worker]) -> None:
    while sum(len(worker.codes) for worker in workers) < 12:
        first.check()
        await asyncio.sleep(0.002)
    await first.kill()


def test_taking_over_takes_less_than_a_press_lives() -> None:
    """Telegram keeps a button press for 150 s (telegram.md §1)."""
    assert POLL_LEASE < 150 / 2
