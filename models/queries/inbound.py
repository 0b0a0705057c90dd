"""Updates as they come in: each is worked on once, whatever is repeated (design.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, null, select, update

from models.chat import inbound
from models.person import account, conversation
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
