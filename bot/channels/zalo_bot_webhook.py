"""Zalo Bot's updates by webhook: stored before they are confirmed (200), worked on after."""

from __future__ import annotations

import hmac
import json
from typing import Any

import structlog
from aiohttp import web

from bot.channels.zalo_bot_api import ZaloBotApi
from bot.channels.zalo_bot_in import Keep
from bot.channels.zalo_bot_parse import updates

PATH = "/zalo/bot"
HEADER = "X-Bot-Api-Secret-Token"
SHORTEST, LONGEST = 8, 256  # characters of the secret

log = structlog.get_logger(__name__)


def webhook_route(secret: str, keep: Keep, path: str = PATH) -> web.RouteDef:
    """The route Zalo posts to.

    200 once all is kept, for an empty probe (with or without the secret), and for what can never be read; 401 for a
    wrong secret; 503 when it could not be kept. Raises ValueError for a secret that Zalo would not take.
    """
    if not SHORTEST <= len(secret) <= LONGEST:
        raise ValueError(f"the webhook secret must have {SHORTEST} to {LONGEST} characters")
    expected = secret.encode()

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        if body.strip() in {b"", b"{}"}:
            return web.Response()
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected):
            log.warning("zalo_bot_webhook_wrong_secret")
            return web.Response(status=401)
        return web.Response(status=await _take(body, keep))

    return web.post(path, receive)


async def _take(body: bytes, keep: Keep) -> int:
    """The HTTP status for one posted body."""
    try:
        found = updates(json.loads(body))
    except (ValueError, RecursionError):
        found = []
    if not found:
        log.warning("zalo_bot_update_unreadable", bytes=len(body))
    try:
        for raw in found:
            await keep(raw)
    except Exception as error:  # the text of the error may hold what was said
        log.error("zalo_bot_update_not_kept", error=type(error).__name__)  # noqa: TRY400 - as above
        return 503
    return 200


async def set_webhook(api: ZaloBotApi, url: str, secret: str) -> Any:
    """Tell Zalo where to post: the public address with the route's path. Gives what it found when it tried the address
    (`verification`), None where it says nothing. Raises ApiError.

    Zalo keeps the address even where its try failed.
    """
    answer = await api.call("setWebhook", url=url, secret_token=secret)
    return answer.get("verification") if isinstance(answer, dict) else None
