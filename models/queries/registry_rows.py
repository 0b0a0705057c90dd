"""The registry as rows keyed by codes: what an import compares its file with, and how it writes what has changed.

Rows are mappings by column name in which units, campaigns and phases are named by their codes, as in a sheet. The
tables are "units", "campaigns", "phases", "fields", "groups" and "targets"; their keys are what `KEYS` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, Table, Update, bindparam, case, delete, insert, select, update

from models.columns import Instant
from models.unit import campaign, listed, phase, target, unit, unit_alias

Row = Mapping[str, Any]
Key = tuple[Any, ...]

KEYS: Mapping[str, tuple[str, ...]] = {
    "units": ("code",),
    "campaigns": ("code",),
    "phases": ("campaign", "code"),
    "fields": ("campaign", "code"),
    "groups": ("campaign", "code"),
    "targets": ("unit", "campaign", "phase", "set_by", "valid_from", "measure"),
}


@dataclass(frozen=True, slots=True)
class Stored:
    id: int
    row: Row


Registry = dict[str, dict[Key, Stored]]

# ---------------------------------------------------------------- reading

_parent, _successor = unit.alias("parent"), unit.alias("successor")
_UNITS = (
    select(
        *(unit.c[name] for name in ("id", "code", "name", "short_name", "type", "official_order", "members")),
        *(unit.c[name] for name in ("valid_from", "valid_to", "cluster", "invented")),
        _parent.c.code.label("parent"),
        _successor.c.code.label("successor"),
    )
    .outerjoin(_parent, unit.c.parent_id == _parent.c.id)
    .outerjoin(_successor, unit.c.successor_id == _successor.c.id)
)
_ALIASES = select(unit_alias.c.unit_id, unit_alias.c.alias).order_by(unit_alias.c.id)
_CAMPAIGNS = select(
    *(campaign.c[name] for name in ("id", "code", "name", "opens", "closes", "applied_from", "applied_to", "timezone")),
    campaign.c.ranked_by,
    campaign.c.counts_from,
    unit.c.code.label("unit"),
).join(unit, campaign.c.unit_id == unit.c.id)
_PHASES = select(
    *(phase.c[name] for name in ("id", "code", "name", "starts", "ends")), campaign.c.code.label("campaign")
).join(campaign, phase.c.campaign_id == campaign.c.id)
_LISTED = (
    select(
        *(listed.c[name] for name in ("id", "code", "name", "official_order", "unit_types")),
        campaign.c.code.label("campaign"),
    )
    .join(campaign, listed.c.campaign_id == campaign.c.id)
    .where(listed.c.kind == bindparam("b_kind"))
)
_TARGETS = (
    select(
        *(target.c[name] for name in ("id", "set_by", "valid_from", "measure", "number", "invented")),
        unit.c.code.label("unit"),
        campaign.c.code.label("campaign"),
        phase.c.code.label("phase"),
    )
    .join(unit, target.c.unit_id == unit.c.id)
    .join(campaign, target.c.campaign_id == campaign.c.id)
    .outerjoin(phase, target.c.phase_id == phase.c.id)
)


def load(conn: Connection) -> Registry:
    """Everything there is, by table and key."""
    return {
        "units": _keyed("units", _units_with_aliases(conn)),
        "campaigns": _keyed("campaigns", conn.execute(_CAMPAIGNS).mappings()),
        "phases": _keyed("phases", conn.execute(_PHASES).mappings()),
        "fields": _keyed("fields", _listed(conn, "field")),
        "groups": _keyed("groups", _listed(conn, "group")),
        "targets": _keyed("targets", conn.execute(_TARGETS).mappings()),
    }


def _keyed(table: str, rows: Iterable[Row | RowMapping]) -> dict[Key, Stored]:
    found: dict[Key, Stored] = {}
    for row in rows:
        values: dict[str, Any] = {str(name): value for name, value in row.items()}
        found[tuple(values[name] for name in KEYS[table])] = Stored(values.pop("id"), values)
    return found


def _units_with_aliases(conn: Connection) -> Iterable[Row]:
    aliases: dict[int, list[str]] = {}
    for unit_id, alias in conn.execute(_ALIASES):
        aliases.setdefault(unit_id, []).append(alias)
    for row in conn.execute(_UNITS).mappings():
        yield {**row, "aliases": tuple(aliases.get(row["id"], ()))}


def _listed(conn: Connection, kind: str) -> Iterable[Row]:
    for row in conn.execute(_LISTED, {"b_kind": kind}).mappings():
        values = {**row, "unit_types": tuple(row["unit_types"])}
        if kind == "field":
            del values["unit_types"]
        yield values


# ---------------------------------------------------------------- writing


def _update(table: Table, *names: str) -> Update:
    values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in names}
    return update(table).where(table.c.id == bindparam("b_id")).values(values)


def _binds(row_id: int, row: Row, statement_names: Iterable[str]) -> Row:
    return {"b_id": row_id, **{f"b_{name}": row[name] for name in statement_names}}


_UNIT_OWN: tuple[str, ...] = (
    *("code", "name", "short_name", "folded", "type", "official_order", "members"),
    *("valid_from", "valid_to", "cluster", "invented"),
)
_UNIT_LINKS = ("parent_id", "successor_id")
_CAMPAIGN = (
    *("code", "name", "unit_id", "opens", "closes", "applied_from", "applied_to", "timezone"),
    *("ranked_by", "counts_from"),
)
_PHASE = ("campaign_id", "code", "name", "starts", "ends")
_LIST = ("campaign_id", "kind", "code", "name", "official_order", "unit_types")
_TARGET = ("unit_id", "campaign_id", "phase_id", "set_by", "valid_from", "measure", "number", "invented")

# A row whose number stays (it was marked as invented, say) was entered when it was.
_NOW = bindparam("b_now", type_=Instant)
_ENTERED = case((target.c.number != bindparam("b_number"), _NOW), else_=target.c.entered_at)
_UPDATE_TARGET = _update(target, *_TARGET).values(entered_at=_ENTERED)

_DROP_ALIASES = delete(unit_alias).where(unit_alias.c.unit_id == bindparam("b_unit"))
_ADD_ALIAS = insert(unit_alias)
_UPDATE_UNIT = _update(unit, *_UNIT_OWN)
_LINK_UNIT = _update(unit, *_UNIT_LINKS)
_UNIT_IDS = select(unit.c.code, unit.c.id)
_CAMPAIGN_IDS = select(campaign.c.code, campaign.c.id)
_PHASE_IDS = select(campaign.c.code, phase.c.code, phase.c.id).join(campaign, phase.c.campaign_id == campaign.c.id)

# table key -> its table, its columns, and the statement that changes a row
_PLAIN: Mapping[str, tuple[Table, tuple[str, ...], Update]] = {
    "campaigns": (campaign, _CAMPAIGN, _update(campaign, *_CAMPAIGN)),
    "phases": (phase, _PHASE, _update(phase, *_PHASE)),
    "fields": (listed, _LIST, _update(listed, *_LIST)),
    "groups": (listed, _LIST, _update(listed, *_LIST)),
    "targets": (target, _TARGET, _UPDATE_TARGET),
}


def write(conn: Connection, table: str, new: Sequence[Row], changed: Sequence[Stored], now: datetime) -> None:
    """Insert `new` and give the rows of `changed` their new values. Rows are whole; what they name must be there.

    Targets remember when their number was entered. Units also carry `folded` (of the name) and `aliases_folded` (as
    many as `aliases`).
    """
    if table == "units":
        _write_units(conn, new, changed)
        return
    into, names, statement = _PLAIN[table]
    targets = table == "targets"
    if new:
        linked = _link(conn, table, new)
        more: Row = {"entered_at": now} if targets else {}
        conn.execute(insert(into), [{**{name: row[name] for name in names}, **more} for row in linked])
    if changed:
        linked = _link(conn, table, [stored.row for stored in changed])
        pairs = zip(changed, linked, strict=True)
        more = {"b_now": now} if targets else {}
        conn.execute(statement, [{**_binds(stored.id, row, names), **more} for stored, row in pairs])


def _ids(conn: Connection, statement: Select[Any]) -> dict[str, int]:
    return {row.code: row.id for row in conn.execute(statement)}


def _link(conn: Connection, table: str, rows: Sequence[Row]) -> list[Row]:
    """Codes -> ids."""
    units = _ids(conn, _UNIT_IDS)
    campaigns = _ids(conn, _CAMPAIGN_IDS)
    phases = {(of, code): row_id for of, code, row_id in conn.execute(_PHASE_IDS)}
    linked: list[Row] = []
    for row in rows:
        values = dict(row)
        if "unit" in row:
            values["unit_id"] = units[row["unit"]]
        if "campaign" in row:
            values["campaign_id"] = campaigns[row["campaign"]]
        if table == "targets":
            values["phase_id"] = phases[row["campaign"], row["phase"]] if row["phase"] else None
        if table in ("fields", "groups"):
            values["kind"] = table.removesuffix("s")
            values["unit_types"] = list(row.get("unit_types", ()))
        linked.append(values)
    return linked


def _write_units(conn: Connection, new: Sequence[Row], changed: Sequence[Stored]) -> None:
    """Rows first, then parents and successors, which may come later in the same file."""
    if new:
        conn.execute(insert(unit), [{name: row[name] for name in _UNIT_OWN} for row in new])
    ids = _ids(conn, _UNIT_IDS)
    if changed:
        conn.execute(_UPDATE_UNIT, [_binds(stored.id, stored.row, _UNIT_OWN) for stored in changed])
        conn.execute(_DROP_ALIASES, [{"b_unit": stored.id} for stored in changed])
    rows = [*new, *(stored.row for stored in changed)]
    if rows:
        links = [{"parent_id": ids.get(row["parent"]), "successor_id": ids.get(row["successor"])} for row in rows]
        pairs = zip(rows, links, strict=True)
        conn.execute(_LINK_UNIT, [_binds(ids[row["code"]], link, _UNIT_LINKS) for row, link in pairs])
    aliases = [
        {"unit_id": ids[row["code"]], "alias": alias, "folded": folded}
        for row in rows
        for alias, folded in zip(row["aliases"], row["aliases_folded"], strict=True)
    ]
    if aliases:
        conn.execute(_ADD_ALIAS, aliases)
