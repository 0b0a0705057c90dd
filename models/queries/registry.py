"""The registry as everybody else reads it: units and the tree, campaigns open on a day, lists, targets in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Date, Integer, and_, bindparam, cast, func, insert, literal, or_, select

from models.chat import mark
from models.person import audit
from models.queries.rows import AnyRow
from models.queries.upsert import insert as upsert
from models.unit import campaign, listed, phase, target, unit, unit_alias

VERSION = "registry_version"  # the mark that rises whenever an import changes something


@dataclass(frozen=True, slots=True)
class Unit:
    id: int
    code: str
    name: str
    short_name: str
    type: str
    parent_id: int | None
    parent_short: str  # "" at the root
    official_order: int
    members: int | None
    valid_from: date | None
    valid_to: date | None  # last day
    successor_id: int | None
    cluster: str | None

    def is_valid(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Campaign:
    id: int
    code: str
    name: str
    unit_id: int
    opens: date
    closes: date
    applied_from: date
    applied_to: date
    timezone: str


@dataclass(frozen=True, slots=True)
class Phase:
    id: int
    campaign_id: int
    code: str
    name: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Listed:
    """A field of activity (lĩnh vực) or author group (nhóm đối tượng) of a campaign."""

    code: str
    name: str
    unit_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    unit_id: int
    phase_id: int | None  # None: the whole campaign
    set_by: str
    valid_from: date
    number: int
    measure: str = "count"  # participation: `number` is percent of members who filed


# ---------------------------------------------------------------- units

_parent = unit.alias("parent")
_units = select(
    *(unit.c[name] for name in ("id", "code", "name", "short_name", "type", "parent_id")),
    func.coalesce(_parent.c.short_name, "").label("parent_short"),
    *(unit.c[name] for name in ("official_order", "members", "valid_from", "valid_to", "successor_id", "cluster")),
).outerjoin(_parent, unit.c.parent_id == _parent.c.id)
_ORDER = (unit.c.official_order, unit.c.code)
_UNIT_BY_CODE = _units.where(unit.c.code == bindparam("b_code"))
_UNITS_BY_ID = _units.where(unit.c.id.in_(bindparam("b_ids", expanding=True)))
_ALL_UNITS = _units.order_by(*_ORDER)
_DAY = bindparam("b_day", type_=Date)
_CHILDREN = _units.where(
    unit.c.parent_id == bindparam("b_unit"),
    or_(unit.c.valid_from.is_(None), unit.c.valid_from <= _DAY),
    or_(unit.c.valid_to.is_(None), unit.c.valid_to >= _DAY),
).order_by(*_ORDER)
_ALIASES = select(unit_alias.c.unit_id, unit_alias.c.alias, unit_alias.c.folded).order_by(unit_alias.c.id)

# UNION, not UNION ALL: should a unit ever be its own ancestor, the queries still end.
_below = select(unit.c.id).where(unit.c.id == bindparam("b_unit")).cte("below", recursive=True)
_below = _below.union(select(unit.c.id).join(_below, unit.c.parent_id == _below.c.id))
_SUBTREE = select(_below.c.id)
_PARENTS_BELOW = select(unit.c.parent_id).where(unit.c.parent_id.in_(_SUBTREE)).distinct()

_above = (
    select(unit.c.id, unit.c.parent_id, cast(literal(0), Integer).label("steps"))
    .where(unit.c.id == bindparam("b_unit"))
    .cte("above", recursive=True)
)
_above = _above.union(
    select(unit.c.id, unit.c.parent_id, _above.c.steps + 1)
    .join(_above, unit.c.id == _above.c.parent_id)
    .where(_above.c.steps < 50)  # deeper than any union; ends even where a unit is its own ancestor
)
_ANCESTORS = select(_above.c.id).order_by(_above.c.steps)


def _unit(row: AnyRow) -> Unit:
    return Unit(**row._mapping)


def unit_by_code(conn: Connection, code: str) -> Unit | None:
    row = conn.execute(_UNIT_BY_CODE, {"b_code": code}).first()
    return _unit(row) if row is not None else None


def units_by_id(conn: Connection, ids: Sequence[int]) -> dict[int, Unit]:
    """Those of `ids` that exist."""
    return {row.id: _unit(row) for row in conn.execute(_UNITS_BY_ID, {"b_ids": list(ids)})}


def all_units(conn: Connection) -> list[Unit]:
    """Every unit there is or was, in official order."""
    return [_unit(row) for row in conn.execute(_ALL_UNITS)]


def all_aliases(conn: Connection) -> dict[int, tuple[tuple[str, str], ...]]:
    """Unit id -> its aliases, each with its folded form."""
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    for unit_id, alias, folded in conn.execute(_ALIASES):
        found[unit_id] = (*found.get(unit_id, ()), (alias, folded))
    return found


def children(conn: Connection, unit_id: int, day: date) -> list[Unit]:
    """The units directly below that exist on `day`, in official order."""
    return [_unit(row) for row in conn.execute(_CHILDREN, {"b_unit": unit_id, "b_day": day})]


def subtree(conn: Connection, unit_id: int) -> frozenset[int]:
    """The unit and everything below it, at any depth and of any time."""
    return frozenset(conn.execute(_SUBTREE, {"b_unit": unit_id}).scalars())


def parents_below(conn: Connection, unit_id: int) -> frozenset[int]:
    """Of the unit and those below it, the ones that have units below them."""
    return frozenset(conn.execute(_PARENTS_BELOW, {"b_unit": unit_id}).scalars())


def ancestors(conn: Connection, unit_id: int) -> tuple[int, ...]:
    """The unit itself first, the root last."""
    return tuple(dict.fromkeys(conn.execute(_ANCESTORS, {"b_unit": unit_id}).scalars()))


# ---------------------------------------------------------------- campaigns

_campaigns = select(
    *(campaign.c[name] for name in ("id", "code", "name", "unit_id", "opens", "closes")),
    *(campaign.c[name] for name in ("applied_from", "applied_to", "timezone")),
).order_by(campaign.c.opens.desc(), campaign.c.id)
_OPEN = _campaigns.where(campaign.c.opens <= _DAY, campaign.c.closes >= _DAY)
_OPEN_FOR = _OPEN.where(campaign.c.unit_id.in_(select(_above.c.id)))
_CAMPAIGN_BY_CODE = _campaigns.where(campaign.c.code == bindparam("b_code"))
_PHASES = (
    select(*(phase.c[name] for name in ("id", "campaign_id", "code", "name", "starts", "ends")))
    .where(phase.c.campaign_id == bindparam("b_campaign"))
    .order_by(phase.c.starts, phase.c.id)
)
_LISTED = (
    select(listed.c.code, listed.c.name, listed.c.unit_types)
    .where(listed.c.campaign_id == bindparam("b_campaign"), listed.c.kind == bindparam("b_kind"))
    .order_by(listed.c.official_order, listed.c.id)
)


def campaigns_open(conn: Connection, day: date, unit_id: int | None = None) -> list[Campaign]:
    """Campaigns that take entries on `day`, newest first; with `unit_id` those run by it or by a unit above it."""
    if unit_id is None:
        rows = conn.execute(_OPEN, {"b_day": day})
    else:
        rows = conn.execute(_OPEN_FOR, {"b_day": day, "b_unit": unit_id})
    return [Campaign(**row._mapping) for row in rows]


def campaign_by_code(conn: Connection, code: str) -> Campaign | None:
    row = conn.execute(_CAMPAIGN_BY_CODE, {"b_code": code}).first()
    return Campaign(**row._mapping) if row is not None else None


def phases(conn: Connection, campaign_id: int) -> list[Phase]:
    """In order of time."""
    return [Phase(**row._mapping) for row in conn.execute(_PHASES, {"b_campaign": campaign_id})]


def listed_of(conn: Connection, campaign_id: int, kind: str) -> list[Listed]:
    """`kind`: field (lĩnh vực) | group (nhóm đối tượng); in official order."""
    rows = conn.execute(_LISTED, {"b_campaign": campaign_id, "b_kind": kind})
    return [Listed(row.code, row.name, tuple(row.unit_types)) for row in rows]


# ---------------------------------------------------------------- targets

_later = target.alias("later")
superseded = (
    select(_later.c.id)
    .where(
        _later.c.campaign_id == target.c.campaign_id,
        _later.c.unit_id == target.c.unit_id,
        func.coalesce(_later.c.phase_id, 0) == func.coalesce(target.c.phase_id, 0),
        _later.c.set_by == target.c.set_by,
        _later.c.measure == target.c.measure,
        _later.c.valid_from <= _DAY,
        or_(
            _later.c.valid_from > target.c.valid_from,
            and_(_later.c.valid_from == target.c.valid_from, _later.c.id > target.c.id),
        ),
    )
    .exists()
)
_targets = (
    select(*(target.c[name] for name in ("unit_id", "phase_id", "set_by", "valid_from", "number", "measure")))
    .where(target.c.campaign_id == bindparam("b_campaign"), target.c.valid_from <= _DAY, ~superseded)
    .order_by(target.c.unit_id, target.c.phase_id, target.c.valid_from, target.c.id)
)
_TARGETS_OF = _targets.where(target.c.unit_id.in_(bindparam("b_units", expanding=True)))


def targets_on(conn: Connection, campaign_id: int, day: date, unit_ids: Sequence[int] | None = None) -> list[Target]:
    """The targets in force on `day`: per unit, phase (or whole) and setter the newest that began by then."""
    if unit_ids is None:
        rows = conn.execute(_targets, {"b_campaign": campaign_id, "b_day": day})
    else:
        rows = conn.execute(_TARGETS_OF, {"b_campaign": campaign_id, "b_day": day, "b_units": list(unit_ids)})
    return [Target(**row._mapping) for row in rows]


# ---------------------------------------------------------------- changes

_VERSION = select(mark.c.value).where(mark.c.name == VERSION)
_SET_VERSION = upsert(mark).values(name=VERSION, value=bindparam("b_value"))
_SET_VERSION = _SET_VERSION.on_conflict_do_update(
    index_elements=[mark.c.name], set_={"value": _SET_VERSION.excluded.value}
)
_AUDIT = insert(audit)


def version(conn: Connection) -> int:
    """Rises whenever the registry changes: what is kept of it in memory is good while this stays the same."""
    value = conn.execute(_VERSION).scalar()
    return int(value) if value is not None else 0


def renew(conn: Connection) -> None:
    """The registry has changed: what is kept of it in memory is no good any more."""
    conn.execute(_SET_VERSION, {"b_value": str(version(conn) + 1)})


def note_change(conn: Connection, now: datetime, counts: Mapping[str, Sequence[int]]) -> None:
    """An import changed the registry: a new version, and a line in the audit."""
    renew(conn)
    details = {key: list(value) for key, value in counts.items()}
    conn.execute(_AUDIT, {"at": now, "action": "registry.import", "details": details})
