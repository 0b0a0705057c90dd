"""The same stories on every channel, over HTTP through the whole bot: see `tests.lines`."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.app import App, Running
from bot.config import Settings
from models.initiative import evidence, initiative
from models.person import account
from tests import stories
from tests.lines.line import Caller, Line
from tests.lines.table import PAGES, TABLE
from tests.lines.zalo_bot import ZaloBotLine
from tests.lines.zalo_oa import ZaloOaLine
from tests.whole.house import officer_code, until_stored


@dataclass
class Open:
    """A line with the bot at its other end."""

    line: Line
    running: Running

    def phone(self, name: str, chat: str = "") -> Caller:
        return Caller(self.line, self.running.store, name, chat)

    def filed(self, name: str) -> list[str]:
        """Status of this person's initiatives, oldest first."""

        def look(conn: Connection) -> list[str]:
            numbers = select(account.c.person_id).where(account.c.channel == self.line.channel)
            rows = select(initiative.c.status).where(initiative.c.author_id.in_(numbers)).order_by(initiative.c.id)
            return list(conn.scalars(rows))

        return self.running.store.read_now(look)


@pytest.fixture(params=TABLE, ids=str)
async def there(
    request: pytest.FixtureRequest, registry_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Open]:
    monkeypatch.chdir(tmp_path)  # where the demo keeps its own database
    (tmp_path / "data").mkdir()
    url = f"sqlite:///{shutil.copyfile(registry_file, tmp_path / 'whole.db')}"
    common: dict[str, Any] = {"database_url": url, "http_port": 0, "media_dir": tmp_path / "media"}
    async with TABLE[request.param]() as line:
        named = {"controller": "Công đoàn phường Từ Liêm", "contact": "0243 123 456"}
        async with App(Settings(_env_file=None, **common | named | dict(line.settings()))) as running:
            await line.opened(running)
            yield Open(line, running)


async def test_lan_files_and_files_again(there: Open) -> None:
    lan = there.phone("lan")
    await stories.first_filing(lan)
    await stories.next_filing(lan)
    assert there.filed("lan")[-2:] == ["waiting", "waiting"]
    (ref,) = await until_stored(there.running.store, lambda conn: list(conn.scalars(select(evidence.c.ref))))
    assert ref


@pytest.mark.parametrize("there", [name for name in TABLE if name not in PAGES], indirect=True)
async def test_hoa_links_a_group(there: Open) -> None:
    hoa = there.phone("hoa")
    if there.line.channel != "webchat":  # where she is one already
        await becomes_officer(there, hoa)
    group = there.phone("hoa", await there.line.new_group("hoa"))
    await group.catches_up()
    await stories.links_a_group(hoa, group)


@pytest.mark.parametrize("there", PAGES, indirect=True)
async def test_hoa_cannot_take_a_role_on_a_page(there: Open) -> None:
    hoa = there.phone("hoa")
    await stories.registers(hoa)
    await hoa.says("0", "Đã dừng")
    code = await there.running.store.write(officer_code)
    await hoa.says(f"MA {code}", "cán bộ")
    await hoa.says("1", "Trang web không nhận vai được")
    await hoa.says("socong", "dành cho cán bộ")


async def becomes_officer(there: Open, hoa: Caller) -> None:
    code = await there.running.store.write(officer_code)
    await hoa.says(f"MA {code}", "Đồng ý")
    await hoa.says("1", "Họ và tên")
    await hoa.says("Nguyễn Thị Hoa", "Nam Từ Liêm")
    await hoa.says("1")


@pytest.mark.parametrize("there", ["zalo_bot-polling", "zalo_oa"], indirect=True)
async def test_a_picture_that_is_never_to_be_had_is_told_once_and_the_talk_goes_on(there: Open) -> None:
    """The host of pictures is down, and does not come back."""
    assert isinstance(there.line, ZaloBotLine | ZaloOaLine)
    lan = there.phone("lan")
    await stories.registers(lan)
    await lan.says(stories.TITLE)
    there.line.server.file_status = 500
    await lan.sends("photo", stories.BODY, "không tải được", "Bắt đầu làm")
    await lan.says("2", f"• {stories.TITLE}")
    await lan.says("1", "Đã nhận")
    assert sum("không tải được" in words for words in lan.heard) == 1
    assert there.filed("lan")[-1:] == ["waiting"]
