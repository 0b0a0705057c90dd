"""The board of a unit with all that is behind it (CHITIET), read in one transaction."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from handlers.board import Board, compose
from handlers.in_detail import Detail
from handlers.looking_back import GroupCount
from handlers.pace import DayCount
from models.queries import author_groups, people_counts, registry
from models.queries import board as boards
from models.queries.counters import add_counters


def gather(
    conn: Connection,
    unit_id: int,
    campaign_id: int,
    cut_at: datetime,
    day: date,
    *,
    span: tuple[date, date] | None = None,
) -> Detail:
    """Cut at `cut_at`, a time of the campaign's zone, of its local day `day`. Raises KeyError for an unknown unit.

    The cost follows the filings of the unit above: seconds for a city.
    """
    board = _board(conn, unit_id, campaign_id, cut_at, day)
    days = boards.daily(conn, campaign_id, unit_id, board.opens, day)
    groups = author_groups.by_group(conn, campaign_id, unit_id, cut_at, day)
    return Detail(
        board,
        [DayCount(one.day, one.filed, one.adjusted, one.held) for one in days],
        [GroupCount(name, count) for name, count in groups],
        _above(conn, board),
        span,
    )


def _board(conn: Connection, unit_id: int, campaign_id: int, cut_at: datetime, day: date) -> Board:
    numbers = boards.numbers(conn, unit_id, campaign_id, cut_at, day)
    return compose(people_counts.add_people(conn, add_counters(conn, numbers)))


def _above(conn: Connection, board: Board) -> Board | None:
    """Of the unit above, as far as it takes part in the campaign."""
    above = registry.ancestors(conn, board.unit_id)[1:2]
    taking_part = {kept.id for one in above for kept in registry.campaigns_open(conn, board.day, one)}
    if board.campaign_id not in taking_part:
        return None
    numbers = boards.numbers(conn, above[0], board.campaign_id, board.cut_at, board.day)
    return compose(people_counts.add_people(conn, numbers))
