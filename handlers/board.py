"""The board: where a unit and its child units stand at a moment, ranked. Plain values, also as JSON for freezing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from handlers.counters import Counters
from handlers.drive import Drive, Place
from handlers.pace import Pace, pace
from handlers.ranks import COUNT, PERCENT, most, moved, rank, rising
from handlers.rows import Coverage, Ended, Goal, Note, Row
from handlers.source import Source

FILED, VALID, AUTHORS = "filed", "valid", "authors"  # lượt nộp, hợp lệ, tác giả (domain.md §5)

__all__ = [
    "AUTHORS",
    "FILED",
    "VALID",
    "Board",
    "Coverage",
    "Ended",
    "Goal",
    "Note",
    "Row",
    "compose",
    "most",
    "rank",
    "rising",
]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything a notice prints. Figures are those before `cut_at`; "since" is the last notice's cut-off."""

    unit_id: int
    unit: str
    short: str
    campaign_id: int
    campaign: str
    opens: date
    closes: date  # last day of entry
    day: date  # local
    cut_at: datetime  # aware, in local time
    counter: str = FILED  # which one ranks and goes against targets: what `filed` and `adjusted` are about
    filed: int = 0  # cumulative, the whole subtree
    adjusted: int = 0
    came: int | None = None  # since the last notice, where the counter is not lượt nộp and it is known
    phase: str = ""  # name of the running phase
    by_phase: bool = False  # the rows are compared by the phase's targets
    named: bool = False  # several campaigns are open: the notice names its own
    goals: tuple[Goal, ...] = ()
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()
    since_day: date | None = None  # None: there was no notice before
    since_at: datetime | None = None
    new: int | None = None
    corrected: int | None = None
    recent: int | None = None  # lượt nộp of the last full days; None: no day of the campaign is over
    recent_days: int = 0  # how many these are, at most seven
    ended: tuple[Ended, ...] | None = None  # child units that have ended, with figures; None: frozen without them
    merged: tuple[Ended, ...] = ()  # units this one took over; what they filed stands on their own parent's board
    authors: int | None = None
    members: int | None = None
    line: str = ""  # an officer's, with its source: of the day's notice only
    campaign_code: str = ""  # "": frozen without it
    coverage: Coverage | None = None
    source: Source | None = None  # None: the bot's own filings are counted
    counters: Counters | None = None  # of what was filed with the bot; None: not counted
    sorted_by: str = PERCENT  # the order of the rows, as the group wants it: see `ranks.rank`
    drive: Drive | None = None  # the peak drive that is told of
    place: Place | None = None  # on the board of the unit above; only while a drive is told of

    @property
    def total(self) -> int:
        """By `counter`."""
        return self.filed + self.adjusted

    @property
    def change(self) -> int | None:
        return None if self.new is None else self.new + (self.corrected or 0)

    @property
    def others(self) -> int:
        """Of the total, what no row shows: filed with the unit itself, or with a child unit that has ended."""
        if self.counter == AUTHORS:  # people of two units are one of the whole: nothing adds up
            return 0
        return self.total - sum(row.count for row in self.rows)

    @property
    def direct(self) -> int:
        """Of the others, what was filed with the unit itself."""
        if self.counter == AUTHORS:
            return 0
        return self.others - sum(unit.count for unit in self.ended or ())

    @property
    def waiting(self) -> bool:
        """Are there no portal figures of the board's own day?"""
        return self.source is not None and not self.source.is_of(self.day)

    @property
    def by_percent(self) -> bool:
        """The rows' ranks are those of their percentages."""
        return self.sorted_by != COUNT and any(row.target for row in self.rows)

    def moved(self, row: Row) -> int | None:
        """How `row.rank` moved since the last notice; None where the order was another one then."""
        return row.moved_percent if self.by_percent else row.moved_count

    def without_movement(self) -> Board:
        """The same without places gained or lost since the last notice."""
        return replace(self, rows=tuple(replace(row, moved_count=None, moved_percent=None) for row in self.rows))

    def pace(self, goal: Goal) -> Pace | None:
        """How fast it goes towards one of the goals."""
        return pace(goal.count, goal.number, self.day, goal.ends, self.recent, self.recent_days)

    @property
    def with_target(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.progress is not None)

    @property
    def reached(self) -> tuple[Row, ...]:
        return tuple(row for row in self.with_target if row.progress is not None and row.progress.reached)

    def to_json(self) -> dict[str, Any]:
        """JSON values only: dates as ISO text."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Board:
        """Also reads bare numbers (not ranked yet) and what an older or newer version froze."""
        known = _known(Board, data)
        for name in ("opens", "closes", "day", "since_day"):
            known[name] = date.fromisoformat(known[name]) if known.get(name) else None
        for name in ("cut_at", "since_at"):
            known[name] = datetime.fromisoformat(known[name]) if known.get(name) else None
        known["goals"] = tuple(_dated(Goal, goal, "ends", "starts") for goal in data.get("goals", ()))
        for name, kind in (("rows", Row), ("notes", Note)):
            known[name] = tuple(kind(**_known(kind, item)) for item in data.get(name, ()))
        for name in ("ended", "merged"):
            if known.get(name) is not None:
                known[name] = tuple(_dated(Ended, unit, "last") for unit in known[name])
        if known.get("counters") is not None:
            known["counters"] = Counters(**_known(Counters, known["counters"]))
        if known.get("coverage") is not None:
            known["coverage"] = Coverage(**_known(Coverage, known["coverage"]))
        if known.get("source") is not None:
            known["source"] = Source.from_json(known["source"])
        for name, read in (("drive", Drive.from_json), ("place", Place.from_json)):
            known[name] = read(known[name]) if known.get(name) else None
        return Board(**known)


def compose(
    numbers: Mapping[str, Any],
    last: Mapping[str, Any] | None = None,
    *,
    named: bool = False,
    sorted_by: str = PERCENT,
) -> Board:
    """From bare numbers (`models.queries.board.numbers`) to a ranked board.

    `last`: the numbers frozen in the last notice; what has changed since is the difference of the cumulative figures,
    so that the changes of all notices add up to the total.
    """
    board = _ranked(replace(Board.from_json(numbers), named=named, sorted_by=sorted_by))
    before = _ranked(Board.from_json(last)) if last is not None else None
    return board if before is None or not _comparable(board, before) else _since(board, before)


def _comparable(board: Board, before: Board) -> bool:
    """Where another counter ranked then, or figures came from elsewhere, a difference would be one of two different
    things; and the portal's first figures are no growth.
    """
    if board.counter != before.counter or (board.source is None) != (before.source is None):
        return False
    return before.source is None or before.source.as_of is not None


def _ranked(board: Board) -> Board:
    by_phase = not any(row.whole for row in board.rows) and any(row.phase for row in board.rows)
    compared = (
        replace(row, target=row.phase, toward=row.in_phase)
        if by_phase
        else replace(row, target=row.whole, toward=row.count)
        for row in board.rows
    )
    return replace(board, rows=rank(compared, board.sorted_by), by_phase=by_phase)


def _since(board: Board, last: Board) -> Board:
    before = {row.unit_id: row for row in last.rows}
    split = _as_kept if board.counter == FILED else _by_what_came
    compared = (board.by_phase, board.phase if board.by_phase else "")
    same = compared == (last.by_phase, last.phase if last.by_phase else "")
    rows = tuple(
        _row_since(row, before[row.unit_id], split(row, before[row.unit_id]), same_targets=same)
        if row.unit_id in before
        else row
        for row in board.rows
    )
    filed, adjusted = split(board, last)
    new, corrected = filed - last.filed, adjusted - last.adjusted
    if board.waiting and not (new or corrected or any(row.new or row.corrected for row in rows)):
        return board  # nothing is known of this day: that is no change of 0
    return replace(
        board,
        rows=_without_silent(rows, board.source),
        filed=filed,
        adjusted=adjusted,
        since_day=last.day,
        since_at=last.cut_at,
        new=new,
        corrected=corrected,
    )


def _without_silent(rows: tuple[Row, ...], source: Source | None) -> tuple[Row, ...]:
    """A unit whose portal figure is not of the newest day has no change, rather than one of 0."""
    silent = {unit.unit_id for unit in source.stale} if source is not None else set()
    return tuple(
        replace(row, new=None, corrected=None) if row.unit_id in silent and not (row.new or row.corrected) else row
        for row in rows
    )


def _as_kept(now: Board | Row, before: Board | Row) -> tuple[int, int]:  # noqa: ARG001
    """Lượt nộp and their adjustments are counted apart."""
    return now.filed, now.adjusted


def _by_what_came(now: Board | Row, before: Board | Row) -> tuple[int, int]:
    """Of valid ones or authors there is one number. What came since is added to what was filed before, the rest of
    the difference is an adjustment: so the changes of all notices add up. Where it is not known what came, growth is.
    """
    total, last = now.filed + now.adjusted, before.filed + before.adjusted
    filed = before.filed + (now.came if now.came is not None else max(total - last, 0))
    return filed, total - filed


def _row_since(row: Row, before: Row, kept: tuple[int, int], *, same_targets: bool) -> Row:
    """Places by percent are compared only where both boards are about the same phase, or both about the whole."""
    filed, adjusted = kept
    return replace(
        row,
        filed=filed,
        adjusted=adjusted,
        new=filed - before.filed,
        corrected=adjusted - before.adjusted,
        moved_count=moved(before.by_count, row.by_count),
        moved_percent=moved(before.by_percent, row.by_percent) if same_targets else None,
    )


def _known(kind: type, data: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: data[field.name] for field in fields(kind) if field.name in data}


def _dated(kind: type, data: Mapping[str, Any], *names: str) -> Any:
    known = _known(kind, data)
    return kind(**known | {name: date.fromisoformat(known[name]) if known.get(name) else None for name in names})


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
