"""The board: where a unit and its child units stand at a moment, ranked. Plain values, also as JSON for freezing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from handlers.figures import Progress, progress


@dataclass(frozen=True, slots=True)
class Goal:
    """A target (chỉ tiêu) of the board's own unit."""

    number: int
    count: int  # what goes against it
    ends: date  # last day of its phase, or of the campaign
    set_by: str = ""
    phase: str = ""  # the phase's name; "": the whole campaign

    @property
    def progress(self) -> Progress | None:
        return progress(self.count, self.number)


@dataclass(frozen=True, slots=True)
class Row:
    """One child unit with everything below it. `filed` and `adjusted` are cumulative."""

    unit_id: int
    name: str
    filed: int = 0
    adjusted: int = 0
    in_phase: int = 0  # of both, what falls into the running phase
    whole: int | None = None  # target for the whole campaign
    phase: int | None = None  # target for the running phase
    target: int | None = None  # the one it is compared by
    toward: int = 0  # what counts against it
    new: int | None = None  # filed since the last notice; None: it was not in that one
    corrected: int | None = None  # adjusted since
    rank: int | None = None

    @property
    def count(self) -> int:
        """Lượt nộp."""
        return self.filed + self.adjusted

    @property
    def change(self) -> int | None:
        return None if self.new is None else self.new + (self.corrected or 0)

    @property
    def progress(self) -> Progress | None:
        return progress(self.toward, self.target)


@dataclass(frozen=True, slots=True)
class Note:
    """Why a unit's figure was adjusted since the last notice."""

    unit_id: int
    unit: str
    reason: str
    delta: int


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
    filed: int = 0  # cumulative, the whole subtree
    adjusted: int = 0
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

    @property
    def total(self) -> int:
        """Lượt nộp."""
        return self.filed + self.adjusted

    @property
    def change(self) -> int | None:
        return None if self.new is None else self.new + (self.corrected or 0)

    @property
    def others(self) -> int:
        """Of the total, what no row shows: filed with the unit itself, or with a child unit that has ended."""
        return self.total - sum(row.count for row in self.rows)

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
        known["goals"] = tuple(
            Goal(**{**_known(Goal, goal), "ends": date.fromisoformat(goal["ends"])}) for goal in data.get("goals", ())
        )
        known["rows"] = tuple(Row(**_known(Row, row)) for row in data.get("rows", ()))
        known["notes"] = tuple(Note(**_known(Note, note)) for note in data.get("notes", ()))
        return Board(**known)


def compose(numbers: Mapping[str, Any], last: Mapping[str, Any] | None = None, *, named: bool = False) -> Board:
    """From bare numbers (`models.queries.board.numbers`) to a ranked board.

    `last`: the numbers frozen in the last notice; what has changed since is the difference of the cumulative figures,
    so that the changes of all notices add up to the total.
    """
    board = replace(Board.from_json(numbers), named=named)
    if last is not None:
        board = _since(board, Board.from_json(last))
    by_phase = not any(row.whole for row in board.rows) and any(row.phase for row in board.rows)
    compared = (
        replace(row, target=row.phase, toward=row.in_phase)
        if by_phase
        else replace(row, target=row.whole, toward=row.count)
        for row in board.rows
    )
    return replace(board, rows=rank(compared), by_phase=by_phase)


def _since(board: Board, last: Board) -> Board:
    before = {row.unit_id: row for row in last.rows}
    rows = tuple(
        replace(row, new=row.filed - before[row.unit_id].filed, corrected=row.adjusted - before[row.unit_id].adjusted)
        if row.unit_id in before
        else row
        for row in board.rows
    )
    return replace(
        board,
        rows=rows,
        since_day=last.day,
        since_at=last.cut_at,
        new=board.filed - last.filed,
        corrected=board.adjusted - last.adjusted,
    )


def rank(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows in the order of a notice, with competition ranks (1, 2, 2, 4).

    By the unrounded share of the target; where no unit has a target, by count. Then, without a rank, units that have
    no target and, last, units without a filing. Among equals the order given (the official one) stays.
    """
    given = tuple(replace(row, rank=None) for row in rows)
    filed = [row for row in given if row.count > 0]
    empty = [row for row in given if row.count <= 0]
    if not any(row.target for row in given):
        return (*_ranked(filed, [Fraction(row.count) for row in filed]), *empty)
    aimed = [row for row in filed if row.target]
    shares = [Fraction(row.toward, row.target) for row in aimed if row.target]
    return (*_ranked(aimed, shares), *(row for row in filed if not row.target), *empty)


def _ranked(rows: Sequence[Row], keys: Sequence[Fraction]) -> tuple[Row, ...]:
    order = sorted(range(len(rows)), key=lambda at: -keys[at])
    first: dict[Fraction, int] = {}
    for place, at in enumerate(order, 1):
        first.setdefault(keys[at], place)
    return tuple(replace(rows[at], rank=first[keys[at]]) for at in order)


def most(rows: Iterable[Row], places: int = 3) -> tuple[Row, ...]:
    """The rows with the most filings: the first `places`, and at most two more with as many as the last of them."""
    filed = sorted((row for row in rows if row.count > 0), key=lambda row: -row.count)
    least = filed[places - 1].count if len(filed) >= places else 0
    return tuple(row for row in filed if row.count >= least)[: places + 2]


def rising(rows: Iterable[Row], places: int = 3) -> tuple[Row, ...]:
    """The rows that grew most since the last notice."""
    grown = [row for row in rows if (row.change or 0) > 0]
    return tuple(sorted(grown, key=lambda row: -(row.change or 0))[:places])


def _known(kind: type, data: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: data[field.name] for field in fields(kind) if field.name in data}


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
