"""The filing page as a phone's browser uses it: no script, a cookie, one form after the other."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp

from bot.app import Running
from bot.web.filing_desk import FIRST_WAIT

UNIT = "4827"
TOLD = re.compile(r'<div class="told"[^>]*>(.*?)</div>((?:\s*<div class="row">.*?</div>)*)', re.DOTALL)
BUTTON = re.compile(r'<button name="press" value="[^"]*">([^<]*)</button>')


class WebLine:
    """A poster's QR code opens the page, so that "sk 4827" is a tap on Bắt đầu; all else is typed."""

    channel = "web"

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._browsers: dict[str, aiohttp.ClientSession] = {}
        self._url = ""

    def settings(self) -> Mapping[str, Any]:
        return {"public_filing": True}

    async def opened(self, running: Running) -> None:
        self._url = running.url

    async def say(self, account: str, text: str, _chat: str) -> None:
        first = account not in self._browsers
        page = await self._page(account)
        if first:
            await asyncio.sleep(FIRST_WAIT.total_seconds())  # nobody reads it in less
        form = {"do": "start"} if first else {"text": text}
        await self._post(account, page, form)

    async def photo(self, account: str, data: bytes, caption: str) -> None:
        await self._post(account, await self._page(account), {"text": caption}, data)

    async def read(self, account: str, _chat: str) -> list[str]:
        """What was said earlier stands behind the newest on the page."""
        page = await self._page(account)
        newest, _, rest = page.partition('<form method="post"')[2].partition("</form>")
        return [*_words(rest), *_words(newest)]

    async def new_group(self, account: str) -> str:
        raise AssertionError(f"a page has no groups: {account}")

    async def _page(self, account: str) -> str:
        if account not in self._browsers:
            jar = aiohttp.CookieJar(unsafe=True)
            self._browsers[account] = await self._stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        async with self._browsers[account].get(f"{self._url}/nop/{UNIT}") as answer:
            return await answer.text()

    async def _post(self, account: str, page: str, fields: Mapping[str, str], photo: bytes = b"") -> None:
        token = re.search(r'name="token" value="([^"]*)"', page)
        assert token
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in {"token": token[1], **fields}.items():
            form.add_field(name, value)
        form.add_field("photo", photo, filename="anh.jpg" if photo else "", content_type="image/jpeg")
        async with self._browsers[account].post(f"{self._url}/nop/{UNIT}", data=form) as answer:
            assert answer.status == 200, await answer.text()


def _words(part: str) -> list[str]:
    found = []
    for text, rows in TOLD.findall(part):
        labels = [f"[{html.unescape(label)}]" for label in BUTTON.findall(rows)]
        found.append("\n".join([html.unescape(re.sub(r"<[^>]*>", "", text)), *labels]))
    return found


@asynccontextmanager
async def in_any_browser() -> AsyncIterator[WebLine]:
    async with AsyncExitStack() as stack:
        yield WebLine(stack)
