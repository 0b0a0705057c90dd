"""Who could be invited into a new group of a unit on a channel."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from models.person import account, person, role
from models.queries.rows import AnyRow
from models.unit import unit

OFFICERS, MEMBERS = "officers", "members"

_below = select(unit.c.id).where(unit.c.id == bindparam("b_unit")).cte("below", recursive=True)
_below = _below.union(select(unit.c.id).join(_below, unit.c.parent_id == _below.c.id))
_on_channel = (account.c.channel == bindparam("b_channel"),)
_PEOPLE = select(account.c.external_id, account.c.reachable, account.c.last_seen, person.c.name).join(
    person, person.c.id == account.c.person_id
)
_OF = {
    MEMBERS: _PEOPLE.where(*_on_channel, person.c.unit_id.in_(select(_below.c.id))),
    OFFICERS: _PEOPLE.where(
        *_on_channel,
        select(role.c.id)
        .where(role.c.person_id == person.c.id, role.c.revoked_at.is_(None), role.c.unit_id.in_(select(_below.c.id)))
        .exists(),
    ),
}
_FIND = {kind: chosen.order_by(account.c.last_seen.desc(), account.c.id) for kind, chosen in _OF.items()}


def find(conn: Connection, channel: str, unit_id: int, kind: str) -> list[AnyRow]:
    """`external_id`, `reachable`, `last_seen` and `name` of accounts: with a role in the unit or below it, or of all
    who belong there; whoever was seen last comes first.
    """
    return list(conn.execute(_FIND[kind], {"b_channel": channel, "b_unit": unit_id}))
