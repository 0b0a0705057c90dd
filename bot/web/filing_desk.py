"""What the pages work with on which people file and look up, and what they answer when something of it fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from aiohttp import web

from bot.channels.web import Place, Trace, Visit
from bot.web.pages import Pages
from bot.web.shell import failure
from bot.web.visitor import House
from handlers.talk import Event, Media

LONGEST_WORD = 64  # characters of a search, a code, a button's data
FIRST_WAIT = timedelta(seconds=2)  # nobody reads the first page in less

log = structlog.get_logger(__name__)


class Door(Protocol):
    """What stands behind the pages: `bot.filing_door.FilingDoor`."""

    async def key(self) -> bytes: ...
    async def unit(self, code: str) -> Place | None: ...
    async def search(self, text: str) -> tuple[Place, ...]: ...
    async def may_search(self, address: str) -> bool: ...
    async def may_say(self, cookie: str, address: str) -> bool: ...
    async def may_start(self, cookie: str, unit: str, address: str) -> bool: ...
    async def who(self, cookie: str) -> Visit: ...
    async def visit(self, cookie: str) -> Visit: ...
    async def say(self, cookie: str, event: Event, key: str, language: str) -> None: ...
    async def keep_photo(self, cookie: str, data: bytes, name: str, caption: str) -> Media | None: ...
    async def drop_photo(self, photo: Media) -> None: ...
    async def new_receipt(self, cookie: str) -> str: ...
    async def leave(self, cookie: str) -> None: ...
    async def trace(self, code: str, address: str) -> Trace | str | None: ...
    async def resume(self, code: str, cookie: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Desk:
    pages: Pages
    door: Door
    house: House
    clock: Callable[[], datetime]


def at_desk(desk: Desk, handler: Callable[[Desk, web.Request], Awaitable[web.StreamResponse]]) -> Any:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await handler(desk, request)

    return handle


def note(exc: Exception) -> None:
    """What the log may know of a failure; the page tells the person what to do, and holds what they typed."""
    log.error("filing.failed", **failure(exc))
