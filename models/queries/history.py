"""What a chat was told: for a page that shows it again after a restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from models.chat import outbox


@dataclass(frozen=True, slots=True)
class Told:
    """A message that was sent. `external_id` is the channel's; an edit has the id of what it changed."""

    external_id: str
    payload: Mapping[str, Any]
    at: datetime


_c = outbox.c
_LAST = (
    select(_c.external_id, _c.payload, _c.done_at)
    .where(_c.channel == bindparam("b_channel"), _c.chat == bindparam("b_chat"), _c.status == "sent")
    .where(_c.external_id.is_not(None))
    .order_by(_c.id.desc())
    .limit(bindparam("b_limit"))
)


def last_told(conn: Connection, channel: str, chat: str, limit: int) -> list[Told]:
    """The newest `limit` messages sent to a chat, oldest first; without those whose words were erased."""
    rows = conn.execute(_LAST, {"b_channel": channel, "b_chat": chat, "b_limit": limit}).all()
    return [Told(*row) for row in reversed(rows) if row.payload.get("text") or row.payload.get("media")]
