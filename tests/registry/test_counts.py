"""A file of figures becomes the lines an officer would have pasted; what is not certain is refused, not guessed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.registry.counts import read_counts
from bot.registry.problems import Unreadable
from tests.registry.files import ods, xlsx

UNITS = (("Điện Sao Việt", 203), ("May Sao Mai", 118), ("THCS Cầu Diễn", 69))
PASTED = "Điện Sao Việt\t203\nMay Sao Mai\t118\nTHCS Cầu Diễn\t69"


def in_xlsx(folder: Path, rows: Sequence[Sequence[object]], **more: Sequence[Sequence[object]]) -> bytes:
    return xlsx(folder / "so.xlsx", {**more, "Cổng": rows}).read_bytes()


def refused(data: bytes, name: str = "so.xlsx") -> str:
    with pytest.raises(Unreadable) as caught:
        read_counts(data, name)
    return caught.value.what.key


def test_what_is_no_table_is_refused_with_what_to_do(tmp_path: Path) -> None:
    assert refused(b"%PDF-1.7 ...", "so.pdf") == "counts.kind"
    assert refused(b"\xff\xd8\xff", "so.jpg") == "counts.kind"
    assert refused(b"PK\x03\x04 broken") == "registry.file.broken"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no workbook", "so.xls") == "counts.kind"
    assert refused(in_xlsx(tmp_path, [])) == "counts.empty"
    assert refused(in_xlsx(tmp_path, [("Kính gửi chị Hoa",), ("Báo cáo sẽ gửi sau",)])) == "counts.empty"
    assert refused("a;b\n".encode("utf-16-le"), "so.csv") == "registry.file.not_utf8"


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    assert refused(b"x" * (4 * 1024 * 1024 + 1)) == "registry.file.too_large"
    bomb = tmp_path / "bomb.xlsx"
    with ZipFile(bomb, "w", compression=8) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (41 * 1024 * 1024))
    assert refused(bomb.read_bytes()) == "registry.file.unpacks"
    long = [(f"Đơn vị {number}", number) for number in range(7, 1107)]
    assert refused(in_xlsx(tmp_path, long)) == "registry.file.too_many"
    assert refused("\n".join(f"Đơn vị {n};{n}" for n in range(7, 1107)).encode(), "so.csv") == "counts.too_many"


def test_two_columns_of_numbers_are_not_guessed(tmp_path: Path) -> None:
    rows = [(name, count, count * 2) for name, count in UNITS]
    assert refused(in_xlsx(tmp_path, rows)) == "counts.two_columns"
    headed = [("Đơn vị", "Lượt 19/5", "Lượt 20/5"), *rows]
    assert refused(in_xlsx(tmp_path, headed)) == "counts.two_columns"


def test_the_bare_columns(tmp_path: Path) -> None:
    assert read_counts(in_xlsx(tmp_path, UNITS), "so.xlsx") == PASTED
    assert read_counts(ods(tmp_path / "so.ods", {"Cổng": UNITS}).read_bytes(), "so.ods") == PASTED


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_and_unicode_text(delimiter: str) -> None:
    text = "\n".join(f"{name}{delimiter}{count}" for name, count in UNITS)
    assert read_counts(text.encode("utf-8-sig"), "so.csv") == PASTED
    assert read_counts(text.encode("utf-16"), "so.txt") == PASTED


def test_a_report_as_offices_make_it(tmp_path: Path) -> None:
    rows = [
        ("CÔNG ĐOÀN PHƯỜNG TỪ LIÊM", "", "", "", ""),
        ("Số liệu trên Cổng đến 16h30 ngày 20/11/2026", "", "", "", ""),
        ("", "", "", "", ""),
        ("STT", "Đơn vị", "Chỉ tiêu", "Lũy kế", "Tỷ lệ %"),
        (1, "Điện Sao Việt", 200, 203.0, 101.5),
        (2, "May Sao Mai", 150, "118", 78.7),
        (3, "THCS  Cầu\nDiễn", 90, 69, 76.7),
        ("", "Bảo vệ Thăng Long", 40, "", ""),
        ("", "Tổng cộng", 480, 390, 81.3),
    ]
    assert read_counts(in_xlsx(tmp_path, rows), "so.xlsx") == f"{PASTED}\nTổng\t390"


def test_a_days_own_numbers_are_not_taken_for_the_sum_of_days(tmp_path: Path) -> None:
    rows = [("Tên đơn vị", "Nộp hôm nay"), *UNITS]
    assert read_counts(in_xlsx(tmp_path, rows), "so.xlsx") == f"Đơn vị\tLượt nộp trong ngày\n{PASTED}"


def test_a_sheet_of_remarks_before_the_table_is_passed_over(tmp_path: Path) -> None:
    remarks = [("Ghi chú",), ("Số lấy từ Cổng",)]
    assert read_counts(in_xlsx(tmp_path, UNITS, Bia=remarks), "so.xlsx") == PASTED


def test_a_formula_is_its_value_and_what_is_odd_is_handed_on(tmp_path: Path) -> None:
    rows = [("Đơn vị", "Số lượt"), ("Điện Sao Việt", "{=1+1}"), ("May Sao Mai", "118 lượt"), ("", 12)]
    assert read_counts(in_xlsx(tmp_path, rows), "so.xlsx") == "Điện Sao Việt\t2\nMay Sao Mai\t118 lượt\n(4)\t12"
