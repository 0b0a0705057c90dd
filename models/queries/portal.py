"""Counts from outside: what officers bring in of the official portal (Cổng), and what each entry changed.

A figure is a unit's cumulative number at `as_of`. When it is stored, its difference to the unit's newest figure goes
into `filed` (what is new, never below 0) and `adjusted` (what was corrected, with its sign). So `filed` and `adjusted`
of all of a unit's figures add up to its newest total, as they do for what the bot counts itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, Connection, Date, bindparam, func, insert, select, update

from models.chat import notice
from models.columns import Instant
from models.person import person
from models.portal import portal_figure, portal_report
from models.queries.rows import AnyRow
from models.unit import campaign

DUPLICATE, TYPING, OTHER = "duplicate", "typing", "other"
REASONS = (DUPLICATE, TYPING, OTHER)
SOURCE = "Cổng"

_figure = portal_figure.c
_CAMPAIGN: BindParameter[int] = bindparam("b_campaign")
_UNITS: BindParameter[list[int]] = bindparam("b_units", expanding=True)
_place = func.row_number().over(partition_by=_figure.unit_id, order_by=(_figure.as_of.desc(), _figure.id.desc()))
_OF_UNITS = select(
    *(_figure[name] for name in ("id", "unit_id", "as_of", "day", "entered_at", "total", "filed", "adjusted")),
    _place.label("place"),
).where(_figure.campaign_id == _CAMPAIGN, _figure.unit_id.in_(_UNITS))


# ---------------------------------------------------------------- what is known of a unit


@dataclass(frozen=True, slots=True)
class Figure:
    """A unit's figure as it was entered."""

    id: int
    unit_id: int
    as_of: datetime
    day: date  # local, of `as_of`
    entered_at: datetime
    total: int
    filed: int
    adjusted: int


_first = _OF_UNITS.subquery("ranked")
_NEWEST = select(_first).where(_first.c.place == 1)
_before = _OF_UNITS.where(_figure.day < bindparam("b_day", type_=Date)).subquery("earlier")
_BEFORE = select(_before).where(_before.c.place == 1)
_at = _OF_UNITS.where(_figure.as_of == bindparam("b_as_of", type_=Instant)).subquery("same")
_AT = select(_at).where(_at.c.place == 1)

# The figure that was entered first holds all that came before (and what is entered later of a day before it changes
# nothing): it is no day to measure others by, nor is what replaces it.
_entered = portal_figure.alias("entered")
first_moment = (
    select(_entered.c.as_of)
    .where(_entered.c.campaign_id == _figure.campaign_id, _entered.c.unit_id == _figure.unit_id)
    .order_by(_entered.c.id)
    .limit(1)
    .correlate(portal_figure)
    .scalar_subquery()
)
_by_day = (
    select(_figure.unit_id, func.sum(_figure.filed).label("filed"))
    .where(_figure.campaign_id == _CAMPAIGN, _figure.unit_id.in_(_UNITS), _figure.as_of > first_moment)
    .group_by(_figure.unit_id, _figure.day)
    .subquery("by_day")
)
_BEST = select(_by_day.c.unit_id, func.max(_by_day.c.filed)).group_by(_by_day.c.unit_id)


def newest(conn: Connection, campaign_id: int, unit_ids: Sequence[int]) -> dict[int, Figure]:
    """By unit its own newest figure, by the moment it is of."""
    return _by_unit(conn.execute(_NEWEST, {"b_campaign": campaign_id, "b_units": list(unit_ids)}))


def newest_before(conn: Connection, campaign_id: int, unit_ids: Sequence[int], day: date) -> dict[int, Figure]:
    """By unit its newest figure of a day before `day`: what a day's own number is added to."""
    return _by_unit(conn.execute(_BEFORE, {"b_campaign": campaign_id, "b_units": list(unit_ids), "b_day": day}))


def best_days(conn: Connection, campaign_id: int, unit_ids: Sequence[int]) -> dict[int, int]:
    """By unit the most that came on one day; units with fewer than two figures are left out."""
    rows = conn.execute(_BEST, {"b_campaign": campaign_id, "b_units": list(unit_ids)})
    return {unit_id: int(most) for unit_id, most in rows}


def _by_unit(rows: Iterable[AnyRow]) -> dict[int, Figure]:
    return {row.unit_id: _of(row) for row in rows}


def _of(row: AnyRow) -> Figure:
    return Figure(**{name: getattr(row, name) for name in Figure.__slots__})


# ---------------------------------------------------------------- storing


@dataclass(frozen=True, slots=True)
class Report:
    """One paste, file or upload. `as_of` is aware; `day` its local day (24h00 belongs to the day that ends)."""

    campaign_id: int
    unit_id: int  # whose board the numbers are for
    as_of: datetime
    day: date
    entered_by: int | None
    entered_at: datetime
    way: str = "pasted"  # pasted | file | link
    source: str = SOURCE


_LOCK = select(campaign.c.id).where(campaign.c.id == _CAMPAIGN).with_for_update()
_NEW_REPORT = insert(portal_report).returning(portal_report.c.id)
_SAME_REPORT = select(func.max(portal_report.c.id)).where(
    portal_report.c.campaign_id == _CAMPAIGN,
    portal_report.c.unit_id == bindparam("b_unit"),
    portal_report.c.as_of == bindparam("b_as_of", type_=Instant),
    portal_report.c.entered_by == bindparam("b_person"),
)
_COUNT_LINES = (
    update(portal_report)
    .where(portal_report.c.id == bindparam("b_id"))
    .values(
        lines=select(func.count(_figure.unit_id.distinct()))
        .where(_figure.report_id == bindparam("b_id"))
        .scalar_subquery()
    )
)
_NEW_FIGURES = insert(portal_figure)
_MADE = select(func.max(notice.c.made_at)).where(notice.c.campaign_id == _CAMPAIGN)
_TAKE_BACK = update(portal_figure).where(_figure.id == bindparam("b_id")).values(filed=0, adjusted=0, reason="")


def store(
    conn: Connection, report: Report, rows: Mapping[int, int], reasons: Mapping[int, str] | None = None
) -> tuple[int, ...]:
    """Store a report of cumulative numbers by unit; gives the units whose figure is new or another one.

    A number that is entered already for this moment changes nothing. One that is older than the unit's newest figure
    is kept, but the present number stays. A decrease is `adjusted`, for the reason in `reasons` or "other"; so is any
    difference to a figure of the very same moment, as a typing error. But one that no notice has been made since is
    replaced, as if it had never been entered: also for a notice of a cut-off in between. The campaign is locked: of two
    officers one stores after the other.
    """
    conn.execute(_LOCK, {"b_campaign": report.campaign_id})
    asked = {"b_campaign": report.campaign_id, "b_units": list(rows)}
    last = newest(conn, report.campaign_id, list(rows))
    same = _by_unit(conn.execute(_AT, asked | {"b_as_of": report.as_of}))
    made = conn.execute(_MADE, {"b_campaign": report.campaign_id}).scalar()
    reasons = reasons or {}
    changed = {unit_id: total for unit_id, total in rows.items() if unit_id not in same or same[unit_id].total != total}
    if not changed:
        return ()
    unsaid = {one: figure for one, figure in last.items() if one in changed and _is_unsaid(figure, report.as_of, made)}
    named = {name: getattr(report, name) for name in Report.__slots__}
    report_id = _report_id(conn, report, named)
    figures = [
        {
            **{name: named[name] for name in ("campaign_id", "as_of", "day")},
            "report_id": report_id,
            "unit_id": unit_id,
            "entered_at": unsaid[unit_id].entered_at if unit_id in unsaid else report.entered_at,
            "total": total,
            **_difference(last.get(unit_id), report.as_of, total, reasons.get(unit_id, ""), made),
        }
        for unit_id, total in changed.items()
    ]
    if unsaid:
        conn.execute(_TAKE_BACK, [{"b_id": figure.id} for figure in unsaid.values()])
    conn.execute(_NEW_FIGURES, figures)
    conn.execute(_COUNT_LINES, {"b_id": report_id})
    return tuple(changed)


def _report_id(conn: Connection, report: Report, named: Mapping[str, object]) -> int:
    """What an officer adds about the same moment (a line that was asked about) belongs to the report before."""
    if report.entered_by is not None:
        asked = {"b_campaign": report.campaign_id, "b_unit": report.unit_id, "b_as_of": report.as_of}
        known = conn.execute(_SAME_REPORT, asked | {"b_person": report.entered_by}).scalar()
        if known is not None:
            return int(known)
    return int(conn.execute(_NEW_REPORT, {**named, "lines": 0}).scalar_one())


def _is_unsaid(last: Figure, as_of: datetime, made: datetime | None) -> bool:
    """Is this a number of the very moment that no notice can have told?"""
    return last.as_of == as_of and (made is None or made <= last.entered_at)


def _difference(
    last: Figure | None, as_of: datetime, total: int, reason: str, made: datetime | None
) -> dict[str, int | str]:
    """What a new figure changes about the unit's present number."""
    if last is None:
        return _split(total, "")
    if as_of < last.as_of:
        return _split(0, "")
    by = total - last.total
    if _is_unsaid(last, as_of, made):  # it takes the place of what that one changed
        return _split(last.filed + last.adjusted + by, reason or TYPING)
    if as_of == last.as_of:
        return {"filed": 0, "adjusted": by, "reason": reason or TYPING}
    return _split(by, reason or OTHER)


def _split(by: int, reason: str) -> dict[str, int | str]:
    return {"filed": max(by, 0), "adjusted": min(by, 0), "reason": reason if by < 0 else ""}


# ---------------------------------------------------------------- why a number fell

_CORRECTED = (
    select(_figure.id, _figure.entered_at)
    .where(
        _figure.campaign_id == _CAMPAIGN,
        _figure.unit_id == bindparam("b_unit"),
        _figure.as_of == bindparam("b_as_of", type_=Instant),
        _figure.adjusted != 0,
    )
    .order_by(_figure.id.desc())
    .limit(1)
)
_EXPLAIN = update(portal_figure).where(_figure.id == bindparam("b_id")).values(reason=bindparam("b_reason"))


def explain(conn: Connection, campaign_id: int, unit_id: int, as_of: datetime, reason: str) -> bool:
    """Say why the unit's number of this moment was corrected; False where it was not, or a notice has told it since.

    Raises `ValueError` for a reason that is none of `REASONS`.
    """
    if reason not in REASONS:
        raise ValueError(f"no reason: {reason}")
    asked = {"b_campaign": campaign_id, "b_unit": unit_id, "b_as_of": as_of}
    found = conn.execute(_CORRECTED, asked).first()
    made = conn.execute(_MADE, {"b_campaign": campaign_id}).scalar()
    if found is None or (made is not None and made > found.entered_at):
        return False
    conn.execute(_EXPLAIN, {"b_id": found.id, "b_reason": reason})
    return True


# ---------------------------------------------------------------- where an officer may bring numbers

_PLACES = (
    select(
        campaign.c.id.label("campaign_id"),
        *(campaign.c[name] for name in ("name", "unit_id", "opens", "closes", "counts_from", "timezone")),
    )
    .where(campaign.c.opens <= bindparam("b_day", type_=Date), campaign.c.closes >= bindparam("b_since", type_=Date))
    .order_by(campaign.c.opens.desc(), campaign.c.id)
)


def campaigns(conn: Connection, day: date, since: date) -> list[AnyRow]:
    """Campaigns that have begun by `day` and were open on `since` or later, newest first."""
    return list(conn.execute(_PLACES, {"b_day": day, "b_since": since}))


_RUNS = select(campaign.c.id).where(campaign.c.id == _CAMPAIGN, campaign.c.unit_id.in_(_UNITS))


def runs(conn: Connection, campaign_id: int, unit_ids: Sequence[int]) -> bool:
    """Does one of these units run the campaign?"""
    return conn.execute(_RUNS, {"b_campaign": campaign_id, "b_units": list(unit_ids)}).first() is not None


_REPORT = (
    select(portal_report, person.c.name.label("by"))
    .outerjoin(person, person.c.id == portal_report.c.entered_by)
    .where(portal_report.c.id == bindparam("b_id"))
)


def report(conn: Connection, report_id: int) -> AnyRow | None:
    """A report with the name of the officer who brought it (`by`; None once that person is erased)."""
    return conn.execute(_REPORT, {"b_id": report_id}).first()
