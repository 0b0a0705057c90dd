"""The roles somebody has, as `handlers.rights` reads them: from rows, with their units from the registry in memory."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.directory import Directory
from handlers.facts import Role
from models.queries import people
from models.queries.rows import AnyRow


def held(
    conn: Connection, registry: Directory, person_id: int | None, now: datetime, *, firmly: bool = False
) -> tuple[Role, ...]:
    """The person's roles at this moment, none for a stranger. `firmly`: none of them can be taken away before this
    transaction is over.
    """
    rows = people.roles(conn, person_id, firmly=firmly) if person_id else []
    return tuple(of_row(conn, registry, row, now) for row in rows)


def of_row(conn: Connection, registry: Directory, row: AnyRow, now: datetime) -> Role:
    """From a row of `role` or `invite`."""
    return Role(
        kind=row.kind,
        unit=registry.unit(conn, row.unit_id, now),
        cluster=row.cluster or "",
        members=registry.cluster(conn, row.cluster, now) if row.cluster else (),
        campaign_id=row.campaign_id,
        id=row.id,
    )
