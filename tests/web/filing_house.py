"""The whole bot with the filing page on, over real HTTP, and a phone that reads pages as a person does: no script runs.

`Phone.sent` and `Phone.told` count what the person sends and what the bot says to it.
"""

from __future__ import annotations

import html
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, CookieJar, FormData

from bot.app import App, Running
from bot.config import Settings
from scheduler.clock import system_clock

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
BROWSER = {"Accept": "text/html"}
LAN = (  # what Lan answers once she has tapped Bắt đầu; in brackets what she taps
    "[Đồng ý]",
    "tran thi lan",
    "lam cu ga may tui ao khong phai ve phan",
    "truoc ve phan tung tui hay lech. gio dat vao cu may luon. nhanh hon 10 giay 1 ao, it phai thao",
    "[Tháng này]",
    "[Nộp]",
)


@dataclass
class FilingHouse:
    """`ahead` is by how much its clock is ahead of the machine's."""

    running: Running
    folder: Path
    port: int
    ahead: timedelta = timedelta(0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def clock(self) -> datetime:
        return system_clock() + self.ahead

    def later(self, **span: float) -> None:
        self.ahead += timedelta(**span)


@asynccontextmanager
async def filing_house(
    database_url: str, folder: Path, only: tuple[str, ...] = ("web", "receive", "send"), **more: Any
) -> AsyncIterator[FilingHouse]:
    """The page is on; `more` are settings."""
    values: dict[str, Any] = {
        "database_url": database_url,
        "public_filing": True,
        "controller": "Công đoàn phường Từ Liêm",
        "contact": "0243 123 456",
        "media_dir": folder / "media",
    }
    found: list[FilingHouse] = []

    def clock() -> datetime:
        return system_clock() + (found[0].ahead if found else timedelta(0))

    with socket.create_server(("127.0.0.1", 0)) as probe:
        values["http_port"] = port = probe.getsockname()[1]
    settings = Settings(_env_file=None, **values | more)
    async with App(settings, only, clock) as running:
        away_from_the_hour = timedelta(minutes=10 - system_clock().minute)  # at which limits begin anew
        found.append(FilingHouse(running, folder, port, away_from_the_hour))
        yield found[0]


@dataclass
class Phone:
    """One browser. `page` is what it shows."""

    house: FilingHouse
    http: ClientSession
    page: str = ""
    status: int = 0
    sent: int = 0
    told: int = 0
    where: str = ""
    pages: list[int] = field(default_factory=list)  # bytes of each page

    async def open(self, path: str) -> str:
        async with self.http.get(f"{self.house.url}{path}", headers=BROWSER) as answer:
            await self._take(answer)
        return self.page

    async def starts(self, code: str = "4827") -> str:
        """The poster's QR code, a moment to read, and Bắt đầu."""
        await self.open(f"/nop/{code}")
        self.house.later(seconds=5)
        return await self.does("start")

    async def does(self, what: str) -> str:
        """A button that is no answer."""
        return await self.posts({"do": what})

    async def answers(self, words: str) -> str:
        """Words, or in brackets the label of an answer to tap."""
        return await self.taps(words[1:-1]) if words.startswith("[") else await self.says(words)

    async def says(self, text: str) -> str:
        return await self.posts({"text": text})

    async def taps(self, label: str) -> str:
        return await self.posts({"press": self.buttons()[label]})

    async def sends(self, data: bytes, text: str = "", name: str = "anh.png") -> str:
        return await self.posts({"text": text}, (data, name))

    async def posts(
        self, fields: dict[str, str], file: tuple[bytes, str] | None = None, token: str | None = None
    ) -> str:
        form = FormData(default_to_multipart=True)
        for name, value in ({"token": self.token if token is None else token, "website": ""} | fields).items():
            form.add_field(name, value)
        if file is not None:
            form.add_field("photo", file[0], filename=file[1], content_type="image/png")
        self.sent += 1
        async with self.http.post(f"{self.house.url}{self.action}", data=form, headers=BROWSER) as answer:
            await self._take(answer)
            self.told += len(answer.history) and len(self.newest())
        return self.page

    async def _take(self, answer: Any) -> None:
        self.page, self.status, self.where = await answer.text(), answer.status, answer.url.path
        self.pages.append(len(self.page.encode()))

    # ------------------------------------------------------------ what stands on the page

    @property
    def token(self) -> str:
        found = re.search(r'name="token" value="([^"]*)"', self.page)
        return found[1] if found else ""

    @property
    def action(self) -> str:
        found = re.search(r'<form method="post" action="([^"]*)"', self.page)
        return html.unescape(found[1]) if found else self.where

    @property
    def problem(self) -> str:
        found = re.search(r'role="alert"[^>]*>([^<]*)<', self.page)
        return html.unescape(found[1]) if found else ""

    @property
    def receipt(self) -> str:
        found = re.search(r"<b>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</b>", self.page)
        return found[1] if found else ""

    @property
    def kept(self) -> str:
        """What stands in the box."""
        found = re.search(r"<textarea[^>]*>([^<]*)</textarea>", self.page)
        return html.unescape(found[1]) if found else ""

    def newest(self) -> list[str]:
        """The bot's newest words."""
        form = self.page.partition("<form")[2].partition("</form>")[0]
        found = re.findall(r'<div class="told"[^>]*>(.*?)</div>', form, re.DOTALL)
        return [html.unescape(re.sub(r"<[^>]*>", "", one)) for one in found]

    def buttons(self) -> dict[str, str]:
        found = re.findall(r'<button name="press" value="([^"]*)">([^<]*)</button>', self.page)
        return {html.unescape(label): html.unescape(data) for data, label in found}


@asynccontextmanager
async def phone(house: FilingHouse, **more: Any) -> AsyncIterator[Phone]:
    """A browser with a memory for cookies of its own."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True), **more) as http:
        yield Phone(house, http)


async def files(who: Phone) -> str:
    await who.starts()
    for words in LAN:
        await who.answers(words)
    return who.receipt
