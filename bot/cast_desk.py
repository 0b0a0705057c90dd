"""Answers to what a step asks about a broadcast: how far it is, and who was not reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from bot.directory import Directory
from bot.roles import held
from handlers import rights
from handlers.cast import PAGE, Cast, CastOf, Missed, MissedOf, MissedPage, cast_of, rests_until
from models.queries import cast_missed, casting
from models.queries.rows import AnyRow


def answer(
    conn: Connection, registry: Directory, query: CastOf | MissedOf, person_id: int | None, now: datetime
) -> Cast | MissedPage | None:
    """What `handlers.cast` promises for each query."""
    if isinstance(query, MissedOf):
        found = tuple(missed_of(conn, registry, query.broadcast_id, person_id, now))
        return MissedPage(found[query.page * PAGE : (query.page + 1) * PAGE], len(found))
    row = casting.find(conn, query.broadcast_id)
    if row is None or person_id is None:
        return None
    unit = registry.unit(conn, row.unit_id, now)
    may_steer = rights.may(held(conn, registry, person_id, now), rights.REMIND, unit, row.campaign_id)
    return cast_of(row, casting.counts(conn, row.id), now, rests_until(row, now), may_steer=may_steer)


def missed_of(
    conn: Connection, registry: Directory, broadcast_id: int, person_id: int | None, now: datetime
) -> Iterator[Missed]:
    """Those not reached in the units in which the person looks after people."""
    roles = held(conn, registry, person_id, now)
    for row in cast_missed.missed(conn, broadcast_id):
        unit = registry.unit(conn, row.unit_id, now)
        if rights.may(roles, rights.HELP, unit):
            yield _missed(row, unit.short if unit is not None else "")


def _missed(row: AnyRow, unit: str) -> Missed:
    known = row.reason if row.reason in (casting.BLOCKED, casting.GONE) else "failed"
    return Missed(row.name or "", unit, row.phone or "", known)
