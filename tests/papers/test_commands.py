"""`sangkien report board --format …` and `report posters`, on the sample of 60 units."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from bot.cli import words
from bot.cli.main import main
from bot.registry.sample import load_sample
from models.store import Store
from tests.papers.conftest import NOON, TODAY
from tests.papers.pdf import Pdf
from tests.servers.telegram import TelegramServer

PEOPLE = ("Số đếm qua bot", "Người, đoàn viên, cụm")
BOARD = ("report", "board", "--unit", "48", "--day", "2026-11-19")


@pytest.fixture(autouse=True)
def house(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder without any `.env`, and a real database with the sample."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SANGKIEN_DATABASE_URL", sqlite_url)
    words.language.cache_clear()
    store = Store.open(sqlite_url)
    store.write_now(load_sample, TODAY, NOON)
    store.close()
    yield tmp_path
    words.language.cache_clear()


def sangkien(*args: str) -> Result:
    return CliRunner().invoke(main, list(args), catch_exceptions=False)


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".db")


def test_a_file_that_cannot_be_written_is_told_and_leaves_nothing(house: Path) -> None:
    told = sangkien(*BOARD, "--format", "xlsx", "--out", "khong-co/so-lieu.xlsx")
    assert told.exit_code == 1
    assert "Không ghi được khong-co/so-lieu.xlsx" in told.output
    assert left_behind(house) == []


def test_posters_that_would_open_nothing_are_not_made(house: Path) -> None:
    told = sangkien("report", "posters", "--unit", "48")
    assert told.exit_code == 1
    assert "Thêm --link" in told.output
    assert left_behind(house) == []


def test_a_unit_that_does_not_exist(house: Path) -> None:
    told = sangkien("report", "posters", "--unit", "999999", "--link", "https://zalo.me/1")
    assert told.exit_code == 1
    assert "Không có đơn vị mang mã 999999" in told.output
    assert left_behind(house) == []


def test_there_is_nothing_to_draw_of_a_unit_alone(house: Path) -> None:
    told = sangkien("report", "board", "--unit", "4827", "--format", "png")
    assert told.exit_code == 1
    assert "chưa có gì để vẽ" in told.output
    assert left_behind(house) == []


def test_words_are_printed_or_written(house: Path) -> None:
    aloud = sangkien(*BOARD, "--format", "loa")
    assert "Liên đoàn Lao động quận Nam Từ Liêm xin báo kết quả sáng kiến thứ Năm" in aloud.output
    written = sangkien(*BOARD, "--format", "loa", "--out", "loa.txt")
    assert written.output == "loa.txt\n"
    assert (house / "loa.txt").read_text(encoding="utf-8") == aloud.output
    assert json.loads(sangkien(*BOARD, "--format", "json").output)["unit"] == "Liên đoàn Lao động quận Nam Từ Liêm"


def test_files_get_a_name_that_tells_unit_and_day(house: Path) -> None:
    for form in ("png", "pdf", "xlsx"):
        told = sangkien(*BOARD, "--format", form, "--link", "https://t.me/SangKienBot")
        assert told.output == f"ket-qua-48-20261119.{form}\n"
    assert left_behind(house) == [f"ket-qua-48-20261119.{form}" for form in ("pdf", "png", "xlsx")]
    assert (house / "ket-qua-48-20261119.png").read_bytes().startswith(b"\x89PNG")
    assert Pdf(house / "ket-qua-48-20261119.pdf").pages == 1
    sheets = CalamineWorkbook.from_path(house / "ket-qua-48-20261119.xlsx").sheet_names
    assert sheets == ["Bảng kết quả", "Theo ngày", "Lượt nộp", "Chỉ tiêu", *PEOPLE, "Điều chỉnh", "Bản tin đã đăng"]


def test_a_bulletin_without_a_link_says_so(house: Path) -> None:
    told = sangkien(*BOARD, "--format", "pdf", "--out", "a4.pdf")
    assert told.exit_code == 0
    assert "Bản tin không có mã QR" in told.output
    assert "nhắn SK 48 cho Bot Sáng kiến" in Pdf(house / "a4.pdf").text()


def test_a_poster_for_each_unit_of_the_district(house: Path) -> None:
    told = sangkien("report", "posters", "--unit", "48", "--link", "https://zalo.me/123")
    assert told.output == "to-roi-48.pdf\n"
    made = Pdf(house / "to-roi-48.pdf")
    assert made.pages == 15
    assert "SK 4827" in "\n".join(made.text(at) for at in range(15))


def test_a_workplace_gets_its_own_poster(house: Path) -> None:
    sangkien("report", "posters", "--unit", "4827", "--link", "https://zalo.me/123", "--out", "may.pdf")
    made = Pdf(house / "may.pdf")
    assert made.pages == 1
    assert "SK 4827" in made.text()


async def test_the_bots_own_link_is_asked_of_telegram(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with TelegramServer() as server:
        monkeypatch.setenv("SANGKIEN_TELEGRAM_TOKEN", server.token)
        monkeypatch.setenv("SANGKIEN_TELEGRAM_API_URL", server.url)
        import asyncio

        told = await asyncio.to_thread(sangkien, *BOARD, "--format", "pdf", "--out", "a4.pdf")
    assert told.output == "a4.pdf\n"
    assert "Quét mã, rồi nhắn: SK 48" in Pdf(house / "a4.pdf").text()


def test_details_of_a_day_with_the_average_of_a_span(house: Path) -> None:
    details = ("report", "details", "--unit", "48", "--day", "2026-11-19")
    turned_round = sangkien(*details, "--from", "18/11/2026", "--to", "17/11/2026")
    assert (turned_round.exit_code, "Ngày cuối trước ngày đầu" in turned_round.output) == (1, True)
    told = sangkien(*details, "--from", "14/11/2026", "--to", "15/11/2026").output
    assert "Kết quả sáng kiến chi tiết, thứ Năm 19/11/2026" in told
    assert "tính đến 24h00 ngày 19/11/2026" in told
    assert "Từ 14/11/2026 đến 15/11/2026: bình quân " in told
    assert "Trong LĐLĐ TP Hà Nội: thứ 1 về số lượt nộp" in told
    assert "bình quân" not in sangkien(*details).output
