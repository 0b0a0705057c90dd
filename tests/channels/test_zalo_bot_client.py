"""The played Zalo Bot platform against the client that others use: it reads ours as it reads theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from zalo_bot import Bot

from bot.channels.zalo_bot_api import ApiError, ZaloBotApi
from tests.servers.zalo_bot import ZaloBotServer


@pytest.fixture
async def server() -> AsyncIterator[ZaloBotServer]:
    async with ZaloBotServer() as server:
        server.user("lan", "Lan")
        yield server


@pytest.fixture
async def bot(server: ZaloBotServer) -> AsyncIterator[Bot]:
    async with Bot(server.token, server.url) as bot:
        yield bot


async def test_who_it_is(server: ZaloBotServer, bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.account_name) == (server.me["id"], server.me["account_name"])


async def test_it_receives_what_lan_says_and_answers(server: ZaloBotServer, bot: Bot) -> None:
    server.say("lan", "sk 4827")
    update = await bot.get_update(timeout=5)
    assert (update.message.text, update.message.chat.id) == ("sk 4827", "lan")
    assert update.message.from_user.id == "lan"
    await bot.send_message("lan", "Họ và tên của anh/chị?")
    assert server.texts("lan") == ["Họ và tên của anh/chị?"]


async def test_it_receives_a_picture_and_sends_one(server: ZaloBotServer, bot: Bot) -> None:
    picture = b"\xff\xd8\xff" + bytes(100)
    server.photo("lan", picture)
    update = await bot.get_update(timeout=5)
    assert update.message.photo_url.startswith(server.url)
    await bot.send_photo("lan", "Bảng", update.message.photo_url)
    assert server.sent("lan")[0]["photo"] == picture


async def test_what_was_given_out_is_gone(server: ZaloBotServer, bot: Bot) -> None:
    server.say("lan", "sk")
    await bot.get_update(timeout=5)
    async with ZaloBotApi(server.token, server.url) as api:
        with pytest.raises(ApiError, match="408"):
            await api.call("getUpdates", timeout="1")


async def test_a_failure_it_does_not_notice_is_one_for_us(server: ZaloBotServer, bot: Bot) -> None:
    """HTTP 200 with ok false: the other client gives nothing and goes on; ours raises."""
    assert await bot.send_message("nobody", "x") is None
    async with ZaloBotApi(server.token, server.url) as api:
        with pytest.raises(ApiError, match="410"):
            await api.call("sendMessage", chat_id="nobody", text="x")


async def test_the_methods_that_do_not_exist(server: ZaloBotServer) -> None:
    async with ZaloBotApi(server.token, server.url) as api:
        for method in ("sendVideo", "sendFile", "getChat", "sendmessage"):
            with pytest.raises(ApiError, match="404"):
                await api.call(method)
