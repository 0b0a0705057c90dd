"""What people agreed to (Luật 91/2025/QH15): the explicit yes without which no words of theirs are kept."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from models.person import consent

_AGREED = select(consent.c.id).where(
    consent.c.person_id == bindparam("b_person"),
    consent.c.version == bindparam("b_version"),
    consent.c.withdrawn_at.is_(None),
)


def has_agreed(conn: Connection, person_id: int, version: str) -> bool:
    """To the text of this version, and has not withdrawn it since."""
    return conn.execute(_AGREED, {"b_person": person_id, "b_version": version}).first() is not None
