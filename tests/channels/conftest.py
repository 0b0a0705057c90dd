"""A Bot API on loopback with Lan, Minh and a group."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram_api import capabilities
from bot.channels.telegram_out import TelegramChannel
from tests.servers.telegram import TelegramServer

LAN, MINH, GROUP, TOPICS = 11, 12, -500, -100700


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        server.user(LAN, "Lan", started=True)
        server.user(MINH, "Minh", started=True)
        server.group(GROUP, "Công đoàn Từ Liêm", supergroup=False)
        server.group(TOPICS, "Nhóm có chủ đề", threads=(7,))
        server.add_to_group(LAN, GROUP)
        server.add_to_group(LAN, TOPICS)
        server.updates.clear()
        yield server


@pytest.fixture
async def channel(server: TelegramServer) -> AsyncIterator[TelegramChannel]:
    rates = capabilities(per_second=25, chat_interval=1, group_interval=3)
    channel = TelegramChannel(server.token, rates, server.url, seconds=1.0)
    yield channel
    await channel.close()
