"""An Official Account's webhook: who may post, what is kept before 200, and how long it takes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.channels.zalo_oa_webhook import MANY, PATH, Webhook, mac_of
from tests.channels.zalo_oa import LAN
from tests.servers.zalo_oa import ZaloOaServer


class Door:
    """The route on loopback; what it was given to keep."""

    def __init__(self, server: ZaloOaServer, **secrets: str) -> None:
        self.kept: list[Mapping[str, Any]] = []
        self.fails = 0
        self.hold = asyncio.Event()
        self.hold.set()
        self.webhook = Webhook(server.app_id, secrets, self._keep)
        self._server = server
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        app = web.Application()
        app.router.add_routes([self.webhook.route()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._server.events.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}{PATH}"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def post(self, body: bytes, **headers: str) -> int:
        async with (
            aiohttp.ClientSession() as session,
            session.post(self._server.events.url, data=body, headers=headers) as answer,
        ):
            return answer.status

    async def _keep(self, raw: Mapping[str, Any]) -> None:
        await self.hold.wait()
        if self.fails:
            self.fails -= 1
            raise OSError("disk full")
        self.kept.append(raw)


@pytest.fixture
async def server() -> AsyncIterator[ZaloOaServer]:
    async with ZaloOaServer() as server:
        yield server


@pytest.fixture
async def door(server: ZaloOaServer) -> AsyncIterator[Door]:
    door = Door(server, oa_secret=server.oa_secret, app_secret=server.app_secret)
    await door.open()
    yield door
    await door.close()


def test_the_signature_is_the_official_sdks() -> None:
    """Values of MacUtils.buildMac (zalo-java-sdk)."""
    body = (
        '{"app_id":"360800000000000001","event_name":"user_send_text","timestamp":"1790000000123",'
        '"sender":{"id":"246800000000000001"},"recipient":{"id":"388600000000000001"},'
        '"message":{"msg_id":"96d3cdf3af150460","text":"Đồng ý"}}'
    )
    mac = mac_of("360800000000000001", body.encode(), "1790000000123", "oaSecretKey")
    assert mac == "a561c3e18fdf9c31ba777176ffe6d9f4a49c7bdb0ec02ba725a1a52e96e7b62f"
    assert mac_of("1", b"{}", "2", "s") == "b4f82c4532052c7f37ed3c6bdaf0e2c83adb46816e9649f84022fe165b65a81b"


@pytest.mark.parametrize("header_time", [True, False])
@pytest.mark.parametrize("bare_mac", [True, False])
@pytest.mark.parametrize("by", ["oa_secret", "app_secret"])
async def test_every_way_of_signing_that_was_seen_is_taken(
    server: ZaloOaServer, door: Door, by: str, bare_mac: bool, header_time: bool
) -> None:
    server.events.secret = getattr(server, by)
    server.events.bare_mac, server.events.header_time = bare_mac, header_time
    with capture_logs() as lines:
        server.say(LAN, "Đồng ý")
        server.say(LAN, "1")
        await server.events.all_taken()
    assert [raw["message"]["text"] for raw in door.kept] == ["Đồng ý", "1"]
    where = "header" if header_time else "body"
    assert [line for line in lines if line["event"] == "zalo_oa_signature"] == [
        {"event": "zalo_oa_signature", "log_level": "info", "secret": by, "time": where}
    ]


async def test_a_header_time_that_is_not_the_signed_one_is_no_hindrance(server: ZaloOaServer, door: Door) -> None:
    event = server.events.happens("follow", follower={"id": LAN})
    body = json.dumps(event).encode()
    mac = mac_of(server.app_id, body, event["timestamp"], server.oa_secret)
    headers = {"X-ZEvent-Signature": f"mac={mac}", "X-ZEvent-Timestamp": "1"}
    assert await door.post(body, **headers) == 200


@pytest.mark.parametrize("signature", ["", "mac=", "mac=00", "đúng rồi", "mac=" + "0" * 64])
async def test_whoever_cannot_sign_is_refused_counted_and_named_in_the_log(door: Door, signature: str) -> None:
    body = json.dumps({"event_name": "user_send_text", "timestamp": "1", "message": {"text": "bí mật"}}).encode()
    signed = {"X-ZEvent-Signature": signature} if signature else {}
    with capture_logs() as lines:
        assert await door.post(body, **signed) == 401
    assert (door.kept, door.webhook.refused) == ([], 1)
    assert [line["event"] for line in lines] == ["zalo_oa_event_refused"]
    assert "bí mật" not in str(lines)


async def test_a_strangers_posts_are_no_sign_of_wrong_settings(server: ZaloOaServer, door: Door) -> None:
    for app in ("", "999", None):
        body = json.dumps({"event_name": "follow", "timestamp": "1", "app_id": app}).encode()
        assert await door.post(body, **{"X-ZEvent-Signature": "mac=00"}) == 401
    assert (door.webhook.refused, door.webhook.refused_ours, door.webhook.doubtful.is_set()) == (3, 0, False)


async def test_several_events_of_our_app_that_fit_nothing_are_one(server: ZaloOaServer, door: Door) -> None:
    body = json.dumps({"app_id": server.app_id, "event_name": "follow", "timestamp": "1"}).encode()
    for _ in range(MANY):
        assert not door.webhook.doubtful.is_set()
        assert await door.post(body, **{"X-ZEvent-Signature": "mac=00"}) == 401
    assert (door.webhook.refused_ours, door.webhook.doubtful.is_set()) == (MANY, True)


async def test_what_does_not_fit_after_something_did_is_no_sign_of_it(server: ZaloOaServer, door: Door) -> None:
    server.say(LAN, "SK")
    await server.events.all_taken()
    body = json.dumps({"app_id": server.app_id, "event_name": "follow", "timestamp": "1"}).encode()
    for _ in range(MANY):
        assert await door.post(body) == 401
    assert (door.webhook.refused_ours, door.webhook.doubtful.is_set()) == (MANY, False)


async def test_changed_words_are_refused(server: ZaloOaServer, door: Door) -> None:
    event = server.events.happens("follow", follower={"id": LAN})
    body = json.dumps(event).encode()
    headers = server.events.signature(body, event["timestamp"])
    assert await door.post(body.replace(LAN.encode(), b"999"), **headers) == 401


async def test_without_any_secret_nothing_is_taken(server: ZaloOaServer) -> None:
    door = Door(server, oa_secret="", app_secret="")
    await door.open()
    body = b'{"event_name": "follow", "timestamp": "1"}'
    mac = mac_of(server.app_id, body, "1", "")
    assert await door.post(body, **{"X-ZEvent-Signature": f"mac={mac}"}) == 401
    await door.close()


@pytest.mark.parametrize("body", [b"{}", b"", b"[]", b"null", b"xin chao", b"[" * 100_000])
async def test_the_unsigned_probe_and_what_is_no_event_do_nothing(door: Door, body: bytes) -> None:
    assert await door.post(body) == 200
    assert door.kept == []


async def test_what_is_too_large_for_an_event_is_not_read(door: Door) -> None:
    assert await door.post(b'{"a":"' + b"0" * (1 << 20) + b'"}') == 413


async def test_what_was_not_stored_is_asked_for_again(server: ZaloOaServer, door: Door) -> None:
    door.fails = 2
    server.say(LAN, "SK")
    await server.events.all_taken()
    assert server.events.answers == [503, 503, 200]
    assert [raw["message"]["text"] for raw in door.kept] == ["SK"]


async def test_storage_that_hangs_is_answered_within_two_seconds(server: ZaloOaServer, door: Door) -> None:
    door.hold.clear()
    server.say(LAN, "SK")
    async with asyncio.timeout(10):
        while not server.events.answers:
            await asyncio.sleep(0.01)
    assert server.events.answers == [503]
    assert server.events.longest < 2
    door.hold.set()
    await server.events.all_taken()
    assert server.events.answers[-1] == 200
