"""The rows of the picture: which units it shows, how long their bars are. All lengths are pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from handlers import glyphs
from handlers.board import FILED, Board, Row
from handlers.counting import counted, counter_heading
from handlers.figures import groups, percent_text, signed
from handlers.notice import SHORT
from handlers.talk import Say, say

WIDTH = 1080
MARGIN = 48
RIGHT = WIDTH - MARGIN
NAMES_AT = 124  # where names and bars begin
MOST_ROWS = 30
MOST_MEMBERS = 10  # rows in a group of members
BESIDE = 2  # neighbours shown on each side of the own unit
FULLEST = 3.0  # a bar beyond three times the target is broken off: it would make all others tiny
ROW_SMALL, ROW_LARGE, GAP = 62, 104, 52
_COLUMN_GAP = 28
NAME_SMALL = 32  # a name is set smaller before it is cut
HEADING = 26  # size of the words above a column
ARROW = 0.8  # width of the arrow beside a name and what parts it from its number, in sizes of letters

Render = Callable[[Say], str]
"""Words of the picture's language, without what the font lacks."""


# ---------------------------------------------------------------- which rows


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows shown, and how many are left out before the second part and after all."""

    top: tuple[Row, ...]
    between: int = 0
    around: tuple[Row, ...] = ()
    after: int = 0

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*self.top, *self.around)


def chosen(rows: tuple[Row, ...], kind: str, own: int | None = None, room: float = math.inf) -> Shown:
    """At most 30 rows: the first ones, and the own unit with its neighbours. For members the upper ones and the own.

    Where even small rows do not fit into `room` pixels there are fewer.
    """
    if kind == SHORT:
        return _for_members(rows, own)
    if len(rows) <= MOST_ROWS and len(rows) * ROW_SMALL <= room:
        return Shown(rows)
    most = int(min(MOST_ROWS, (room - 2 * GAP) / ROW_SMALL))
    at = next((at for at, row in enumerate(rows) if row.unit_id == own), 0)
    top = most - 2 * BESIDE - 1
    first, last = at - BESIDE, min(at + BESIDE + 1, len(rows))
    if first <= top:
        return Shown(rows[:most], after=len(rows) - most)
    return Shown(rows[:top], first - top, rows[first:last], len(rows) - last)


def _for_members(rows: tuple[Row, ...], own: int | None) -> Shown:
    """The upper half of the ranking, at most ten; of the others those (up to ten in all) who reached the target.

    Of those below only the own unit: no other is named for being there. The order is that of the ranks, whatever the
    board's is.
    """
    rows = tuple(sorted(rows, key=lambda row: math.inf if row.rank is None else row.rank))
    ranked = [row for row in rows if row.rank is not None]
    upper = (len(ranked) + 1) // 2
    top = [
        row
        for at, row in enumerate(ranked[:MOST_MEMBERS])
        if at < upper or (row.progress is not None and row.progress.reached)
    ]
    at = next((at for at, row in enumerate(rows) if row.unit_id == own), 0)
    return Shown(tuple(top), at - len(top), (rows[at],)) if at >= len(top) and top else Shown(tuple(top))


# ---------------------------------------------------------------- bars


@dataclass(frozen=True, slots=True)
class Bar:
    length: float
    room: float  # of the longest
    target: float | None = None  # where the target line stands
    reached: bool = False
    broken: bool = False  # it would go on beyond the picture


def bar(count: int, target: int | None, room: float, scale: float) -> Bar:
    """`scale`: what fills the room, as a multiple of the target, or as a count where there is no target."""
    share = max(count, 0) / (target or 1)
    length = round(room * min(share / scale, 1.0), 2) if scale else 0.0
    at = round(room / scale, 2) if target else None
    return Bar(length, room, at, bool(target) and count >= (target or 0), bool(target) and share > scale)


def scale_of(rows: Iterable[Row], *, by_target: bool) -> float:
    """One for all bars, so that their lengths compare. The target line is always in sight."""
    if not by_target:
        return float(max((row.count for row in rows), default=0))
    return min(max([1.0, *(row.toward / row.target for row in rows if row.target)]), FULLEST)


# ---------------------------------------------------------------- the table


@dataclass(frozen=True, slots=True)
class Sizes:
    """Rows are large where there are few; where there are many they shrink to what is still read on a phone."""

    row: float

    def _between(self, small: float, large: float) -> float:
        return round(small + (large - small) * (self.row - ROW_SMALL) / (ROW_LARGE - ROW_SMALL), 1)

    @property
    def text(self) -> float:
        return self._between(NAME_SMALL, 40)

    @property
    def side(self) -> float:
        return self._between(28, 34)

    @property
    def remark(self) -> float:
        return self._between(22, 28)

    @property
    def moved(self) -> float:
        return self._between(20, 26)

    @property
    def bar(self) -> float:
        return self._between(11, 20)

    @property
    def medal(self) -> float:
        return self._between(18, 28)

    @staticmethod
    def fitting(rows: int, room: float) -> Sizes:
        return Sizes(round(min(max(room / max(rows, 1), ROW_SMALL), ROW_LARGE), 1))


@dataclass(frozen=True, slots=True)
class Line:
    """A unit's row; or with `gap` the words for those left out."""

    y: float = 0
    name: str = ""
    name_size: float = 0
    rank: str = ""
    medal: int = 0  # 1, 2, 3
    count: str = ""
    change: str = ""
    direction: int = 0  # of the change: -1, 0, 1
    percent: str = ""
    bar: Bar | None = None
    remark: str = ""  # instead of a bar
    moved: str = ""  # places since the last notice
    rose: bool = False
    moved_x: float | None = None  # where these stand beside the name; None: under the rank
    own: bool = False
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    right: float  # where its numbers end


@dataclass(frozen=True, slots=True)
class Table:
    lines: tuple[Line, ...]
    columns: dict[str, Column]  # count, change, percent: those that say something
    sizes: Sizes
    bottom: float


def table(
    board: Board, shown: Shown, render: Render, language: str, *, top: float, room: float, own: int | None = None
) -> Table:
    """The rows from `top` on, in `room` pixels if they are still read there."""
    left_out = [shown.between, shown.after]
    sizes = Sizes.fitting(len(shown.rows), room - GAP * sum(map(bool, left_out)))
    write = _Writer(board, shown.rows, render, language, own)
    first, around = write.lines(shown.top), write.lines(shown.around)
    columns, names_end = _columns([*first, *around], sizes, write.headings())
    between, more = write.gap("picture.between", shown.between), write.gap("picture.more", shown.after)
    lines: list[Line] = []
    for line in (*first, *between, *around, *more):
        named = _named(replace(line, y=round(top, 1)), names_end - NAMES_AT, sizes)
        lines.append(_beside(named, names_end, sizes) if board.drive and board.drive.since_start else named)
        top += GAP if line.gap else sizes.row
    return Table(tuple(lines), columns, sizes, round(top, 1))


def _named(line: Line, room: float, sizes: Sizes) -> Line:
    wide = glyphs.width(line.name, sizes.text, bold=True)
    size = max(min(sizes.text, math.floor(sizes.text * room / wide)), NAME_SMALL) if wide else sizes.text
    return replace(line, name=glyphs.cut(line.name, room, size, bold=True), name_size=size)


def _beside(line: Line, names_end: float, sizes: Sizes) -> Line:
    """Places won since a drive began are what its picture is about: they stand large beside the name if they fit."""
    x = NAMES_AT + glyphs.width(line.name, line.name_size, bold=True) + _COLUMN_GAP
    end = x + sizes.side * ARROW + glyphs.width(line.moved, sizes.side)
    return replace(line, moved_x=round(x, 1)) if line.moved and end <= names_end else line


def _columns(lines: list[Line], sizes: Sizes, headings: dict[str, str]) -> tuple[dict[str, Column], float]:
    """Each as wide as its widest number or heading, from the right; and where the names must end."""
    columns: dict[str, Column] = {}
    right: float = RIGHT
    for name, heading in reversed(headings.items()):
        bold, size = name != "change", sizes.side if name == "change" else sizes.text
        widest = max((glyphs.width(getattr(line, name), size, bold=bold) for line in lines), default=0)
        columns[name] = Column(heading, round(right, 1))
        right -= max(widest, glyphs.width(heading, HEADING)) + _COLUMN_GAP
    return columns, right


class _Writer:
    """The words and bars of the rows, not placed yet."""

    def __init__(self, board: Board, rows: Iterable[Row], render: Render, language: str, own: int | None) -> None:
        self._board, self._render, self._language, self._own = board, render, language, own
        self._by_target = bool(board.with_target)
        self._unknown = board.source.without() if board.source else frozenset[int]()
        self._changes = board.change is not None
        self._scale = scale_of(rows, by_target=self._by_target)

    def headings(self) -> dict[str, str]:
        """Of the columns, from left to right."""
        wanted = {"count": True, "change": self._changes, "percent": self._by_target}
        words = {name: say(f"picture.column.{name}") for name, there in wanted.items() if there}
        if self._board.counter != FILED:
            words["count"] = counter_heading(self._board.counter)
        return {name: self._render(words) for name, words in words.items()}

    def lines(self, rows: Iterable[Row]) -> list[Line]:
        return [self._line(row) for row in rows]

    def gap(self, key: str, left_out: int) -> list[Line]:
        """The line for units that are not shown, if there are any."""
        words = say(key, n=left_out, number=groups(left_out, self._language))
        return [Line(gap=self._render(words))] if left_out else []

    def _line(self, row: Row) -> Line:
        change = row.change if self._changes else None
        percent = row.progress.percent if row.progress and row.count > 0 else None
        moved = self._board.moved(row) if row.rank is not None else None
        return Line(
            name=glyphs.drawable(row.name),
            rank="" if row.rank is None else groups(row.rank, self._language),
            medal=row.rank if row.rank is not None and row.rank <= 3 else 0,
            count="–" if row.unit_id in self._unknown else groups(row.count, self._language),
            change="" if change is None else signed(change, self._language) + ("*" if row.corrected else ""),
            direction=0 if not change else 1 if change > 0 else -1,
            percent="" if percent is None else percent_text(percent, self._language),
            bar=self._bar(row),
            remark=self._remark(row),
            moved=groups(abs(moved), self._language) if moved else "",
            rose=bool(moved and moved > 0),
            own=row.unit_id == self._own,
        )

    def _bar(self, row: Row) -> Bar | None:
        if self._remark(row):
            return None
        count, target = (row.toward, row.target) if self._by_target else (row.count, None)
        return bar(count, target, RIGHT - NAMES_AT, self._scale)

    def _remark(self, row: Row) -> str:
        if row.unit_id in self._unknown:
            return self._render(say("picture.unknown"))
        if row.count <= 0:
            return self._render(counted("picture.none", self._board.counter))
        return self._render(say("notice.no_target")) if self._by_target and row.progress is None else ""
