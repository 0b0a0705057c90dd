"""What a line is, and somebody who uses one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, select

from bot.app import Running
from models.chat import outbox
from models.store import Store

SECONDS = 15.0
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"anh cua Lan" * 20
_UNSENT = select(outbox.c.id).where(outbox.c.status.in_(("queued", "sending"))).limit(1)


class Line(Protocol):
    """A channel as its people know it. Accounts are short names; a line makes of them what its platform wants."""

    @property
    def channel(self) -> str: ...

    def settings(self) -> Mapping[str, Any]:
        """Those that connect the bot to it."""

    async def opened(self, running: Running) -> None:
        """The bot runs; returns when it can be written to."""

    async def say(self, account: str, text: str, chat: str) -> None:
        """Words typed in private (`chat` ""), or in a group in such a way that the bot hears them."""

    async def photo(self, account: str, data: bytes, caption: str) -> None: ...

    async def read(self, account: str, chat: str) -> list[str]:
        """All the bot has said so far in that chat, a string a message."""

    async def new_group(self, account: str) -> str:
        """A group the bot has just been let into by somebody; its name for `say` and `read`."""


Open = Callable[[], AbstractAsyncContextManager[Line]]


@dataclass
class Caller:
    """Somebody in a private chat on a line, or (`chat`) in a group: a `tests.stories.Phone`."""

    line: Line
    store: Store
    account: str
    chat: str = ""
    said: int = 0
    heard: list[str] = field(default_factory=list)

    async def says(self, text: str, *expected: str) -> str:
        await self.line.say(self.account, text, self.chat)
        return await self._reads(text, expected)

    async def sends(self, kind: str = "photo", caption: str = "", *expected: str) -> str:
        assert kind == "photo"
        await self.line.photo(self.account, JPEG, caption)
        return await self._reads(caption, expected)

    async def _reads(self, said: str, expected: tuple[str, ...]) -> str:
        """All that comes in answer: at least one message, until there is nothing more to be sent."""
        self.said += 1
        async with asyncio.timeout(SECONDS):
            while len(await self.line.read(self.account, self.chat)) <= len(self.heard):
                await asyncio.sleep(0.02)
            while await self.store.read(_left):
                await asyncio.sleep(0.02)
        new = (await self.line.read(self.account, self.chat))[len(self.heard) :]
        self.heard += new
        answer = "\n---\n".join(new)
        for fragment in expected:
            assert fragment in answer, f"{self.account} said {said!r}\nexpected: {fragment}\nheard: {answer}"
        return answer

    async def catches_up(self) -> None:
        """What was said before is not an answer."""
        self.heard = await self.line.read(self.account, self.chat)


def _left(conn: Connection) -> bool:
    return conn.execute(_UNSENT).first() is not None
