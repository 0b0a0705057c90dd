"""A day on a Zalo bot by webhook: people file, groups get their notice with its picture, and in between the platform
fails and the bot is killed. Nothing is lost, nothing is filed or posted twice, and the plan counts what was received
and sent.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.channels.zalo_bot_api import ZaloBotApi
from bot.channels.zalo_bot_webhook import PATH, set_webhook
from models.chat import inbound, notice
from models.initiative import initiative
from models.queries import chats, meter, registry, tally
from models.store import Store
from scheduler.clock import system_clock
from tests.faults.process import BotProcess, bot_process
from tests.faults.sizes import KILLS, WHOLE
from tests.faults.test_kills import outcomes, statuses, unsent
from tests.faults.workers import Progress, Worker, all_work
from tests.lines.zalo_bot import SECRET, ZaloBotLine
from tests.registry_only import ZONE, load_registry
from tests.servers.zalo_bot import ZaloBotServer

WORKERS, FILINGS, GROUPS = (75, 4, 20) if WHOLE else (5, 4, 3)
STEPS = WORKERS * (7 + 4 * (FILINGS - 1))
FAULTS = ("502", "502-after", "403", "408", "reset", "reset-after")


class Played:
    """The platform as `Worker` knows one. There are no buttons: who would press one types what stands on it."""

    def __init__(self, server: ZaloBotServer) -> None:
        self.server = server

    def say(self, user: int, text: str) -> None:
        self.server.user(str(user), f"Lan {user}")
        self.server.say(str(user), text)

    def press(self, user: int, _message: Mapping[str, Any], label: str) -> None:
        self.say(user, label)

    def sent(self, chat: int) -> list[dict[str, Any]]:
        return self.server.sent(str(chat))

    async def wait_sent(self, chat: int, count: int, timeout: float) -> list[dict[str, Any]]:
        return await self.server.wait_sent(str(chat), count, timeout)


@pytest.fixture
async def server() -> AsyncIterator[ZaloBotServer]:
    async with ZaloBotServer() as server:
        server.repeats = 100_000  # as often as it takes
        yield server


@pytest.mark.timeout(120 + 20 * KILLS)
async def test_nothing_is_lost_and_nothing_happens_twice(
    server: ZaloBotServer, sqlite_url: str, tmp_path: Path
) -> None:
    load_registry(sqlite_url, system_clock())
    store = Store.open(sqlite_url)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        line = ZaloBotLine(server, probe.getsockname()[1])
    luck, progress = random.Random(4827), Progress()
    workers = [Worker(Played(server), 100 + n, FILINGS, random.Random(luck.random()), progress) for n in range(WORKERS)]
    raised = {"zalo_bot_monthly": "0", "zalo_bot_users": "0", "zalo_bot_groups": "0"}  # a plan without limits
    settings = {name: str(value) for name, value in line.settings().items()} | raised
    async with bot_process(None, sqlite_url, tmp_path / "bot", **settings) as bot:
        await bot.start()
        async with ZaloBotApi(server.token, server.url) as api:
            await set_webhook(api, f"http://127.0.0.1:{line.port}{PATH}", SECRET)
        async with asyncio.TaskGroup() as group:
            group.create_task(all_work(workers))
            group.create_task(trouble(store, server, bot, progress, luck))
        async with asyncio.timeout(60):
            while not all(len(server.sent(name)) >= 2 for name in group_names()):
                await asyncio.sleep(0.05)
        async with asyncio.timeout(60):
            while await store.read(unsent):
                await asyncio.sleep(0.05)
        assert await bot.stop() == 0
    await check(store, server, workers)
    store.close()


async def trouble(
    store: Store, server: ZaloBotServer, bot: BotProcess, progress: Progress, luck: random.Random
) -> None:
    """Kills spread over the work, each a moment after faults that it may hit half-way; some updates come twice. Before
    the last one the groups' hour comes.
    """
    for number in range(KILLS):
        if number == KILLS - 1:
            await store.write(groups_fall_due)
            for name in group_names():
                server.group(name, name)
                server.met.setdefault(name)
            server.fail("sendPhoto", "502-after", times=2)
        while progress.steps < (number + luck.uniform(0.05, 0.9)) * STEPS / KILLS:
            bot.check()
            await asyncio.sleep(0.001)
        server.fail("sendMessage", luck.choice(FAULTS), times=2)
        server.duplicates += 3
        await asyncio.sleep(luck.uniform(0, 0.05))
        await bot.kill()
        await bot.start()


def group_names() -> list[str]:
    return [f"nhom-{number}" for number in range(GROUPS)]


def groups_fall_due(conn: Connection) -> None:
    """Linked yesterday, with an hour that is past whenever this runs. What is filed was filed some minutes ago: a
    notice is cut at its minute.
    """
    for row in conn.execute(select(initiative.c.id, initiative.c.filed_at)).all():
        earlier = row.filed_at - timedelta(minutes=3)
        conn.execute(update(initiative).where(initiative.c.id == row.id).values(filed_at=earlier, changed_at=earlier))
    unit = registry.unit_by_code(conn, "48")
    assert unit is not None
    midnight = system_clock().astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    for name in group_names():
        row = chats.ensure(conn, "zalo_bot", name, title=name)
        at = midnight - timedelta(seconds=1)
        chats.link(conn, row.id, unit_id=unit.id, kind="officers", by=None, at=at)
        chats.set_group(conn, row.id, {"hour": "00:00"})


async def check(store: Store, server: ZaloBotServer, workers: list[Worker]) -> None:
    assert {worker.id: rest for worker in workers if (rest := await worker.rest())} == {}
    rows = store.read_now(lambda conn: conn.execute(select(initiative)).all())
    told = sorted(code.replace(" ", "") for worker in workers for code in worker.codes)
    assert len(set(told)) == WORKERS * FILINGS
    assert sorted(str(row.code) for row in rows) == told
    assert sorted(row.title for row in rows) == sorted(title for worker in workers for title in worker.titles)
    assert store.read_now(tally.differences) == []
    assert store.read_now(outcomes) == {"sent"}
    assert store.read_now(statuses) == {"done"}
    assert store.read_now(lambda conn: conn.scalar(select(func.count(inbound.c.raw)))) == 0
    assert store.read_now(lambda conn: conn.scalar(select(func.count(notice.c.id)))) == GROUPS
    repeats = sum(said_again(server.sent(name)) for name in group_names())
    assert repeats <= KILLS + 2  # a kill, or a picture answered with an error, may repeat what was on the wire
    used = store.read_now(meter.usage, "zalo_bot", meter.month_of(system_clock()))
    assert used.received == STEPS  # a repeat is no message
    assert used.sent == STEPS + 2 * GROUPS
    assert (used.people, used.groups) == (WORKERS, GROUPS)


def said_again(messages: list[dict[str, Any]]) -> int:
    """A group has its notice and the picture of it; how many of these came more than once."""
    words = {message["text"] for message in messages if "text" in message}
    pictures = {message["photo"] for message in messages if "photo" in message}
    assert len(words) == len(pictures) == 1
    assert next(iter(words)).startswith("CÔNG ĐOÀN") or "Kết quả sáng kiến" in next(iter(words))
    return len(messages) - 2
