"""The web chat as its page uses it: it posts, and reads the feed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import aiohttp

from bot.app import Running
from bot.web.guard import MARK

GROUP = "nhom-can-bo"


class WebChatLine:
    """Without a token the bot is this; its people and groups are the demo's."""

    channel = "webchat"

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._url = ""
        self._numbers = count(1)

    def settings(self) -> Mapping[str, Any]:
        return {}

    async def opened(self, running: Running) -> None:
        self._url = running.url

    async def say(self, account: str, text: str, chat: str) -> None:
        body = {"account": account, "chat": chat or account, "id": self._key(), "text": text}
        async with self._session.post(f"{self._url}/webchat/say", json=body, headers={MARK: "1"}) as answer:
            assert answer.status == 200, await answer.text()

    async def photo(self, account: str, data: bytes, caption: str) -> None:
        form = aiohttp.FormData({"account": account, "chat": account, "id": self._key(), "caption": caption})
        form.add_field("file", data, filename="anh.jpg", content_type="image/jpeg")
        async with self._session.post(f"{self._url}/webchat/upload", data=form, headers={MARK: "1"}) as answer:
            assert answer.status == 200, await answer.text()

    async def read(self, account: str, chat: str) -> list[str]:
        found: list[str] = []
        async with self._session.get(f"{self._url}/webchat/feed", params={"chat": chat or account}) as feed:
            async for line in feed.content:
                if line.startswith(b"event: caught-up"):
                    return found
                if line.startswith(b"data: "):
                    entry = json.loads(line.removeprefix(b"data: "))
                    found += [_words(entry)] if entry["author"] == "" else []
        raise AssertionError("the feed ended")

    async def new_group(self, account: str) -> str:
        return GROUP

    def _key(self) -> str:
        return f"story-message-{next(self._numbers)}"


def _words(entry: Mapping[str, Any]) -> str:
    labels = [f"[{button['label']}]" for row in entry["buttons"] for button in row]
    return "\n".join([entry["text"], *labels])


@asynccontextmanager
async def in_the_browser() -> AsyncIterator[WebChatLine]:
    async with aiohttp.ClientSession() as session:
        yield WebChatLine(session)
