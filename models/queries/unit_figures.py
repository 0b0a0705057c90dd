"""How far single units are, by the counter and the targets of their notices: for what is said to a unit's people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, select

from models.queries import registry
from models.queries.board import PARTICIPATION, compared, running
from models.queries.registry import Phase, Target, Unit
from models.queries.rows import AnyRow
from models.queries.standings import Asked, standings
from models.queries.tally import Standing
from models.unit import campaign

_CAMPAIGN = select(*(campaign.c[name] for name in ("id", "closes", "timezone", "ranked_by", "counts_from"))).where(
    campaign.c.id == bindparam("b_campaign")
)


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What a unit with everything below it has, and what it is compared with in the notice of the unit above it."""

    unit_id: int
    name: str
    count: int  # what goes against the target
    target: int | None
    ends: date  # last day of the target's phase, or of the campaign
    is_empty: bool  # nothing was filed at all


@dataclass(frozen=True, slots=True)
class _Moment:
    campaign: AnyRow
    phase: Phase | None
    at: datetime
    day: date


def of_units(conn: Connection, campaign_id: int, unit_ids: Collection[int], at: datetime) -> dict[int, UnitFigures]:
    """Of each of these units at the local moment `at`. One look per unit above them, not one per unit."""
    now = _moment(conn, campaign_id, at)
    known = registry.units_by_id(conn, list(unit_ids))
    parents = {one.parent_id for one in known.values() if one.parent_id is not None}
    found = {one.unit_id: one for one in _under(conn, now, parents) if one.unit_id in known}
    return found | {one.id: _alone(conn, now, one) for one in known.values() if one.id not in found}


def below(conn: Connection, campaign_id: int, unit_id: int, at: datetime) -> list[UnitFigures]:
    """Of every unit at any depth below this one that exists at the local moment `at`."""
    now = _moment(conn, campaign_id, at)
    return list(_under(conn, now, registry.parents_below(conn, unit_id)))


def _moment(conn: Connection, campaign_id: int, at: datetime) -> _Moment:
    day = at.date()
    found = conn.execute(_CAMPAIGN, {"b_campaign": campaign_id}).one()
    return _Moment(found, running(registry.phases(conn, campaign_id), day), at, day)


def _under(conn: Connection, now: _Moment, parents: Iterable[int]) -> Iterator[UnitFigures]:
    """The children of these units, as their notices would show them."""
    above = registry.units_by_id(conn, sorted(parents))
    for parent in above.values():
        children = registry.children(conn, parent.id, now.day)
        if children:
            yield from _children(conn, now, parent, children)


def _children(conn: Connection, now: _Moment, parent: Unit, children: Sequence[Unit]) -> Iterator[UnitFigures]:
    stood = standings(conn, now.campaign, _asked(now, parent.id))
    targets = _targets(conn, now, [child.id for child in children])
    whole = {child.id: compared(parent, _of(targets, child.id, None)) for child in children}
    phase = {child.id: _of_phase(now, parent, targets, child.id) for child in children}
    by_phase = not any(whole.values()) and any(phase.values())  # as handlers.board ranks them
    for child in children:
        standing = stood.by_unit.get(child.id, Standing())
        yield _figures(now, child, standing, (phase if by_phase else whole)[child.id], by_phase=by_phase)


def _alone(conn: Connection, now: _Moment, one: Unit) -> UnitFigures:
    """A unit that no notice of a unit above shows: by its own targets, the whole campaign's first."""
    standing = standings(conn, now.campaign, _asked(now, one.id)).total
    targets = _targets(conn, now, [one.id])
    whole = compared(one, _of(targets, one.id, None))
    phase = _of_phase(now, one, targets, one.id)
    by_phase = whole is None and phase is not None
    return _figures(now, one, standing, phase if by_phase else whole, by_phase=by_phase)


def _asked(now: _Moment, unit_id: int) -> Asked:
    return Asked(now.campaign.id, unit_id, now.at, now.day, now.phase.starts if now.phase is not None else None)


def _targets(conn: Connection, now: _Moment, unit_ids: Sequence[int]) -> list[Target]:
    found = registry.targets_on(conn, now.campaign.id, now.day, unit_ids)
    return [kept for kept in found if kept.measure != PARTICIPATION]


def _of(targets: Sequence[Target], unit_id: int, phase_id: int | None) -> list[Target]:
    return [kept for kept in targets if kept.unit_id == unit_id and kept.phase_id == phase_id]


def _of_phase(now: _Moment, above: Unit, targets: Sequence[Target], unit_id: int) -> int | None:
    return compared(above, _of(targets, unit_id, now.phase.id)) if now.phase is not None else None


def _figures(now: _Moment, one: Unit, standing: Standing, target: int | None, *, by_phase: bool) -> UnitFigures:
    ends = now.phase.ends if by_phase and now.phase is not None else now.campaign.closes
    total = standing.filed + standing.adjusted
    return UnitFigures(one.id, one.name, standing.since if by_phase else total, target, ends, total <= 0)
