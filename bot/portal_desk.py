"""Answers what SOCONG looks up: the boards an officer may bring numbers for, and the units that pasted rows name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.directory import Directory, Snapshot
from bot.roles import held
from handlers import rights
from handlers.fold import fold
from handlers.portal_facts import PortalMatch, PortalPlace, PortalPlaces, PortalQuery, PortalRows, PortalUnit
from handlers.search import Named, Names, nearest, rank
from models.queries import portal

LATE = timedelta(days=31)  # after a campaign has closed its last numbers may still come in
PROPOSED = 3


def answer(conn: Connection, registry: Directory, query: PortalQuery, person_id: int | None, now: datetime) -> Any:
    snapshot = registry.current(conn, now)
    if isinstance(query, PortalPlaces):
        roles = held(conn, registry, person_id, now)
        places = _places(conn, snapshot, query)
        return tuple(
            place
            for place in places
            if rights.may(roles, rights.BRING, snapshot.units[place.unit_id], place.campaign_id)
        )
    return _matches(conn, snapshot, query)


def _places(conn: Connection, snapshot: Snapshot, query: PortalPlaces) -> tuple[PortalPlace, ...]:
    found: dict[tuple[int, int], PortalPlace] = {}
    for row in portal.campaigns(conn, snapshot.day, snapshot.day - LATE):
        for unit_id in _boards(snapshot, query.unit_ids, row.unit_id):
            short = snapshot.units[unit_id].short
            place = PortalPlace(unit_id, short, row.campaign_id, row.name, row.counts_from, row.closes, row.timezone)
            found.setdefault((unit_id, row.campaign_id), place)
    return tuple(found.values())


def _boards(snapshot: Snapshot, unit_ids: Sequence[int] | None, campaign_unit: int) -> list[int]:
    """The officer's units that take part in the campaign; the one that runs it, for an officer above that."""
    if unit_ids is None:
        return [campaign_unit]
    above = {campaign_unit, *snapshot.units[campaign_unit].above}
    taking_part = [one for one in unit_ids if campaign_unit in (one, *snapshot.units[one].above)]
    return taking_part or ([campaign_unit] if above & set(unit_ids) else [])


# ---------------------------------------------------------------- names


def _matches(conn: Connection, snapshot: Snapshot, query: PortalRows) -> tuple[PortalMatch, ...]:
    """A remembered name first, then the board's own rows, then all that stand below it."""
    below = [named for named in snapshot.named if _is_below(snapshot, named.unit_id, query.unit_id)]
    near = {named.unit_id for named in below if query.unit_id in (named.unit_id, *_parent(snapshot, named.unit_id))}
    rows = Names(named for named in below if named.unit_id in near)
    every = Names(below) if len(near) < len(below) else rows
    remembered = _remembered(below)
    found = [_match(name, remembered, rows, every) for name in query.names]
    units = _units(conn, snapshot, query, {unit_id for ids, _ in found for unit_id in ids})
    return tuple(PortalMatch(tuple(units[unit_id] for unit_id in ids), exact) for ids, exact in found)


def _parent(snapshot: Snapshot, unit_id: int) -> tuple[int, ...]:
    return snapshot.units[unit_id].above[:1]


def _is_below(snapshot: Snapshot, unit_id: int, top: int) -> bool:
    return top in (unit_id, *snapshot.units[unit_id].above)


def _remembered(units: Iterable[Named]) -> dict[str, int | None]:
    """Folded alias -> its unit; None where several have it."""
    found: dict[str, int | None] = {}
    for named in units:
        for alias in named.aliases:
            found[alias] = named.unit_id if alias not in found else None
    return found


def _match(name: str, remembered: dict[str, int | None], rows: Names, every: Names) -> tuple[tuple[int, ...], bool]:
    known = remembered.get(fold(name))
    if known is not None:
        return (known,), True
    first = rank(name, rows)
    if first.exact:
        return first.units[:1], True
    found = rank(name, every) if every is not rows else first
    if found.exact:
        return found.units[:1], True
    alike = tuple(dict.fromkeys((*first.units, *found.units)))[:PROPOSED]
    return alike or nearest(name, rows, PROPOSED), False


def _units(conn: Connection, snapshot: Snapshot, query: PortalRows, ids: set[int]) -> dict[int, PortalUnit]:
    asked = (query.campaign_id, sorted(ids))
    last, best = portal.newest(conn, *asked), portal.best_days(conn, *asked)
    before = portal.newest_before(conn, *asked, query.day)
    return {
        unit_id: PortalUnit(
            unit_id,
            snapshot.units[unit_id].short,
            last[unit_id].total if unit_id in last else None,
            last[unit_id].day if unit_id in last else None,
            last[unit_id].as_of if unit_id in last else None,
            before[unit_id].total if unit_id in before else 0,
            best.get(unit_id),
        )
        for unit_id in ids
    }
