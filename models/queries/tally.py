"""Counting (domain.md §5): lượt nộp per unit, campaign and local day, kept in the transaction that files.

`filed` is what was filed on that day, where it was first counted; it never falls. `adjusted` (điều chỉnh) is what
changed on that day about filings already counted: a move to another unit is −1 there and +1 here. A withdrawn or
rejected filing stays in lượt nộp. Each row equals a recount: see `differences`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    bindparam,
    case,
    func,
    insert,
    literal,
    select,
    union_all,
)

from models.columns import Instant
from models.initiative import initiative
from models.queries.upsert import insert as upsert
from models.unit import adjustment, tally, unit

_ADD = upsert(tally).values(
    unit_id=bindparam("b_unit"),
    campaign_id=bindparam("b_campaign"),
    day=bindparam("b_day"),
    filed=bindparam("b_filed"),
    adjusted=bindparam("b_adjusted"),
)
_ADD = _ADD.on_conflict_do_update(
    index_elements=[tally.c.unit_id, tally.c.campaign_id, tally.c.day],
    set_={
        "filed": tally.c.filed + _ADD.excluded.filed,
        "adjusted": tally.c.adjusted + _ADD.excluded.adjusted,
    },
)
_ADJUST = insert(adjustment)


def count_filing(conn: Connection, unit_id: int, campaign_id: int, day: date) -> None:
    """One more lượt nộp of the unit on `day`, the campaign's local day."""
    _add(conn, unit_id, campaign_id, day, filed=1)


def adjust(
    conn: Connection,
    initiative_id: int,
    unit_id: int,
    campaign_id: int,
    day: date,
    at: datetime,
    delta: int,
    reason: str,
) -> None:
    """Something changed about a filing already counted: `delta` with its sign, `reason` a short word ("moved")."""
    values = {"initiative_id": initiative_id, "unit_id": unit_id, "campaign_id": campaign_id}
    conn.execute(_ADJUST, values | {"day": day, "at": at, "delta": delta, "reason": reason})
    _add(conn, unit_id, campaign_id, day, adjusted=delta)


def _add(conn: Connection, unit_id: int, campaign_id: int, day: date, *, filed: int = 0, adjusted: int = 0) -> None:
    values = {"b_unit": unit_id, "b_campaign": campaign_id, "b_day": day, "b_filed": filed, "b_adjusted": adjusted}
    conn.execute(_ADD, values)


# ---------------------------------------------------------------- where a unit and those below it stand


@dataclass(frozen=True, slots=True)
class Standing:
    """Cumulative figures of a unit with everything below it."""

    filed: int = 0
    adjusted: int = 0
    since: int = 0  # of both together, what falls on the days from `since` on


# Every unit at or below `b_unit` with the child of `b_unit` it belongs to ("top"); `b_unit` itself stands alone.
# UNION, not UNION ALL: should a unit ever be its own ancestor, the query still ends.
_seed = (
    select(unit.c.id.label("id"), unit.c.id.label("top"))
    .where((unit.c.id == bindparam("b_unit")) | (unit.c.parent_id == bindparam("b_unit")))
    .cte("below", recursive=True)
)
below = _seed.union(
    select(unit.c.id, _seed.c.top).join(_seed, unit.c.parent_id == _seed.c.id).where(_seed.c.id != bindparam("b_unit"))
)

_CUT = bindparam("b_cut", type_=Instant)
_SINCE = bindparam("b_since", type_=Date)


def _sum_from(day: Column[Any], amount: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.sum(case((day >= _SINCE, amount), else_=0))


# Days up to `b_day` as tallied, less the few filings and adjustments of those days that came at the cut-off or later:
# the cost follows units and days, not filings. One statement, hence one snapshot: a filing that commits meanwhile is
# in all three parts or in none.
_tallied = (
    select(
        below.c.top.label("top"),
        func.sum(tally.c.filed).label("filed"),
        func.sum(tally.c.adjusted).label("adjusted"),
        _sum_from(tally.c.day, tally.c.filed + tally.c.adjusted).label("since"),
    )
    .join(tally, tally.c.unit_id == below.c.id)
    .where(tally.c.campaign_id == bindparam("b_campaign"), tally.c.day <= bindparam("b_day", type_=Date))
    .group_by(below.c.top)
)
# Late ones are first summed by unit and then joined: else SQLite reads all units for each of them, which for a cut-off
# of yesterday takes minutes in a large tree.
_late_filings = (
    select(
        initiative.c.filed_unit_id.label("unit_id"),
        func.count().label("filed"),
        _sum_from(initiative.c.filed_day, literal(1)).label("since"),
    )
    .where(
        initiative.c.campaign_id == bindparam("b_campaign"),
        initiative.c.filed_at >= _CUT,
        initiative.c.filed_day <= bindparam("b_day", type_=Date),
        initiative.c.status != "idea",
    )
    .group_by(initiative.c.filed_unit_id)
    .subquery("late_filings")
)
_filed_late = (
    select(below.c.top, -func.sum(_late_filings.c.filed), literal(0), -func.sum(_late_filings.c.since))
    .join(_late_filings, _late_filings.c.unit_id == below.c.id)
    .group_by(below.c.top)
)
_late_adjustments = (
    select(
        adjustment.c.unit_id,
        func.sum(adjustment.c.delta).label("adjusted"),
        _sum_from(adjustment.c.day, adjustment.c.delta).label("since"),
    )
    .where(
        adjustment.c.campaign_id == bindparam("b_campaign"),
        adjustment.c.at >= _CUT,
        adjustment.c.day <= bindparam("b_day", type_=Date),
    )
    .group_by(adjustment.c.unit_id)
    .subquery("late_adjustments")
)
_adjusted_late = (
    select(below.c.top, literal(0), -func.sum(_late_adjustments.c.adjusted), -func.sum(_late_adjustments.c.since))
    .join(_late_adjustments, _late_adjustments.c.unit_id == below.c.id)
    .group_by(below.c.top)
)
_parts = union_all(_tallied, _filed_late, _adjusted_late).subquery("parts")
_STANDING = select(
    _parts.c.top, func.sum(_parts.c.filed), func.sum(_parts.c.adjusted), func.sum(_parts.c.since)
).group_by(_parts.c.top)


def standing(
    conn: Connection, campaign_id: int, unit_id: int, cut_at: datetime, day: date, *, since: date | None = None
) -> dict[int, Standing]:
    """What was filed and adjusted before `cut_at`, on days up to `day`: for the unit's children, each with everything
    below it, and under its own id for what the unit filed directly. Units without a figure are left out.

    `since` (a phase's first day) is the day from which `Standing.since` counts.
    """
    rows = conn.execute(
        _STANDING,
        {
            "b_unit": unit_id,
            "b_campaign": campaign_id,
            "b_cut": cut_at,
            "b_day": day,
            "b_since": since or date.min,
        },
    )
    return {top: Standing(int(filed), int(adjusted), int(part)) for top, filed, adjusted, part in rows}


_late = (
    select(below.c.top, adjustment.c.reason, func.sum(adjustment.c.delta))
    .join(adjustment, adjustment.c.unit_id == below.c.id)
    .where(
        adjustment.c.campaign_id == bindparam("b_campaign"),
        adjustment.c.at >= bindparam("b_from", type_=Instant),
        adjustment.c.at < _CUT,
    )
    .group_by(below.c.top, adjustment.c.reason)
    .order_by(below.c.top, adjustment.c.reason)
)


def reasons(
    conn: Connection, campaign_id: int, unit_id: int, since: datetime, cut_at: datetime
) -> list[tuple[int, str, int]]:
    """Why figures were adjusted from `since` until `cut_at`: child unit, reason, net change (never 0)."""
    rows = conn.execute(_late, {"b_unit": unit_id, "b_campaign": campaign_id, "b_from": since, "b_cut": cut_at})
    return [(top, reason, int(delta)) for top, reason, delta in rows if delta]


# ---------------------------------------------------------------- the recount

Key = tuple[int, int, date]  # unit, campaign, day


@dataclass(frozen=True, slots=True)
class Difference:
    """A tally row that does not equal the recount: (filed, adjusted) each."""

    unit_id: int
    campaign_id: int
    day: date
    kept: tuple[int, int]
    recounted: tuple[int, int]


_KEPT = select(tally.c.unit_id, tally.c.campaign_id, tally.c.day, tally.c.filed, tally.c.adjusted)
_RECOUNT_FILED = (
    select(initiative.c.filed_unit_id, initiative.c.campaign_id, initiative.c.filed_day, func.count(), literal(0))
    .where(initiative.c.status != "idea")
    .group_by(initiative.c.filed_unit_id, initiative.c.campaign_id, initiative.c.filed_day)
)
_RECOUNT_ADJUSTED = select(
    adjustment.c.unit_id, adjustment.c.campaign_id, adjustment.c.day, literal(0), func.sum(adjustment.c.delta)
).group_by(adjustment.c.unit_id, adjustment.c.campaign_id, adjustment.c.day)


def recount(conn: Connection) -> Mapping[Key, tuple[int, int]]:
    """(filed, adjusted) per unit, campaign and day, counted anew from the filings and adjustments themselves."""
    found: dict[Key, tuple[int, int]] = {}
    for statement in (_RECOUNT_FILED, _RECOUNT_ADJUSTED):
        for unit_id, campaign_id, day, filed, adjusted in conn.execute(statement):
            before = found.get((unit_id, campaign_id, day), (0, 0))
            found[unit_id, campaign_id, day] = (before[0] + int(filed), before[1] + int(adjusted))
    return found


def differences(conn: Connection) -> list[Difference]:
    """Tally rows that do not equal the recount; none in a sound database. Wants a transaction that sees one moment:
    on PostgreSQL REPEATABLE READ, or no filing meanwhile.
    """
    counted = recount(conn)
    kept = {(row[0], row[1], row[2]): (row[3], row[4]) for row in conn.execute(_KEPT)}
    return [
        Difference(*key, kept.get(key, (0, 0)), counted.get(key, (0, 0)))
        for key in sorted({*counted, *kept})
        if kept.get(key, (0, 0)) != counted.get(key, (0, 0))
    ]
