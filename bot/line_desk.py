"""What THEMDONG asks: is today's notice out, and which lines are set?"""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from handlers.lines import LineNow, LineOf
from models.queries import lines


def line_now(conn: Connection, query: LineOf, zone: ZoneInfo, today: date) -> LineNow:
    """`today`: the campaign's local day."""
    unit = (query.unit_id, query.campaign_id)
    at = lines.posted_at(conn, *unit, today)
    return LineNow(
        at.astimezone(zone) if at is not None else None,
        *(lines.of_day(conn, *unit, day) for day in (today, today + timedelta(days=1))),
    )
