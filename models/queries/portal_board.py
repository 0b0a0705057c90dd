"""Where units stand by the portal's numbers, in the shape of `tally`: what boards, charts and pace are made of.

A unit's own figure stands for it and everything below it: where one has a figure, those below it are not added, so that
nothing is counted twice. On a unit's own board it is the other way round: its total is the sum of its rows, and its own
figure counts only where no row has one.

A figure is in when it was entered before the cut-off, as a filing is: then it is of a moment before it, too. With
`known_at` later than the cut-off, so are those that came in until then of moments up to the cut-off: what a board that
is over says of its last day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Connection, Date, and_, bindparam, case, func, select

from models.columns import Instant
from models.portal import portal_figure, portal_report
from models.queries.portal import first_moment
from models.queries.rows import AnyRow
from models.queries.tally import Standing
from models.unit import unit

_figure = portal_figure.c
_T = TypeVar("_T")
_UNIT: BindParameter[int] = bindparam("b_unit")
_known: ColumnElement[bool] = and_(
    _figure.campaign_id == bindparam("b_campaign"),
    _figure.day <= bindparam("b_day", type_=Date),
    _figure.as_of <= bindparam("b_cut", type_=Instant),
    _figure.entered_at < bindparam("b_known", type_=Instant),
)

# The unit and its children, each with everything below it, but nothing below a unit that has a figure of its own.
_seed = (
    select(unit.c.id.label("id"), unit.c.id.label("top"))
    .where((unit.c.id == _UNIT) | (unit.c.parent_id == _UNIT))
    .cte("reach", recursive=True)
)
_has_own = select(_figure.id).where(_figure.unit_id == _seed.c.id, _known).correlate(_seed).exists()
_reach = _seed.union(
    select(unit.c.id, _seed.c.top).join(_seed, unit.c.parent_id == _seed.c.id).where(_seed.c.id != _UNIT, ~_has_own)
)
_of_reach = (_figure.unit_id == _reach.c.id) & _known

_STANDING = (
    select(
        _reach.c.top,
        func.sum(_figure.filed),
        func.sum(_figure.adjusted),
        func.sum(case((_figure.day >= bindparam("b_since", type_=Date), _figure.filed + _figure.adjusted), else_=0)),
        func.max(_figure.day),
    )
    .join(portal_figure, _of_reach)
    .group_by(_reach.c.top)
)
_REASONS = (
    select(_reach.c.top, _figure.reason, func.sum(_figure.adjusted))
    .join(portal_figure, _of_reach)
    .where(_figure.entered_at >= bindparam("b_from", type_=Instant), _figure.adjusted != 0)
    .group_by(_reach.c.top, _figure.reason)
    .order_by(_reach.c.top, _figure.reason)
)
# What a unit's first figure brought: all that came before it, too.
_held = case((_figure.as_of == first_moment, _figure.filed), else_=0)
_ON_DAY = (
    select(_reach.c.top, func.sum(_figure.filed - _held), func.sum(_figure.adjusted))
    .join(portal_figure, _of_reach)
    .where(_figure.day == bindparam("b_day", type_=Date))
    .group_by(_reach.c.top)
)
_of_day = (
    select(
        case((_reach.c.top == _UNIT, 1), else_=0).label("own"),
        *(_figure[name] for name in ("day", "filed", "adjusted", "entered_at")),
        _held.label("held"),
        case((_figure.as_of < first_moment, 1), else_=0).label("past"),
    )
    .join(portal_figure, _of_reach)
    .subquery("of_day")
)
_DAYS = (
    select(
        _of_day.c.own,
        _of_day.c.day,
        func.sum(_of_day.c.filed).label("filed"),
        func.sum(_of_day.c.adjusted).label("adjusted"),
        func.min(_of_day.c.entered_at).label("entered_at"),
        func.sum(_of_day.c.held).label("held"),
        func.min(_of_day.c.past).label("past"),
    )
    .group_by(_of_day.c.own, _of_day.c.day)
    .order_by(_of_day.c.day)
)
_DAYS_BY_UNIT = (
    select(
        _reach.c.top,
        _figure.day,
        unit.c.code,
        unit.c.short_name,
        func.sum(_figure.filed).label("filed"),
        func.sum(_figure.adjusted).label("adjusted"),
    )
    .join(portal_figure, _of_reach)
    .join(unit, unit.c.id == _reach.c.top)
    .group_by(_reach.c.top, _figure.day, unit.c.code, unit.c.short_name, unit.c.official_order)
    .order_by(_figure.day, unit.c.official_order, unit.c.code)
)
_NEWEST = (
    select(
        *(portal_report.c[name] for name in ("id", "as_of", "day", "source", "entered_at", "lines")),
    )
    .select_from(_reach)
    .join(portal_figure, _of_reach)
    .join(portal_report, portal_report.c.id == _figure.report_id)
    .order_by(_figure.as_of.desc(), _figure.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Cut:
    """Which figures count: of a campaign, those in at a moment about a unit and the days up to `day`."""

    campaign_id: int
    unit_id: int
    cut_at: datetime
    day: date
    known_at: datetime | None = None  # None: the cut-off

    def binds(self, **more: Any) -> Mapping[str, Any]:
        return {
            "b_campaign": self.campaign_id,
            "b_unit": self.unit_id,
            "b_cut": self.cut_at,
            "b_day": self.day,
            "b_known": self.known_at or self.cut_at,
        } | more


def standing(conn: Connection, cut: Cut, *, since: date | None = None) -> dict[int, Standing]:
    """As `tally.standing`: the children, each with everything below it; the unit itself where none has a figure."""
    rows = conn.execute(_STANDING, cut.binds(b_since=since or date.min)).all()
    found = {top: Standing(int(filed), int(adjusted), int(part)) for top, filed, adjusted, part, _ in rows}
    return _shown(found, cut.unit_id)


def newest_days(conn: Connection, cut: Cut) -> dict[int, date]:
    """The day of each child's newest figure, as `standing` groups them."""
    rows = conn.execute(_STANDING, cut.binds(b_since=date.min)).all()
    return _shown({top: day for top, *_, day in rows}, cut.unit_id)


def _shown(found: dict[int, _T], unit_id: int) -> dict[int, _T]:
    return {top: kept for top, kept in found.items() if top != unit_id or len(found) == 1}


def reasons(conn: Connection, cut: Cut, since: datetime) -> list[tuple[int, str, int]]:
    """Why numbers were corrected from `since` until the cut-off: child unit (or the unit itself), reason, net change
    (never 0).
    """
    rows = conn.execute(_REASONS, cut.binds(b_from=since)).all()
    return [(top, reason, int(delta)) for top, reason, delta in rows if delta]


def on_day(conn: Connection, cut: Cut) -> dict[int, tuple[int, int]]:
    """(filed, adjusted) by the figures of the cut-off's day, as `standing` groups them; {} on a day without any. A
    unit's first figure is nothing that came on this day.
    """
    rows = conn.execute(_ON_DAY, cut.binds()).all()
    return _shown({top: (int(filed), int(adjusted)) for top, filed, adjusted in rows}, cut.unit_id)


@dataclass(frozen=True, slots=True)
class Day:
    """What the figures of a local day brought, for the unit with everything below it."""

    day: date
    filed: int
    adjusted: int
    entered_at: datetime  # of the first of them
    held: int = 0  # of `filed`: first figures of units, which hold all that came before
    past: bool = False  # it came in after figures of later days and changed nothing


def days(conn: Connection, cut: Cut) -> list[Day]:
    """The days that have a figure, in order. They add up to the board."""
    rows = conn.execute(_DAYS, cut.binds()).all()
    own = all(row.own for row in rows)
    return [
        Day(row.day, int(row.filed), int(row.adjusted), row.entered_at, int(row.held), bool(row.past))
        for row in rows
        if bool(row.own) == own
    ]


def days_by_unit(conn: Connection, cut: Cut) -> list[tuple[date, str, str, int, int]]:
    """(day, unit's code and short name, filed, adjusted) of the days that changed something, in official order, with
    the units as `standing` groups them.
    """
    rows = conn.execute(_DAYS_BY_UNIT, cut.binds()).all()
    own = {row.top for row in rows} == {cut.unit_id}
    return [
        (row.day, row.code, row.short_name, int(row.filed), int(row.adjusted))
        for row in rows
        if (own or row.top != cut.unit_id) and (row.filed or row.adjusted)
    ]


def newest(conn: Connection, cut: Cut) -> AnyRow | None:
    """The report that brought the newest figure of the board: id, as_of, day, source, entered_at, lines."""
    return conn.execute(_NEWEST, cut.binds()).first()


def missing(found: list[Day], since: datetime | None) -> list[date]:
    """Days without any figure between the newest one known at `since` and the newest one now."""
    if since is None or not found:
        return []
    known = [one.day for one in found if one.entered_at < since]
    have = {one.day for one in found}
    first = known[-1] if known else found[-1].day
    between = (first + timedelta(days=n) for n in range(1, (found[-1].day - first).days))
    return [day for day in between if day not in have]
