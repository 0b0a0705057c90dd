"""Who has which role, codes that wait to be taken, and taking either away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)

from models.columns import Instant
from models.person import audit, invite, person, role
from models.queries.rows import AnyRow
from models.unit import unit

WRONG = "code.wrong"  # how a wrong code stands in the audit

_giver = person.alias("giver")
_WHAT = ("id", "kind", "unit_id", "cluster", "campaign_id")
_NOW = bindparam("b_now", type_=Instant)

_seed = select(unit.c.id, unit.c.cluster).where(unit.c.id.in_(bindparam("b_units", expanding=True)))
_mine = _seed.cte("served", recursive=True)
_mine = _mine.union(select(unit.c.id, unit.c.cluster).join(_mine, unit.c.parent_id == _mine.c.id))

_HELD = (
    select(
        *(role.c[name] for name in _WHAT),
        *(person.c.name, role.c.given_at.label("since"), _giver.c.name.label("by")),
        literal(False, Boolean).label("pending"),
    )
    .select_from(role.join(person, person.c.id == role.c.person_id).outerjoin(_giver, _giver.c.id == role.c.given_by))
    .where(role.c.revoked_at.is_(None))
)
_WAITING = (
    select(
        *(invite.c[name] for name in _WHAT),
        *(invite.c.to_name.label("name"), invite.c.expires_at.label("since"), _giver.c.name.label("by")),
        literal(True, Boolean).label("pending"),
    )
    .select_from(invite.outerjoin(_giver, _giver.c.id == invite.c.made_by))
    .where(
        *(invite.c.kind != "group", invite.c.used_at.is_(None), invite.c.withdrawn_at.is_(None)),
        invite.c.expires_at > _NOW,
    )
)


def _served(table: Table) -> ColumnElement[bool]:
    """In the units asked for, or of a cluster one of them belongs to."""
    return or_(
        bindparam("b_all", type_=Boolean),
        table.c.unit_id.in_(select(_mine.c.id)),
        table.c.cluster.in_(select(_mine.c.cluster)),
    )


_both = union_all(_HELD.where(_served(role)), _WAITING.where(_served(invite))).subquery()
_LISTED = (
    select(_both)
    .order_by(
        *(_both.c.pending, func.coalesce(_both.c.unit_id, 0), func.coalesce(_both.c.cluster, "")),
        *(_both.c.kind, _both.c.id),
    )
    .limit(bindparam("b_most"))
    .offset(bindparam("b_skip"))
)
_SERVED = (
    select(func.coalesce(role.c.unit_id, unit.c.id))
    .outerjoin(unit, unit.c.cluster == role.c.cluster)
    .where(
        role.c.person_id == bindparam("b_person"),
        role.c.revoked_at.is_(None),
        role.c.kind.in_(bindparam("b_kinds", expanding=True)),
        or_(role.c.campaign_id.is_(None), role.c.campaign_id == bindparam("b_campaign")),
    )
)
_ONE_HELD = _HELD.where(role.c.id == bindparam("b_id"))
_ONE_WAITING = _WAITING.where(invite.c.id == bindparam("b_id"))


def listed(
    conn: Connection, unit_ids: Sequence[int] | None, now: datetime, *, skip: int = 0, most: int = 5
) -> list[AnyRow]:
    """Roles in these units and below (None: all), then codes for such roles that are still good: `id`, `kind`,
    `unit_id`, `cluster`, `campaign_id`, `name`, `since` (of a code: its end), `by`, `pending`.
    """
    binds = {"b_units": list(unit_ids or ()), "b_all": unit_ids is None, "b_now": now, "b_skip": skip, "b_most": most}
    return list(conn.execute(_LISTED, binds))


def held(conn: Connection, role_id: int) -> AnyRow | None:
    """A role that has not been revoked, as `listed` gives it."""
    return conn.execute(_ONE_HELD, {"b_id": role_id}).first()


def waiting(conn: Connection, invite_id: int, now: datetime) -> AnyRow | None:
    """A code for a role that is still good, as `listed` gives it."""
    return conn.execute(_ONE_WAITING, {"b_id": invite_id, "b_now": now}).first()


# ---------------------------------------------------------------- taken away

_LOCK = (
    select(role.c.id, role.c.kind, role.c.person_id, role.c.revoked_at)
    .where(
        or_(
            role.c.id == bindparam("b_id"),
            and_(role.c.person_id == bindparam("b_by"), role.c.revoked_at.is_(None)),
            and_(role.c.kind == "owner", role.c.revoked_at.is_(None)),
        )
    )
    .order_by(role.c.id)
    .with_for_update()
)
_REVOKE = (
    update(role)
    .where(role.c.id == bindparam("b_id"), role.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("b_at"), revoked_by=bindparam("b_by"))
)
_WITHDRAW = (
    update(invite)
    .where(invite.c.id == bindparam("b_id"), invite.c.used_at.is_(None))
    .values(withdrawn_at=bindparam("b_at"), to_name="")
)


def lock(conn: Connection, role_id: int, by: int) -> tuple[AnyRow | None, int]:
    """Lock the role, all of whoever would revoke it and all owners', in one order, so that two who revoke each other's
    come one after the other. Gives the role, None if it is gone, and how many owners there are.
    """
    rows = list(conn.execute(_LOCK, {"b_id": role_id, "b_by": by}))
    found = next((row for row in rows if row.id == role_id and row.revoked_at is None), None)
    owners = {row.person_id for row in rows if row.kind == "owner" and row.revoked_at is None}
    return found, len(owners)


def revoke(conn: Connection, role_id: int, by: int, at: datetime) -> None:
    conn.execute(_REVOKE, {"b_id": role_id, "b_by": by, "b_at": at})


def withdraw(conn: Connection, invite_id: int, at: datetime) -> None:
    """The code is no good any more; the name of whom it was for is not kept."""
    conn.execute(_WITHDRAW, {"b_id": invite_id, "b_at": at})


# ---------------------------------------------------------------- tries

_TRIES = (
    select(func.count())
    .select_from(audit)
    .where(audit.c.action == WRONG, audit.c.at > bindparam("b_since", type_=Instant))
)
_TRIES_OF = _TRIES.where(audit.c.person_id == bindparam("b_person"))
_TRIES_OF_STRANGERS = _TRIES.where(audit.c.person_id.is_(None))


def wrong_codes(conn: Connection, person_id: int | None, since: datetime) -> int:
    """How many wrong codes the person sent since then; None: all strangers together."""
    if person_id is None:
        return int(conn.execute(_TRIES_OF_STRANGERS, {"b_since": since}).scalar_one())
    return int(conn.execute(_TRIES_OF, {"b_since": since, "b_person": person_id}).scalar_one())


def served(conn: Connection, person_id: int, kinds: Sequence[str], campaign_id: int) -> list[int]:
    """The units of the person's roles of these kinds (that hold for this campaign), those of a cluster one by one."""
    asked = {"b_person": person_id, "b_kinds": list(kinds), "b_campaign": campaign_id}
    rows = conn.execute(_SERVED, asked).scalars()
    return [unit_id for unit_id in rows if unit_id is not None]
