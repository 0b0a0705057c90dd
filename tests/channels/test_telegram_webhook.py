"""The webhook: who may post, and what is answered when."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.channels import Incoming
from bot.channels.telegram_api import ApiError, BotApi
from bot.channels.telegram_parse import Me
from bot.channels.telegram_webhook import HEADER, set_webhook, webhook_route
from handlers.talk import Said
from tests.channels.conftest import LAN
from tests.channels.test_telegram_in import Intake, until
from tests.servers.telegram import TelegramServer

SECRET = "mat-khau_4827"


class Site:
    """Our web server with the route."""

    def __init__(self) -> None:
        self.intake = Intake()
        self.me: Me | None = Me(4827, "SangKienTestBot")
        self.url = ""


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.add_routes([webhook_route(SECRET, site.intake, lambda: site.me)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield site
    await runner.cleanup()


async def post(site: Site, body: bytes, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {HEADER: secret}
    async with aiohttp.ClientSession() as session, session.post(site.url, data=body, headers=headers) as answer:
        return answer.status


HELLO = (
    b'{"update_id": 9, "message": {"message_id": 1, "date": 1, "text": "sk", "chat": {"id": 11, "type": "private"},'
    b' "from": {"id": 11, "is_bot": false, "first_name": "Lan"}}}'
)


@pytest.mark.parametrize("secret", [None, "", "mat-khau_4828", SECRET + "x", "mật khẩu"])
async def test_a_wrong_secret_is_refused_unread(site: Site, secret: str | None) -> None:
    assert await post(site, HELLO, secret) == 401
    assert site.intake.got == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b'{"update_id": 9, "message": {"text": "x"}}', b"\xff"])
async def test_what_can_never_be_read_is_not_asked_for_again(site: Site, body: bytes) -> None:
    assert await post(site, body) == 200
    assert site.intake.got == []


async def test_what_was_not_stored_is_asked_for_again(site: Site) -> None:
    site.intake.failing["sk"] = 1
    assert await post(site, HELLO) == 500
    assert await post(site, HELLO) == 200
    assert [incoming.event for incoming in site.intake.got] == [Said("sk")]


async def test_before_the_bot_knows_its_name_telegram_comes_again(site: Site) -> None:
    site.me = None
    assert await post(site, HELLO) == 503


@pytest.mark.parametrize("secret", ["", "mật khẩu", "a b", "x" * 257])
def test_a_secret_that_telegram_would_not_take(secret: str) -> None:
    async def deliver(incoming: Incoming) -> None: ...

    with pytest.raises(ValueError, match="webhook secret"):
        webhook_route(secret, deliver, lambda: None)


async def test_whole_way_with_a_failure_between(site: Site, server: TelegramServer) -> None:
    site.intake.failing["một"] = 2
    async with BotApi(server.token, server.url) as api:
        await set_webhook(api, site.url, SECRET)
        with pytest.raises(ApiError, match="409"):
            await api.call("getUpdates")
        for words in ("một", "hai"):
            server.say(LAN, words)
        await until(lambda: not server.updates)
    assert site.intake.words == ["một", "hai"]
    assert "500" in server.delivery.last_error
