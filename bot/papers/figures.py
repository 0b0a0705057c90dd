"""A board with the figures behind it, gathered in one read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from handlers.board import Board
from models.queries import behind
from models.queries.behind import DayCount, FiledOne, SetTarget


@dataclass(frozen=True, slots=True)
class Figures:
    board: Board
    codes: Mapping[int, str]  # of the board's unit and its rows, by unit id
    days: Sequence[DayCount]
    filings: Sequence[FiledOne]
    targets: Sequence[SetTarget]


def gather(conn: Connection, board: Board) -> Figures:
    """Everything as it stood at the board's cut-off."""
    moment = (board.campaign_id, board.unit_id, board.cut_at, board.day)
    return Figures(
        board,
        behind.codes(conn, board.unit_id),
        behind.daily(conn, *moment),
        behind.filings(conn, *moment),
        behind.targets(conn, board.campaign_id, board.unit_id, board.day),
    )
