"""The board of a unit at a moment, with what changed since its newest notice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from handlers import drive_board
from handlers.board import Board, compose
from handlers.facts import Unit
from models.queries import board, drives, notices
from models.queries.counters import add_counters


def as_posted(conn: Connection, unit_id: int, campaign_id: int, local: datetime) -> Board:
    """As it was frozen where a notice was cut in this second, so that what is behind it fits it; else `board_of`."""
    row = notices.cut_at(conn, unit_id, campaign_id, local)
    return Board.from_json(row.numbers) if row is not None else board_of(conn, unit_id, campaign_id, local)


def board_of(conn: Connection, unit_id: int, campaign_id: int, local: datetime, *, counters: bool = False) -> Board:
    """Cut at `local`, a time of the campaign's zone; with the named counters only where they are shown, for these cost
    as much as there are filings. Raises KeyError for an unknown unit.
    """
    last = notices.last_of_unit(conn, unit_id, campaign_id)
    if last is not None and last.cut_at > local:
        last = None
    since = last.cut_at if last is not None else None
    found = board.numbers(conn, unit_id, campaign_id, local, local.date(), since=since)
    found = add_counters(conn, found) if counters else found
    composed = compose(found, last.numbers if last is not None else None)
    return drive_board.join(composed, drives.under_way(conn, campaign_id, unit_id, local, local.date()), local.date())


def last_notice(conn: Connection, unit: Unit | None, kind: str, campaign_id: int | None = None) -> str | None:
    """The text of the newest one about the unit, or about the nearest unit above it that has one."""
    for whose in (unit.id, *unit.above) if unit else ():
        last = notices.last_of_unit(conn, whose, campaign_id, kind)
        if last is not None:
            return str(last.text)
    return None
