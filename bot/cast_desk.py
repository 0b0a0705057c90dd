"""Answers to what a step asks about a broadcast: how far it is, and who was not reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.directory import Directory
from bot.roles import held
from handlers import rights
from handlers.cast import PAGE, Cast, CastQuery, Missed, MissedOf, MissedPage, cast_of, rests_until
from handlers.facts import Role, Unit
from models.queries import cast_missed, casting
from models.queries.rows import AnyRow


def answer(
    conn: Connection, registry: Directory, query: CastQuery, person_id: int | None, now: datetime
) -> Cast | MissedPage | None:
    """What `handlers.cast` promises for each query."""
    if isinstance(query, MissedOf):
        found = tuple(missed_of(conn, registry, query.broadcast_id, person_id, now))
        return MissedPage(found[query.page * PAGE : (query.page + 1) * PAGE], len(found))
    row = casting.find(conn, query.broadcast_id)
    if row is None or person_id is None:
        return None
    roles, unit = held(conn, registry, person_id, now), registry.unit(conn, row.unit_id, now)
    may_steer = rights.may(roles, rights.REMIND, unit, row.campaign_id)
    if unit is None or not (may_steer or _looks_after_some(roles, unit, row.campaign_id)):
        return None
    return cast_of(row, casting.counts(conn, row.id), now, rests_until(row, now), may_steer=may_steer)


def _looks_after_some(roles: Sequence[Role], top: Unit, campaign_id: int) -> bool:
    """Does somebody with these roles look after people in the unit or in any below it?"""
    below = (root for role in roles for root in role.roots if top.id in root.above)
    return any(rights.may(roles, rights.HELP, unit, campaign_id) for unit in (top, *below))


def missed_of(
    conn: Connection, registry: Directory, broadcast_id: int, person_id: int | None, now: datetime
) -> Iterator[Missed]:
    """Those not reached in the units in which the person looks after people."""
    cast, roles = casting.find(conn, broadcast_id), held(conn, registry, person_id, now)
    if cast is None:
        return
    for row in cast_missed.missed(conn, broadcast_id):
        unit = registry.unit(conn, row.unit_id, now)
        if rights.may(roles, rights.HELP, unit, cast.campaign_id):
            yield _missed(row, unit.short if unit is not None else "")


def _missed(row: AnyRow, unit: str) -> Missed:
    known = row.reason if row.reason in (casting.BLOCKED, casting.GONE, casting.QUOTA) else "failed"
    return Missed(row.name or "", unit, row.phone or "", known)
