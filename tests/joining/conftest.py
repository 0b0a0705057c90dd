"""A town with three channels: Telegram, Zalo and the filing page."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from bot.channels.web import WebChannel
from bot.registry.sample import load_sample
from bot.stage import PLAIN, Paper, Shown, Stage
from handlers.facts import House
from handlers.talk import Event, Media, Said, Sent
from handlers.texts import Texts
from models.person import account
from models.store import Store
from tests.databases import SqliteFiles

NOON = datetime(2026, 11, 20, 12, 20, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
HOUSE = House(controller="Công đoàn phường Từ Liêm", contact="0243 123 456", data_url="https://sangkien.example.vn/dl")
TITLE = "lam cu ga may tui ao khong phai ve phan"
BODY = "truoc ve phan tung tui hay lech. gio dat vao cu may luon. nhanh hon 10 giay 1 ao"


@dataclass
class Someone:
    """An account on one of the channels."""

    stage: Stage
    channel: str
    account: str
    heard: list[Shown] = field(default_factory=list)

    async def does(self, event: Event, *expected: str) -> str:
        shown = await self.stage.act(self.account, event, channel=self.channel)
        self.heard += shown
        answer = "\n".join(one.text for one in shown)
        for fragment in expected:
            assert fragment in answer, f"{self.account} did {event}\nexpected: {fragment}\nheard: {answer}"
        return answer

    async def says(self, text: str, *expected: str) -> str:
        return await self.does(Said(text), *expected)

    async def sends(self, ref: str, caption: str, *expected: str) -> str:
        return await self.does(Sent(Media("photo", ref, caption)), *expected)

    async def files(self, title: str = TITLE) -> None:
        """From the poster to the receipt; whoever has agreed before is asked less."""
        answer = await self.says("sk 4827")
        if "Đồng ý" in answer:
            answer = await self.says("1")
        if "Họ và tên" in answer:
            await self.says("tran thi lan")
        await self.says(title)
        await self.says(BODY)
        await self.says("2")
        await self.says("1", "Đã nhận. Mã")

    async def code(self) -> str:
        """NOITK: the code as it is to be typed."""
        answer = await self.says("NOITK")
        if "đang nối với" in answer:
            answer = await self.says("1", "Mã nối tài khoản")
        return answer.rpartition("NOITK ")[2].strip()

    @property
    def told(self) -> list[str]:
        """All that stands in the chat."""
        return [one.text for one in self.stage.papers[self.channel].chats[self.account]]

    @property
    def person(self) -> int:
        return self.stage.store.read_now(_person, self.channel, self.account)


def _person(conn: Connection, channel: str, external_id: str) -> int:
    found = select(account.c.person_id).where(account.c.channel == channel, account.c.external_id == external_id)
    return int(conn.execute(found).scalar_one())


async def joins(one: Someone, other: Someone) -> None:
    """`one` asks for a code, `other` types it: `one` stays."""
    await other.says(f"NOITK {await one.code()}", "Nối tài khoản này với")
    await other.says("1", "Đã nối")


def rows(store: Store, statement: Any) -> list[Any]:
    return store.read_now(lambda conn: list(conn.execute(statement)))


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load()


def papers() -> list[Paper]:
    zalo = Paper(replace(PLAIN, name="zalo_bot", joins_replies=True))
    return [zalo, Paper(replace(PLAIN, name="telegram")), Paper(replace(WebChannel.capabilities, buttons=0))]


@pytest.fixture(scope="session")
def sample_file(sqlite_files: SqliteFiles) -> Path:
    url = sqlite_files.make()
    store = Store.open(url)
    store.write_now(load_sample, date(2026, 11, 20), NOON.replace(hour=8))
    store.close()
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture
async def stage(sample_file: Path, tmp_path: Path, texts: Texts) -> AsyncIterator[Stage]:
    store = Store.open(f"sqlite:///{shutil.copyfile(sample_file, tmp_path / 'town.db')}")
    async with on_stage(store, texts) as stage:
        yield stage
    store.close()


def on_stage(store: Store, texts: Texts) -> Stage:
    first, *beside = papers()
    return Stage(store, NOON, house=HOUSE, texts=texts, channel=first, beside=beside)


@pytest.fixture
def zalo(stage: Stage) -> Someone:
    """Lan on Zalo."""
    return Someone(stage, "zalo_bot", "lan-zalo")


@pytest.fixture
def tele(stage: Stage) -> Someone:
    """Lan on Telegram."""
    return Someone(stage, "telegram", "lan-tele")


@pytest.fixture
def page(stage: Stage) -> Someone:
    """Lan at the filing page."""
    return Someone(stage, "web", "lan-page")
