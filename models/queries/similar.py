"""Titles already filed in a unit, to be compared with a new one (dependencies.md §9: within the unit, at once)."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from models.initiative import initiative
from models.queries.rows import AnyRow

_SHOWN = (
    initiative.c.filed_at.is_not(None),
    initiative.c.confidential.is_(False),
    initiative.c.status != "withdrawn",
    initiative.c.title != "",  # erased with its author
)
_TITLES = (
    select(initiative.c.id, initiative.c.folded, initiative.c.title, initiative.c.code)
    .where(initiative.c.unit_id == bindparam("b_unit"), initiative.c.id > bindparam("b_after"), *_SHOWN)
    .order_by(initiative.c.id.desc())
    .limit(bindparam("b_limit"))
)
_IS_SHOWN = select(initiative.c.id).where(initiative.c.code == bindparam("b_code"), *_SHOWN)


def titles(conn: Connection, unit_id: int, limit: int, after: int = 0) -> list[AnyRow]:
    """`id`, `folded`, `title`, `code` of the unit's newest filings with an id above `after`, oldest first.

    Confidential, withdrawn and erased ones are left out.
    """
    rows = conn.execute(_TITLES, {"b_unit": unit_id, "b_after": after, "b_limit": limit}).all()
    return list(reversed(rows))


def is_shown(conn: Connection, code: str) -> bool:
    """May this title (still) be shown to others of the unit?"""
    return conn.execute(_IS_SHOWN, {"b_code": code}).first() is not None
