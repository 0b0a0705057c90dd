"""A file of figures -> the text an officer would have pasted: a unit's name, a tab, its number, a line each.

It only finds the two columns; what a name or a number means is the paste's to say, so that there is one reading of
figures. Where two columns could be meant nothing is guessed: the officer is told to leave only one.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from bot.registry.cells import Cell, is_blank
from bot.registry.problems import Unreadable
from bot.registry.sheets import MEGABYTE, read_csv
from handlers.fold import clean, fold
from handlers.talk import say

FILE_LIMIT = 4 * MEGABYTE
UNPACKED_LIMIT = 40 * MEGABYTE  # as the zip declares it
PARTS_LIMIT = 500  # files within the zip
ROW_LIMIT = 1_000
COLUMN_LIMIT = 60

_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WHOLE = re.compile(r"\d{1,9}|\d{1,3}(?:[., \u00a0]\d{3})+")
_DIGIT = re.compile(r"\d")
_IS_NAME = re.compile(r"\b(?:don vi|ten|cdcs|cong doan|unit|name)\b")
_IS_COUNT = re.compile(r"\b(?:luy ke|luot nop|luot|so luong|so sang kien|tong|da nop|ket qua|total|count|filed)\b")
_IS_OTHER = re.compile(
    r"\b(?:stt|tt|ma|chi tieu|ke hoach|giao|doan vien|cnvcld|ty le|phan tram|hom nay|tang|giam|con lai|rank|hang|"
    r"target|members|today|percent)\b"
)
_IS_DAILY = re.compile(r"\b(?:trong ngay|hom nay|ngay nay|today|daily)\b")
DAILY_HEAD = "Đơn vị\tLượt nộp trong ngày"  # how a paste says that its numbers are a day's own
SUM = "Tổng"
_IS_SUM = re.compile(r"(?:tong(?: cong| so)?|cong|toan (?:phuong|quan|huyen|tinh|thanh pho|nganh)|total|sum)")


@dataclass(frozen=True, slots=True)
class _Column:
    at: int
    heading: str  # folded
    names: int  # cells that hold words
    numbers: int  # cells that hold a whole number


def read_counts(data: bytes, name: str) -> str:
    """The lines of the first sheet that has names and numbers. `name`: the file's, for its ending.

    Raises Unreadable, with what to do, also for a file that is too large.
    """
    if len(data) > FILE_LIMIT:
        raise Unreadable(say("registry.file.too_large", limit=FILE_LIMIT // MEGABYTE))
    problem = None
    for rows in _sheets(data, name):
        try:
            return _lines(rows)
        except Unreadable as unreadable:  # a sheet of remarks before the table: another one may be it
            problem = problem or unreadable
    raise problem or Unreadable(say("counts.empty"))


# ---------------------------------------------------------------- the file


def _sheets(data: bytes, name: str) -> Iterable[Sequence[Sequence[Cell]]]:
    if data.startswith(_ZIP):
        _look_inside(data)
    elif not data.startswith(_OLD):
        yield _text_table(data, name)
        return
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for sheet_name in book.sheet_names:
                yield _cells(book.get_sheet_by_name(sheet_name))
    except CalamineError as error:  # also a Word file, which is a zip too, and a workbook with a password
        raise Unreadable(say("counts.kind")) from error


def _look_inside(data: bytes) -> None:
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except BadZipFile as error:
        raise Unreadable(say("registry.file.broken")) from error
    if len(parts) > PARTS_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise Unreadable(say("registry.file.unpacks", limit=UNPACKED_LIMIT // MEGABYTE))


def _text_table(data: bytes, name: str) -> Sequence[Sequence[Cell]]:
    """CSV, or what Excel calls Unicode text (UTF-16, tabs)."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", errors="replace").encode()
    elif not name.lower().endswith((".csv", ".txt", ".tsv")):
        raise Unreadable(say("counts.kind"))
    return [cells for _, cells in read_csv(name, data).rows]


def _cells(sheet: CalamineSheet) -> Sequence[Sequence[Cell]]:
    if sheet.start is None or sheet.end is None:
        return []
    if sheet.end[0] - sheet.start[0] >= ROW_LIMIT or sheet.end[1] - sheet.start[1] >= COLUMN_LIMIT:
        raise Unreadable(say("registry.file.too_many", sheet=sheet.name, rows=ROW_LIMIT, columns=COLUMN_LIMIT))
    return [list(row) for row in sheet.iter_rows()]


# ---------------------------------------------------------------- the table


def _lines(rows: Sequence[Sequence[Cell]]) -> str:
    if len(rows) > ROW_LIMIT:
        raise Unreadable(say("counts.too_many", rows=ROW_LIMIT))
    columns = [_column(rows, at) for at in range(max(map(len, rows), default=0))]
    names = _name_column(columns)
    counts = _count_column(rows, columns, names)
    found = [_line(row, number, names, counts) for number, row in enumerate(rows, 1)]
    lines = [line for line in found if line]
    if not lines:
        raise Unreadable(say("counts.empty"))
    head = [DAILY_HEAD] if _IS_DAILY.search(counts.heading) else []
    return "\n".join([*head, *lines])


def _column(rows: Sequence[Sequence[Cell]], at: int) -> _Column:
    """A heading is words above the first number of the table, in the column's own cell."""
    cells = [row[at] if at < len(row) else None for row in rows]
    first = next((place for place, row in enumerate(rows) if any(map(_is_whole, row[1:]))), len(rows))
    headings = [fold(str(cell)) for cell in cells[:first] if isinstance(cell, str) and clean(cell)]
    body = cells[first:]
    return _Column(at, " ".join(headings[-2:]), sum(map(_is_words, body)), sum(map(_is_whole, body)))


def _name_column(columns: Sequence[_Column]) -> _Column:
    """The one whose heading says so, else the one with most words."""
    able = [column for column in columns if column.names]
    if not able:
        raise Unreadable(say("counts.empty"))
    return max(able, key=lambda column: (bool(_IS_NAME.search(column.heading)), column.names, -column.at))


def _count_column(rows: Sequence[Sequence[Cell]], columns: Sequence[_Column], names: _Column) -> _Column:
    able = [c for c in columns if c.numbers and c.at != names.at and not _counts_up(rows, c)]
    told = [c for c in able if _IS_COUNT.search(c.heading) and not _IS_OTHER.search(c.heading)]
    other = [c for c in able if not _IS_OTHER.search(c.heading)]
    for chosen in (told, other, able):
        if len(chosen) == 1:
            return chosen[0]
        if chosen:
            raise Unreadable(say("counts.two_columns", n=len(chosen)))
    raise Unreadable(say("counts.empty"))


def _counts_up(rows: Sequence[Sequence[Cell]], column: _Column) -> bool:
    """Is it only 1, 2, 3 … (STT)?"""
    cells = [row[column.at] for row in rows if column.at < len(row)]
    values = [int(float(str(cell))) for cell in cells if _is_whole(cell) and str(cell).replace(".", "", 1).isdigit()]
    return len(values) > 1 and values == list(range(1, len(values) + 1))


def _line(row: Sequence[Cell], number: int, names: _Column, counts: _Column) -> str:
    """`May Sao Mai\\t118`; "" for headings and blank rows. A number without a name is asked about by its row."""
    name, count = _at(row, names.at), _at(row, counts.at)
    if not _DIGIT.search(count):
        return ""
    if any(_IS_SUM.fullmatch(fold(cell)) for cell in row if isinstance(cell, str)):
        return f"{SUM}\t{count}"  # the paste compares it with the rows
    return f"{name or f'({number})'}\t{count}"


def _at(row: Sequence[Cell], at: int) -> str:
    """A cell as one would have typed it: 12.0 is 12, a cell of several lines is one."""
    cell = row[at] if at < len(row) else None
    if is_blank(cell):
        return ""
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell))
    return " ".join(clean(str(cell)).split())


def _is_whole(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int | float):
        return math.isfinite(cell) and cell >= 0 and cell == int(cell)
    return isinstance(cell, str) and _WHOLE.fullmatch(clean(cell)) is not None


def _is_words(cell: Cell) -> bool:
    return isinstance(cell, str) and not _is_whole(cell) and any(map(str.isalpha, cell))
