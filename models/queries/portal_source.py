"""What a board tells of the portal's numbers it is made of: as `handlers.source.Source` reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from models.queries import portal, portal_board, tally
from models.queries.portal_board import Cut
from models.queries.registry import Unit


def source(
    conn: Connection, counts_from: str, cut: Cut, children: Sequence[Unit], since: datetime | None
) -> dict[str, Any] | None:
    """JSON values; None where the bot's own filings are counted. Times are in the zone of the cut-off. Whoever brought
    the numbers is found by the report's id (`portal.report`): no name is frozen.
    """
    if counts_from == "bot":
        return None
    newest = portal_board.newest(conn, cut)
    brought = (
        {
            "name": newest.source,
            "report": newest.id,
            "as_of": newest.as_of.astimezone(cut.cut_at.tzinfo).isoformat(),
            "day": newest.day.isoformat(),
            "entered_at": newest.entered_at.astimezone(cut.cut_at.tzinfo).isoformat(),
            "lines": newest.lines,
            "missing": [day.isoformat() for day in portal_board.missing(portal_board.days(conn, cut), since)],
            "stale": _stale(portal_board.newest_days(conn, cut), children, newest.day),
        }
        if newest is not None
        else {"name": portal.SOURCE}
    )
    return {"kind": counts_from, **brought, "bot": _bot(conn, cut) if counts_from == "both" else None}


def recent(conn: Connection, cut: Cut, first: date, last: date) -> dict[str, int | None]:
    """What came on the days from `first` to `last` of which it is known: after the very first figures, which hold all
    that came before, and up to the newest of them (what came later than that stands in figures still to come). As
    `Board.recent` and `Board.recent_days`.
    """
    days = [one for one in portal_board.days(conn, cut) if not one.past and one.day <= last]
    if not days:
        return {"recent": None, "recent_days": 0}
    first, last = max(first, days[0].day + timedelta(days=1)), days[-1].day
    if first > last:
        return {"recent": None, "recent_days": 0}
    came = sum(one.filed - one.held + one.adjusted for one in days if first <= one.day <= last)
    return {"recent": came, "recent_days": (last - first).days + 1}


def knows(conn: Connection, counts_from: str, cut: Cut) -> bool:
    """Was any figure known at the cut-off? The bot's own filings always are."""
    return counts_from == "bot" or portal_board.newest(conn, cut) is not None


def _stale(days: dict[int, date], children: Sequence[Unit], newest: date) -> list[dict[str, Any]]:
    """Units whose figure is of an earlier day than the board's newest, or that have none."""
    return [
        {
            "unit_id": child.id,
            "unit": child.short_name,
            "day": days[child.id].isoformat() if child.id in days else None,
        }
        for child in children
        if days.get(child.id) != newest
    ]


def _bot(conn: Connection, cut: Cut) -> int:
    """What the bot itself has counted by the cut-off."""
    stood = tally.standing(conn, cut.campaign_id, cut.unit_id, cut.cut_at, cut.day)
    return sum(one.filed + one.adjusted for one in stood.values())
