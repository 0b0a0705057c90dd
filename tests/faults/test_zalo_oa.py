"""kill -9 while people file through the Official Account, with the platform's faults in between: nothing is lost,
nothing is filed twice, no refresh token is spent twice.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.zalo_oa_webhook import PATH
from models.initiative import initiative
from models.queries import secrets, tally
from models.store import Store
from scheduler.clock import system_clock
from tests.faults.process import BotProcess, bot_process
from tests.faults.sizes import KILLS as ALL_KILLS
from tests.faults.test_kills import outcomes, statuses, unsent
from tests.faults.workers import Progress, Worker, all_work
from tests.lines.zalo_oa import ZaloOaLine
from tests.registry_only import load_registry
from tests.servers.zalo_oa import ZaloOaServer

KILLS = (ALL_KILLS + 1) // 2
WORKERS, FILINGS = 4, max(3, KILLS // 2)
STEPS = WORKERS * (7 + 4 * (FILINGS - 1))
CS = "/v3.0/oa/message/cs"
FAULTS = ("502", "502-after", "-216", "reset", "reset-after", "-220")


class Played:
    """The platform as `Worker` knows one: people by number, words and labels."""

    def __init__(self, server: ZaloOaServer) -> None:
        self.server = server

    def say(self, user: int, text: str) -> None:
        self.server.say(_id(user), text)

    def press(self, user: int, message: Mapping[str, Any], data: str) -> None:
        self.server.press(_id(user), dict(message), data)

    def sent(self, chat: int) -> list[dict[str, Any]]:
        return self.server.sent(_id(chat))

    async def wait_sent(self, chat: int, count: int, timeout: float) -> list[dict[str, Any]]:
        return await self.server.wait_sent(_id(chat), count, timeout)


def _id(user: int) -> str:
    return f"2468{user:014d}"


@pytest.fixture
async def server() -> AsyncIterator[ZaloOaServer]:
    async with ZaloOaServer() as server:
        yield server


@pytest.mark.timeout(120 + 20 * KILLS)
async def test_nothing_is_lost_and_nothing_happens_twice(server: ZaloOaServer, sqlite_url: str, tmp_path: Path) -> None:
    load_registry(sqlite_url, system_clock())
    store = Store.open(sqlite_url)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        line = ZaloOaLine(server, probe.getsockname()[1])
    line.connect(store)
    luck, progress = random.Random(4827), Progress()
    workers = [Worker(Played(server), 100 + n, FILINGS, random.Random(luck.random()), progress) for n in range(WORKERS)]
    settings = {name: str(value) for name, value in line.settings().items()}
    async with bot_process(None, sqlite_url, tmp_path / "bot", **settings) as bot:
        server.events.url = f"http://127.0.0.1:{line.port}{PATH}"
        await bot.start()
        admin = asyncio.create_task(administrator(store, line))
        async with asyncio.TaskGroup() as group:
            group.create_task(all_work(workers))
            group.create_task(trouble(server, bot, progress, luck))
        await server.events.all_taken()
        admin.cancel()
        async with asyncio.timeout(60):
            while await store.read(unsent):
                await asyncio.sleep(0.05)
        assert await bot.stop() == 0
    await check(store, server, workers)
    store.close()


async def trouble(server: ZaloOaServer, bot: BotProcess, progress: Progress, luck: random.Random) -> None:
    """Kills spread over the work, each a moment after faults that it may hit half-way; some events come twice."""
    for number in range(KILLS):
        while progress.steps < (number + luck.uniform(0.05, 0.9)) * STEPS / KILLS:
            bot.check()
            await asyncio.sleep(0.001)
        server.fail(CS, *luck.sample(FAULTS, 2))
        server.events.repeats += 3
        await asyncio.sleep(luck.uniform(0, 0.05))
        await bot.kill()
        await bot.start()


async def administrator(store: Store, line: ZaloOaLine) -> None:
    """A kill between the platform's answer and our commit loses the pair: he is told, and connects again."""
    while True:
        kept = await store.read(secrets.read, f"zalo_oa:{line.server.oa_id}")
        if kept is not None and kept.problem == "lost":
            line.connect(store)
        await asyncio.sleep(0.2)


async def check(store: Store, server: ZaloOaServer, workers: list[Worker]) -> None:
    assert {worker.id: rest for worker in workers if (rest := await worker.rest())} == {}
    rows = store.read_now(lambda conn: conn.execute(select(initiative)).all())
    told = sorted(code.replace(" ", "") for worker in workers for code in worker.codes)
    assert len(set(told)) == WORKERS * FILINGS
    assert sorted(str(row.code) for row in rows) == told
    assert sorted(row.title for row in rows) == sorted(title for worker in workers for title in worker.titles)
    assert store.read_now(tally.differences) == []
    assert store.read_now(outcomes) == {"sent"}
    assert store.read_now(statuses) == {"done"}
    assert max(server.grants.presented.values(), default=1) == 1
    kept = store.read_now(secrets.read, f"zalo_oa:{server.oa_id}")
    assert kept is not None
    assert (kept.pair.refresh, kept.problem) == (server.grants.refresh, "")
    assert server.events.longest < 2
