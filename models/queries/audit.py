"""The trail of acts: the newest first, narrowed down, a page at a time by the last one shown, however long it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from types import MappingProxyType
from typing import Any

from sqlalchemy import BindParameter, Connection, Integer, Select, and_, bindparam, or_, select

from models.chat import chat
from models.columns import Instant
from models.person import audit, invite, person, request, role
from models.queries import registry
from models.queries.rows import AnyRow
from models.unit import drive, unit

SERVER = 0  # in the place of a person: acts of nobody who is known, such as those of the command line
OF_STRANGERS = ("code.wrong", "group.link")  # done in a group by somebody of whom nothing is kept
FEW = 100  # units whose acts are gathered one by one; of more the whole trail is walked back until a page is full
CHUNK = 1000  # rows read at a time where all are wanted


@dataclass(frozen=True, slots=True)
class Within:
    """Which acts are meant. `unit_ids`: of these units and all below them; None: everywhere, also of no unit."""

    unit_ids: Sequence[int] | None
    since: datetime  # aware; from then on
    until: datetime  # aware; before then
    person_id: int | None = None  # who acted; SERVER; None: whoever
    bound: Sequence[tuple[int, int]] = ()  # unit and campaign: in that tree acts about another campaign are left out


def _trees(name: str) -> Select[Any]:
    """The ids of the units bound to this name, and of all below them."""
    found = select(unit.c.id).where(unit.c.id.in_(bindparam(f"b_{name}", expanding=True))).cte(name, recursive=True)
    found = found.union(select(unit.c.id).join(found, unit.c.parent_id == found.c.id))
    return select(found.c.id)


_UNITS: BindParameter[list[int]] = bindparam("b_units", expanding=True)
_ONLY: BindParameter[list[int]] = bindparam("b_only", expanding=True)
_BELOW, _BOUND_BELOW, _FREE_BELOW = _trees("units"), _trees("bound"), _trees("free")
_AT: BindParameter[datetime] = bindparam("b_at", type_=Instant)
_ID: BindParameter[int] = bindparam("b_id")
_UNIT = audit.c.unit_id + 0  # of each row on the way, not looked up by its index: that is for a few units
_WHERE = {
    "all": (),
    "few": (audit.c.unit_id.in_(_UNITS),),
    "many": (_UNIT.in_(_BELOW),),  # walked back by time until a page is full
}
_OWN = and_(_UNIT.in_(_BOUND_BELOW), or_(audit.c.campaign_id.is_(None), audit.c.campaign_id.in_(_ONLY)))
_WHOSE = {"every": (), "bound": (or_(_OWN, _UNIT.in_(_FREE_BELOW)),)}
_WHO = {
    "any": (),
    "server": (audit.c.person_id.is_(None), audit.c.action.not_in(OF_STRANGERS)),
    "one": (audit.c.person_id == bindparam("b_person"),),
}


def _statement(where: str, whose: str, who: str) -> Select[Any]:
    listed = select(audit, person.c.name).select_from(audit.outerjoin(person, person.c.id == audit.c.person_id))
    return (
        listed.where(
            *_WHERE[where],
            *_WHOSE[whose],
            *_WHO[who],
            audit.c.at >= bindparam("b_since", type_=Instant),
            audit.c.at <= _AT,
            or_(audit.c.at < _AT, and_(audit.c.at == _AT, audit.c.id < _ID)),
        )
        .order_by(audit.c.at.desc(), audit.c.id.desc())
        .limit(bindparam("b_most", type_=Integer))
    )


_LISTED = MappingProxyType({key: _statement(*key) for key in product(_WHERE, _WHOSE, _WHO)})
_MOMENT = select(audit.c.at).where(audit.c.id == bindparam("b_id"))


def listed(conn: Connection, within: Within, *, before: int | None = None, most: int = 6) -> list[AnyRow]:
    """The newest acts within, those older than the act `before` if one is given: `id`, `at`, `person_id`, `name` (of
    whoever acted, None once erased), `action`, `unit_id`, `details`.
    """
    at, last = within.until, 0  # no act at that moment itself
    if before is not None:
        moment = conn.execute(_MOMENT, {"b_id": before}).scalar()
        at, last = (moment, before) if moment is not None and moment < at else (at, 0)
    units, where = _reached(conn, within.unit_ids)
    who = "any" if within.person_id is None else "server" if within.person_id == SERVER else "one"
    binds = {"b_units": units, "b_person": within.person_id, "b_since": within.since, "b_at": at, "b_id": last}
    bound = [unit_id for unit_id, _ in within.bound]
    free = [unit_id for unit_id in within.unit_ids or () if unit_id not in bound]
    binds |= {"b_bound": bound, "b_free": free, "b_only": [campaign_id for _, campaign_id in within.bound]}
    statement = _LISTED[where, "bound" if bound else "every", who]
    return list(conn.execute(statement, {**binds, "b_most": most}))


def everything(conn: Connection, within: Within) -> Iterator[list[AnyRow]]:
    """All of them, newest first, in parts of at most CHUNK."""
    before: int | None = None
    while rows := listed(conn, within, before=before, most=CHUNK):
        yield rows
        before = rows[-1].id


def _reached(conn: Connection, unit_ids: Sequence[int] | None) -> tuple[list[int], str]:
    if unit_ids is None:
        return [], "all"
    below = set[int]().union(*(registry.subtree(conn, unit_id) for unit_id in unit_ids))
    return (sorted(below), "few") if len(below) <= FEW else (list(unit_ids), "many")


# ---------------------------------------------------------------- what the details name


@dataclass(frozen=True, slots=True)
class Names:
    """What ids in the details stand for, as far as it is still known."""

    people: dict[int, str]
    groups: dict[int, str]  # title, "" where a group has none
    codes: dict[int, str]  # one-time codes: whom each is for, or who took it
    nameless: frozenset[int]  # codes of which that is not kept any more: withdrawn, taken by somebody erased, expired
    drives: dict[int, str]
    askers: dict[int, str]  # requests: who asked


PERSON = ("of", "by", "person")  # details that hold a person's id
_IDS: BindParameter[list[int]] = bindparam("b_ids", expanding=True)
_PEOPLE = select(person.c.id, person.c.name).where(person.c.id.in_(_IDS), person.c.name.is_not(None))
_GROUPS = select(chat.c.id, chat.c.title).where(chat.c.id.in_(_IDS))
_CODES = (
    select(
        *(invite.c.id, invite.c.to_name, invite.c.used_at, invite.c.withdrawn_at, invite.c.expires_at, person.c.name)
    )
    .outerjoin(person, person.c.id == invite.c.used_by)
    .where(invite.c.id.in_(_IDS))
)
_DRIVES = select(drive.c.id, drive.c.name).where(drive.c.id.in_(_IDS))
_ASKERS = select(request.c.id, person.c.name).join(person, person.c.id == request.c.person_id)
_ASKERS = _ASKERS.where(request.c.id.in_(_IDS), person.c.name.is_not(None))


def names(conn: Connection, rows: Sequence[AnyRow], now: datetime) -> Names:
    """Of all that these acts are about."""
    ids = _ids(rows, "invite")
    codes = list(conn.execute(_CODES, {"b_ids": ids})) if ids else []
    for_whom = {code.id: code.to_name or code.name or "" for code in codes}
    over = {code.id for code in codes if code.used_at or code.withdrawn_at or code.expires_at <= now}
    return Names(
        _named(conn, _PEOPLE, _ids(rows, *PERSON)),
        _named(conn, _GROUPS, _ids(rows, "chat")),
        for_whom,
        frozenset(code_id for code_id in over if not for_whom[code_id]),
        _named(conn, _DRIVES, _ids(rows, "drive")),
        _named(conn, _ASKERS, _ids(rows, "request")),
    )


def _ids(rows: Iterable[AnyRow], *keys: str) -> list[int]:
    found = {row.details.get(key) for row in rows for key in keys}
    return sorted(one for one in found if isinstance(one, int))


def _named(conn: Connection, statement: Select[Any], ids: list[int]) -> dict[int, str]:
    return {row[0]: row[1] for row in conn.execute(statement, {"b_ids": ids})} if ids else {}


# ---------------------------------------------------------------- who may have acted

_HELD = (
    select(person.c.id, person.c.name, unit.c.short_name.label("unit"))
    .select_from(role.join(person, person.c.id == role.c.person_id).outerjoin(unit, unit.c.id == role.c.unit_id))
    .where(person.c.name.is_not(None))
    .order_by(person.c.id, role.c.id)
)
_clusters = select(unit.c.cluster).where(unit.c.id.in_(_BELOW))
_HELD_WITHIN = _HELD.where(
    or_(role.c.unit_id.in_(_BELOW), role.c.cluster.in_(_clusters), role.c.kind == "owner"),
)


def holders(conn: Connection, unit_ids: Sequence[int] | None) -> list[AnyRow]:
    """Who has or had a role in these units or below (None: any), owners too, by role: `id`, `name`, `unit`."""
    if unit_ids is None:
        return list(conn.execute(_HELD))
    return list(conn.execute(_HELD_WITHIN, {"b_units": list(unit_ids)}))
