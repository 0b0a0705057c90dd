"""kill -9 while people file: every initiative is filed once, every receipt arrives, the counts are right.

`make faults` kills 50 times during 500 filings; without `SANGKIEN_TEST_KILLS` it is 5 during 50. The seed of a run is
printed; `SANGKIEN_TEST_SEED` plays it again.
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
from sqlalchemy import Connection, func, select

from models.chat import inbound, outbox
from models.initiative import initiative
from models.queries import tally
from models.store import Store
from scheduler.clock import system_clock
from tests.faults.process import BotProcess, bot_process, sangkien
from tests.faults.sizes import KILLS
from tests.faults.workers import Progress, Worker, all_work
from tests.registry_only import load_registry
from tests.servers.telegram import TelegramServer

FILINGS = 10 * KILLS
WORKERS = 10
STEPS = 3 * WORKERS + 4 * FILINGS  # answers all workers wait for
AT_START = 0.2  # of all kills come while the process starts, or right after
START_SECONDS = 4.0


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.mark.timeout(60 + 20 * KILLS)
async def test_nothing_is_lost_and_nothing_happens_twice(
    server: TelegramServer, database_url: str, tmp_path: Path
) -> None:
    load_registry(database_url, system_clock())
    seed = os.environ.get("SANGKIEN_TEST_SEED") or secrets.token_hex(4)
    print(f"\nseed {seed}, {KILLS} kills, {FILINGS} filings, {database_url.partition(':')[0]}", flush=True)
    progress = Progress()
    workers = hire(server, progress, random.Random(seed))
    async with bot_process(server, database_url, tmp_path / "bot") as bot:
        await bot.start()
        async with asyncio.TaskGroup() as group:
            group.create_task(all_work(workers))
            group.create_task(kill_often(bot, progress, random.Random(seed)))
        await settle(server, database_url)
        await bot.polls()  # the last kill may have been a moment ago: a clean stop is asked of one that has started
        assert await bot.stop() == 0
        await check(workers, bot, database_url, tmp_path)


def hire(server: TelegramServer, progress: Progress, luck: random.Random) -> list[Worker]:
    share = FILINGS // WORKERS
    return [
        Worker(server, server.user(100 + number, f"Lan {number}"), share, random.Random(luck.random()), progress)
        for number in range(WORKERS)
    ]


async def kill_often(bot: BotProcess, progress: Progress, luck: random.Random) -> None:
    """Once in each slice of the work, at a random moment of it; some kills hit a process that only starts."""
    began = time.monotonic()
    for number in range(KILLS):
        if luck.random() < AT_START:
            await asyncio.sleep(luck.uniform(0, START_SECONDS))
        else:
            await reached(bot, progress, int((number + luck.uniform(0.05, 0.9)) * STEPS / KILLS))
            await asyncio.sleep(luck.uniform(0, 0.02))
        await bot.kill()
        await bot.start()
        done = f"{progress.filed}/{FILINGS} filed"
        print(f"  kill {number + 1}/{KILLS} after {time.monotonic() - began:.0f} s, {done}", flush=True)


async def reached(bot: BotProcess, progress: Progress, steps: int) -> None:
    while progress.steps < steps:
        bot.check()
        await asyncio.sleep(0.001)


async def settle(server: TelegramServer, database_url: str) -> None:
    """Until all updates are confirmed and nothing is left to send."""
    store = Store.open(database_url)
    try:
        async with asyncio.timeout(30):
            while server.updates or await store.read(unsent) > 0:
                await asyncio.sleep(0.05)
    finally:
        store.close()


def unsent(conn: Connection) -> int:
    left = select(func.count()).where(outbox.c.status.in_(("queued", "sending")))
    return int(conn.execute(left).scalar_one())


async def check(workers: list[Worker], bot: BotProcess, database_url: str, folder: Path) -> None:
    extra = {worker.id: rest for worker in workers if (rest := await worker.rest())}
    repeats = [worker.repeats for worker in workers]
    print(f"  {sum(repeats)} messages came twice, at most {max(repeats)} to one worker", flush=True)
    assert extra == {}
    assert max(repeats) <= KILLS
    told = sorted(code.replace(" ", "") for worker in workers for code in worker.codes)
    assert len(set(told)) == FILINGS
    store = Store.open(database_url)
    try:
        rows = store.read_now(lambda conn: conn.execute(select(initiative)).all())
        assert sorted(str(row.code) for row in rows) == told
        assert sorted(row.title for row in rows) == sorted(title for worker in workers for title in worker.titles)
        assert {row.status for row in rows} == {"waiting"}
        assert sum(filed for filed, _ in store.read_now(tally.recount).values()) == FILINGS
        assert store.read_now(tally.differences) == []
        assert store.read_now(outcomes) == {"sent"}
        assert store.read_now(statuses) == {"done"}
    finally:
        store.close()
    _, output = await sangkien(database_url, folder, "check")
    assert f"✓ Số đếm khớp với đếm lại ({FILINGS}" in output, output


def outcomes(conn: Connection) -> set[str]:
    return set(conn.scalars(select(outbox.c.status).distinct()))


def statuses(conn: Connection) -> set[str]:
    return set(conn.scalars(select(inbound.c.status).distinct()))
