"""Files that take a while: queued in the outbox for later, made before that, then sent at once.

The row is the promise: should nobody bring it forward, it goes when its time comes, and the file is made then.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from models.chat import outbox
from models.columns import Instant
from models.queries.outbox import QUEUED
from models.queries.rows import AnyRow

KEY = "posters:"  # what the dedupe key of such a row begins with; behind it, that of the turn's messages

_NOW = bindparam("b_now", type_=Instant)
_WAITING = (
    select(*(outbox.c[name] for name in ("id", "channel", "chat", "payload", "dedupe", "person_id")))
    .where(QUEUED, outbox.c.not_before > _NOW, outbox.c.dedupe.startswith(KEY, autoescape=True))
    .where(outbox.c.channel.in_(bindparam("b_channels", expanding=True)))
    .order_by(outbox.c.id)
)
_FORWARD = update(outbox).where(outbox.c.id == bindparam("b_id"), QUEUED).values(not_before=_NOW)
_SENT_AS = select(outbox.c.external_id).where(outbox.c.dedupe == bindparam("b_key"), outbox.c.status == "sent")


def waiting(conn: Connection, channels: Collection[str], now: datetime) -> list[AnyRow]:
    """Rows whose file is to be made, the oldest first."""
    return list(conn.execute(_WAITING, {"b_now": now, "b_channels": sorted(channels)}).all())


def forward(conn: Connection, row_id: int, now: datetime) -> None:
    """The file is there: it may go."""
    conn.execute(_FORWARD, {"b_id": row_id, "b_now": now})


def sent_as(conn: Connection, row: AnyRow) -> str:
    """The platform's id of the first message of the same turn; "" while it is not out."""
    first = f"{row.dedupe.removeprefix(KEY)}:0"
    return str(conn.execute(_SENT_AS, {"b_key": first}).scalar() or "")
