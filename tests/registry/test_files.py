"""Files that cannot be read say so before anything else happens; cells are read strictly."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot.registry.cells import BadCell, Cell, read_cell
from bot.registry.problems import Unreadable
from bot.registry.schema import Column, Kind, Value
from bot.registry.sheets import FILE_LIMIT, UNPACKED_LIMIT, read_file
from tests.registry import files


def why_unreadable(path: Path) -> str:
    with pytest.raises(Unreadable) as error:
        read_file(path)
    return error.value.what.key.removeprefix("registry.file.")


def test_files_that_are_not_read(tmp_path: Path) -> None:
    assert why_unreadable(tmp_path / "khong-co.xlsx") == "missing"
    old = tmp_path / "cu.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0")
    assert why_unreadable(old) == "kind"
    broken = tmp_path / "hong.xlsx"
    broken.write_bytes(b"PK not a zip")
    assert why_unreadable(broken) == "broken"
    latin = tmp_path / "units.csv"
    latin.write_bytes("mã;tên".encode("cp1258", errors="replace") + b"\xff\xfe")
    assert why_unreadable(latin) == "not_utf8"
    large = tmp_path / "to.csv"
    with large.open("wb") as file:
        file.truncate(FILE_LIMIT + 1)
    assert why_unreadable(large) == "too_large"


def test_a_zip_that_blows_up_is_not_unpacked(tmp_path: Path) -> None:
    path = files.xlsx(tmp_path / "bom.xlsx", files.BOOK)
    with ZipFile(path, "a", ZIP_DEFLATED) as archive, archive.open("xl/media/x", "w") as part:
        for _ in range(UNPACKED_LIMIT // 2**20 + 1):
            part.write(bytes(2**20))
    assert path.stat().st_size < FILE_LIMIT
    assert why_unreadable(path) == "unpacks"


def test_declared_entities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bom.ods"
    with ZipFile(path, "w") as archive:
        archive.writestr("content.xml", '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>')
    assert why_unreadable(path) == "broken"


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_rows_keep_the_numbers_the_spreadsheet_shows(tmp_path: Path, kind: str) -> None:
    rows = (("",), ("", "Mã", "Tên"), ("", "1", "A"), ("", "", ""), ("", "2", "{=1+1}"))
    (sheet,) = read_file(getattr(files, kind)(tmp_path / f"a.{kind}", {"Đơn vị": rows}))
    assert [number for number, _ in sheet.rows] == [2, 3, 5]
    assert sheet.rows[0][1][1:] == ["Mã", "Tên"]
    assert dict(sheet.odd) == {(4, 2): "formula"}


def cell(kind: Kind, value: Cell, **options: int) -> Value:
    return read_cell(value, Column("x", kind, ("x",), ("x",), **options))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.COUNT, "8,518"),
        (Kind.COUNT, "1.30"),
        (Kind.COUNT, "1.300,5"),
        (Kind.COUNT, "600 ngàn"),
        (Kind.COUNT, float("nan")),
        (Kind.COUNT, float("inf")),
        (Kind.COUNT, 1.3),
        (Kind.COUNT, True),
        (Kind.COUNT, -1),
        (Kind.COUNT, "99999999999"),
        (Kind.NUMBER, 0),
        (Kind.DATE, "31/2/2026"),
        (Kind.DATE, "3/2026"),
        (Kind.DATE, 46000.0),
        (Kind.DATE, "+40"),
        (Kind.CODE, "48A"),
        (Kind.CODE, "٤٨"),
        (Kind.CODE, 48.5),
        (Kind.CODE, time(1)),
        (Kind.NAME, "GD 1"),
        (Kind.TEXT, "=1+1"),
        (Kind.TEXTS, "NTL; ***"),
        (Kind.FLAG, "có lẽ"),
    ],
)
def test_cells_that_are_not_read(kind: Kind, value: Cell) -> None:
    with pytest.raises(BadCell):
        cell(kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.COUNT, "1.300", 1300),
        (Kind.COUNT, "1 300 000", 1300000),
        (Kind.COUNT, 1300.0, 1300),
        (Kind.COUNT, "0", 0),
        (Kind.DATE, "5/7/2026", date(2026, 7, 5)),
        (Kind.DATE, "05-07-2026", date(2026, 7, 5)),
        (Kind.DATE, "2026-07-05", date(2026, 7, 5)),
        (Kind.DATE, datetime(2026, 7, 5, 13), date(2026, 7, 5)),  # noqa: DTZ001 - as a workbook gives it
        (Kind.CODE, 4827.0, "4827"),
        (Kind.CODE, " 007 ", "007"),
        (Kind.TEXT, "  Công  đoàn\u200b ", "Công đoàn"),
        (Kind.TEXT, "Tie\u0302\u0301n", "Tiến"),
        (Kind.TEXTS, "NTL; ntl;\nQ. Nam Từ Liêm;", ("NTL", "Q. Nam Từ Liêm")),
        (Kind.FLAG, "X", True),
        (Kind.FLAG, "không", False),
    ],
)
def test_cells_that_are_read(kind: Kind, value: Cell, expected: Value) -> None:
    assert cell(kind, value) == expected


def test_relative_days_are_for_the_sample_only() -> None:
    column = Column("x", Kind.DATE, ("x",), ("x",))
    assert read_cell("+40", column, relative_to=date(2026, 11, 20)) == date(2026, 12, 30)
    assert read_cell("-100", column, relative_to=date(2026, 11, 20)) == date(2026, 8, 12)
