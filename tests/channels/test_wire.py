"""Where nobody listens nothing was written: that is known, and no try of a message is lost by it."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from bot.channels import Channel, Outgoing, Temporary
from bot.channels import telegram_api as telegram
from bot.channels.fetching import Fetcher
from bot.channels.telegram_out import TelegramChannel
from bot.channels.zalo_bot_api import ZaloBotApi
from bot.channels.zalo_bot_api import capabilities as zalo_bot
from bot.channels.zalo_bot_out import ZaloBotChannel
from bot.channels.zalo_oa_api import OaApi, Token
from bot.channels.zalo_oa_out import ZaloOaChannel
from bot.channels.zalo_oa_out import capabilities as zalo_oa
from tests.channels.rigs import NOW


class Given:
    """Tokens that are good."""

    async def current(self) -> Token:
        return Token(1, "good")

    async def renew(self, after: int) -> Token:
        raise AssertionError("nobody has refused it")


def _telegram(url: str) -> Channel:
    return TelegramChannel("1:of-nobody", telegram.capabilities(25, 1, 3), url)


def _zalo_bot(url: str) -> Channel:
    api = ZaloBotApi("1:of-nobody", url)
    return ZaloBotChannel(api, zalo_bot(3, 1, 1, None), Fetcher([], 1), lambda: NOW, quota_pause=300)


def _zalo_oa(url: str) -> Channel:
    fetcher = Fetcher([], 1)
    return ZaloOaChannel(OaApi(Given(), lambda: NOW, url), zalo_oa(20, 0), lambda: NOW, fetcher.fetch)


@pytest.mark.parametrize("make", [_telegram, _zalo_bot, _zalo_oa])
@pytest.mark.parametrize("host", ["127.0.0.1", "nowhere.invalid"])
async def test_what_could_not_connect_was_not_sent(make: Callable[[str], Channel], host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    channel = make(f"http://{host}:{port}")
    with pytest.raises(Temporary) as caught:
        await channel.send(Outgoing("11", "Họ và tên của anh/chị?"))
    assert type(caught.value) is Temporary
    assert not caught.value.perhaps
    await channel.close()
