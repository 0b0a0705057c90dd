"""Puts a peak drive into a board: what came since it began, and the unit's own place on the board above it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from handlers.board import FILED, Board, compose
from handlers.drive import Drive, Place
from handlers.ranks import PERCENT


def join(board: Board, found: Mapping[str, Any] | None, day: date) -> Board:
    """The board with its drive as it is told on `day`. `found`: see `models.queries.drives.figures`; None: no drive."""
    if found is None:
        return board
    base = found["base"]
    return replace(
        board,
        drive=drive_of(found, day, board.day, board.total),
        place=_place(board.unit_id, found["above"], base.get("above")),
    )


def since_start(
    numbers: Mapping[str, Any],
    found: Mapping[str, Any],
    day: date,
    *,
    named: bool = False,
    sorted_by: str = PERCENT,
) -> Board:
    """The board whose changes and movement are those since the drive began; on its first day there are none yet."""
    compared = day > date.fromisoformat(found["starts"])
    before = found["base"]["own"] if compared else None
    board = join(compose(numbers, before, named=named, sorted_by=sorted_by), found, day)
    if board.drive is None:
        raise ValueError("a drive was joined")
    return replace(board, drive=replace(board.drive, since_start=compared))


def drive_of(found: Mapping[str, Any], day: date, until: date, total: int) -> Drive:
    """The drive of a unit whose total is `total` at the cut-off of `until`."""
    own = found["base"]["own"]
    starts, ends = date.fromisoformat(found["starts"]), date.fromisoformat(found["ends"])
    full = found["totals"]
    return Drive(
        name=found["name"],
        starts=starts,
        ends=ends,
        day=day,
        until=until,
        number=found["number"],
        counter=own.get("counter", FILED),
        came=total - own["filed"] - own["adjusted"] if until >= starts else 0,
        last=full[1] - full[0] if full is not None else None,
        id=found["id"],
    )


def _place(unit_id: int, now: Mapping[str, Any] | None, before: Mapping[str, Any] | None) -> Place | None:
    if now is None:
        return None
    board = compose(now)
    own = next((row for row in board.rows if row.unit_id == unit_id), None)
    if own is None:
        return None
    first = next((row for row in compose(before).rows if row.unit_id == unit_id), None) if before else None
    return Place(
        board=board.short,
        units=sum(row.count > 0 for row in board.rows),
        by_count=own.by_count,
        by_percent=own.by_percent,
        first_count=first.by_count if first else None,
        first_percent=first.by_percent if first else None,
    )
