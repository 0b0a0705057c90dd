"""The picture of a broadcast: as its own channel names it, and under which name its bytes are kept for the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from models.broadcast import broadcast

_OF = select(broadcast.c.channel, broadcast.c.media).where(
    broadcast.c.id == bindparam("b_id"), broadcast.c.media.is_not(None)
)
_LOCKED = _OF.with_for_update()
_KEEP = update(broadcast).where(broadcast.c.id == bindparam("b_id"))


def of(conn: Connection, broadcast_id: int) -> tuple[str, Mapping[str, Any]] | None:
    """The channel it came by, and the picture; None for a broadcast without one."""
    row = conn.execute(_OF, {"b_id": broadcast_id}).first()
    return (row.media.get("channel", row.channel), row.media) if row is not None and row.media else None


def keep(conn: Connection, broadcast_id: int, media: Mapping[str, Any]) -> str:
    """Note under which name it is kept; the name that counts, for somebody else may have kept it first."""
    row = conn.execute(_LOCKED, {"b_id": broadcast_id}).one()
    if row.media.get("stored"):
        return str(row.media["stored"])
    conn.execute(_KEEP.values(media=dict(media)), {"b_id": broadcast_id})
    return str(media["stored"])
