"""EXCEL: the workbook is read back with another library; its figures are the board's, its texts stay texts."""

from __future__ import annotations

import zipfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from bot.papers import excel
from bot.papers.figures import Figures
from handlers.texts import Texts
from models.store import Store
from tests.papers.conftest import FORMULA, NOON, SECRET, figures_of, fill

HEAD = 4  # lines above the board's own heading


def read(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def written(tmp_path: Path, figures: Figures, texts: Texts, language: str = "vi") -> dict[str, list[list[Any]]]:
    path = tmp_path / "so-lieu.xlsx"
    excel.write(path, figures, texts, language)
    return read(path)


def records(sheet: list[list[Any]], head: int = 0) -> list[dict[str, Any]]:
    return [dict(zip(sheet[head], row, strict=True)) for row in sheet[head + 1 :]]


def test_the_board_as_it_is_ranked(tmp_path: Path, figures: Figures, texts: Texts) -> None:
    sheet = written(tmp_path, figures, texts)["Bảng kết quả"]
    assert sheet[0][0] == "Liên đoàn Lao động quận Nam Từ Liêm"
    assert "12h20" in sheet[2][0]
    rows = records(sheet, HEAD)
    assert [row["Đơn vị"] for row in rows[:-1]] == [row.name for row in figures.board.rows]
    assert [row["Hạng"] or None for row in rows[:-1]] == [row.rank for row in figures.board.rows]
    first = rows[0]
    assert (first["Mã đơn vị"], first["Lượt nộp"], first["Chỉ tiêu"]) == ("4812", 5, 75)
    assert (round(first["Đạt"], 3), first["Còn"], first["Vượt"]) == (0.067, 70, 0)
    assert rows[-1]["Đơn vị"] == "Tổng"
    assert rows[-1]["Lượt nộp"] == figures.board.total


def test_a_unit_without_a_target_has_no_percentage(tmp_path: Path, figures: Figures, texts: Texts) -> None:
    rows = records(written(tmp_path, figures, texts)["Bảng kết quả"], HEAD)
    (phu_do,) = [row for row in rows if row["Đơn vị"] == "HTX Phú Đô"]
    assert (phu_do["Hạng"], phu_do["Chỉ tiêu"], phu_do["Đạt"]) == ("", "", "")


def test_what_looks_like_a_formula_stays_text(tmp_path: Path, figures: Figures, texts: Texts) -> None:
    sheets = written(tmp_path, figures, texts)
    assert FORMULA in [row["Tên sáng kiến"] for row in records(sheets["Lượt nộp"])]
    with zipfile.ZipFile(tmp_path / "so-lieu.xlsx") as parts:
        pages = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(pages) == 8
    assert not [page for page in pages if "<f>" in page or "<hyperlink" in page]


def test_every_day_adds_up_to_the_board(tmp_path: Path, figures: Figures, texts: Texts) -> None:
    days = records(written(tmp_path, figures, texts)["Theo ngày"])
    counted: Counter[str] = Counter()
    for row in days:
        counted[row["Đơn vị"]] += int(row["Mới"] + row["Điều chỉnh"])
    assert counted == Counter({row.name: row.count for row in figures.board.rows if row.count})
    assert all(isinstance(row["Ngày"], date) for row in days)


def test_only_what_came_before_the_cut_off(tmp_path: Path, store: Store, texts: Texts) -> None:
    """On both databases: what is filed later on the day is in nobody's figures yet."""
    day = NOON - timedelta(days=1)
    fill(store)
    early, late = (figures_of(store, "48", day.replace(hour=hour)) for hour in (9, 18))
    assert early.board.total < late.board.total
    for figures in (early, late):
        sheets = written(tmp_path, figures, texts)
        assert len(sheets["Lượt nộp"]) - 1 == figures.board.total
        assert sum(row["Mới"] for row in records(sheets["Theo ngày"])) == figures.board.total


def test_filings_tell_nothing_personal(tmp_path: Path, figures: Figures, texts: Texts) -> None:
    sheets = written(tmp_path, figures, texts)
    rows = records(sheets["Lượt nộp"])
    assert len(rows) == figures.board.total
    assert {"Mã sáng kiến", "Mã đơn vị", "Đơn vị", "Tên sáng kiến", "Ngày", "Tình trạng"} < rows[0].keys()
    assert {row["Tình trạng"] for row in rows} == {"chờ công nhận"}
    everything = str(sheets)
    for name in ("Phạm Văn Minh", "Nguyễn Thị Hoa", "Lê Văn An"):
        assert name not in everything


def test_of_a_confidential_one_only_the_title(tmp_path: Path, figures: Figures, texts: Texts) -> None:
    rows = {row["Tên sáng kiến"]: row for row in records(written(tmp_path, figures, texts)["Lượt nộp"])}
    assert rows[SECRET]["Làm lợi, đồng (ước tính)"] == ""
    assert rows[FORMULA]["Làm lợi, đồng (ước tính)"] == 80_000_000


def test_targets_with_who_set_them_and_from_when(tmp_path: Path, figures: Figures, texts: Texts) -> None:
    rows = records(written(tmp_path, figures, texts)["Chỉ tiêu"])
    assert rows[0]["Đơn vị"] == "Nam Từ Liêm"
    assert (rows[0]["Chỉ tiêu"], rows[0]["Ai giao"]) == (1300, "LĐLĐ TP Hà Nội")
    assert isinstance(rows[0]["Từ ngày"], date)
    assert len(rows) == 1 + len(figures.board.with_target)


def test_in_english(tmp_path: Path, figures: Figures, texts: Texts) -> None:
    sheets = written(tmp_path, figures, texts, "en")
    assert list(sheets) == [
        "Board",
        "By day",
        "Filings",
        "Targets",
        "Counters (bot)",
        "People, members, clusters",
        "Adjustments",
        "Notices posted",
    ]
    assert sheets["Board"][HEAD][:4] == ["Rank", "Unit code", "Unit", "Filed in all"]


def test_headings_stay_in_sight(tmp_path: Path, figures: Figures, texts: Texts) -> None:
    written(tmp_path, figures, texts)
    with zipfile.ZipFile(tmp_path / "so-lieu.xlsx") as parts:
        for number, rows in ((1, HEAD + 1), (2, 1), (3, 1), (4, 1)):
            page = parts.read(f"xl/worksheets/sheet{number}.xml").decode()
            assert f'ySplit="{rows}"' in page
            assert 'state="frozen"' in page
