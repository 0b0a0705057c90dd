"""Those a broadcast did not reach: officers tell them in person."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from models.broadcast import recipient
from models.person import person
from models.queries.rows import AnyRow
from models.unit import unit

_MISSED = (
    select(
        recipient.c.unit_id, recipient.c.status, recipient.c.reason, person.c.name, person.c.phone, unit.c.short_name
    )
    .select_from(
        recipient.outerjoin(person, person.c.id == recipient.c.person_id).outerjoin(
            unit, unit.c.id == recipient.c.unit_id
        )
    )
    .where(recipient.c.broadcast_id == bindparam("b_id"), recipient.c.status.in_(("gone", "failed")))
    .order_by(unit.c.short_name, person.c.name, recipient.c.id)
)


def missed(conn: Connection, broadcast_id: int) -> list[AnyRow]:
    """Those who were to be reached and were not, by unit and name: `unit_id`, `name`, `phone`, `status`, `reason`."""
    return list(conn.execute(_MISSED, {"b_id": broadcast_id}))
