"""kill -9 around a group's hour: the day's notice is made once, and reaches the group."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from models.chat import chat, notice
from models.queries import registry
from models.store import Store
from scheduler.clock import system_clock
from tests.faults.process import BotProcess, bot_process
from tests.faults.sizes import KILLS
from tests.registry_only import ZONE, load_registry
from tests.servers.telegram import TelegramServer

HOA, GROUPS = 13, tuple(range(-510, -500))


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        server.user(HOA, "Hoa", started=True)
        for group in GROUPS:
            server.group(group, "15 chủ tịch CĐCS")
            server.standing.pop(group)
        yield server


@pytest.mark.timeout(180)
async def test_the_notice_is_made_once_and_arrives(server: TelegramServer, database_url: str, tmp_path: Path) -> None:
    load_registry(database_url, system_clock())
    store = Store.open(database_url)
    store.write_now(link_groups)
    seed = os.environ.get("SANGKIEN_TEST_SEED") or secrets.token_hex(4)
    print(f"\nseed {seed}", flush=True)
    luck = random.Random(seed)
    kills = min(10, 1 + KILLS // 2)
    async with bot_process(server, database_url, tmp_path / "bot") as bot:
        for _ in range(kills):
            await started(server, bot)
            await asyncio.sleep(luck.uniform(0, 0.15))
            await bot.kill()
            print(f"  killed; {len(await store.read(posted))} notices made", flush=True)
        await started(server, bot)
        async with asyncio.timeout(30):
            while not all(server.sent(group) for group in GROUPS):
                bot.check()
                await asyncio.sleep(0.02)
        assert await bot.stop() == 0
    rows = await store.read(posted)
    store.close()
    assert sorted(row.external_id for row in rows) == sorted(map(str, GROUPS))  # one for each group
    for row in rows:
        texts = [message["text"] for message in server.sent(int(row.external_id))]
        assert set(texts) == {row.text}
        assert len(texts) <= 1 + kills


async def started(server: TelegramServer, bot: BotProcess) -> None:
    """Returns when the timetable has just begun."""
    known = server.calls["getme"]
    await bot.start()
    async with asyncio.timeout(30):
        while server.calls["getme"] == known:
            bot.check()
            await asyncio.sleep(0.001)


def link_groups(conn: Connection) -> None:
    """Linked before midnight, their hour is midnight: today's notice is due, whenever this runs."""
    unit = registry.unit_by_code(conn, "48")
    assert unit is not None
    midnight = system_clock().astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    values = {"channel": "telegram", "unit_id": unit.id, "kind": "officers", "hour": "00:00"}
    linked = {"linked_at": midnight - timedelta(seconds=1), "title": "15 chủ tịch CĐCS"}
    conn.execute(insert(chat), [values | linked | {"external_id": str(group)} for group in GROUPS])


def posted(conn: Connection) -> list[Any]:
    return list(conn.execute(select(notice, chat.c.external_id).join(chat, chat.c.id == notice.c.chat_id)).all())
