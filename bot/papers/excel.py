"""A board and all figures behind it as a workbook, for officers. What people wrote stays text, never a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # comes without types
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]

from bot.papers import people, proof
from bot.papers.figures import Figures
from bot.papers.sheet import CODE, DAY, UNIT, Cell, Column, Sheet, column
from handlers.board import Board, Row
from handlers.counting import counted
from handlers.talk import say
from handlers.texts import Texts
from handlers.told import NOTICE, told
from models.queries.behind import SetTarget

MOST_ROWS = 1_048_576  # of a sheet; Excel has no more
# Row by row and only once (`constant_memory`): a hundred thousand filings take 30 MB and not 400.
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def write(path: Path, figures: Figures, texts: Texts, language: str) -> None:
    """The workbook. Takes seconds for a hundred thousand filings: not for the event loop's thread. Raises OSError."""
    write_sheets(path, _sheets(figures, texts, language), texts, language)


def write_sheets(path: Path, sheets: Iterable[Sheet], texts: Texts, language: str) -> None:
    """A workbook of these sheets. Raises OSError."""
    book = xlsxwriter.Workbook(str(path), _OPTIONS)
    shapes = _shapes(book)
    for sheet in sheets:
        _write_sheet(book, sheet, shapes, lambda words: texts.render(language, words))
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(*error.args[0].args) from error


def _shapes(book: Any) -> dict[str, Format]:
    formats = {
        "text": "@",
        "whole": "#,##0",
        "signed": "+#,##0;-#,##0;0",
        "percent": "0.0%",
        "tenths": "#,##0.0",
        "day": "dd/mm/yyyy",
    }
    made = {name: book.add_format({"num_format": shape, "valign": "top"}) for name, shape in formats.items()}
    made["head"] = book.add_format({"bold": True, "bg_color": "#DDEBF7", "text_wrap": True, "valign": "top"})
    made["title"] = book.add_format({"bold": True, "font_size": 13})
    return made


def _write_sheet(book: Any, sheet: Sheet, shapes: dict[str, Format], in_words: Any) -> None:
    page = book.add_worksheet(in_words(sheet.name))
    for place, one in enumerate(sheet.columns):
        page.set_column(place, place, one.width)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    for at, line in enumerate(sheet.head):
        page.write_string(at, 0, line, shapes["title"] if at == 0 else None)
    top = len(sheet.head) + 1 if sheet.head else 0
    for place, one in enumerate(sheet.columns):
        page.write_string(top, place, in_words(one.title), shapes["head"])
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)
    last = top
    for last, cells in enumerate(sheet.rows, top + 1):
        if last >= MOST_ROWS:
            break
        for place, (cell, one) in enumerate(zip(cells, sheet.columns, strict=True)):
            _write_cell(page, (last, place), cell, shapes[one.shape])
    page.autofilter(top, 0, max(last, top + 1), len(sheet.columns) - 1)


def _write_cell(page: Any, at: tuple[int, int], cell: Cell, shape: Format) -> None:
    """By the value's own type: a text is written as text, whatever it begins with."""
    if isinstance(cell, str):
        page.write_string(*at, cell, shape)
    elif isinstance(cell, date):
        page.write_datetime(*at, cell, shape)
    elif cell is not None:
        page.write_number(*at, cell, shape)


# ---------------------------------------------------------------- the sheets


def _sheets(figures: Figures, texts: Texts, language: str) -> Iterable[Sheet]:
    def words(key: str) -> str:
        return texts.render(language, say(key))

    statuses = {one.status: words(f"status.{one.status}") for one in figures.filings}
    whole = words("excel.whole")
    measures = {measure: words(f"excel.measure.{measure}") for measure in ("count", "participation")}
    yield _board_sheet(figures, texts, language)
    yield Sheet(
        counted("excel.days", figures.board.counter),
        (DAY, CODE, UNIT, column("filed", 12, "whole"), column("adjusted", 12, "signed")),
        ((count.day, count.code, count.unit, count.filed, count.adjusted) for count in figures.days),
    )
    yield Sheet(
        say("excel.filings"),
        (
            column("filing", 14),
            *(CODE, UNIT, column("title", 70), DAY, column("status", 16)),
            column("benefit", 18, "whole"),
        ),
        (
            (one.code, one.unit_code, one.unit, one.title, one.day, statuses[one.status], one.benefit_vnd)
            for one in figures.filings
        ),
    )
    yield Sheet(
        say("excel.targets"),
        (
            *(CODE, UNIT, column("phase", 24), column("measure", 16), column("target", 12, "whole")),
            *(column("set_by", 36), column("valid_from", 12, "day")),
        ),
        (_target_row(kept, kept.phase or whole, measures[kept.measure]) for kept in figures.targets),
    )
    yield from people.sheets(figures, lambda key: texts.render(language, key))
    yield from proof.sheets(figures, lambda key: texts.render(language, key), language)


def _target_row(kept: SetTarget, phase: str, measure: str) -> Sequence[Cell]:
    return (kept.code, kept.unit, phase, measure, kept.number, kept.set_by, kept.valid_from)


def _board_sheet(figures: Figures, texts: Texts, language: str) -> Sheet:
    board = figures.board
    columns = (
        column("rank", 7, "whole"),
        *(CODE, UNIT, Column(counted("excel.column.count", board.counter), 12, "whole")),
        *(column("new", 12, "signed"), column("corrected", 12, "signed")),
        *(column("target", 12, "whole"), column("toward", 14, "whole"), column("percent", 10, "percent")),
        *(column("left", 10, "whole"), column("over", 10, "whole")),
    )
    rows = [_board_row(row, figures.codes.get(row.unit_id, "")) for row in board.rows]
    if board.rows and board.others:
        name = texts.render(language, say("excel.others"))
        rows.append((None, "", name, board.others, *[None] * 7))
    total = texts.render(language, say("excel.total"))
    goal = next((goal for goal in board.goals if goal.progress is not None), None)
    aimed = _progress(goal.progress, goal.number, goal.count) if goal else [None] * 5
    rows.append((None, figures.codes.get(board.unit_id, ""), total, board.total, board.new, board.corrected, *aimed))
    return Sheet(say("excel.board"), columns, rows, _head(board, texts, language))


def _board_row(row: Row, code: str) -> tuple[Cell, ...]:
    aimed = _progress(row.progress, row.target, row.toward)
    return (row.rank, code, row.name, row.count, row.new, row.corrected, *aimed)


def _progress(reached: Any, target: int | None, toward: int) -> Sequence[Cell]:
    """Target, what counts against it, đạt, còn, vượt; empty where no target was set, never 0%."""
    if reached is None:
        return [None] * 5
    return [target, toward, float(reached.percent) / 100, reached.left, reached.over]


def _head(board: Board, texts: Texts, language: str) -> Sequence[str]:
    return (board.unit, board.campaign, texts.render(language, told(NOTICE, board, language)))
