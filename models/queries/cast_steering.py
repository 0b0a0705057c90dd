"""Pausing, resuming and stopping a broadcast, by those who may or by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select

from models.broadcast import recipient
from models.columns import Instant
from models.queries import casting
from models.queries.casting import BY_FAILURES, BY_GROWTH, BY_HAND, CANCELLED, PAUSED, PLANNED, RUNNING
from models.queries.rows import AnyRow

_LATEST = (
    select(recipient.c.status)
    .where(
        recipient.c.broadcast_id == bindparam("b_id"),
        recipient.c.status.in_(("sent", "failed")),
        recipient.c.done_at > bindparam("b_from", type_=Instant),
    )
    .order_by(recipient.c.done_at.desc(), recipient.c.id.desc())
    .limit(bindparam("b_limit"))
    .subquery()
)
_FAILING = select(
    func.count().label("of"), func.coalesce(func.sum(case((_LATEST.c.status == "failed", 1), else_=0)), 0)
)


def steer(conn: Connection, row: AnyRow, to: str, now: datetime) -> bool:
    """Pause, resume or cancel a broadcast that is locked; False where its status does not allow that (any more).

    What stands in the outbox comes back, but for the few messages a process is just sending.
    """
    after = {"pause": (RUNNING, PAUSED), "resume": (PAUSED, RUNNING)}.get(to)
    if row.ended_at is not None or (row.status != after[0] if after else row.status not in (PLANNED, RUNNING, PAUSED)):
        return False
    values: dict[str, Any] = {"version": row.version + 1, "status": after[1] if after else CANCELLED, "paused_why": ""}
    values["told_at"] = None  # its message shows at once what has changed
    if to == "resume":
        values["watched_from"] = now
        values |= {"started_at": now} if row.paused_why == BY_GROWTH else {}  # nothing was sent before
    else:
        casting.take_back(conn, row.id)
        values["paused_why"] = BY_HAND if to == "pause" else ""
    if to == "cancel":
        casting.skip_waiting(conn, row.id, now)
        values |= {} if row.started_at is not None else {"ended_at": now}
    casting.change(conn, row.id, **values)
    return True


def pause_by_failures(conn: Connection, row: AnyRow) -> None:
    """It has stopped itself; whoever looks after it may resume it."""
    casting.take_back(conn, row.id)
    casting.change(conn, row.id, status=PAUSED, paused_why=BY_FAILURES, version=row.version + 1)


def failing(conn: Connection, broadcast_id: int, since: datetime, latest: int) -> tuple[int, int]:
    """Of the latest that were taken or refused since then, at most `latest`: how many failed, and of how many."""
    row = conn.execute(_FAILING, {"b_id": broadcast_id, "b_from": since, "b_limit": latest}).one()
    return int(row[1]), int(row[0])
