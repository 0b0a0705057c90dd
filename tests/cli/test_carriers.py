"""`sangkien reach` and `check`: a channel that cannot carry all is not called good (conversation.md §7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import words
from bot.cli.main import main
from bot.registry.sample import load_sample
from models.queries import secrets
from models.queries.secrets import LOST, REFUSED, Pair
from models.store import Store
from scheduler.clock import system_clock

ROW = "zalo_oa:388600000000000001"
ENOUGH, NOT_ENOUGH = "✓ Có kênh mang đủ 4.200", "✗ Chưa có kênh nào mang đủ 4.200"


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A real database with the 76 units of the sample, no channel connected, in a folder without any `.env`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SANGKIEN_DATABASE_URL", sqlite_url)
    words.language.cache_clear()
    store = Store.open(sqlite_url)
    store.write_now(load_sample, date(2026, 11, 20), datetime(2026, 11, 20, 1, tzinfo=UTC))
    yield store
    store.close()


@pytest.fixture
def account(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An Official Account whose settings are complete."""
    for name, value in {
        "ID": ROW.partition(":")[2],
        "APP_ID": "360800000000000001",
        "APP_SECRET": "bi-mat-ung-dung",
        "SECRET": "bi-mat-oa",
        "API_URL": "http://127.0.0.1:9",
        "OAUTH_URL": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(f"SANGKIEN_ZALO_OA_{name}", value)
    monkeypatch.setenv("SANGKIEN_PUBLIC_URL", "https://127.0.0.1:9")
    return store


def told(command: str) -> str:
    more = ["--members", "4200"] if command == "reach" else []
    return CliRunner().invoke(main, [command, *more], catch_exceptions=False).output


def pair(access: timedelta = timedelta(hours=20), refresh: timedelta = timedelta(days=80)) -> Pair:
    now = system_clock()
    return Pair("access-of-nobody", "refresh-of-nobody", now + access, now + refresh, now + access / 2)


# ------------------------------------------------------------ a plan of the Zalo bot


def test_a_plan_without_limits_of_people_still_carries_only_its_groups(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"TOKEN": "1:abc", "USERS": "0", "MONTHLY": "0", "API_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(f"SANGKIEN_ZALO_BOT_{name}", value)
    reach = told("reach")
    assert "✗ Zalo Bot gói Basic: không giới hạn người, 3 nhóm, không giới hạn số tin" in reach
    assert "✗ Zalo Bot cần: 4.200 người, 76 nhóm" in reach
    assert NOT_ENOUGH in reach
    assert "✗ Zalo Bot gói Basic: không giới hạn người, 3 nhóm" in told("check")
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_GROUPS", "76")
    assert ENOUGH in told("reach")
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_GROUPS", "0")
    reach = told("reach")
    assert "✓ Zalo Bot gói Basic: không giới hạn số người, số nhóm và số tin." in reach
    assert ENOUGH in reach


def test_that_members_of_groups_may_count_as_people_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "! Zalo Bot: chưa rõ Zalo có tính cả thành viên các nhóm vào 50 người" in told("reach")
    monkeypatch.setenv("SANGKIEN_ZALO_BOT_USERS", "0")
    assert "chưa rõ Zalo có tính" not in told("reach")


# ------------------------------------------------------------ the Official Account


def test_an_account_that_was_never_connected_carries_nobody(account: Store) -> None:
    reach = told("reach")
    assert "✗ Zalo OA: không giới hạn số người" in reach
    assert "✗ Zalo OA 388600000000000001: chưa kết nối. Chạy `sangkien zalo connect`." in reach
    assert NOT_ENOUGH in reach
    check = told("check")
    assert check.count("chưa kết nối. Chạy `sangkien zalo connect`") == 1
    assert "✗ Chưa có kênh nào mang đủ" in check
    account.write_now(secrets.connect, ROW, pair())
    reach = told("reach")
    assert "✓ Zalo OA: không giới hạn số người" in reach
    assert ENOUGH in reach


@pytest.mark.parametrize(
    ("problem", "kept", "expected"),
    [
        (LOST, pair(), "✗ Bot mất khóa truy cập Zalo OA"),
        (REFUSED, pair(access=timedelta(minutes=-1)), "✗ Zalo OA không gia hạn được khóa truy cập"),
        ("", pair(timedelta(days=-70), timedelta(minutes=-1)), "✗ Khóa gia hạn của Zalo OA đã hết hạn"),
    ],
)
def test_an_account_whose_tokens_are_gone_carries_nobody(
    account: Store, problem: str, kept: Pair, expected: str
) -> None:
    account.write_now(secrets.connect, ROW, kept)
    if problem:
        account.write_now(lambda conn: secrets.trouble(conn, ROW, 1, problem, now=system_clock()))
    reach = told("reach")
    assert expected in reach
    assert NOT_ENOUGH in reach


def test_an_account_without_a_good_address_or_its_key_carries_nobody(
    account: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.write_now(secrets.connect, ROW, pair())
    monkeypatch.setenv("SANGKIEN_ZALO_OA_SECRET", "")
    reach = told("reach")
    assert "✗ Chưa đặt: SANGKIEN_ZALO_OA_SECRET." in reach
    assert NOT_ENOUGH in reach
    monkeypatch.setenv("SANGKIEN_ZALO_OA_SECRET", "bi-mat-oa")
    for url in ("", "http://127.0.0.1:9"):
        monkeypatch.setenv("SANGKIEN_PUBLIC_URL", url)
        reach = told("reach")
        assert "✗ Zalo OA cần SANGKIEN_PUBLIC_URL là https://" in reach
        assert NOT_ENOUGH in reach


def test_one_renewal_that_failed_is_no_end_while_the_old_token_lives(account: Store) -> None:
    account.write_now(secrets.connect, ROW, pair())
    account.write_now(lambda conn: secrets.trouble(conn, ROW, 1, REFUSED, now=system_clock()))
    assert ENOUGH in told("reach")


def test_a_template_has_a_price_of_its_own(account: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    account.write_now(secrets.connect, ROW, pair())
    assert (
        "quá 168 giờ không nhắn được. Nhắn hết 4.200 đoàn viên: 47 phút, nhiều nhất 4.200 × 55 đ = 231.000 đ"
        in told("reach")
    )
    monkeypatch.setenv("SANGKIEN_ZALO_OA_TEMPLATE_ID", "7")
    assert "! Đã đặt mẫu ZBS nhưng chưa đặt SANGKIEN_ZALO_OA_TEMPLATE_PRICE" in told("check")
    monkeypatch.setenv("SANGKIEN_ZALO_OA_TEMPLATE_PRICE", "200")
    reach = told("reach")
    assert "quá 168 giờ chỉ nhắn được bằng mẫu ZBS, 200 đ một tin" in reach
    assert "nhiều nhất 4.200 × 200 đ = 840.000 đ" in reach
    assert "SANGKIEN_ZALO_OA_TEMPLATE_PRICE" not in told("check")


# ------------------------------------------------------------ Telegram


def test_telegram_alone_is_never_enough(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some networks in Vietnam block it: beside a plan for 50 people it is still alone."""
    for platform in ("TELEGRAM", "ZALO_BOT"):
        monkeypatch.setenv(f"SANGKIEN_{platform}_TOKEN", "1:abc")
        monkeypatch.setenv(f"SANGKIEN_{platform}_API_URL", "http://127.0.0.1:9")
    reach = told("reach")
    assert "! Telegram: không giới hạn số người" in reach
    assert "✗ Mới chỉ có Telegram mang đủ 4.200 đoàn viên, mà một số nhà mạng Việt Nam chặn Telegram." in reach
    check = told("check")
    assert "✗ Mới chỉ có Telegram mang đủ" in check
    assert "✓ Có kênh" not in check + reach
    monkeypatch.setenv("SANGKIEN_PUBLIC_FILING", "true")
    monkeypatch.setenv("SANGKIEN_PUBLIC_URL", "https://127.0.0.1:9")
    reach = told("reach")
    assert "✓ Telegram: không giới hạn số người" in reach
    assert ENOUGH in reach
