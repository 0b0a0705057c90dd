"""Sheets about people: the named counters and author groups, and the units by people, by members, inside clusters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.papers.figures import Figures
from bot.papers.sheet import CODE, UNIT, Cell, Column, Sheet, column
from handlers import counters
from handlers.board import Row
from handlers.counting import counted
from handlers.figures import shares
from handlers.ranks import ranks
from handlers.talk import Say, say

InWords = Callable[[Say], str]


def sheets(figures: Figures, words: InWords) -> Iterator[Sheet]:
    yield _counters(figures, words)
    yield _units(figures)


def _counters(figures: Figures, words: InWords) -> Sheet:
    """Each counter under its own name, all of the bot's; then the author groups with their shares."""
    columns = (column("item", 44), column("number", 18, "whole"), column("share", 10, "percent"))
    rows: list[Sequence[Cell]] = []
    if figures.board.counters is not None:
        rows += [(words(name), number, None) for name, number in counters.named(figures.board.counters)]
    filed = [(name or words(say("back.no_group")), count) for name, count in figures.groups if count]
    parts = shares([count for _, count in filed]).parts
    rows += [
        (words(say("excel.of_group", name=name)), count, float(part) / 100)
        for (name, count), part in zip(filed, parts, strict=True)
    ]
    return Sheet(say("excel.counters"), columns, rows)


def _units(figures: Figures) -> Sheet:
    """In the order of the board. Rates are left empty where the number of members is not known."""
    board = figures.board
    columns = (
        *(CODE, UNIT, column("members", 12, "whole"), column("authors", 10, "whole")),
        *(column("by_authors", 12, "whole"), column("participation", 14, "percent")),
        Column(counted("excel.column.rate", board.counter), 16, "tenths"),
        *(column("cluster", 22), column("cluster_rank", 12, "whole")),
    )
    rows = [_with_people(figures, row) for row in board.rows]
    places = ranks([row.authors or None for row in rows])
    told = (
        _unit_row(figures, row, place, row.cluster_percent if board.by_percent else row.cluster_count)
        for row, place in zip(rows, places, strict=True)
    )
    return Sheet(say("excel.people"), columns, list(told))


def _with_people(figures: Figures, row: Row) -> Row:
    return replace(row, authors=figures.people.get(row.unit_id, 0))


def _unit_row(figures: Figures, row: Row, place: int | None, in_cluster: int | None) -> Sequence[Cell]:
    took_part = None if row.participation is None else float(row.participation) / 100
    rate = None if row.rate is None else float(row.rate)
    code = figures.codes.get(row.unit_id, "")
    return (code, row.name, row.members, row.authors, place, took_part, rate, row.cluster, in_cluster)
