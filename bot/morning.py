"""The morning summary of this moment, for TOMTAT."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from handlers import morning
from handlers.morning import Summary
from handlers.morning_facts import MorningNow, MorningOf
from handlers.texts import Texts
from models.queries import behind
from models.queries import morning as mornings


def morning_now(conn: Connection, texts: Texts, query: MorningOf, person_id: int | None, now: datetime) -> MorningNow:
    """Figures are those of last midnight, as in the morning. Raises KeyError for an unknown unit."""
    zone = behind.zone(conn, query.campaign_id)
    found = Summary.from_numbers(mornings.summary(conn, query.unit_id, query.campaign_id, now, zone))
    wanted = person_id is not None and mornings.wants(conn, person_id)
    return MorningNow(tuple(morning.lines(texts, query.language, found)), wanted)
