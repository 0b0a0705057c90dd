"""The days of a campaign: what each brought, for charts and pace; of what the campaign's notices count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Date, bindparam, func, select

from models.queries import portal_board
from models.queries.portal_board import Cut
from models.queries.standings import BOT, counted_by
from models.queries.tally import below
from models.unit import campaign
from models.unit import tally as counted

_EVER = datetime(9999, 1, 1, tzinfo=UTC)
_CAMPAIGN = select(campaign.c.ranked_by, campaign.c.counts_from).where(campaign.c.id == bindparam("b_campaign"))
# LEFT JOIN, so that SQLite looks up each unit's days: joined freely it reads all days of the campaign, and for each of
# them all units. What units without a figure come to, the day NULL, is left out.
_DAILY = (
    select(counted.c.day, func.sum(counted.c.filed), func.sum(counted.c.adjusted))
    .select_from(below)
    .outerjoin(
        counted,
        (counted.c.unit_id == below.c.id)
        & (counted.c.campaign_id == bindparam("b_campaign"))
        & counted.c.day.between(bindparam("b_first", type_=Date), bindparam("b_last", type_=Date)),
    )
    .group_by(counted.c.day)
    .order_by(counted.c.day)
)


@dataclass(frozen=True, slots=True)
class DayCount:
    """What was filed on a local day, and what was adjusted on it (điều chỉnh, with its sign)."""

    day: date
    filed: int
    adjusted: int
    held: int = 0  # of `filed`: first figures of units in the portal, which hold all that came before


def daily(conn: Connection, campaign_id: int, unit_id: int, first: date, last: date) -> list[DayCount]:
    """The days from `first` to `last` that have a figure, in order: the unit with everything below it. By the portal a
    day is what its figures brought since those before.
    """
    if by_portal(conn, campaign_id):
        days = portal_board.days(conn, Cut(campaign_id, unit_id, _EVER, last))
        return [DayCount(one.day, one.filed, one.adjusted, one.held) for one in days if one.day >= first]
    rows = conn.execute(_DAILY, {"b_campaign": campaign_id, "b_unit": unit_id, "b_first": first, "b_last": last})
    return [DayCount(day, int(filed), int(adjusted)) for day, filed, adjusted in rows if day is not None]


def by_portal(conn: Connection, campaign_id: int) -> bool:
    """Do the campaign's notices count the portal's numbers?"""
    return counted_by(conn.execute(_CAMPAIGN, {"b_campaign": campaign_id}).one()) != BOT
