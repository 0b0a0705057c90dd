"""Sheets -> records: which table a sheet is, which column a heading means, what each cell says; and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.registry import schema
from bot.registry.cells import BadCell, Cell, is_blank, read_cell, shown
from bot.registry.problems import Problem, Unreadable
from bot.registry.schema import Column, Key, Table, Value
from bot.registry.sheets import Sheet
from handlers.fold import fold
from handlers.talk import Say, say

Track = Callable[[Sequence[tuple[int, list[Cell]]]], Iterable[tuple[int, list[Cell]]]]
"""Passes rows through, showing how far it has come."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a sheet. `values` holds the columns the sheet has, without those that could not be read (`bad`)."""

    table: Table
    sheet: str
    row: int
    values: Mapping[str, Value]
    headings: Mapping[str, str]  # column key -> heading as it stands in the sheet
    bad: frozenset[str] = frozenset()

    @property
    def key(self) -> Key | None:
        """None when a part of it is missing or could not be read."""
        if self.bad.intersection(self.table.identity):
            return None
        key = tuple(self.values.get(name, self.table.column(name).default) for name in self.table.identity)
        needed = (value for name, value in zip(self.table.identity, key, strict=True) if name in self.table.required)
        return None if any(value is None for value in needed) else key

    def problem(self, column: str, what: Say) -> Problem:
        return Problem(self.sheet, self.row, self.headings.get(column, ""), what)


@dataclass(slots=True)
class Reading:
    """What was read of a file."""

    sheets: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_sheets(sheets: Iterable[Sheet], relative_to: date | None = None, track: Track = iter) -> Reading:
    """All records of all sheets, and all problems. `relative_to`: see `cells.read_cell`.

    Raises Unreadable where there is not a single row.
    """
    reading = Reading()
    for sheet in sheets:
        reading.sheets.append(sheet.name)
        table = _table_of(sheet, reading)
        if table and sheet.rows:
            _read_table(table, sheet, relative_to, track, reading)
    if not reading.records and not reading.problems:
        raise Unreadable(say("registry.file.empty"))
    return reading


def _table_of(sheet: Sheet, reading: Reading) -> Table | None:
    table = schema.table_named(sheet.name)
    if table is None and not sheet.named and sheet.rows:
        table = _table_headed(sheet.rows[0][1])
    is_guide = fold(sheet.name) in {fold(name) for name in schema.GUIDES}
    if table is None and sheet.rows and not is_guide:
        key = "registry.bad.sheet" if sheet.named else "registry.bad.csv"
        reading.problems.append(Problem(sheet.name, 0, "", say(key, names=_sheet_names())))
    return table


def _sheet_names() -> str:
    return ", ".join(f"{table.title('vi')} ({table.title('en')})" for table in schema.TABLES)


def _table_headed(headings: Sequence[Cell]) -> Table | None:
    """The one table all of whose required columns are there; of several the one that knows most of the headings."""
    words = [str(cell) for cell in headings if not is_blank(cell)]
    fits: list[tuple[int, Table]] = []
    for table in schema.TABLES:
        found = {column.key for word in words if (column := table.column_headed(word))}
        if table.required <= found:
            fits.append((len(found), table))
    best = max((count for count, _ in fits), default=0)
    tables = [table for count, table in fits if count == best]
    return tables[0] if len(tables) == 1 else None


# ---------------------------------------------------------------- one table


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the headings of a sheet say."""

    table: Table
    sheet: Sheet
    columns: Mapping[int, Column]  # by place
    headings: Mapping[str, str]  # column key -> heading as it stands in the sheet
    relative_to: date | None


def _read_table(table: Table, sheet: Sheet, relative_to: date | None, track: Track, reading: Reading) -> None:
    head_row, head = sheet.rows[0]
    columns = _columns(table, sheet.name, head_row, head, reading)
    headings = {column.key: shown(head[place]) for place, column in columns.items()}
    missing = table.required - set(headings)
    for column in table.columns:
        if column.key in missing:
            what = say("registry.bad.no_column", vi=column.heading("vi"), en=column.heading("en"))
            reading.problems.append(Problem(sheet.name, head_row, "", what))
    layout = _Layout(table, sheet, columns, headings, relative_to)
    for number, cells in track(sheet.rows[1:]):
        reading.records.append(_read_row(layout, number, cells, reading))
        if any(place >= len(head) or is_blank(head[place]) for place in _used(cells)):
            reading.problems.append(Problem(sheet.name, number, "", say("registry.bad.no_heading")))


def _columns(table: Table, sheet: str, row: int, head: Sequence[Cell], reading: Reading) -> dict[int, Column]:
    columns: dict[int, Column] = {}
    for place, cell in enumerate(head):
        if is_blank(cell):
            continue
        column = table.column_headed(str(cell))
        if column is None:
            names = ", ".join(f"{c.heading('vi')} ({c.heading('en')})" for c in table.columns)
            reading.problems.append(Problem(sheet, row, shown(cell), say("registry.bad.heading", names=names)))
        elif column in columns.values():
            reading.problems.append(Problem(sheet, row, shown(cell), say("registry.bad.heading_twice")))
        else:
            columns[place] = column
    return columns


def _used(cells: Sequence[Cell]) -> Iterable[int]:
    return (place for place, cell in enumerate(cells) if not is_blank(cell))


def _read_row(layout: _Layout, number: int, cells: Sequence[Cell], reading: Reading) -> Record:
    values: dict[str, Value] = {}
    bad: set[str] = set()
    for place, column in layout.columns.items():
        cell = cells[place] if place < len(cells) else None
        try:
            values[column.key] = _value(cell, column, layout.sheet.odd.get((number - 1, place)), layout.relative_to)
        except BadCell as error:
            bad.add(column.key)
            reading.problems.append(Problem(layout.sheet.name, number, layout.headings[column.key], error.what))
    return Record(layout.table, layout.sheet.name, number, values, layout.headings, frozenset(bad))


def _value(cell: Cell, column: Column, odd: str | None, relative_to: date | None) -> Value:
    if odd:
        raise BadCell(say(f"registry.bad.{odd}"))
    if not is_blank(cell):
        return read_cell(cell, column, relative_to)
    if column.required:
        raise BadCell(say("registry.bad.required"))
    return column.default
