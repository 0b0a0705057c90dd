"""The Official Account by its webhook, against the played platform; connected as `sangkien zalo connect` leaves it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.app import Running
from bot.channels.zalo_oa_oauth import Granted
from bot.channels.zalo_oa_webhook import PATH
from bot.zalo_oa_tokens import pair_of
from models.queries import secrets
from models.store import Store
from scheduler.clock import system_clock
from tests.servers.zalo_oa import ZaloOaServer

GROUP = "f414c8f76fa586fb0001"
NUMBERS = {"lan": "246800000000000001", "minh": "246800000000000002", "hoa": "246800000000000003"}


class ZaloOaLine:
    channel = "zalo_oa"

    def __init__(self, server: ZaloOaServer, port: int) -> None:
        self.server = server
        self.port = port

    def settings(self) -> Mapping[str, Any]:
        return {
            "zalo_oa_id": self.server.oa_id,
            "zalo_oa_app_id": self.server.app_id,
            "zalo_oa_app_secret": f"{self.server.app_secret}\n",  # as it is often pasted
            "zalo_oa_secret": self.server.oa_secret,
            "zalo_oa_api_url": self.server.url,
            "zalo_oa_oauth_url": self.server.url,
            "zalo_oa_per_second": 2000,
            "zalo_oa_chat_interval": 0,
            "zalo_image_hosts": self.server.url,
            "http_port": self.port,
            "public_url": f"http://127.0.0.1:{self.port}",
        }

    async def opened(self, running: Running) -> None:
        if not self.server.grants.access:
            self.connect(running.store)
        self.server.events.url = f"{running.url}{PATH}"

    def connect(self, store: Store) -> None:
        """As `sangkien zalo connect` leaves it."""
        answer = self.server.grants.grant()
        pair = pair_of(Granted(answer["access_token"], answer["refresh_token"], 90_000), system_clock(), 0.5)
        store.write_now(secrets.connect, f"zalo_oa:{self.server.oa_id}", pair)

    async def say(self, account: str, text: str, chat: str) -> None:
        self.server.say(NUMBERS[account], text, chat)

    async def photo(self, account: str, data: bytes, caption: str) -> None:
        self.server.photo(NUMBERS[account], data, caption)

    async def read(self, account: str, chat: str) -> list[str]:
        return [in_words(message) for message in self.server.sent(chat or NUMBERS[account])]

    async def new_group(self, account: str) -> str:
        """Made in the account's own tool; its event tells the bot."""
        self.server.group(GROUP, "15 chủ tịch CĐCS")
        users = [{"id": NUMBERS[account]}]
        self.server.events.happens("create_group", oa_id=self.server.oa_id, group_id=GROUP, users=users)
        await self.server.wait_sent(GROUP, 1)
        return GROUP


def in_words(message: Mapping[str, Any]) -> str:
    return "\n".join([str(message["text"]), *(f"[{button['title']}]" for button in message.get("buttons", ()))])


@asynccontextmanager
async def by_webhook() -> AsyncIterator[ZaloOaLine]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    async with ZaloOaServer() as server:
        yield ZaloOaLine(server, port)
