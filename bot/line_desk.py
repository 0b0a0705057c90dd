"""What THEMDONG asks: is today's notice out, and which lines are set?"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.directory import Directory
from handlers.lines import LineNow, LineOf
from models.queries import lines


def answer(conn: Connection, registry: Directory, query: LineOf, _person_id: int | None, now: datetime) -> LineNow:
    """What `handlers.lines` promises; a day is the campaign's."""
    unit = (query.unit_id, query.campaign_id)
    today = registry.day(conn, query.campaign_id, now)
    at = lines.posted_at(conn, *unit, today)
    return LineNow(
        at.astimezone(registry.zone(conn, query.campaign_id, now)) if at is not None else None,
        *(lines.of_day(conn, *unit, day) for day in (today, today + timedelta(days=1))),
    )
