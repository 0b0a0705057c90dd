"""`sangkien check` and `reach` open SANGKIEN_PUBLIC_URL themselves: an address that is set is not one that works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from bot.cli import words
from bot.cli.main import main
from bot.web.health import add_health

SHUT = "✗ SANGKIEN_PUBLIC_URL chưa mở được từ ngoài: bot đang chạy ở đây"
NOT_RUNNING = "bot ở đây cũng chưa chạy. Chạy `sangkien run`"


@pytest.fixture(autouse=True)
def folder(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty database, filing in the browser on, nothing that listens."""
    monkeypatch.chdir(tmp_path)
    words.language.cache_clear()
    for name, value in {"DATABASE_URL": sqlite_url, "PUBLIC_FILING": "true", "HTTP_PORT": "9"}.items():
        monkeypatch.setenv(f"SANGKIEN_{name}", value)


async def sangkien(command: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, main, [command], catch_exceptions=False)


@asynccontextmanager
async def listening(site: web.Application) -> AsyncIterator[int]:
    """Its port on loopback."""
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def bot() -> web.Application:
    async def checks() -> Mapping[str, bool]:
        return {"database": True}

    site = web.Application()
    add_health(site, checks)
    return site


def parked() -> web.Application:
    """The page of whoever sold the domain, whatever is asked for."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<h1>Tên miền này đang chờ chủ</h1>", content_type="text/html")

    site = web.Application()
    site.router.add_get("/{path:.*}", page)
    return site


@pytest.mark.parametrize("command", ["check", "reach"])
async def test_without_an_address_nothing_is_opened(command: str) -> None:
    told = await sangkien(command)
    assert "/health/live" not in told.output
    assert "mở được từ máy này" not in told.output


@pytest.mark.parametrize("command", ["check", "reach"])
async def test_before_the_bot_was_started_it_is_a_warning(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANGKIEN_PUBLIC_URL", "https://127.0.0.1:9")
    told = await sangkien(command)
    assert "! https://127.0.0.1:9/health/live chưa trả lời (ClientConnectorError)" in told.output
    assert NOT_RUNNING in told.output
    assert told.exit_code == (0 if command == "reach" else 1)  # for what else is missing in an empty house
    assert "✗ SANGKIEN_PUBLIC_URL chưa mở" not in told.output


async def test_a_bot_that_runs_here_and_is_not_reached_by_its_address_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with listening(bot()) as port, listening(parked()) as other:
        monkeypatch.setenv("SANGKIEN_HTTP_PORT", str(port))
        monkeypatch.setenv("SANGKIEN_PUBLIC_URL", "https://127.0.0.1:9")
        told = (await sangkien("check")).output
        assert SHUT in told
        assert "(ClientConnectorError)" in told
        monkeypatch.setenv("SANGKIEN_PUBLIC_URL", f"http://127.0.0.1:{other}")
        told = (await sangkien("reach")).output
        assert SHUT in told
        assert "(HTTP 200)" in told  # something answers there, not this bot


async def test_what_is_no_address_at_all_is_told_like_one_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SANGKIEN_PUBLIC_URL", "sangkien.vn")
    told = await sangkien("reach")
    assert (told.exit_code, NOT_RUNNING in told.output) == (0, True)


@pytest.mark.parametrize("command", ["check", "reach"])
async def test_an_address_that_leads_to_the_bot_is_good(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(bot()) as port:
        monkeypatch.setenv("SANGKIEN_PUBLIC_URL", f"http://127.0.0.1:{port}")
        told = (await sangkien(command)).output
    assert f"✓ http://127.0.0.1:{port} mở được từ máy này." in told
    assert "/health/live" not in told


async def test_behind_a_proxy_the_header_that_tells_phones_apart_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = "! Trang nộp: chưa đặt SANGKIEN_PROXY_HEADER"
    assert line not in (await sangkien("check")).output
    monkeypatch.setenv("SANGKIEN_PUBLIC_URL", "https://127.0.0.1:9")
    told = (await sangkien("check")).output
    assert line in told
    assert "Thêm dòng SANGKIEN_PROXY_HEADER=X-Forwarded-For" in told
    monkeypatch.setenv("SANGKIEN_PUBLIC_FILING", "false")
    monkeypatch.setenv("SANGKIEN_ZALO_OA_ID", "1")
    assert line not in (await sangkien("check")).output  # nobody files there
    monkeypatch.setenv("SANGKIEN_PUBLIC_FILING", "true")
    monkeypatch.setenv("SANGKIEN_PROXY_HEADER", "X-Forwarded-For")
    assert line not in (await sangkien("check")).output
