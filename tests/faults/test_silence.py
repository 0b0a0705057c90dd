"""Telegram takes a call and never answers: the call is given up, and what was asked for is not lost."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from models.initiative import initiative
from models.store import Store
from scheduler.clock import system_clock
from tests.faults.process import bot_process
from tests.faults.workers import Progress, Worker, all_work
from tests.registry_only import load_registry
from tests.servers.telegram import TelegramServer


@pytest.mark.timeout(180)
async def test_calls_without_an_answer(sqlite_url: str, tmp_path: Path) -> None:
    load_registry(sqlite_url, system_clock())
    async with TelegramServer() as server:
        names = enumerate(("Lan", "Minh", "Thu"))
        workers = [Worker(server, server.user(100 + n, name), 2, random.Random(n), Progress()) for n, name in names]
        server.fail("sendMessage", "timeout")
        server.fail("sendMessage", "timeout-after")
        server.fail("answerCallbackQuery", "timeout")
        async with bot_process(server, sqlite_url, tmp_path / "bot") as bot:
            await bot.start()
            await bot.polls()
            server.fail("getUpdates", "timeout")
            await all_work(workers)
            assert await bot.stop() == 0
        assert sum(worker.repeats for worker in workers) == 1  # the one that went out and was not answered
        assert [rest for worker in workers if (rest := await worker.rest())] == []
    store = Store.open(sqlite_url)
    assert len(store.read_now(lambda conn: conn.execute(initiative.select()).all())) == 6
    store.close()
