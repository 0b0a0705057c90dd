"""`sangkien zalo` and `sangkien check` with a Zalo bot: what is told, and that nothing is changed without consent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from bot.cli import words
from bot.cli.main import main
from models.chat import chat
from models.queries import chats, lease, meter
from models.store import Store
from scheduler.clock import system_clock
from tests.servers.zalo_bot import ZaloBotServer

SECRET = "mat-khau-4827"
AT = "https://127.0.0.1:9"  # nobody answers there, and nothing leaves this machine
HERE = f"{AT}/zalo/bot"


@pytest.fixture
async def server(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ZaloBotServer]:
    """An empty database, a played platform, settings for a webhook."""
    monkeypatch.chdir(tmp_path)
    words.language.cache_clear()
    async with ZaloBotServer() as server:
        for name, value in {
            "DATABASE_URL": sqlite_url,
            "PUBLIC_URL": AT,
            "ZALO_BOT_TOKEN": server.token,
            "ZALO_BOT_API_URL": server.url,
            "ZALO_BOT_WEBHOOK_SECRET": SECRET,
        }.items():
            monkeypatch.setenv(f"SANGKIEN_{name}", value)
        yield server


async def sangkien(*args: str, types: str = "") -> Result:
    def run() -> Result:
        return CliRunner().invoke(main, list(args), input=types, catch_exceptions=False)

    return await asyncio.to_thread(run)


async def test_without_a_token_it_says_so(server: ZaloBotServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANGKIEN_ZALO_BOT_TOKEN")
    for command in (("webhook", "set"), ("webhook", "delete"), ("webhook", "test"), ("groups", "met")):
        told = await sangkien("zalo", *command)
        assert (told.exit_code, "SANGKIEN_ZALO_BOT_TOKEN" in told.output) == (1, True)
    assert server.calls.total() == 0


async def test_a_webhook_is_set_only_with_consent(server: ZaloBotServer) -> None:
    server.webhook, server.verdict = "https://cu.example.vn/zalo", 200
    told = await sangkien("zalo", "webhook", "set", types="n\n")
    assert told.exit_code == 1
    assert HERE in told.output
    assert "https://cu.example.vn/zalo" in told.output
    assert server.webhook == "https://cu.example.vn/zalo"
    told = await sangkien("zalo", "webhook", "set", types="y\n")
    assert (told.exit_code, server.webhook, server.secret) == (0, HERE, SECRET)
    assert "Zalo đã gọi thử được" in told.output


async def test_an_address_zalo_cannot_reach_is_kept_and_told(server: ZaloBotServer) -> None:
    server.verdict = 403
    told = await sangkien("zalo", "webhook", "set", "--yes")
    assert told.exit_code == 1
    assert "webhook.http.403" in told.output
    assert "Browser Integrity Check" in told.output
    assert server.webhook == HERE


@pytest.mark.parametrize(
    ("name", "value"),
    [("ZALO_BOT_WEBHOOK_SECRET", "ngan"), ("PUBLIC_URL", "http://sangkien.example.vn"), ("PUBLIC_URL", "")],
)
async def test_what_zalo_would_not_take_is_not_asked_for(
    server: ZaloBotServer, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"SANGKIEN_{name}", value)
    told = await sangkien("zalo", "webhook", "set", "--yes")
    assert told.exit_code == 1
    assert "https://" in told.output
    assert server.calls["setWebhook"] == 0


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ZALO_BOT_WEBHOOK_SECRET", "ngan", "mã bí mật dài 8 đến 256 ký tự"),
        ("TELEGRAM_WEBHOOK_SECRET", "mật khẩu", "SANGKIEN_TELEGRAM_WEBHOOK_SECRET: chỉ gồm"),
    ],
)
async def test_the_bot_does_not_start_with_such_a_secret_and_says_why(
    server: ZaloBotServer, monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv("SANGKIEN_TELEGRAM_TOKEN", "1:abc")
    monkeypatch.setenv(f"SANGKIEN_{name}", value)
    told = await sangkien("run")
    assert told.exit_code == 1
    assert expected in told.output
    assert server.calls.total() == 0


async def test_a_webhook_is_taken_away_only_with_consent(server: ZaloBotServer) -> None:
    assert "Không có webhook" in (await sangkien("zalo", "webhook", "delete", "--yes")).output
    server.webhook = HERE
    assert (await sangkien("zalo", "webhook", "delete", types="\n")).exit_code == 1
    assert server.webhook == HERE
    assert (await sangkien("zalo", "webhook", "delete", "--yes")).exit_code == 0
    assert server.webhook == ""


async def test_the_webhook_is_tried(server: ZaloBotServer) -> None:
    server.webhook, server.verdict = HERE, 200
    assert "Zalo đã gọi thử được" in (await sangkien("zalo", "webhook", "test")).output
    assert "quá nhiều lần" in (await sangkien("zalo", "webhook", "test")).output
    server.fail("testWebhook", "404")
    assert "không còn cách" in (await sangkien("zalo", "webhook", "test")).output


async def test_status_tells_who_receives_and_what_is_used(server: ZaloBotServer, sqlite_url: str) -> None:
    await sangkien("migrate")
    store = Store.open(sqlite_url)
    now = system_clock()
    store.write_now(lease.take, "poll:zalo_bot", "may-1", now, 60)
    store.write_now(lambda conn: meter.add(conn, "zalo_bot", meter.month_of(now), received=1500, sent=1200))
    store.close()
    told = await sangkien("zalo", "status")
    for expected in (
        "Bot: Bot Sáng Kiến",
        "may-1",
        "! Zalo Bot gói Basic: tháng này 2.700/3.000 tin",
        "✓ Zalo Bot gói",
    ):
        assert expected in told.output
    assert told.exit_code == 0


async def test_a_token_that_was_reset_is_told_without_it(
    server: ZaloBotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_TOKEN", "4827:bi-mat-cu")
    for command in (("zalo", "status"), ("check",)):
        told = await sangkien(*command)
        assert told.exit_code == 1
        assert "Zalo không nhận mã của bot" in told.output
        assert "bi-mat-cu" not in told.output


async def test_that_zalo_cannot_be_reached_is_told_in_vietnamese(
    server: ZaloBotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_API_URL", "http://127.0.0.1:9")
    for command in (("zalo", "status"), ("check",)):
        told = await sangkien(*command)
        assert told.exit_code == 1
        assert "chưa có trả lời từ Zalo (ClientConnectorError)" in told.output
        assert "no answer" not in told.output
        assert "SANGKIEN_ZALO_BOT_TOKEN" not in told.output  # the token may be good


async def test_a_page_of_a_proxy_is_no_answer_of_zalo(server: ZaloBotServer) -> None:
    server.fail("getMe", "502")
    told = await sangkien("zalo", "status")
    assert (told.exit_code, "chưa có trả lời từ Zalo (HTTP 502)" in told.output) == (1, True)
    assert "not an answer" not in told.output


async def test_check_names_what_is_wrong_with_the_webhook(
    server: ZaloBotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "sangkien zalo webhook set" in (await sangkien("check")).output
    server.webhook = HERE
    told = (await sangkien("check")).output
    assert "✓ Zalo nhận mã của bot Bot Sáng Kiến" in told
    assert "webhook set" not in told
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_WEBHOOK_SECRET", "")
    assert "sangkien zalo webhook delete" in (await sangkien("check")).output


async def test_the_groups_it_has_met(server: ZaloBotServer, sqlite_url: str) -> None:
    assert "Chưa gặp nhóm nào" in (await sangkien("zalo", "groups", "met")).output
    store = Store.open(sqlite_url)
    store.write_now(chats.ensure, "zalo_bot", "g1")
    row = store.write_now(chats.ensure, "zalo_bot", "g2")
    store.write_now(lambda conn: conn.execute(update(chat).where(chat.c.id == row.id).values(standing="left")))
    store.close()
    told = (await sangkien("zalo", "groups", "met")).output
    assert "nhóm g1: chưa gắn đơn vị" in told
    assert "nhóm g2: bot không còn trong nhóm" in told


def test_the_month_is_named_by_its_local_days() -> None:
    assert meter.month_of(datetime(2026, 11, 30, 17, tzinfo=UTC)) == "2026-12"
