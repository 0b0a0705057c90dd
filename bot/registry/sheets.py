"""A file -> sheets of cells, with the rows numbered as a spreadsheet shows them. Limits come before reading."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from bot.registry.cells import Cell, is_blank
from bot.registry.odd_cells import Odd, odd_cells
from bot.registry.problems import Unreadable
from handlers.talk import say

MEGABYTE = 1024 * 1024
FILE_LIMIT = 20 * MEGABYTE
UNPACKED_LIMIT = 300 * MEGABYTE  # as the zip declares it
PARTS_LIMIT = 2_000  # files within the zip
ROW_LIMIT = 200_000
COLUMN_LIMIT = 200
CSV_FIELD_LIMIT = 100_000  # characters


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows`: (row number from 1, cells from column A). `named` is False for a csv: its name is only the file's."""

    name: str
    rows: tuple[tuple[int, list[Cell]], ...]
    odd: Odd = field(default_factory=dict)
    named: bool = True


def read_file(path: Path) -> tuple[Sheet, ...]:
    """The sheets of an .xlsx, .ods or .csv. Raises Unreadable, also for a file that is too large."""
    if not path.is_file():
        raise Unreadable(say("registry.file.missing", file=path.name))
    if path.stat().st_size > FILE_LIMIT:
        raise Unreadable(say("registry.file.too_large", limit=FILE_LIMIT // MEGABYTE))
    match path.suffix.lower():
        case ".csv":
            return (read_csv(path.stem, path.read_bytes()),)
        case ".xlsx" | ".ods":
            return _read_workbook(path)
        case _:
            raise Unreadable(say("registry.file.kind", file=path.name))


def read_csv(name: str, data: bytes) -> Sheet:
    """One table. UTF-8, with or without a BOM; parted by commas, semicolons (Excel in Vietnamese) or tabs."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(say("registry.file.not_utf8")) from None
    if "\0" in text:
        raise Unreadable(say("registry.file.not_utf8"))
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(CSV_FIELD_LIMIT)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise Unreadable(say("registry.file.broken_csv")) from None
    return Sheet(name, _numbered([list(line) for line in lines]), named=False)


def _read_workbook(path: Path) -> tuple[Sheet, ...]:
    odd = _look_inside(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            return tuple(_read_sheet(book.get_sheet_by_name(name), odd.get(name, {})) for name in book.sheet_names)
    except CalamineError as error:
        raise Unreadable(say("registry.file.broken")) from error


def _look_inside(path: Path) -> Mapping[str, Odd]:
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
                raise Unreadable(say("registry.file.unpacks", limit=UNPACKED_LIMIT // MEGABYTE))
            return odd_cells(archive)
    except (BadZipFile, RuntimeError, NotImplementedError, KeyError, ValueError) as error:
        # RuntimeError: it has a password; KeyError, ValueError: its XML is not what a spreadsheet program writes
        raise Unreadable(say("registry.file.broken")) from error


def _read_sheet(sheet: CalamineSheet, odd: Odd) -> Sheet:
    if sheet.start is None or sheet.end is None:
        return Sheet(sheet.name, (), odd)
    if sheet.end[0] >= ROW_LIMIT or sheet.end[1] >= COLUMN_LIMIT:
        raise Unreadable(say("registry.file.too_many", sheet=sheet.name, rows=ROW_LIMIT, columns=COLUMN_LIMIT))
    indent: list[Cell] = [None] * sheet.start[1]  # calamine begins at the first column that is used
    return Sheet(sheet.name, _numbered([indent + list(row) for row in sheet.iter_rows()], odd), odd)


def _numbered(rows: list[list[Cell]], odd: Odd | None = None) -> tuple[tuple[int, list[Cell]], ...]:
    kept = {row for row, _ in odd} if odd else set()
    return tuple(
        (number, cells)
        for number, cells in enumerate(rows, start=1)
        if number - 1 in kept or not all(map(is_blank, cells))
    )
