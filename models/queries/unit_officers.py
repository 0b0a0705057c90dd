"""The officers of units that were chosen: of each unit itself or of the cluster it is in, every person once."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import BindParameter, Connection, and_, bindparam, exists, func, or_, select

from models.person import role
from models.unit import unit

_UNITS: BindParameter[list[int]] = bindparam("b_units", expanding=True)
_of_cluster = unit.alias("of_cluster")
OFFICERS = (  # `person_id`, and one of the units as `unit_id`
    select(
        role.c.person_id.label("person_id"), func.min(func.coalesce(role.c.unit_id, _of_cluster.c.id)).label("unit_id")
    )
    .select_from(
        role.outerjoin(_of_cluster, and_(_of_cluster.c.cluster == role.c.cluster, _of_cluster.c.id.in_(_UNITS)))
    )
    .where(
        *(role.c.kind == "officer", role.c.revoked_at.is_(None)),
        or_(role.c.unit_id.in_(_UNITS), _of_cluster.c.id.is_not(None)),
    )
    .group_by(role.c.person_id)
)
_SERVED = select(func.count()).where(
    unit.c.id.in_(_UNITS),
    exists().where(
        *(role.c.kind == "officer", role.c.revoked_at.is_(None)),
        or_(role.c.unit_id == unit.c.id, role.c.cluster == unit.c.cluster),
    ),
)


def vacant(conn: Connection, unit_ids: Collection[int]) -> int:
    """How many of these units have no officer of their own, nor one of their cluster."""
    return len(unit_ids) - int(conn.execute(_SERVED, {"b_units": list(unit_ids)}).scalar_one()) if unit_ids else 0
