"""Our bot as it runs in earnest, but for its ends: updates come as bytes, and `ExtBot` sends into the bench."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, select
from telegram.ext import ExtBot

from bench.base import prepare
from bench.people import Record
from bench.ptb_transport import BenchRequest
from bench.transport import BOT, TOKEN, Outlet
from bot import memory
from bot.channels.telegram_api import NAME, capabilities
from bot.channels.telegram_out import TelegramChannel
from bot.channels.telegram_parse import Me, parse
from bot.parts import Parts, Plan, assemble
from handlers.facts import House
from handlers.texts import Texts
from models.initiative import initiative
from models.person import account, person
from models.store import Store
from models.unit import unit
from scheduler.clock import system_clock

UNPACED = 1_000_000.0  # messages a second: Telegram's limits are not what is measured
ME = Me(int(str(BOT["id"])), str(BOT["username"]))
HOUSE = House(controller="Công đoàn phường Từ Liêm", contact="cd@example.vn", data_url="https://example.vn/dl")


class Ours:
    """The contestant. Made by `open_ours`."""

    def __init__(self, store: Store, outlet: Outlet) -> None:
        self._store = store
        self._going: set[asyncio.Task[None]] = set()
        self._folder = tempfile.TemporaryDirectory(prefix="bench-")  # for the journal of what was sent, as in the app
        self._parts = self._assemble(BenchChannel(outlet))
        self._sending = asyncio.get_running_loop().create_task(self._parts.sender.run())

    def _assemble(self, channel: BenchChannel) -> Parts:
        plan = Plan(
            store=self._store,
            texts=Texts.load(),
            channels={NAME: channel},
            clock=system_clock,
            holder="bench",
            house=HOUSE,
            media_dir=Path(self._folder.name),
            journals=Path(self._folder.name),
            spawn=self._spawn,
        )
        return assemble(plan)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def feed(self, raw: bytes) -> None:
        incoming = parse(json.loads(raw), ME)
        if incoming is None:
            raise ValueError("the bench sends nothing that is not for the bot")
        await self._parts.intake.deliver(incoming)

    async def settle(self) -> None:
        """Until every reply is marked as sent. Raises what went wrong on the way."""
        await asyncio.gather(*self._going)

    async def records(self) -> list[Record]:
        await self.settle()
        return await self._store.read(_records)

    async def close(self) -> None:
        await self.settle()
        self._sending.cancel()
        with suppress(asyncio.CancelledError):
            await self._sending
        self._folder.cleanup()
        self._store.close()


class BenchChannel(TelegramChannel):
    """The product's channel over the bench's HTTP layer."""

    def __init__(self, outlet: Outlet) -> None:
        super().__init__(TOKEN, capabilities(UNPACED, 0.0, 0.0))
        request = BenchRequest(outlet)
        self._bot = ExtBot(TOKEN, request=request, get_updates_request=request)


async def open_ours(database: str, outlet: Outlet) -> Ours:
    """Prepare an empty database and open our bot on it. It logs as the product does by default."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("info"))
    await asyncio.to_thread(prepare, database)
    bot = Ours(Store.open(database), outlet)
    memory.settle()  # as the app does once everything is loaded
    return bot


_COLUMNS = (
    account.c.external_id,
    person.c.name,
    unit.c.code,
    initiative.c.title,
    initiative.c.body,
    initiative.c.began_on,
)
_RECORDS = (
    select(*_COLUMNS)
    .select_from(initiative)
    .join(person, person.c.id == initiative.c.author_id)
    .join(account, account.c.person_id == person.c.id)
    .join(unit, unit.c.id == initiative.c.unit_id)
    .order_by(initiative.c.id)
)


def _records(conn: Connection) -> list[Record]:
    rows = conn.execute(_RECORDS)
    return [Record(int(row[0]), row[1], row[2], row[3], row[4], f"{row[5]:%Y-%m}") for row in rows]
