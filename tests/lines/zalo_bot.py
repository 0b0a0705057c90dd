"""The Zalo Bot platform by polling and by webhook, against the played one."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.app import Running
from bot.channels.zalo_bot_api import API_URL, ZaloBotApi
from bot.channels.zalo_bot_webhook import PATH, set_webhook
from tests.servers.zalo_bot import ZaloBotServer

GROUP = "g7f3a"
SECRET = "webhook-secret-of-nobody"


class ZaloBotLine:
    channel = "zalo_bot"

    def __init__(self, server: ZaloBotServer, port: int = 0) -> None:
        """`port`: where the bot listens for posts; 0: it polls."""
        self.server = server
        self.port = port

    def settings(self) -> Mapping[str, Any]:
        found: dict[str, Any] = {
            "zalo_bot_token": f"{self.server.token}\n",  # as it is often pasted
            "zalo_bot_api_url": self.server.url,
            "zalo_bot_poll_seconds": 1,
            "zalo_bot_per_second": 2000,
            "zalo_bot_chat_interval": 0,
            "zalo_bot_group_interval": 0,
            "zalo_image_hosts": self.server.url,
        }
        if self.port:
            public = f"http://127.0.0.1:{self.port}"
            found |= {"http_port": self.port, "public_url": public, "zalo_bot_webhook_secret": SECRET}
        return found

    async def opened(self, running: Running) -> None:
        """Only an administrator sets a webhook: `sangkien zalo webhook set`."""
        if self.port:
            async with ZaloBotApi(self.server.token, self.server.url or API_URL) as api:
                await set_webhook(api, f"{running.url}{PATH}", SECRET)

    async def say(self, account: str, text: str, chat: str) -> None:
        self._meet(account)
        self.server.say(account, self.server.mention(text) if chat else text, chat)

    async def photo(self, account: str, data: bytes, caption: str) -> None:
        self._meet(account)
        self.server.photo(account, data, caption)

    async def read(self, account: str, chat: str) -> list[str]:
        return self.server.texts(chat or account)

    async def new_group(self, account: str) -> str:
        self._meet(account)
        return self.server.group(GROUP, "15 chủ tịch CĐCS")

    def _meet(self, account: str) -> None:
        self.server.user(account, account.capitalize())


@asynccontextmanager
async def by_polling() -> AsyncIterator[ZaloBotLine]:
    async with ZaloBotServer() as server:
        yield ZaloBotLine(server)


@asynccontextmanager
async def by_webhook() -> AsyncIterator[ZaloBotLine]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    async with ZaloBotServer() as server:
        yield ZaloBotLine(server, port)
