"""Answers to what a step asks about roles: who has which, codes that wait, a cluster by its name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.directory import Directory
from bot.roles import held, of_row
from handlers import rights
from handlers.fold import fold
from handlers.role_facts import ClusterLike, HeldRole, OneRole, RoleQuery, RolesOf, WrongCodes
from handlers.role_words import CLUSTERS
from models.queries import roles
from models.queries.rows import AnyRow

HOUR = timedelta(hours=1)


def answer(conn: Connection, registry: Directory, query: RoleQuery, person_id: int | None, now: datetime) -> Any:
    """What `handlers.role_facts` promises for each query."""
    match query:
        case RolesOf(unit_ids, skip, most):
            found = roles.listed(conn, unit_ids, now, skip=skip, most=most + 1)
            return tuple(_told(conn, registry, row, now) for row in found)
        case OneRole(key):
            return _one(conn, registry, key, person_id, now)
        case ClusterLike(text):
            names = registry.current(conn, now).clusters
            chosen = next((name for name in names if _bare(name) == _bare(text)), None)
            return (chosen, registry.cluster(conn, chosen, now)) if chosen is not None else None
        case WrongCodes():
            return roles.wrong_codes(conn, person_id, now - HOUR)


def _bare(cluster: str) -> str:
    """`Cụm Dệt may` -> `det may`."""
    name = fold(cluster)
    return next((name.removeprefix(word) for word in CLUSTERS if name.startswith(word)), name)


def _one(conn: Connection, registry: Directory, key: str, person_id: int | None, now: datetime) -> HeldRole | None:
    kind, number = key[:1], key[1:]
    if kind not in ("r", "c") or not number.isdecimal():
        return None
    row = roles.held(conn, int(number)) if kind == "r" else roles.waiting(conn, int(number), now)
    if row is None:
        return None
    asking, found = held(conn, registry, person_id, now), of_row(conn, registry, row, now)
    sees = rights.units_of(asking, rights.ROLES) is None or any(
        rights.may(asking, rights.ROLES, root) for root in found.roots
    )
    return _told(conn, registry, row, now, mine=rights.may_give(asking, found)) if sees else None


def _told(conn: Connection, registry: Directory, row: AnyRow, now: datetime, *, mine: bool = False) -> HeldRole:
    unit = registry.unit(conn, row.unit_id, now)
    campaigns = registry.current(conn, now).campaigns
    return HeldRole(
        id=row.id,
        kind=row.kind,
        name=row.name or "",
        place=unit.name if unit else "",
        cluster=row.cluster or "",
        campaign=next((one.name for one in campaigns if one.id == row.campaign_id), ""),
        since=row.since.astimezone(registry.zone(conn, row.campaign_id, now)).date(),
        by=row.by or "",
        pending=bool(row.pending),
        mine_to_end=mine,
    )
