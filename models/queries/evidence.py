"""Evidence whose bytes are still with the platform (minh chứng)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select, update

from models.initiative import evidence
from models.queries.rows import AnyRow

KEPT = "kept:"  # a `ref` that begins so is a file whose bytes came with the message; what follows is its name
NEVER = ""  # `stored` of a file that will never be kept: gone, too large, of a kind we do not take

_PENDING = (
    select(evidence.c.id, evidence.c.kind, evidence.c.channel, evidence.c.ref, evidence.c.name)
    .where(
        evidence.c.stored.is_(None),
        evidence.c.sent_at >= bindparam("b_since"),
        evidence.c.id > bindparam("b_after"),
        evidence.c.channel.in_(bindparam("b_channels", expanding=True)),
    )
    .order_by(evidence.c.id)
    .limit(bindparam("b_most"))
)
_KEEP = (
    update(evidence)
    .where(evidence.c.id == bindparam("b_id"), evidence.c.stored.is_(None))
    .values(stored=bindparam("b_stored"))
)
_IS_STORED = select(exists().where(evidence.c.stored == bindparam("b_stored")))


def pending_evidence(
    conn: Connection, channels: Collection[str], since: datetime, after: int, most: int
) -> Sequence[AnyRow]:
    """The next files to fetch from these channels (id, kind, channel, ref, name), sent since then, with ids after."""
    given = {"b_channels": sorted(channels), "b_since": since, "b_after": after, "b_most": most}
    return conn.execute(_PENDING, given).all()


def keep_evidence(conn: Connection, evidence_id: int, stored: str) -> bool:
    """Note where the bytes are (or `NEVER`). False if the evidence is gone or another process kept it first."""
    return conn.execute(_KEEP, {"b_id": evidence_id, "b_stored": stored}).rowcount == 1


def is_stored(conn: Connection, stored: str) -> bool:
    """Does any evidence lie under this name?"""
    return bool(conn.scalar(_IS_STORED, {"b_stored": stored}))
