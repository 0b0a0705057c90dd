"""What to know before going live: is anybody missing, is anything made up, how many are to be served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, distinct, func, or_, select

from models.chat import chat, mark
from models.initiative import initiative
from models.person import account, consent, role
from models.unit import campaign, target, unit


@dataclass(frozen=True, slots=True)
class House:
    """Counts of what is there. Units and campaigns are those of the day asked for."""

    units: int
    members: int
    units_without_members: int  # number of members unknown
    campaigns: tuple[str, ...]
    admins: int
    officers: int
    people: int  # who have agreed
    accounts: int
    groups: int
    linked_units: int
    initiatives: int
    sample: bool


_VALID = (
    or_(unit.c.valid_from.is_(None), unit.c.valid_from <= bindparam("b_day")),
    or_(unit.c.valid_to.is_(None), unit.c.valid_to >= bindparam("b_day")),
)
_UNITS = select(func.count(), func.count(unit.c.members)).select_from(unit).where(*_VALID)
_LEAF_MEMBERS = select(func.coalesce(func.sum(unit.c.members), 0)).where(
    *_VALID, unit.c.id.not_in(select(unit.c.parent_id).where(unit.c.parent_id.is_not(None)))
)
_CAMPAIGNS = (
    select(campaign.c.name)
    .where(campaign.c.opens <= bindparam("b_day"), campaign.c.closes >= bindparam("b_day"))
    .order_by(campaign.c.opens, campaign.c.id)
)
_ROLES = (
    select(role.c.kind, func.count(distinct(role.c.person_id))).where(role.c.revoked_at.is_(None)).group_by(role.c.kind)
)
_SERVED = (
    select(func.coalesce(role.c.unit_id, unit.c.id))
    .outerjoin(unit, unit.c.cluster == role.c.cluster)
    .where(role.c.revoked_at.is_(None), role.c.kind != "support")
)
_ACCOUNTS = select(func.count()).select_from(account)
_INITIATIVES = select(func.count()).select_from(initiative)
_AGREED = select(func.count(distinct(consent.c.person_id))).where(consent.c.withdrawn_at.is_(None))
_GROUPS = select(func.count(), func.count(distinct(chat.c.unit_id))).where(
    chat.c.unit_id.is_not(None), chat.c.standing.in_(("member", "admin"))
)
_SAMPLE = select(mark.c.value).where(mark.c.name == "sample")
_WITHOUT_TARGET = (
    select(func.count())
    .select_from(unit)
    .where(*_VALID, unit.c.id.not_in(select(target.c.unit_id).where(target.c.valid_from <= bindparam("b_day"))))
)


def house(conn: Connection, day: date) -> House:
    units, with_members = conn.execute(_UNITS, {"b_day": day}).one()
    roles = dict(tuple(row) for row in conn.execute(_ROLES))
    groups, linked = conn.execute(_GROUPS).one()
    return House(
        units=units,
        members=int(conn.execute(_LEAF_MEMBERS, {"b_day": day}).scalar_one()),
        units_without_members=units - with_members,
        campaigns=tuple(conn.execute(_CAMPAIGNS, {"b_day": day}).scalars()),
        admins=roles.get("admin", 0) + roles.get("owner", 0),
        officers=roles.get("officer", 0),
        people=conn.execute(_AGREED).scalar_one(),
        accounts=conn.execute(_ACCOUNTS).scalar_one(),
        groups=groups,
        linked_units=linked,
        initiatives=conn.execute(_INITIATIVES).scalar_one(),
        sample=has_sample(conn),
    )


def has_sample(conn: Connection) -> bool:
    """Are made-up people in this database?"""
    return conn.execute(_SAMPLE).first() is not None


def without_target(conn: Connection, day: date) -> int:
    return int(conn.execute(_WITHOUT_TARGET, {"b_day": day}).scalar_one())


def without_officer(conn: Connection, day: date) -> int:
    """Units that have no officer, nor has any unit above them, and there is no owner."""
    served = set(conn.execute(_SERVED).scalars())
    rows = {
        row.id: row.parent_id
        for row in conn.execute(select(unit.c.id, unit.c.parent_id).where(*_VALID), {"b_day": day})
    }

    def is_served(unit_id: int | None) -> bool:
        seen: set[int] = set()
        while unit_id is not None and unit_id not in seen:
            if unit_id in served:
                return True
            seen.add(unit_id)
            unit_id = rows.get(unit_id)
        return False

    return 0 if None in served else sum(1 for unit_id in rows if not is_served(unit_id))
