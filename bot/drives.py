"""The peak drive of a unit at this moment, for whoever asks in the chat."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from handlers.drive import Now
from handlers.drive_board import drive_of
from models.queries import board, drives


def drive_now(conn: Connection, unit_id: int, campaign_id: int, local: datetime) -> Now:
    """The drive that runs or is to come, counted up to `local`, a time of the campaign's zone."""
    today = local.date()
    found = drives.coming(conn, campaign_id, unit_id, today)
    if found is None:
        summed_up = drives.to_tell(conn, campaign_id, unit_id, today)  # the day belongs to the last one's summary
        return Now(None, today if summed_up is None else today + timedelta(days=1))
    numbers = board.numbers(conn, unit_id, campaign_id, local, today)
    base = drives.base_of(conn, found, local) if found.starts <= today else {"own": numbers}
    told = drives.figures(conn, found, base, local, today, last=True)
    return Now(drive_of(told, today, today, numbers["filed"] + numbers["adjusted"]), today)
