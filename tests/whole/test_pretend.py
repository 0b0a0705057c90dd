"""`sangkien run --pretend zalo`: the web chat with Zalo's ways, for whoever wants to see them in a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.app import App, Running
from bot.cli.main import main
from bot.config import Settings
from tests import stories
from tests.lines.line import Caller
from tests.lines.webchat import GROUP, WebChatLine, in_the_browser


@pytest.fixture
async def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[WebChatLine, Running]]:
    monkeypatch.chdir(tmp_path)  # where the demo keeps its own database
    (tmp_path / "data").mkdir()
    settings = Settings(_env_file=None, http_port=0, media_dir=tmp_path / "media")
    async with in_the_browser() as line, App(settings, pretend="zalo") as running:
        await line.opened(running)
        yield line, running


def test_it_is_not_for_the_real_thing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SANGKIEN_TELEGRAM_TOKEN", "1:abc")
    told = CliRunner().invoke(main, ["run", "--pretend", "zalo"])
    assert told.exit_code == 1
    assert "bản dùng thử" in told.output


async def test_lan_files_by_numbers_in_as_many_messages(there: tuple[WebChatLine, Running]) -> None:
    line, running = there
    lan = Caller(line, running.store, "lan")
    await stories.first_filing(lan)
    await stories.next_filing(lan)
    assert not [told for told in lan.heard if "[" in told]  # a line writes buttons in brackets
    assert "1. Đồng ý   0. Không" in lan.heard[0]


async def test_a_workbook_is_a_link(there: tuple[WebChatLine, Running]) -> None:
    line, running = there
    hoa = Caller(line, running.store, "hoa")
    group = Caller(line, running.store, "hoa", GROUP)
    await group.catches_up()
    await group.says("dang", "Kết quả sáng kiến")
    await hoa.says("EXCEL", "/tep/")  # a workbook is a link
    (told,) = [told for told in hoa.heard if "/tep/" in told]  # at some hours her morning summary comes, too
    assert "Bảng kết quả" in told
