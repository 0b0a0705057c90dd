"""The Official Account's events by webhook: the signature over the raw bytes, kept, and 200 before any work.

Who signs how is disputed: the time in the signature is a header's or the body's, the secret the account's or the app's.
All that is set is tried; the log says once which one fits. What fits none is refused, and counted.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from aiohttp import web

from bot.channels.zalo_oa_parse import events

PATH = "/zalo-oa"
SIGNATURE = "X-ZEvent-Signature"
TIME = "X-ZEvent-Timestamp"
LARGEST = 1 << 20  # bytes of an event
MANY = 3  # refused events of our app with none taken: it is the settings, not a stranger
STORE_SECONDS = 1.5  # Zalo waits for 2; what is not stored by then it brings again

Keep = Callable[[Mapping[str, Any]], Awaitable[object]]
"""Stores one event; returns once it is committed."""

log = structlog.get_logger(__name__)


class Webhook:
    """`secrets`: what may sign, by name, empty ones left out. `refused` counts events whose signature fits nothing;
    `refused_ours` those of them that name our app, as Zalo's do: anybody may post.
    """

    def __init__(self, app_id: str, secrets: Mapping[str, str], keep: Keep) -> None:
        self._app_id = app_id
        self._secrets = {name: secret for name, secret in secrets.items() if secret}
        self._keep = keep
        self._known_way: tuple[str, str] | None = None
        self.refused = 0
        self.refused_ours = 0
        self.taken = 0
        self.doubtful = asyncio.Event()  # so far nothing but refusals, and many

    def route(self, path: str = PATH) -> web.RouteDef:
        return web.post(path, self.receive)

    async def receive(self, request: web.Request) -> web.Response:
        """200: kept, a repeat, or the unsigned `{}` Zalo sends when the address is saved. 401: a wrong signature. 503:
        not stored; Zalo brings it again.
        """
        if (request.content_length or 0) > LARGEST:
            return web.Response(status=413)
        body = await request.read()
        raw = _object(body)
        if not raw:
            return web.Response()  # nothing in it that could be done: the probe, or what is no event at all
        signature, header_time = request.headers.get(SIGNATURE, ""), request.headers.get(TIME, "")
        way = self.way_of(body, signature, {"header": header_time, "body": str(raw.get("timestamp") or "")})
        if way is None:
            self._refuse(raw, signed=bool(signature))
            return web.Response(status=401)
        self._learn(way)
        return web.Response(status=await self._kept(raw))

    def way_of(self, body: bytes, signature: str, times: Mapping[str, str]) -> tuple[str, str] | None:
        """Which secret and which time fit; None: none does."""
        given = signature.strip().removeprefix("mac=").lower().encode("utf-8", "surrogateescape")
        found = None
        for name, secret in self._secrets.items():
            for where, time in times.items():
                if time and hmac.compare_digest(mac_of(self._app_id, body, time, secret).encode(), given):
                    found = found or (name, where)
        return found

    def _refuse(self, raw: Mapping[str, Any], *, signed: bool) -> None:
        self.refused += 1
        self.refused_ours += str(raw.get("app_id")) == self._app_id
        log.warning("zalo_oa_event_refused", reason="signature", signed=signed, refused=self.refused)
        if self.refused_ours >= MANY and not self.taken:
            self.doubtful.set()

    def _learn(self, way: tuple[str, str]) -> None:
        if way != self._known_way:
            self._known_way = way
            log.info("zalo_oa_signature", secret=way[0], time=way[1])

    async def _kept(self, raw: Mapping[str, Any]) -> int:
        try:
            async with asyncio.timeout(STORE_SECONDS):
                for event in events(raw):
                    await self._keep(event)
        except Exception as error:  # the text of the error may hold what was said
            log.error("zalo_oa_event_not_kept", error=type(error).__name__)  # noqa: TRY400 - as above
            return 503
        self.taken += 1
        return 200


def mac_of(app_id: str, body: bytes, time: str, secret: str) -> str:
    """Hex SHA-256 of the four one after the other (zalo-java-sdk, MacUtils.buildMac)."""
    return hashlib.sha256(app_id.encode() + body + time.encode() + secret.encode()).hexdigest()


def _object(body: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return raw if isinstance(raw, dict) else {}
