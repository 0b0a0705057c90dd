"""A sheet of a workbook as plain values: what stands in it and in which shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.talk import Say, say

Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Column:
    title: Say
    width: int  # characters
    shape: str = "text"  # text | whole | signed | percent | tenths | day


@dataclass(frozen=True, slots=True)
class Sheet:
    name: Say
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    head: Sequence[str] = ()  # lines above the table


def column(key: str, width: int, shape: str = "text") -> Column:
    return Column(say(f"excel.column.{key}"), width, shape)


DAY, CODE, UNIT = column("day", 12, "day"), column("code", 10), column("unit", 24)
