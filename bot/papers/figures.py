"""A board with the figures behind it, gathered in one read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection

from handlers.board import FILED, Board
from handlers.counters import Counters
from models.queries import author_groups, behind, counters, new_filings, people_counts, proof, reconcile
from models.queries.behind import DayCount, FiledOne, SetTarget
from models.queries.new_filings import NewOne, Span
from models.queries.portal_board import Cut
from models.queries.proof import Corrected, Entered, Posted
from models.queries.reconcile import Pair


@dataclass(frozen=True, slots=True)
class Figures:
    board: Board
    codes: Mapping[int, str]  # of the board's unit and its rows, by unit id
    days: Sequence[DayCount]
    filings: Sequence[FiledOne]
    targets: Sequence[SetTarget]
    new: Sequence[NewOne]  # filed since the notice before; () without one, and where a board counts something else
    pairs: Sequence[Pair]  # () where the portal has no figures
    entered: Sequence[Entered]  # the portal's numbers, as they came in
    corrections: Sequence[Corrected]
    notices: Sequence[Posted]
    people: Mapping[int, int]  # tác giả by unit id
    groups: Sequence[tuple[str, int]]  # nhóm đối tượng: name and filings


def gather(conn: Connection, board: Board) -> Figures:
    """Everything as it stood at the board's cut-off."""
    moment = (board.campaign_id, board.unit_id, board.cut_at, board.day)
    return Figures(
        _with_counters(conn, board),
        behind.codes(conn, board.unit_id),
        behind.daily(conn, *moment),
        behind.filings(conn, *moment),
        behind.targets(conn, board.campaign_id, board.unit_id, board.day),
        _new(conn, board),
        reconcile.pairs(conn, Cut(*moment)),
        proof.entered(conn, *moment),
        proof.corrections(conn, *moment),
        list(proof.posted(conn, board.campaign_id, board.unit_id, board.cut_at)),
        people_counts.authors(conn, board.campaign_id, board.unit_id, board.cut_at, board.day).by_unit,
        author_groups.by_group(conn, board.campaign_id, board.unit_id, board.cut_at, board.day),
    )


def _with_counters(conn: Connection, board: Board) -> Board:
    """What a members' notice has frozen lacks them."""
    if board.counters is not None:
        return board
    found = counters.counters(conn, board.campaign_id, board.unit_id, board.cut_at, board.day)
    return replace(board, counters=Counters(**asdict(found)))


def _new(conn: Connection, board: Board) -> Sequence[NewOne]:
    if board.since_at is None or board.counter != FILED:
        return ()
    return new_filings.listed(conn, Span(board.campaign_id, board.unit_id, board.since_at, board.cut_at, board.day))
