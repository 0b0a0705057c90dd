"""Answers to what a step asks about requests for help: to those who may see to them, and to the person who asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.directory import Directory
from bot.roles import held
from handlers import rights
from handlers.desk_facts import DeskQuery, HelpRequest, OpenRequests, RequestOf, Talk, TalkOf, request_of
from handlers.facts import Role
from handlers.forms.register import CONSENT_VERSION, unit_json
from models.queries import requests
from models.queries.rows import AnyRow


def answer(conn: Connection, registry: Directory, query: DeskQuery, person_id: int | None, now: datetime) -> Any:
    """What `handlers.desk_facts` promises for each query."""
    if isinstance(query, TalkOf):
        return _talk(conn, query, person_id)
    roles = held(conn, registry, person_id, now)
    match query:
        case RequestOf(request_id):
            row = requests.find(conn, request_id, CONSENT_VERSION)
            if row is None or row.person_id == person_id or not _may(registry, conn, roles, row.unit_id, now):
                return None
            return full(conn, registry, row, now)
        case OpenRequests():
            return _open(conn, registry, query, roles, person_id, now)


def full(conn: Connection, registry: Directory, row: AnyRow, now: datetime) -> HelpRequest:
    """From a row of `requests.find`; the unit is the person's own."""
    unit = registry.unit(conn, row.home_id, now)
    return request_of(row, unit_json(unit) if unit else None)


def _may(registry: Directory, conn: Connection, roles: tuple[Role, ...], unit_id: int | None, now: datetime) -> bool:
    unit = registry.unit(conn, unit_id, now)
    return (unit_id is None or unit is not None) and rights.may(roles, rights.HELP, unit)


def _open(
    conn: Connection, registry: Directory, query: OpenRequests, roles: tuple[Role, ...], me: int | None, now: datetime
) -> tuple[tuple[HelpRequest, ...], int]:
    units: dict[int | None, bool] = {}
    mine: list[int] = []
    for row in requests.waiting(conn):
        if row.unit_id not in units:
            units[row.unit_id] = _may(registry, conn, roles, row.unit_id, now)
        if units[row.unit_id] and row.person_id != me:
            mine.append(row.id)
    page = mine[query.first : query.first + query.most]
    found = (requests.find(conn, request_id, CONSENT_VERSION) for request_id in page)
    return tuple(full(conn, registry, row, now) for row in found if row is not None), len(mine)


def _talk(conn: Connection, query: TalkOf, person_id: int | None) -> Talk | None:
    if person_id is None:
        return None
    if query.id:
        row = requests.find(conn, query.id, CONSENT_VERSION)
    else:
        row = requests.talk_of(conn, person_id, CONSENT_VERSION)
    if row is None or row.person_id != person_id:
        return None
    since, taken = row.taken_at or row.asked_at, row.taken_by is not None
    return Talk(row.id, row.taker or "", since, taken, row.done_at is not None, row.proposal or None)
