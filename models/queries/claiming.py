"""Whose turn it is to send what: messages of the outbox are leased to a process, the first unsent one of each chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    func,
    select,
    update,
)

from models.chat import outbox
from models.queries.outbox import DONE, FREE, IDS, OF_CHANNEL, QUEUED, SENDING, THESE, TOO_LATE, UNSENT_WORDS, Claimed

_c = outbox.c
_other = outbox.alias("other")


def _first_of_chat() -> ScalarSelect[int]:
    """The id of the first unsent message of the same chat.

    A scalar subquery: of "there is none before it" a planner without statistics (a queue just filled) makes a join that
    compares all with all.
    """
    of_chat = and_(_other.c.channel == _c.channel, _other.c.chat == _c.chat, _other.c.status.in_(UNSENT_WORDS))
    first = select(_other.c.id).where(of_chat).order_by(_other.c.priority, _other.c.id).limit(1)
    return first.correlate(outbox).scalar_subquery()


_MESSAGE = select(
    _c.id, _c.channel, _c.chat, _c.is_group, _c.priority, _c.payload, _c.edits, _c.attempts, _c.first_tried_at
)

_LEASES_OVER = (
    update(outbox).where(OF_CHANNEL, SENDING, _c.lease_until <= bindparam("b_now")).values(maybe_sent=True, **FREE)
)
_TOO_LATE = (
    update(outbox)
    .where(OF_CHANNEL, QUEUED, _c.not_after.is_not(None), _c.not_after < bindparam("b_now"))
    .values(status="expired", outcome=TOO_LATE, **DONE)
)


def _next(not_before: ColumnElement[datetime]) -> Select[Any]:
    due = and_(OF_CHANNEL, QUEUED, not_before <= bindparam("b_now", type_=_c.not_before.type))
    first = _MESSAGE.where(due, _c.id == _first_of_chat()).order_by(_c.priority, _c.id)
    return first.limit(bindparam("b_limit")).with_for_update(skip_locked=True)  # the lock: PostgreSQL only


_NEXT = {
    "postgresql": _next(_c.not_before),
    "sqlite": _next(
        func.coalesce(_c.not_before, _c.not_before)
    ),  # else it finds all that is due by time and sorts that
}
_CLAIM = (
    update(outbox)
    .where(IDS)
    .values(
        status="sending",
        lease_until=bindparam("b_until"),
        leased_by=bindparam("b_holder"),
        attempts=_c.attempts + 1,
        first_tried_at=func.coalesce(_c.first_tried_at, bindparam("b_now", type_=_c.made_at.type)),
    )
)
_HELD = (
    _MESSAGE.add_columns(_c.lease_until, _first_of_chat().in_(THESE).label("free"))
    .where(IDS, SENDING, _c.leased_by == bindparam("b_holder"))
    .order_by(_c.priority, _c.id)
)
_NEXT_DUE = select(func.min(_c.not_before)).where(OF_CHANNEL, QUEUED, _c.not_before > bindparam("b_now"))

# ---------------------------------------------------------------- claiming


def claim(
    conn: Connection, channel: str, holder: str, now: datetime, *, lease_seconds: float, limit: int
) -> list[Claimed]:
    """Up to `limit` messages that may go now, leased to `holder`: replies before bulk, at most one of a chat.

    First, leases that ran out go back to the queue, marked as maybe sent, and what is past its time expires.
    """
    here = {"b_channel": channel, "b_now": now}
    conn.execute(_LEASES_OVER, here)
    conn.execute(_TOO_LATE, here)
    rows = conn.execute(_NEXT[conn.dialect.name], here | {"b_limit": limit}).mappings().all()
    if not rows:
        return []
    until = now + timedelta(seconds=lease_seconds)
    ids = [row["id"] for row in rows]
    conn.execute(_CLAIM, {"b_ids": ids, "b_until": until, "b_holder": holder, "b_now": now})
    return [_claimed(row, until, row["attempts"] + 1, row["first_tried_at"] or now) for row in rows]


def held(conn: Connection, ids: Sequence[int], holder: str) -> tuple[list[Claimed], list[Claimed]]:
    """Of messages put with a lease: those that may go now, in order, and those behind others of their chat."""
    rows = conn.execute(_HELD, {"b_ids": list(ids), "b_holder": holder}).mappings().all()
    free: list[Claimed] = []
    behind: list[Claimed] = []
    for row in rows:
        message = _claimed(row, row["lease_until"], row["attempts"], row["first_tried_at"])
        (free if row["free"] else behind).append(message)
    return free, behind


def _claimed(row: RowMapping, until: datetime, attempts: int, first_tried_at: datetime) -> Claimed:
    return Claimed(
        id=row["id"],
        channel=row["channel"],
        chat=row["chat"],
        is_group=row["is_group"],
        priority=row["priority"],
        payload=row["payload"],
        edits=row["edits"] or "",
        attempts=attempts,
        first_tried_at=first_tried_at,
        lease_until=until,
    )


def next_due(conn: Connection, channel: str, now: datetime) -> datetime | None:
    """When the next message that still has to wait may go; None without any."""
    due: datetime | None = conn.scalar(_NEXT_DUE, {"b_channel": channel, "b_now": now})
    return due
