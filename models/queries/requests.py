"""What people wait for an officer to do: call back, type a voice message, add a unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from models.person import request

_ADD = insert(request).returning(request.c.id)
_ASKED = (
    select(request.c.id)
    .where(
        request.c.person_id == bindparam("b_person"),
        request.c.kind == bindparam("b_kind"),
        request.c.done_at.is_(None),
        request.c.asked_at > bindparam("b_since"),
    )
    .limit(1)
)


def add(
    conn: Connection,
    *,
    person_id: int,
    unit_id: int | None,
    kind: str,
    at: datetime,
    words: str = "",
    media: Mapping[str, Any] | None = None,
) -> int:
    """Put a request (help, voice or unit) into the officers' queue; gives its id."""
    values = {"person_id": person_id, "unit_id": unit_id, "kind": kind, "words": words[:200], "asked_at": at}
    return int(conn.execute(_ADD, values | {"media": dict(media) if media else None}).scalar_one())


def asked_since(conn: Connection, person_id: int, kind: str, since: datetime) -> bool:
    """Does the person wait for this already, asked after `since`?"""
    return conn.execute(_ASKED, {"b_person": person_id, "b_kind": kind, "b_since": since}).first() is not None
