"""Writes the files that people would save: .xlsx, .ods and .csv."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZipFile

import xlsxwriter

Rows = Sequence[Sequence[object]]

UNITS: Rows = (
    ("Mã", "Tên đơn vị", "Tên ngắn", "Loại", "Mã cấp trên", "Số đoàn viên", "Tên gọi khác"),
    ("48", "LĐLĐ quận Nam Từ Liêm", "Nam Từ Liêm", "LĐLĐ cấp huyện", "", "", "NTL"),
    ("4827", "Công ty May Sao Mai", "May Sao Mai", "CĐCS doanh nghiệp", "48", 300, "Sao Mai; MSM"),
)
CAMPAIGNS: Rows = (
    ("Mã", "Tên chương trình", "Mã đơn vị", "Ngày mở", "Ngày đóng", "Áp dụng từ", "Áp dụng đến"),
    ("SK", "Sáng kiến 2026", "48", "01/01/2026", "31/12/2026", "01/01/2025", "2026-12-31"),
)
PHASES: Rows = (
    ("Mã chương trình", "Mã giai đoạn", "Tên giai đoạn", "Bắt đầu", "Kết thúc"),
    ("SK", "GD1", "Giai đoạn 1", date(2026, 1, 1), date(2026, 6, 30)),
)
TARGETS: Rows = (
    ("Mã đơn vị", "Mã chương trình", "Mã giai đoạn", "Nơi giao", "Từ ngày", "Chỉ tiêu"),
    ("4827", "SK", "", "Nam Từ Liêm", "05/01/2026", "1.300"),
)
BOOK: Mapping[str, Rows] = {"Đơn vị": UNITS, "Chương trình": CAMPAIGNS, "Giai đoạn": PHASES, "Chỉ tiêu": TARGETS}


def xlsx(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """Cells that begin with `{=` are written as formulas."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, date):
                        sheet.write_datetime(row, column, cell, day)
                    elif isinstance(cell, str) and cell.startswith("{="):
                        sheet.write_formula(row, column, cell.strip("{}"), None, "#DIV/0!" if "/0" in cell else 2)
                    else:
                        sheet.write(row, column, cell)
    return path


def ods(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A minimal OpenDocument spreadsheet."""
    tables = "".join(_ods_table(name, rows) for name, rows in sheets.items())
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2"'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def _ods_table(name: str, rows: Rows) -> str:
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    return f'<table:table table:name="{escape(name)}">{lines}</table:table>'


def _ods_cell(cell: object) -> str:
    if isinstance(cell, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    text = str(cell)
    if not text:
        return "<table:table-cell/>"
    if text.startswith("{="):
        return f'<table:table-cell table:formula="of:{text.strip("{}")}" office:value-type="float" office:value="2"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
