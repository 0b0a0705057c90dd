"""Why a board's figures were adjusted (điều chỉnh) since the last notice, by reason and unit: none is unexplained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from handlers.board import VALID, Board

REASONS = frozenset({"moved", "duplicate", "typing"})  # those the catalogue has words for
OTHER = "other"
FELL = "fell"  # was valid


def by_reason(board: Board) -> Mapping[str, Mapping[int, int]]:
    """Reason -> unit -> change, in the order of the notes, without what comes to 0. Empty without a notice before."""
    found: dict[str, dict[int, int]] = {}
    for unit_id, reason, delta in _all(board):
        units = found.setdefault(reason, {})
        units[unit_id] = units.get(unit_id, 0) + delta
    kept = {reason: {unit_id: delta for unit_id, delta in units.items() if delta} for reason, units in found.items()}
    return {reason: units for reason, units in kept.items() if units}


def _all(board: Board) -> Iterable[tuple[int, str, int]]:
    """(unit, reason, change), with what no note explains as "other"."""
    if board.since_at is None:
        return
    unexplained = {row.unit_id: row.corrected for row in board.rows if row.corrected is not None}
    for note in board.notes:
        yield note.unit_id, note.reason if note.reason in REASONS else OTHER, note.delta
        if note.unit_id in unexplained:
            unexplained[note.unit_id] -= note.delta
    for unit_id, delta in unexplained.items():
        if delta:
            yield unit_id, FELL if board.counter == VALID and delta < 0 else OTHER, delta


def names(board: Board) -> Mapping[int, str]:
    """Of the units that have an adjustment or a row."""
    return {note.unit_id: note.unit for note in board.notes} | {row.unit_id: row.name for row in board.rows}
