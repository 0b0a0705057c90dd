"""Broadcasts as they were composed: put, waiting for their time, started, looked up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from models.broadcast import broadcast, recipient
from models.queries import audiences
from models.queries.audiences import Audience, Terms
from models.queries.rows import AnyRow
from models.unit import campaign, unit


@dataclass(frozen=True, slots=True)
class NewBroadcast:
    audience: Audience
    text: str  # with placeholders
    starts_at: datetime
    made_by: int
    made_at: datetime
    channel: str  # where whoever made it is told how it goes
    chat: str
    media: Mapping[str, Any] | None = None
    confirmed: int | None = None


_PUT = insert(broadcast).returning(broadcast.c.id)
_ALL = select(broadcast, campaign.c.timezone, unit.c.short_name).select_from(
    broadcast.join(campaign, campaign.c.id == broadcast.c.campaign_id).join(unit, unit.c.id == broadcast.c.unit_id)
)
_BY_ID = _ALL.where(broadcast.c.id == bindparam("b_id"))
_roots: BindParameter[list[int]] = bindparam("b_units", expanding=True)
_below = select(unit.c.id).where(unit.c.id.in_(_roots)).cte("below", recursive=True)
_below = _below.union(select(unit.c.id).join(_below, unit.c.parent_id == _below.c.id))
_OF = broadcast.c.unit_id.in_(select(_below.c.id))
_ONE_OF = _BY_ID.where(_OF)
_PLANNED_BY = _ALL.where(broadcast.c.made_by == bindparam("b_person"), broadcast.c.status == "planned")
_PAGE = _ALL.order_by(broadcast.c.id.desc()).limit(bindparam("b_limit")).offset(bindparam("b_offset"))
_PAGE_OF = _PAGE.where(_OF)
_HAS_ANY = select(recipient.c.id).where(recipient.c.broadcast_id == bindparam("b_id")).limit(1)
# Not FOR UPDATE: filing an initiative refers to its campaign, and does not wait for this.
_LOCK_STARTS = select(campaign.c.id).order_by(campaign.c.id).with_for_update(key_share=True)
_STARTED = (
    update(broadcast).where(broadcast.c.id == bindparam("b_id")).values(status="running", started_at=bindparam("b_now"))
)
_CANCEL = (
    update(broadcast)
    .where(broadcast.c.id == bindparam("b_id"), broadcast.c.status == "planned")
    .values(status="cancelled", ended_at=bindparam("b_now"), version=broadcast.c.version + 1)
)
_SKIP_PERSON = (
    update(recipient)
    .where(recipient.c.person_id == bindparam("b_person"), recipient.c.status == "waiting")
    .values(status="skipped", reason="off", done_at=bindparam("b_now"))
)


def put(conn: Connection, new: NewBroadcast) -> int:
    """A broadcast that waits for its time; its id. Nobody is chosen before it starts."""
    values = {
        "campaign_id": new.audience.campaign_id,
        "unit_id": new.audience.unit_id,
        "text": new.text,
        "media": dict(new.media) if new.media else None,
        "audience": new.audience.to_json(),
        "confirmed": new.confirmed,
        "status": "planned",
        "made_by": new.made_by,
        "made_at": new.made_at,
        "starts_at": new.starts_at,
        "channel": new.channel,
        "chat": new.chat,
    }
    return int(conn.execute(_PUT, values).scalar_one())


def by_id(conn: Connection, broadcast_id: int) -> AnyRow | None:
    """The row with its campaign's `timezone` and its unit's `short_name`."""
    return conn.execute(_BY_ID, {"b_id": broadcast_id}).first()


def within(conn: Connection, broadcast_id: int, unit_ids: Collection[int] | None) -> AnyRow | None:
    """As `by_id`, if it is of one of these units or of those below them (None: any)."""
    if unit_ids is None:
        return by_id(conn, broadcast_id)
    return conn.execute(_ONE_OF, {"b_id": broadcast_id, "b_units": list(unit_ids)}).first()


def page(conn: Connection, unit_ids: Collection[int] | None, limit: int, offset: int) -> list[AnyRow]:
    """Those of these units and of the ones below them (None: all), newest first."""
    bound: dict[str, Any] = {"b_limit": limit, "b_offset": offset}
    if unit_ids is None:
        return list(conn.execute(_PAGE, bound))
    return list(conn.execute(_PAGE_OF, bound | {"b_units": list(unit_ids)}))


def lock_starts(conn: Connection) -> None:
    """One broadcast starts at a time: two at once could each take the same person's one reminder of the day."""
    conn.execute(_LOCK_STARTS).all()


def gather(conn: Connection, row: AnyRow, terms: Terms) -> int:
    """Write down who gets it, as things are now; how many. Nobody else gathers meanwhile. Where they are written down
    already (0), nobody is added.
    """
    if conn.execute(_HAS_ANY, {"b_id": row.id}).first() is not None:
        return 0
    lock_starts(conn)
    return audiences.fill(conn, row.id, Audience.from_json(row.campaign_id, row.unit_id, row.audience), terms)


def begin(conn: Connection, new: NewBroadcast, terms: Terms) -> tuple[int, int]:
    """Put one that starts at once, with who gets it; its id and how many."""
    broadcast_id = put(conn, new)
    row = conn.execute(_BY_ID, {"b_id": broadcast_id}).one()
    number = gather(conn, row, terms)
    conn.execute(_STARTED, {"b_id": broadcast_id, "b_now": new.made_at})
    return broadcast_id, number


def terms(
    at: datetime,
    zone: tzinfo,
    reach: Mapping[str, tuple[int | None, int | None]],
    dear: Mapping[str, int | None] | None = None,
) -> Terms:
    """`reach`: for each channel that is served, the hours since a person was last seen after which the channel takes no
    message to him, and those after which one costs money; None: never. `dear`: those after which one costs the dear
    price; they are later than those of the free window.
    """
    return Terms(
        at.astimezone(zone),
        tuple(reach),
        {name: at - timedelta(hours=closed) for name, (closed, _) in reach.items() if closed is not None},
        {name: at - timedelta(hours=free) for name, (_, free) in reach.items() if free is not None},
        {name: at - timedelta(hours=hours) for name, hours in (dear or {}).items() if hours is not None},
    )


def planned_by(conn: Connection, person_id: int) -> list[AnyRow]:
    """What the person composed and has not started, as `by_id` gives it."""
    return list(conn.execute(_PLANNED_BY, {"b_person": person_id}))


def cancel_planned(conn: Connection, broadcast_id: int, now: datetime) -> bool:
    """Drop one that has not started; False where it has, or is cancelled."""
    return conn.execute(_CANCEL, {"b_id": broadcast_id, "b_now": now}).rowcount == 1


def leave_out(conn: Connection, person_id: int, now: datetime) -> None:
    """The person wants no reminders: what waits for him is skipped."""
    conn.execute(_SKIP_PERSON, {"b_person": person_id, "b_now": now})
