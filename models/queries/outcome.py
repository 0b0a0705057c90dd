"""What became of a message that was being sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, and_, bindparam, null, select, update

from models.chat import outbox
from models.queries.outbox import DONE, FREE, IDS, OF_CHAT, QUEUED, SENDING, UNSENT, Claimed

_HELD = and_(SENDING, outbox.c.leased_by == bindparam("b_holder"))
_MINE = and_(outbox.c.id == bindparam("b_id"), _HELD)
_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("b_id"), UNSENT)
    .values(status="sent", external_id=bindparam("b_external"), outcome=null(), **DONE)
)
_REST = (
    update(outbox)
    .where(OF_CHAT, QUEUED, outbox.c.not_before < bindparam("b_until"))
    .values(not_before=bindparam("b_until"))
)
_REFUSE = update(outbox).where(_MINE).values(status="refused", outcome=bindparam("b_reason"), **DONE)
_REFUSE_CHAT = (
    update(outbox)
    .where(OF_CHAT, QUEUED)
    .values(status="refused", outcome=bindparam("b_reason"), **DONE)
    .returning(outbox.c.id)
)
_AGAIN = (
    update(outbox)
    .where(_MINE)
    .values(
        not_before=bindparam("b_at"),
        maybe_sent=outbox.c.maybe_sent | bindparam("b_maybe", type_=outbox.c.maybe_sent.type),
        attempts=outbox.c.attempts - bindparam("b_uncounted", type_=outbox.c.attempts.type),
        outcome=bindparam("b_reason"),
        **FREE,
    )
)
_RELEASE = update(outbox).where(IDS, _HELD).values(not_before=bindparam("b_at"), attempts=outbox.c.attempts - 1, **FREE)
_DEAD: BindParameter[list[str]] = bindparam("b_dead", expanding=True)
_OF_THE_DEAD = select(outbox.c.id, outbox.c.channel).where(SENDING, outbox.c.leased_by.in_(_DEAD))
_EXTEND = update(outbox).where(_MINE).values(lease_until=bindparam("b_until")).returning(outbox.c.id)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that is out, under the platform's `external_id`. Others of its chat wait until `rest_until`."""

    message: Claimed
    external_id: str
    at: datetime
    rest_until: datetime | None = None
    messages: int = 1  # how many the platform counts


def sent(conn: Connection, deliveries: Sequence[Delivery]) -> None:
    """These are out, whoever holds their leases by now. What must rest rests in every process."""
    rows = [{"b_id": one.message.id, "b_external": one.external_id, "b_now": one.at} for one in deliveries]
    conn.execute(_SENT, rows)
    for one in deliveries:
        if one.rest_until is not None:
            of_chat = {"b_channel": one.message.channel, "b_chat": one.message.chat}
            conn.execute(_REST, of_chat | {"b_until": one.rest_until})


def sent_before(
    conn: Connection, external_ids: Mapping[int, str], dead: Sequence[str], now: datetime
) -> dict[str, int]:
    """Of what these processes were sending when they ended, this is out: external ids by message. How many of each
    channel.
    """
    theirs = conn.execute(_OF_THE_DEAD, {"b_dead": list(dead)}).all() if external_ids else ()
    out = [one for one in theirs if one.id in external_ids]
    if out:
        conn.execute(_SENT, [{"b_id": one.id, "b_external": external_ids[one.id], "b_now": now} for one in out])
    return dict(Counter(one.channel for one in out))


def refuse(conn: Connection, message_id: int, holder: str, now: datetime, reason: str) -> None:
    """Never again. Does nothing when the lease was lost."""
    conn.execute(_REFUSE, {"b_id": message_id, "b_holder": holder, "b_now": now, "b_reason": reason[:300]})


def refuse_chat(conn: Connection, channel: str, chat: str, now: datetime, reason: str) -> list[int]:
    """All that is queued for a chat that cannot be reached; their ids."""
    of_chat = {"b_channel": channel, "b_chat": chat, "b_now": now, "b_reason": reason[:300]}
    return list(conn.execute(_REFUSE_CHAT, of_chat).scalars())


def again(
    conn: Connection,
    message_id: int,
    holder: str,
    at: datetime,
    reason: str,
    *,
    maybe_sent: bool = False,
    counts: bool = True,
) -> None:
    """Back to the queue until `at`, after a try that failed; one that does not count may not have arrived. Does nothing
    when the lease was lost.
    """
    values = {"b_id": message_id, "b_holder": holder, "b_at": at, "b_maybe": maybe_sent, "b_reason": reason[:300]}
    conn.execute(_AGAIN, values | {"b_uncounted": 0 if counts else 1})


def release(conn: Connection, ids: Sequence[int], holder: str, at: datetime) -> None:
    """Back to the queue until `at`, not tried: something else of the chat or channel stands before them."""
    conn.execute(_RELEASE, {"b_ids": list(ids), "b_holder": holder, "b_at": at})


def extend(conn: Connection, message_id: int, holder: str, until: datetime) -> bool:
    """A longer lease; False when it was lost: then it is not ours to send."""
    return conn.execute(_EXTEND, {"b_id": message_id, "b_holder": holder, "b_until": until}).first() is not None
