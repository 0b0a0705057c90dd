"""What processes share about a bot token: who receives, and when the next message may leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Connection, bindparam, delete, or_, select, union, update

from models.chat import lease, outbox, pace
from models.queries.outbox import FREE, SENDING
from models.queries.rows import AnyRow
from models.queries.upsert import insert

_NEW = insert(lease).values(name=bindparam("b_name"), holder=bindparam("b_holder"), until=bindparam("b_until"))
_TAKE = _NEW.on_conflict_do_update(
    index_elements=[lease.c.name],
    set_={"holder": _NEW.excluded.holder, "until": _NEW.excluded.until},
    where=or_(lease.c.holder == _NEW.excluded.holder, lease.c.until <= bindparam("b_now")),
).returning(lease.c.name)
_HOLDER = select(lease.c.holder, lease.c.until).where(
    lease.c.name == bindparam("b_name"), lease.c.until > bindparam("b_now")
)
_RELEASE = delete(lease).where(lease.c.name == bindparam("b_name"), lease.c.holder == bindparam("b_holder"))
_HOLDERS = union(select(lease.c.holder), select(outbox.c.leased_by).where(SENDING, outbox.c.leased_by.is_not(None)))
_DEAD: BindParameter[list[str]] = bindparam("b_dead", expanding=True)
_END = delete(lease).where(lease.c.holder.in_(_DEAD))
_END_SENDING = update(outbox).where(SENDING, outbox.c.leased_by.in_(_DEAD)).values(maybe_sent=True, **FREE)

_OF_CHANNEL = pace.c.channel == bindparam("b_channel")
_PACE = insert(pace).values(channel=bindparam("b_channel"), blocked_until=bindparam("b_until"))
_BLOCK = _PACE.on_conflict_do_update(
    index_elements=[pace.c.channel],
    set_={"blocked_until": _PACE.excluded.blocked_until},
    where=or_(pace.c.blocked_until.is_(None), pace.c.blocked_until < _PACE.excluded.blocked_until),
)
_BLOCKED = select(pace.c.blocked_until).where(_OF_CHANNEL)
_KNOWN = insert(pace).values(channel=bindparam("b_channel")).on_conflict_do_nothing(index_elements=[pace.c.channel])
_NEXT = select(pace.c.next_at, pace.c.blocked_until).where(_OF_CHANNEL).with_for_update()
_SET_NEXT = update(pace).where(_OF_CHANNEL).values(next_at=bindparam("b_next"))


def take(conn: Connection, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take or renew a lease for `seconds`; False while another holder has it."""
    until = now + timedelta(seconds=seconds)
    values = {"b_name": name, "b_holder": holder, "b_now": now, "b_until": until}
    return conn.execute(_TAKE, values).first() is not None


def holder(conn: Connection, name: str, now: datetime) -> AnyRow | None:
    """Who has it, and until when; None where nobody has."""
    return conn.execute(_HOLDER, {"b_name": name, "b_now": now}).first()


def release(conn: Connection, name: str, holder: str) -> None:
    """Give a lease back. Does nothing when another has it."""
    conn.execute(_RELEASE, {"b_name": name, "b_holder": holder})


def holders(conn: Connection) -> list[str]:
    """Every process that holds a lease, of whatever kind."""
    return list(conn.scalars(_HOLDERS))


def end(conn: Connection, dead: Sequence[str]) -> None:
    """End the leases of processes that are gone: what they were sending goes back, marked as maybe sent."""
    conn.execute(_END, {"b_dead": list(dead)})
    conn.execute(_END_SENDING, {"b_dead": list(dead)})


def block(conn: Connection, channel: str, until: datetime) -> None:
    """Nothing leaves by this channel before `until`; an earlier end than the present one changes nothing."""
    conn.execute(_BLOCK, {"b_channel": channel, "b_until": until})


def blocked_until(conn: Connection, channel: str) -> datetime | None:
    """When the channel may be used again; in the past or None: now."""
    until: datetime | None = conn.scalar(_BLOCKED, {"b_channel": channel})
    return until


def reserve(
    conn: Connection, channel: str, clock: Callable[[], datetime], span: timedelta, pause: timedelta = timedelta(0)
) -> tuple[datetime, datetime | None]:
    """When the next `span` begins in which only the caller may send, `pause` after all given out before; and
    `blocked_until`.

    The clock is asked once the row is locked: a moment that passed while waiting for it would come on top of another.
    While the channel is blocked no moment is used up.
    """
    row = conn.execute(_NEXT, {"b_channel": channel}).first()
    if row is None:
        conn.execute(_KNOWN, {"b_channel": channel})
        row = conn.execute(_NEXT, {"b_channel": channel}).one()
    now = clock()
    if row.blocked_until is not None and row.blocked_until > now:
        return now, row.blocked_until
    at: datetime = max(row.next_at + pause, now) if row.next_at is not None else now
    conn.execute(_SET_NEXT, {"b_channel": channel, "b_next": at + span})
    return at, row.blocked_until
