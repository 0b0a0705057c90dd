"""Answers to what NOITK asks: whose a code is, and what is joined to somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.directory import Directory
from handlers import drafts
from handlers.join_facts import JoinByCode, Joined, JoinQuery, JoinsOf, Other
from handlers.talk import State
from models.queries import joining


def answer(conn: Connection, registry: Directory, query: JoinQuery, person_id: int | None, now: datetime) -> Any:
    """What `handlers.join_facts` promises for each query."""
    match query:
        case JoinByCode(code):
            return _other(conn, code, now)
        case JoinsOf():
            return _joins(conn, registry, person_id, now)


def _other(conn: Connection, code: str, now: datetime) -> Other | None:
    row = joining.find_code(conn, code, now)
    if row is None or row.state is None:
        return None
    writing = drafts.is_draft(drafts.current(State.from_json(row.state)))
    return Other(row.person_id, row.channel, row.name or "", writing)


def _joins(conn: Connection, registry: Directory, person_id: int | None, now: datetime) -> tuple[Joined, ...]:
    if person_id is None:
        return ()
    zone = registry.zone(conn, None, now)
    found = joining.of_person(conn, person_id)
    return tuple(
        Joined(one.id, one.channels, one.at.astimezone(zone).date(), one.back, one.since, one.roles) for one in found
    )
