"""Telegram's updates by webhook: an update is confirmed (200) only after the intake has stored its work."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable
from typing import Any

import structlog
from aiohttp import web

from bot.channels import Deliver
from bot.channels.telegram_api import BotApi
from bot.channels.telegram_in import delivered
from bot.channels.telegram_parse import ALLOWED_UPDATES, Malformed, Me, parse

PATH = "/telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

log = structlog.get_logger(__name__)


def webhook_route(secret: str, deliver: Deliver, me: Callable[[], Me | None], path: str = PATH) -> web.RouteDef:
    """The route Telegram posts to. `me` gives None until getMe was answered: Telegram is then told to come again.

    200 after `deliver` returned, or for what can never be read; 401 for a wrong secret; 500 when `deliver` raised:
    Telegram repeats the update. Raises ValueError for a secret that Telegram would not take.
    """
    if not SECRET.fullmatch(secret):
        raise ValueError("the webhook secret must be 1 to 256 of A-Z a-z 0-9 _ -")
    expected = secret.encode()

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected):
            log.warning("telegram_webhook_wrong_secret")
            return web.Response(status=401)
        bot = me()
        if bot is None:
            return web.Response(status=503)
        return web.Response(status=await _take(await request.read(), bot, deliver))

    return web.post(path, receive)


async def _take(body: bytes, me: Me, deliver: Deliver) -> int:
    """The HTTP status for one posted update."""
    try:
        raw = _json_object(body)
        event = parse(raw, me)
    except Malformed as error:
        # answered 200: Telegram would repeat it for a day and hold back the chat's other updates
        log.warning("telegram_update_malformed", places=str(error))
        return 200
    if event is None:
        return 200
    return 200 if await delivered(raw["update_id"], event, deliver) else 500


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(body)
    except ValueError:
        raw = None
    if not isinstance(raw, dict):
        raise Malformed("not a JSON object")
    return raw


async def set_webhook(api: BotApi, url: str, secret: str, at_once: int = 40) -> None:
    """Tell Telegram where to post: `url` is the public address with the route's path. Raises ApiError."""
    await api.call("setWebhook", url=url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=at_once)
