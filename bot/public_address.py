"""Does SANGKIEN_PUBLIC_URL lead to this bot? Asked from here: a phone on another network may see it differently."""

from __future__ import annotations

import asyncio
import json

import aiohttp

from bot.channels.capped import TooLarge, read_capped
from bot.config import Settings
from bot.findings import BAD, GOOD, WARNING, Finding
from handlers.talk import say

PATH = "/health/live"
SECONDS = 4.0
LARGEST = 4 << 10  # bytes of an answer: ours is shorter
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 # listens there, is not asked there


def opened(settings: Settings) -> list[Finding]:
    """Nothing where there is no address. That it cannot be opened is no fault where the bot does not run here yet."""
    if not settings.public_url:
        return []
    outside, here = asyncio.run(_both(settings))
    if not outside:
        return [Finding(GOOD, say("public.open", url=settings.public_url))]
    if not here:
        return [Finding(BAD, say("public.shut", url=settings.public_url, problem=outside))]
    return [Finding(WARNING, say("public.not_running", url=settings.public_url, problem=outside))]


async def _both(settings: Settings) -> tuple[str, str]:
    host = EVERYWHERE.get(settings.http_host, settings.http_host)
    local = f"http://[{host}]" if ":" in host else f"http://{host}"
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        asked = (_lives(session, url) for url in (settings.public_url, f"{local}:{settings.http_port}"))
        outside, here = await asyncio.gather(*asked)
        return outside, here


async def _lives(session: aiohttp.ClientSession, url: str) -> str:
    """Why the bot does not answer at this address; "" where it does."""
    try:
        async with session.get(url + PATH) as answer:
            body = await read_capped(answer, LARGEST)
            return "" if _is_ours(body) else f"HTTP {answer.status}"
    except (aiohttp.ClientError, TooLarge, ValueError, TimeoutError, OSError) as error:  # ValueError: no address at all
        return type(error).__name__


def _is_ours(body: bytes) -> bool:
    """As `bot.web.health` says it: another site may stand at this address."""
    try:
        found = json.loads(body)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("status") == "ok"
