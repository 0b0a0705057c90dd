"""Polling and webhook of the Zalo Bot platform, against the played one with its faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.channels.zalo_bot_api import ApiError, ZaloBotApi
from bot.channels.zalo_bot_in import OTHER_POLLS, WEBHOOK_SET, ZaloBotPoller
from bot.channels.zalo_bot_webhook import HEADER, PATH, set_webhook, webhook_route
from tests.servers.zalo_bot import ZaloBotServer

SECRET = "mat-khau-4827"


class Kept:
    """Where updates are kept; refuses the next `failing`."""

    def __init__(self) -> None:
        self.raw: list[Mapping[str, Any]] = []
        self.failing = 0

    async def __call__(self, raw: Mapping[str, Any]) -> None:
        if self.failing:
            self.failing -= 1
            raise OSError("lam cu ga may tui ao")
        self.raw.append(raw)

    @property
    def words(self) -> list[str]:
        return [raw["message"]["text"] for raw in self.raw]


@pytest.fixture
async def server() -> AsyncIterator[ZaloBotServer]:
    async with ZaloBotServer() as server:
        server.user("lan", "Lan")
        yield server


@asynccontextmanager
async def polling(
    server: ZaloBotServer, kept: Kept, may: Callable[[], bool] = lambda: True
) -> AsyncIterator[ZaloBotPoller]:
    async def may_poll() -> bool:
        return may()

    async with ZaloBotApi(server.token, server.url) as api, asyncio.TaskGroup() as group:
        poller = ZaloBotPoller(api, may_poll, seconds=1, pause=0.02)
        task = group.create_task(poller.run(kept))
        yield poller
        task.cancel()


async def until(holds: Callable[[], Any], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)


# ------------------------------------------------------------ polling


async def test_one_after_the_other_in_their_order_and_silence_is_no_fault(server: ZaloBotServer) -> None:
    kept = Kept()
    server.fail("getUpdates", "408", times=3)
    with capture_logs() as logs:
        async with polling(server, kept) as poller:
            for number in range(5):
                server.say("lan", str(number))
            await until(lambda: len(kept.raw) == 5)
            assert poller.problem == ""
    assert kept.words == ["0", "1", "2", "3", "4"]
    assert logs == []


async def test_what_names_no_event_is_kept_too(server: ZaloBotServer) -> None:
    kept = Kept()
    async with polling(server, kept):
        strange = server.push({"message": {"text": "không rõ"}})
        server.say("lan", "sk")
        await until(lambda: len(kept.raw) == 2)
    assert kept.raw[0] == strange


@pytest.mark.parametrize("kind", ["502", "504", "403", "reset"])
async def test_an_outage_is_waited_out_without_a_rush(server: ZaloBotServer, kind: str) -> None:
    kept = Kept()
    server.fail("getUpdates", kind, times=3)
    async with polling(server, kept):
        server.say("lan", "sk")
        await until(lambda: kept.raw)
    assert server.calls["getUpdates"] <= 6


async def test_what_cannot_be_stored_is_held_and_nothing_more_is_asked_for(server: ZaloBotServer) -> None:
    """The platform has forgotten it already."""
    kept = Kept()
    kept.failing = 4
    with capture_logs() as logs:
        async with polling(server, kept):
            server.say("lan", "lam cu ga")
            server.say("lan", "hai")
            await until(lambda: len(kept.raw) == 2)
    assert kept.words == ["lam cu ga", "hai"]
    assert "lam cu ga" not in str(logs)


async def test_only_the_holder_of_the_lease_polls_and_the_other_says_so(server: ZaloBotServer) -> None:
    held, kept = [False], Kept()
    async with polling(server, kept, lambda: held[0]) as poller:
        await until(lambda: poller.problem == OTHER_POLLS)
        assert server.calls["getUpdates"] == 0
        held[0] = True
        server.say("lan", "sk")
        await until(lambda: kept.raw)
        assert poller.problem == ""


async def test_a_webhook_is_never_taken_away_by_the_bot(server: ZaloBotServer) -> None:
    server.webhook = "https://elsewhere.example.vn/zalo/bot"
    async with polling(server, Kept()) as poller:
        await until(lambda: poller.problem == WEBHOOK_SET)
    assert server.calls["deleteWebhook"] == 0
    assert server.calls["getUpdates"] == 0


async def test_a_token_that_was_reset_is_told_and_not_tried_all_the_time(server: ZaloBotServer) -> None:
    server.token = "4827:another"
    async with ZaloBotApi("4827:old", server.url) as api, asyncio.TaskGroup() as group:
        poller = ZaloBotPoller(api, _yes, seconds=1, pause=0.01)
        task = group.create_task(poller.run(Kept()))
        await until(lambda: poller.problem)
        await asyncio.sleep(0.1)
        task.cancel()
    assert "does not accept the token" in poller.problem
    assert server.calls.total() == 1


async def _yes() -> bool:
    return True


# ------------------------------------------------------------ webhook


@asynccontextmanager
async def site(kept: Kept) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes([webhook_route(SECRET, kept)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    await runner.cleanup()


async def post(url: str, body: bytes, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {HEADER: secret}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


HELLO = b'{"event_name":"message.text.received","message":{"message_id":"1","text":"sk"}}'


@pytest.mark.parametrize("secret", [None, "", "mat-khau-4828", SECRET + "x", "mật khẩu"])
async def test_a_wrong_secret_is_refused_unread(secret: str | None) -> None:
    kept = Kept()
    async with site(kept) as url:
        assert await post(url, HELLO, secret) == 401
    assert kept.raw == []


@pytest.mark.parametrize("body", [b"", b"{}", b" \n"])
async def test_an_empty_probe_is_answered_with_or_without_the_secret(body: bytes) -> None:
    kept = Kept()
    async with site(kept) as url:
        assert [await post(url, body, secret) for secret in (None, SECRET)] == [200, 200]
    assert kept.raw == []


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b'{"ok":true}', b"\xff", b"[" * 100_000])
async def test_what_can_never_be_read_is_not_asked_for_again(body: bytes) -> None:
    kept = Kept()
    async with site(kept) as url:
        assert await post(url, body) == 200
    assert kept.raw == []


async def test_it_is_confirmed_only_once_it_is_kept() -> None:
    kept = Kept()
    kept.failing = 1
    async with site(kept) as url:
        assert [await post(url, HELLO), await post(url, HELLO)] == [503, 200]
    assert len(kept.raw) == 1


@pytest.mark.parametrize("secret", ["", "1234567", "x" * 257])
def test_a_secret_that_zalo_would_not_take(secret: str) -> None:
    with pytest.raises(ValueError, match="webhook secret"):
        webhook_route(secret, Kept())


@pytest.mark.parametrize("wrapped", [False, True])
async def test_whole_way_wrapped_or_bare_with_failures_between(server: ZaloBotServer, wrapped: bool) -> None:
    server.wrapped = wrapped
    kept = Kept()
    kept.failing = 2
    async with site(kept) as url, ZaloBotApi(server.token, server.url) as api:
        assert await set_webhook(api, url, SECRET) == {"ok": True, "outcome": "webhook.ok", "status_code": 200}
        with pytest.raises(ApiError, match="400"):
            await api.call("getUpdates")
        server.duplicates = 1
        for words in ("một", "hai"):
            server.say("lan", words)
        await until(lambda: len(server.posted) == 5)
    assert server.posted == [503, 503, 200, 200, 200]
    assert kept.words == ["một", "một", "hai"]
