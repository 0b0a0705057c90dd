"""The figures behind a board, for a workbook: what each day brought, the filings themselves, the targets' history.

No personal data: neither names nor descriptions; of a confidential filing the title alone (domain.md §3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, Connection, Date, bindparam, case, func, literal, null, select, union_all

from models.columns import Instant
from models.initiative import initiative
from models.queries import portal_board
from models.queries.days import by_portal
from models.queries.portal_board import Cut
from models.queries.tally import below
from models.unit import adjustment, campaign, phase, tally, target, unit

_CAMPAIGN = bindparam("b_campaign", type_=BigInteger)
_DAY = bindparam("b_day", type_=Date)
_CUT = bindparam("b_cut", type_=Instant)


@dataclass(frozen=True, slots=True)
class DayCount:
    """What one day brought to a row of the board (with everything below it), or to its own unit directly."""

    day: date
    code: str
    unit: str
    filed: int
    adjusted: int


@dataclass(frozen=True, slots=True)
class FiledOne:
    code: str
    unit_code: str  # where it belongs now
    unit: str
    title: str
    day: date
    status: str
    benefit_vnd: int | None
    confidential: bool


@dataclass(frozen=True, slots=True)
class SetTarget:
    code: str
    unit: str
    phase: str  # "": the whole campaign
    number: int
    set_by: str
    valid_from: date
    measure: str  # count | participation
    entered_at: datetime | None  # None: not known


# As `models.queries.tally.standing`, by day: the tallies, less what came at the cut-off or later.
_tallied = (
    select(below.c.top.label("top"), tally.c.day.label("day"), tally.c.filed, tally.c.adjusted)
    .join(tally, tally.c.unit_id == below.c.id)
    .where(tally.c.campaign_id == _CAMPAIGN, tally.c.day <= _DAY)
)
_filed_late = (
    select(below.c.top, initiative.c.filed_day, literal(-1), literal(0))
    .join(initiative, initiative.c.filed_unit_id == below.c.id)
    .where(
        initiative.c.campaign_id == _CAMPAIGN,
        initiative.c.filed_at >= _CUT,
        initiative.c.filed_day <= _DAY,
        initiative.c.status != "idea",
    )
)
_adjusted_late = (
    select(below.c.top, adjustment.c.day, literal(0), -adjustment.c.delta)
    .join(adjustment, adjustment.c.unit_id == below.c.id)
    .where(adjustment.c.campaign_id == _CAMPAIGN, adjustment.c.at >= _CUT, adjustment.c.day <= _DAY)
)
_parts = union_all(_tallied, _filed_late, _adjusted_late).subquery("parts")
_DAILY = (
    select(
        _parts.c.day,
        unit.c.code,
        unit.c.short_name,
        func.sum(_parts.c.filed).label("filed"),
        func.sum(_parts.c.adjusted).label("adjusted"),
    )
    .join(unit, unit.c.id == _parts.c.top)
    .group_by(_parts.c.day, unit.c.id, unit.c.code, unit.c.short_name, unit.c.official_order)
    .order_by(_parts.c.day, unit.c.official_order, unit.c.code)
)


def daily(conn: Connection, campaign_id: int, unit_id: int, cut_at: datetime, day: date) -> list[DayCount]:
    """Day by day, in official order, before `cut_at`; they add up to the board's figures, of whichever source."""
    if by_portal(conn, campaign_id):
        return [DayCount(*row) for row in portal_board.days_by_unit(conn, Cut(campaign_id, unit_id, cut_at, day))]
    rows = conn.execute(_DAILY, {"b_campaign": campaign_id, "b_unit": unit_id, "b_cut": cut_at, "b_day": day})
    counts = [DayCount(on, code, name, int(filed), int(adjusted)) for on, code, name, filed, adjusted in rows]
    return [count for count in counts if count.filed or count.adjusted]


_FILINGS = (
    select(
        initiative.c.code,
        unit.c.code.label("unit_code"),
        unit.c.short_name.label("unit"),
        initiative.c.title,
        initiative.c.filed_day.label("day"),
        initiative.c.status,
        case((initiative.c.confidential, null()), else_=initiative.c.benefit_vnd).label("benefit_vnd"),
        initiative.c.confidential,
    )
    .join(unit, unit.c.id == initiative.c.unit_id)
    .where(
        initiative.c.unit_id.in_(select(below.c.id)),  # not a join: SQLite would walk through all units for each
        initiative.c.campaign_id == _CAMPAIGN,
        initiative.c.filed_at < _CUT,
        initiative.c.filed_day <= _DAY,
        initiative.c.status != "idea",
    )
    .order_by(initiative.c.filed_at, initiative.c.id)
)


def filings(conn: Connection, campaign_id: int, unit_id: int, cut_at: datetime, day: date) -> list[FiledOne]:
    """What was filed before `cut_at` by the unit and those below it, oldest first; units are those of today."""
    rows = conn.execute(_FILINGS, {"b_campaign": campaign_id, "b_unit": unit_id, "b_cut": cut_at, "b_day": day})
    return [FiledOne(*row) for row in rows]


_TARGETS = (
    select(
        unit.c.code,
        unit.c.short_name,
        func.coalesce(phase.c.name, "").label("phase"),
        target.c.number,
        target.c.set_by,
        target.c.valid_from,
        target.c.measure,
        target.c.entered_at,
    )
    .join(unit, unit.c.id == target.c.unit_id)
    .outerjoin(phase, phase.c.id == target.c.phase_id)
    .where(
        target.c.campaign_id == _CAMPAIGN,
        target.c.valid_from <= _DAY,
        (unit.c.id == bindparam("b_unit")) | (unit.c.parent_id == bindparam("b_unit")),
    )
    .order_by(
        case((unit.c.id == bindparam("b_unit"), 0), else_=1),
        *(unit.c.official_order, unit.c.code, target.c.valid_from, target.c.id),
    )
)


def targets(conn: Connection, campaign_id: int, unit_id: int, day: date) -> Sequence[SetTarget]:
    """Every target that was set for the unit and its child units by `day`, its own first, those replaced included."""
    rows = conn.execute(_TARGETS, {"b_campaign": campaign_id, "b_unit": unit_id, "b_day": day})
    return [SetTarget(*row) for row in rows]


_CODES = select(unit.c.id, unit.c.code).where(
    (unit.c.id == bindparam("b_unit")) | (unit.c.parent_id == bindparam("b_unit"))
)


def codes(conn: Connection, unit_id: int) -> dict[int, str]:
    """Codes of the unit and of its child units, by id."""
    return {row.id: row.code for row in conn.execute(_CODES, {"b_unit": unit_id})}


_ZONE = select(campaign.c.timezone).where(campaign.c.id == _CAMPAIGN)


def zone(conn: Connection, campaign_id: int) -> str:
    """The campaign's time zone by name. Raises NoResultFound for an unknown campaign."""
    return str(conn.execute(_ZONE, {"b_campaign": campaign_id}).scalar_one())


_BELOW = (
    select(unit.c.code, unit.c.name)
    .join(below, below.c.id == unit.c.id)
    .where(
        unit.c.id != bindparam("b_unit"),
        unit.c.valid_from.is_(None) | (unit.c.valid_from <= _DAY),
        unit.c.valid_to.is_(None) | (unit.c.valid_to >= _DAY),
    )
    .order_by(unit.c.official_order, unit.c.code)
)
_COUNT_BELOW = select(func.count()).select_from(_BELOW.order_by(None).subquery())


def count_below(conn: Connection, unit_id: int, day: date) -> int:
    """How many units `names_below` would give."""
    return int(conn.execute(_COUNT_BELOW, {"b_unit": unit_id, "b_day": day}).scalar_one())


def names_below(conn: Connection, unit_id: int, day: date) -> list[tuple[str, str]]:
    """(code, name) of the units at any depth below that exist on `day`, in official order."""
    return [(code, name) for code, name in conn.execute(_BELOW, {"b_unit": unit_id, "b_day": day})]
