"""`sangkien check`, `invite`, `reach`, `report`, `demo`: what an administrator sees, on a real database."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from bot.cli import words
from bot.cli.main import main
from bot.registry.sample import load_sample
from models.person import invite
from models.store import Store
from models.unit import tally
from tests.servers.telegram import TelegramServer


@pytest.fixture
def database(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A real database that is empty, in a folder without any `.env`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SANGKIEN_DATABASE_URL", sqlite_url)
    words.language.cache_clear()
    return sqlite_url


@pytest.fixture
def sampled(database: str) -> str:
    store = Store.open(database)
    store.write_now(load_sample, date(2026, 11, 20), datetime(2026, 11, 20, 1, tzinfo=UTC))
    store.close()
    return database


def sangkien(*args: str) -> Result:
    return CliRunner().invoke(main, list(args), catch_exceptions=False)


def test_an_empty_set_up_is_told_what_to_do_step_by_step(database: str) -> None:
    told = sangkien("check")
    assert told.exit_code == 1
    for words_ in ("SANGKIEN_TELEGRAM_TOKEN", "SANGKIEN_CONTROLLER", "sangkien template", "sangkien invite owner"):
        assert words_ in told.output
    assert "CHƯA SẴN SÀNG: 5 việc" in told.output


def test_sample_people_are_never_called_ready(sampled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANGKIEN_CONTROLLER", "Công đoàn phường Từ Liêm")
    monkeypatch.setenv("SANGKIEN_CONTACT", "0243 123 456")
    told = sangkien("check")
    assert told.exit_code == 1
    assert "✗ Còn dữ liệu mẫu (Lan, Hoa, An)" in told.output


def test_a_tally_that_is_off_is_found(sampled: str) -> None:
    store = Store.open(sampled)
    store.write_now(lambda conn: conn.execute(update(tally).values(filed=tally.c.filed + 1).where(tally.c.filed == 1)))
    store.close()
    told = sangkien("check")
    assert "✗ Số đếm lệch với đếm lại" in told.output


def test_a_database_that_cannot_be_opened_is_said_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SANGKIEN_DATABASE_URL", "postgresql://hoa:bi-mat@127.0.0.1:9/none")
    told = sangkien("check")
    assert told.exit_code == 1
    assert "không mở được" in told.output
    assert "bi-mat" not in told.output


async def test_a_good_token_is_named_and_a_bad_one_explained(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    async with TelegramServer() as server:
        monkeypatch.setenv("SANGKIEN_TELEGRAM_API_URL", server.url)
        monkeypatch.setenv("SANGKIEN_TELEGRAM_TOKEN", server.token)
        assert "✓ Telegram: @" in (await asyncio.to_thread(sangkien, "check")).output
        monkeypatch.setenv("SANGKIEN_TELEGRAM_TOKEN", "1:wrong")
        told = await asyncio.to_thread(sangkien, "check")
        assert "✗ Telegram: Telegram không nhận mã của bot" in told.output
        assert "1:wrong" not in told.output
    told = await asyncio.to_thread(sangkien, "check")
    assert "✗ Telegram: chưa có trả lời từ Telegram (ClientConnectorError)" in told.output
    assert "no answer" not in told.output


def test_a_misspelt_setting_is_named(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANGKIEN_TELEGRM_TOKEN", "x")
    assert "SANGKIEN_TELEGRM_TOKEN" in sangkien("reach").output
    monkeypatch.delenv("SANGKIEN_TELEGRM_TOKEN")
    Path(".env").write_text("SANGKIEN_HTTP_PROT=8081\n", encoding="utf-8")
    told = sangkien("reach")
    assert told.exit_code == 1
    assert "Không có cài đặt tên SANGKIEN_HTTP_PROT." in told.output


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("HTTP_PORT", "tám nghìn", "phải là số nguyên"),
        ("HTTP_PORT", "99999", "lớn nhất là 65535"),
        ("ZALO_IMAGE_MB", "0", "nhỏ nhất là 1"),
        ("TELEGRAM_PER_SECOND", "0", "phải lớn hơn 0"),
        ("TELEGRAM_PER_SECOND", "nhanh", "phải là một số"),
        ("PUBLIC_FILING", "có", "phải là true hoặc false"),
    ],
)
def test_a_bad_setting_is_told_in_vietnamese(
    database: str, monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(f"SANGKIEN_{name}", value)
    told = sangkien("reach")
    assert (told.exit_code, f"Cài đặt sai: SANGKIEN_{name}: {expected}. Sửa trong .env" in told.output) == (1, True)


def test_a_code_is_made_once_and_only_its_hash_is_kept(sampled: str) -> None:
    assert "--unit" in sangkien("invite", "officer").output
    assert "9999" in sangkien("invite", "officer", "--unit", "9999").output
    told = sangkien("invite", "officer", "--unit", "4827")
    code = re.findall(r"MA ([A-Z0-9]{8})", told.output)[0]
    store = Store.open(sampled)
    kept = store.read_now(lambda conn: str(conn.execute(select(invite)).all()))
    store.close()
    assert code not in kept


def test_reach_counts_people_and_channels(sampled: str) -> None:
    told = sangkien("reach").output
    assert "76 đơn vị" in told
    assert "! Telegram: chưa nối" in told
    assert "! Zalo Bot: chưa nối" in told
    assert "✗ Chưa có kênh nào mang đủ" in told


def test_a_small_plan_is_said_before_going_live_with_its_sum(sampled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """conversation.md §7: one factory is too much for the plan; the page on a poster is the way out."""
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_TOKEN", "1:abc")
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_API_URL", "http://127.0.0.1:9")
    told = sangkien("reach", "--members", "4200").output
    assert "76 đơn vị, 4.200 đoàn viên" in told
    assert "✗ Zalo Bot gói Basic: 50 người, 3 nhóm, 3.000 tin/tháng – đủ 214 lượt nộp đầu (3.000 : 14 tin" in told
    assert "4.200 người, 76 nhóm" in told
    assert "✗ Chưa có kênh nào mang đủ 4.200 đoàn viên" in told
    check = sangkien("check").output
    assert check.startswith("CHƯA SẴN SÀNG cho 76 đơn vị, 4.480 đoàn viên: ")
    assert "✗ Zalo Bot gói Basic: 50 người" in check

    monkeypatch.setenv("SANGKIEN_PUBLIC_FILING", "true")
    assert "✗ Trang nộp: SANGKIEN_PUBLIC_URL chưa đặt" in sangkien("reach").output
    monkeypatch.setenv("SANGKIEN_PUBLIC_URL", "http://sangkien.example.vn")
    assert "✗ Trang nộp: SANGKIEN_PUBLIC_URL phải bắt đầu bằng https://" in sangkien("check").output
    monkeypatch.setenv("SANGKIEN_PUBLIC_URL", "https://127.0.0.1:9")
    told = sangkien("reach").output
    assert "✓ Trang nộp: không giới hạn" in told
    assert "✓ Có kênh mang đủ 4.480 đoàn viên" in told
    assert "! Zalo Bot gói Basic: 50 người" in sangkien("check").output  # it need not carry all any more


def test_a_plan_that_is_large_enough_is_good(sampled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_TOKEN", "1:abc")
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_USERS", "5000")
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_MONTHLY", "58800")
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_GROUPS", "76")
    assert "✓ Có kênh mang đủ 4.200" in sangkien("reach", "--members", "4200").output
    assert "✗ Chưa có kênh nào mang đủ 4.201" in sangkien("reach", "--members", "4201").output


def test_what_a_plan_does_not_limit_is_not_called_none(sampled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_TOKEN", "1:abc")
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_USERS", "0")
    assert "Basic: không giới hạn người, 3 nhóm, 3.000 tin/tháng" in sangkien("reach").output
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_USERS", "50")
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_MONTHLY", "0")
    assert "Basic: 50 người, 3 nhóm, không giới hạn số tin" in sangkien("reach").output


def test_numbers_are_written_as_the_language_writes_them(sampled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANGKIEN_LANGUAGE", "en")
    words.language.cache_clear()
    told = sangkien("reach", "--members", "4200").output
    assert "3,000 messages a month" in told
    assert "No channel carries all 4,200 members" in told
    assert not re.search(r"\d\.\d{3}", told)


def test_the_board_of_a_day_as_text_and_as_json(sampled: str) -> None:
    text = sangkien("report", "board", "--unit", "48", "--day", "20/11/2026").output
    assert "Kết quả sáng kiến thứ Sáu 20/11/2026" in text
    data = json.loads(sangkien("report", "board", "--unit", "48", "--day", "2026-11-20", "--format", "json").output)
    assert {row["name"] for row in data["rows"]} >= {"May Sao Mai", "BV Từ Liêm"}
    assert "Không có đơn vị" in sangkien("report", "board", "--unit", "9").output
    assert "không hợp lệ" in sangkien("report", "board", "--day", "31/13").output


def test_the_demo_prints_a_dialogue_and_a_notice_and_ends_well(tmp_path: Path) -> None:
    """As a process of its own: the command sets up the log for everything that runs beside it."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    told = subprocess.run(
        [sys.executable, "-m", "bot", "demo"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")
    for expected in ("Lan: sk 4827", "Bot: Đã nhận. Mã sáng kiến: 48 27", ", tăng 2 so với bản tin hôm qua", "1. "):
        assert expected in told.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_demo_ends_quietly_when_its_reader_has_read_enough(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-m", "bot", "demo"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=env, text=True
    ) as demo:
        assert demo.stdout is not None
        assert demo.stderr is not None
        demo.stdout.readline()
        demo.stdout.close()
        assert demo.stderr.read() == ""
        assert demo.wait(timeout=60) == 0
