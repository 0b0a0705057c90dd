"""The trail of acts as a workbook: one sheet, newest first; what people wrote stays text, never a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.papers.excel import write_sheets
from bot.papers.sheet import CODE, DAY, UNIT, Cell, Column, Sheet
from handlers import audit_words
from handlers.audit_facts import Logged
from handlers.talk import say
from handlers.texts import Texts

COLUMNS = (
    DAY,
    Column(say("audit.column.time"), 8),
    Column(say("audit.column.who"), 28),
    Column(say("audit.column.what"), 70),
    *(CODE, UNIT),
    Column(say("audit.column.action"), 20),
)


def write(path: Path, rows: Iterable[Logged], texts: Texts, language: str, head: str) -> None:
    """Raises OSError. `head` says what was narrowed down."""
    write_sheets(path, [Sheet(say("audit.sheet"), COLUMNS, _rows(rows, texts, language), (head,))], texts, language)


def _rows(rows: Iterable[Logged], texts: Texts, language: str) -> Iterator[tuple[Cell, ...]]:
    for row in rows:
        who = texts.render(language, audit_words.who(row))
        what = texts.render(language, audit_words.bare(row, language))
        yield row.at.date(), f"{row.at:%H:%M}", who, what, row.code, row.unit, row.action
