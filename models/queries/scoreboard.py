"""What the public board reads beside a unit's numbers: the campaigns there are, and today by child unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Date, bindparam, func, select

from models.queries import portal_board
from models.queries.days import by_portal
from models.queries.portal_board import Cut
from models.queries.tally import below
from models.unit import campaign, tally, unit


@dataclass(frozen=True, slots=True)
class Programme:
    """A campaign with the unit that runs it."""

    id: int
    code: str
    name: str
    opens: date
    closes: date  # last day of entry
    timezone: str
    unit_id: int
    unit_code: str
    unit_short: str


_programmes = (
    select(
        *(campaign.c[name] for name in ("id", "code", "name", "opens", "closes", "timezone", "unit_id")),
        unit.c.code.label("unit_code"),
        unit.c.short_name.label("unit_short"),
    )
    .join(unit, campaign.c.unit_id == unit.c.id)
    .order_by(campaign.c.closes.desc(), campaign.c.id)
)
_PROGRAMME = _programmes.where(campaign.c.code == bindparam("b_code"))
_BEGUN = _programmes.where(campaign.c.opens <= bindparam("b_day", type_=Date)).limit(bindparam("b_most"))

_ON_DAY = (
    select(below.c.top, func.sum(tally.c.filed), func.sum(tally.c.adjusted))
    .join(tally, tally.c.unit_id == below.c.id)
    .where(tally.c.campaign_id == bindparam("b_campaign"), tally.c.day == bindparam("b_day", type_=Date))
    .group_by(below.c.top)
)


def programme(conn: Connection, code: str) -> Programme | None:
    row = conn.execute(_PROGRAMME, {"b_code": code}).first()
    return Programme(**row._mapping) if row is not None else None


def begun(conn: Connection, day: date, most: int) -> list[Programme]:
    """The campaigns that have begun by `day`, those that run longest first; at most `most`."""
    return [Programme(**row._mapping) for row in conn.execute(_BEGUN, {"b_day": day, "b_most": most})]


def on_day(conn: Connection, cut: Cut) -> dict[int, tuple[int, int]]:
    """(filed, adjusted) of the cut-off's day for each child unit with everything below it, as `standings` groups
    them; of what the campaign's notices count.
    """
    if by_portal(conn, cut.campaign_id):
        return portal_board.on_day(conn, cut)
    campaign_id, unit_id, day = cut.campaign_id, cut.unit_id, cut.day
    rows = conn.execute(_ON_DAY, {"b_campaign": campaign_id, "b_unit": unit_id, "b_day": day})
    return {top: (int(filed), int(adjusted)) for top, filed, adjusted in rows}
