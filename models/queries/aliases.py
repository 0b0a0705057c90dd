"""Other names of units that officers have used: remembered, so that they need not be asked about again."""

from __future__ import annotations

from sqlalchemy import Connection

from models.queries import registry
from models.queries.upsert import insert as upsert
from models.unit import unit_alias

_REMEMBER = upsert(unit_alias).on_conflict_do_nothing().returning(unit_alias.c.id)


def remember(conn: Connection, unit_id: int, alias: str, folded: str) -> None:
    """From now on `alias` is a name of the unit; what is kept of the registry in memory is read again."""
    values = {"unit_id": unit_id, "alias": alias[:200], "folded": folded[:200]}
    if conn.execute(_REMEMBER, values).first() is not None:
        registry.renew(conn)
