"""The whole bot as `sangkien run` makes it, in this process, against the played Telegram. Every part speaks HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from bot.app import App, Running
from bot.config import Settings
from models.chat import chat, inbound, outbox
from models.initiative import initiative
from models.person import account
from models.queries import invites, registry
from models.store import Store
from scheduler.clock import system_clock
from tests.servers.telegram import TelegramServer
from tests.whole.people import Chat, Someone

LAN, MINH, HOA, AN, GROUP = 11, 12, 13, 14, -500
SECRET = "webhook-secret-of-nobody"


@dataclass
class House:
    """A database and a folder that outlive the bot, the platform, and the people."""

    server: TelegramServer
    database_url: str
    folder: Path

    def settings(self, **more: Any) -> Settings:
        values: dict[str, Any] = {
            "database_url": self.database_url,
            "http_port": 0,
            "telegram_token": self.server.token,
            "telegram_api_url": self.server.url,
            "telegram_per_second": 2000,
            "telegram_chat_interval": 0,
            "telegram_group_interval": 0,
            "controller": "Công đoàn phường Từ Liêm",
            "contact": "0243 123 456",
            "support": "chị Hoa, Tổ hỗ trợ sáng kiến",
            "media_dir": self.folder / "media",
        }
        return Settings(_env_file=None, **values | more)

    @asynccontextmanager
    async def open(self, **more: Any) -> AsyncIterator[Running]:
        """The bot receives by polling. Opened anew, it is the bot after a restart."""
        async with App(self.settings(**more)) as running:
            yield running

    @asynccontextmanager
    async def open_by_webhook(self) -> AsyncIterator[Running]:
        """The bot is posted to. It must know its public address before it listens."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        async with App(self.settings(http_port=port, public_url=url, telegram_webhook_secret=SECRET)) as running:
            await until(lambda: self.server.delivery.webhook)
            yield running

    def someone(self, number: int, name: str, language: str = "vi") -> Someone:
        self.server.user(number, name, language)
        return Someone(self.server, number)

    def group(self, number: int = GROUP, title: str = "15 chủ tịch CĐCS") -> Chat:
        self.server.group(number, title, supergroup=False)
        return Chat(self.server, number)


async def until(holds: Callable[[], Any], seconds: float = 10.0) -> None:
    """Wait until something outside is so. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.005)


async def until_stored(store: Store, fn: Callable[[Connection], Any], seconds: float = 10.0) -> Any:
    """Wait until the database gives something; that is the result."""
    async with asyncio.timeout(seconds):
        while not (found := await store.read(fn)):
            await asyncio.sleep(0.01)
    return found


async def makes_officer(running: Running, hoa: Someone) -> None:
    """Hoa uses the code that `sangkien invite officer --unit 48` printed."""
    code = await running.store.write(officer_code)
    await hoa.says(f"MA {code}", "[Đồng ý]")
    await hoa.says("1", "Họ và tên")
    await hoa.says("Nguyễn Thị Hoa", "Nam Từ Liêm")
    await hoa.says("1")


def officer_code(conn: Connection) -> str:
    unit = registry.unit_by_code(conn, "48")
    assert unit is not None
    return invites.make(conn, kind="officer", unit_id=unit.id, now=system_clock())


async def links_group(hoa: Someone, group: Chat) -> None:
    """Hoa gets a code in private and types it in the group, where the bot was added."""
    hoa.server.add_to_group(hoa.id, group.id, admin=True)
    await group.reads("Chào cả nhóm")
    asked = await hoa.says("GANNHOM", "Gắn một nhóm với đơn vị nào?")
    label = asked["reply_markup"]["inline_keyboard"][0][0]["text"]
    told = await hoa.presses(label, "Mã gắn nhóm: ")
    code = told["text"].partition("Mã gắn nhóm: ")[2].split()[0]
    await hoa.says_in(group, f"/gannhom@{hoa.server.me['username']} {code}", "Đã gắn nhóm với", "nhóm cán bộ")


# ------------------------------------------------------------ what stands in the database


def filed(conn: Connection) -> list[Any]:
    return list(conn.execute(select(initiative).order_by(initiative.c.id)).all())


def messages(conn: Connection) -> list[Any]:
    """All that was ever to be sent, in order."""
    return list(conn.execute(select(outbox).order_by(outbox.c.id)).all())


def all_sent(conn: Connection) -> list[Any]:
    """All messages once each is out and that is written down; nothing before."""
    rows = messages(conn)
    return rows if all(row.status == "sent" for row in rows) else []


def groups(conn: Connection) -> list[Any]:
    return list(conn.execute(select(chat).order_by(chat.c.id)).all())


def accounts(conn: Connection) -> list[Any]:
    return list(conn.execute(select(account).order_by(account.c.id)).all())


def updates(conn: Connection) -> list[Any]:
    return list(conn.execute(select(inbound).order_by(inbound.c.id)).all())
