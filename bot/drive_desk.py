"""The peak drive of a unit at this moment, for whoever asks in the chat."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.directory import Directory
from bot.roles import held
from handlers import rights
from handlers.drive import DriveOf, DriveQuery, Now
from handlers.drive_board import drive_of
from models.queries import board, drives


def answer(
    conn: Connection, registry: Directory, query: DriveQuery, person_id: int | None, now: datetime
) -> Now | bool:
    """What `handlers.drive` promises for each query."""
    if isinstance(query, DriveOf):
        zone = registry.zone(conn, query.campaign_id, now)
        return drive_now(conn, query.unit_id, query.campaign_id, now.astimezone(zone))
    found = drives.by_id(conn, query.drive_id)
    if found is None or found.ends < now.astimezone(ZoneInfo(found.timezone)).date():
        return False
    roles, unit = held(conn, registry, person_id, now), registry.unit(conn, found.unit_id, now)
    return unit is not None and rights.may(roles, rights.DRIVE, unit, found.campaign_id)


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
