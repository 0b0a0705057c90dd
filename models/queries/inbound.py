"""Updates as they come in: each is worked on once, whatever is repeated (design.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, null, select, update

from models.chat import inbound
from models.person import account, conversation
from models.queries.rows import AnyRow
from models.queries.upsert import insert as upsert


@dataclass(frozen=True, slots=True)
class Claimed:
    """An update for this transaction to work on. `person_id`: whose conversation is locked; None for a stranger."""

    id: int
    person_id: int | None


_WHOSE = (  # the row lock makes one person's updates wait for each other across processes; SQLite has one writer
    select(conversation.c.person_id)
    .join(account, account.c.person_id == conversation.c.person_id)
    .where(account.c.channel == bindparam("b_channel"), account.c.external_id == bindparam("b_account"))
    .with_for_update(of=conversation)
    .scalar_subquery()
)
_NEW = upsert(inbound).values(
    channel=bindparam("b_channel"),
    external_id=bindparam("b_external"),
    status="done",
    attempts=0,
    raw=null(),
    person_id=_WHOSE,
    received_at=bindparam("b_now"),
)
_CLAIM = _NEW.on_conflict_do_update(
    index_elements=[inbound.c.channel, inbound.c.external_id],
    set_={"status": "done", "raw": null(), "person_id": _NEW.excluded.person_id},
    where=inbound.c.status == "received",
).returning(inbound.c.id, inbound.c.person_id)
_FAIL = (
    upsert(inbound)
    .values(
        channel=bindparam("b_channel"),
        external_id=bindparam("b_external"),
        status="received",
        attempts=1,
        error=bindparam("b_error"),
        person_id=_WHOSE,
        received_at=bindparam("b_now"),
    )
    .on_conflict_do_update(
        index_elements=[inbound.c.channel, inbound.c.external_id],
        set_={"attempts": inbound.c.attempts + 1, "error": bindparam("b_error")},
        where=inbound.c.status == "received",
    )
    .returning(inbound.c.id, inbound.c.attempts)
)
_SKIP = update(inbound).where(inbound.c.id == bindparam("b_id")).values(status="skipped", raw=null())
_KEEP = (
    upsert(inbound)
    .on_conflict_do_nothing(index_elements=[inbound.c.channel, inbound.c.external_id])
    .returning(inbound.c.id)
)
_KEPT = (
    select(inbound.c.id, inbound.c.external_id, inbound.c.raw)
    .where(
        inbound.c.channel == bindparam("b_channel"),
        inbound.c.status == "received",
        inbound.c.raw.is_not(None),
        inbound.c.received_at <= bindparam("b_before"),
    )
    .order_by(inbound.c.id)
    .limit(bindparam("b_most"))
)
_DROP = (
    update(inbound)
    .where(
        inbound.c.channel == bindparam("b_channel"),
        inbound.c.external_id == bindparam("b_external"),
        inbound.c.status == "received",
    )
    .values(status="done", raw=null())
)


def claim(conn: Connection, channel: str, external_id: str, account_id: str, now: datetime) -> Claimed | None:
    """Take an update for this transaction and lock its sender's conversation. None: it is done or was skipped.

    The row says *done* from the start: with the rest of the turn it is seen only once that is committed.
    """
    row = conn.execute(
        _CLAIM, {"b_channel": channel, "b_external": external_id, "b_account": account_id, "b_now": now}
    ).first()
    return Claimed(row.id, row.person_id) if row is not None else None


def count_failure(
    conn: Connection, channel: str, external_id: str, *, account_id: str, error: str, now: datetime
) -> tuple[int, int] | None:
    """Keep that an update failed, in a transaction of its own: (row id, attempts so far); None where it is done."""
    row = conn.execute(
        _FAIL,
        {
            "b_channel": channel,
            "b_external": external_id,
            "b_account": account_id,
            "b_error": error[:500],
            "b_now": now,
        },
    ).first()
    return (row.id, row.attempts) if row is not None else None


def skip(conn: Connection, inbound_id: int) -> None:
    """Give an update up: it is never worked on again; its error stays, its raw form goes."""
    conn.execute(_SKIP, {"b_id": inbound_id})


# ---------------------------------------------------------------- kept before they are confirmed


def keep(conn: Connection, channel: str, external_id: str, raw: Mapping[str, Any], now: datetime) -> bool:
    """Keep an update as it came, *received*, for a platform that never repeats it; False for a repeat."""
    row = {"channel": channel, "external_id": external_id, "status": "received", "attempts": 0, "raw": dict(raw)}
    return conn.execute(_KEEP, row | {"received_at": now}).first() is not None


def kept(conn: Connection, channel: str, before: datetime, most: int) -> list[AnyRow]:
    """The oldest updates (id, external_id, raw) that were received until then and are not worked on yet."""
    given = {"b_channel": channel, "b_before": before, "b_most": most}
    return list(conn.execute(_KEPT, given))


def drop(conn: Connection, channel: str, external_id: str) -> None:
    """There is nothing for the bot in this update: it is done, and what it held is erased."""
    conn.execute(_DROP, {"b_channel": channel, "b_external": external_id})
