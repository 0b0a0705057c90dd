"""Two sources side by side: what the portal (Cổng) says of each unit and what the bot has counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, select

from models.columns import Instant
from models.person import person
from models.portal import portal_figure, portal_report
from models.queries import registry, tally
from models.queries.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Pair:
    """Lượt nộp of a child unit with everything below it, or of what the unit has by itself."""

    unit_id: int
    code: str
    unit: str
    portal: int | None  # None: the portal has no figure of it
    bot: int


_AT = bindparam("b_at", type_=Instant)
_newest = (
    select(
        portal_figure.c.unit_id,
        portal_figure.c.total,
        func.row_number()
        .over(
            partition_by=portal_figure.c.unit_id,
            order_by=(portal_figure.c.as_of.desc(), portal_figure.c.id.desc()),
        )
        .label("place"),
    )
    .where(
        portal_figure.c.campaign_id == bindparam("b_campaign"),
        portal_figure.c.unit_id.in_(bindparam("b_units", expanding=True)),
        portal_figure.c.as_of <= _AT,
        portal_figure.c.entered_at <= _AT,
    )
    .subquery("newest")
)
_NEWEST = select(_newest.c.unit_id, _newest.c.total).where(_newest.c.place == 1)
_BROUGHT = (
    select(person.c.name, portal_report.c.entered_at, portal_report.c.lines, portal_report.c.source)
    .outerjoin(person, person.c.id == portal_report.c.entered_by)
    .where(
        portal_report.c.campaign_id == bindparam("b_campaign"),
        portal_report.c.unit_id == bindparam("b_unit"),
        portal_report.c.entered_at <= _AT,
    )
    .order_by(portal_report.c.as_of.desc(), portal_report.c.id.desc())
    .limit(1)
)


def pairs(
    conn: Connection, campaign_id: int, unit_id: int, cut_at: datetime, day: date, *, known_at: datetime | None = None
) -> Sequence[Pair]:
    """The unit's children in official order, then whatever else has a figure; () where the portal has none of any.

    The bot's are those before `cut_at`; the portal's newest of those that were known at `known_at` (when the notice was
    made: an officer may bring the figures of its hour a little later).
    """
    stood = tally.standing(conn, campaign_id, unit_id, cut_at, day)
    children = registry.children(conn, unit_id, day)
    order = [*(child.id for child in children), *(top for top in stood if top != unit_id), unit_id]
    ids = list(dict.fromkeys(order))
    binds = {"b_campaign": campaign_id, "b_units": ids, "b_at": known_at or cut_at}
    portal = {row.unit_id: int(row.total) for row in conn.execute(_NEWEST, binds)}
    if not portal:
        return ()
    names = registry.units_by_id(conn, ids)
    return [
        _pair(names[one], portal.get(one), stood)
        for one in ids
        if one != unit_id or one in portal or stood.get(one) is not None
    ]


def _pair(unit: registry.Unit, portal: int | None, stood: Mapping[int, tally.Standing]) -> Pair:
    standing = stood.get(unit.id, tally.Standing())
    return Pair(unit.id, unit.code, unit.short_name, portal, standing.filed + standing.adjusted)


def brought(conn: Connection, campaign_id: int, unit_id: int, known_at: datetime) -> AnyRow | None:
    """The newest report of the portal for the unit's board: `name` (None once erased), `entered_at`, `lines`."""
    return conn.execute(_BROUGHT, {"b_campaign": campaign_id, "b_unit": unit_id, "b_at": known_at}).first()
