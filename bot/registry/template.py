"""Example files that import as they are: people replace the rows and keep the headings."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]  # comes without types
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from bot.registry import schema
from bot.registry.examples import Example, examples
from bot.registry.problems import Unreadable
from bot.registry.schema import Column, Kind, Table, Value
from handlers.talk import say
from handlers.texts import Texts


def write_template(path: Path, texts: Texts, language: str, today: date, table: str | None = None) -> None:
    """An .xlsx with all tables (or one), or a .csv with the one named by `table`.

    Raises Unreadable for other kinds of file, or a .csv without a table.
    """
    tables = [schema.table_by_key(table)] if table else list(schema.TABLES)
    match path.suffix.lower():
        case ".xlsx":
            _write_workbook(path, tables, texts, language, today)
        case ".csv" if table:
            _write_csv(path, tables[0], language, today)
        case ".csv":
            names = ", ".join(t.key for t in schema.TABLES)
            raise Unreadable(say("registry.template.which", names=names))
        case ".ods":
            raise Unreadable(say("registry.template.ods", file=path.with_suffix(".xlsx").name))
        case _:
            raise Unreadable(say("registry.template.kind"))


def _write_csv(path: Path, table: Table, language: str, today: date) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # with a BOM, or Excel shows broken accents
        writer = csv.writer(file)
        writer.writerow([column.heading(language) for column in table.columns])
        for example in examples(today)[table.key]:
            writer.writerow([_text(_word(example, column, language)) for column in table.columns])


def _word(example: Example, column: Column, language: str) -> Value:
    """A choice is always written, so that one sees what there is."""
    default = column.default if column.options else None
    return column.word(example.get(column.key, default), language)


def _text(value: Value) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, tuple):
        return "; ".join(value)
    return "" if value is None or value is False else str(value)


def _write_workbook(path: Path, tables: Sequence[Table], texts: Texts, language: str, today: date) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "text_wrap": True, "valign": "top"})
        formats = {Kind.DATE: book.add_format({"num_format": "dd/mm/yyyy"})}
        formats |= {
            kind: book.add_format({"num_format": "@"})
            for kind in (Kind.CODE, Kind.NAME, Kind.TEXT, Kind.TEXTS, Kind.CHOICE)
        }
        _write_guide(
            book.add_worksheet(texts.render(language, say("registry.guide.sheet"))), tables, texts, language, head
        )
        for table in tables:
            sheet = book.add_worksheet(table.title(language))
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(table.columns):
                sheet.set_column(place, place, 32 if column.key == "name" else 16, formats.get(column.kind))
                sheet.write_string(0, place, column.heading(language), head)
                sheet.write_comment(0, place, _note(column, texts, language), {"x_scale": 2})
            for row, example in enumerate(examples(today)[table.key], start=1):
                for place, column in enumerate(table.columns):
                    _write_cell(sheet, (row, place), _word(example, column, language), formats.get(column.kind))


def _write_cell(sheet: Worksheet, at: tuple[int, int], value: Value, shape: Format | None) -> None:
    if isinstance(value, date):
        sheet.write_datetime(*at, value, shape)
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(*at, value, shape)
    elif text := _text(value):
        sheet.write_string(*at, text, shape)


def _write_guide(sheet: Worksheet, tables: Sequence[Table], texts: Texts, language: str, head: Format) -> None:
    for column, width in enumerate((20, 24, 90)):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, texts.render(language, say("registry.guide.intro")))
    for column, name in enumerate(("table", "column", "note")):
        sheet.write_string(2, column, texts.render(language, say(f"registry.guide.{name}")), head)
    row = 3
    for table in tables:
        for field in table.columns:
            cells = (table.title(language), field.heading(language), _note(field, texts, language))
            for place, cell in enumerate(cells):
                sheet.write_string(row, place, cell)
            row += 1


def _note(column: Column, texts: Texts, language: str) -> str:
    note = texts.render(language, say(f"registry.note.{column.key}"))
    return texts.render(language, say("registry.guide.needed", note=note)) if column.required else note
