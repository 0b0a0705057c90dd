"""Telegram by polling, against the played Bot API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.app import Running
from tests.servers.telegram import TelegramServer
from tests.whole.people import in_words

GROUP = -500


class TelegramLine:
    channel = "telegram"

    def __init__(self, server: TelegramServer) -> None:
        self.server = server
        self._numbers: dict[str, int] = {}

    def settings(self) -> Mapping[str, Any]:
        return {
            "telegram_token": self.server.token,
            "telegram_api_url": self.server.url,
            "telegram_per_second": 2000,
            "telegram_chat_interval": 0,
            "telegram_group_interval": 0,
        }

    async def opened(self, running: Running) -> None:
        pass

    async def say(self, account: str, text: str, chat: str) -> None:
        if chat:
            self.server.say(self._number(account), f"/{text}", chat=GROUP)
        else:
            self.server.say(self._number(account), text)

    async def photo(self, account: str, data: bytes, caption: str) -> None:
        self.server.photo(self._number(account), data, caption=caption)

    async def read(self, account: str, chat: str) -> list[str]:
        return [in_words(message) for message in self.server.sent(GROUP if chat else self._number(account))]

    async def new_group(self, account: str) -> str:
        self.server.group(GROUP, "15 chủ tịch CĐCS", supergroup=False)
        self.server.add_to_group(self._number(account), GROUP, admin=True)
        await self.server.wait_sent(GROUP, 1)
        return str(GROUP)

    def _number(self, account: str) -> int:
        if account not in self._numbers:
            self._numbers[account] = 11 + len(self._numbers)
            self.server.user(self._numbers[account], account.capitalize())
        return self._numbers[account]


@asynccontextmanager
async def by_polling() -> AsyncIterator[TelegramLine]:
    async with TelegramServer() as server:
        yield TelegramLine(server)
