"""What was filed by author group (nhóm đối tượng, domain.md §5): read only where it is shown, for it costs as much as
there are filings.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, Date, bindparam, case, func, select

from models.columns import Instant
from models.initiative import initiative
from models.queries.tally import below
from models.unit import listed

_counted = (
    (initiative.c.filed_at < bindparam("b_cut", type_=Instant))
    & (initiative.c.filed_day <= bindparam("b_day", type_=Date))
    & (initiative.c.status != "idea")
)
# LEFT JOIN, and what is counted decided within the count: see `models.queries.people_counts`.
_BY_GROUP = (
    select(initiative.c.author_group, func.sum(case((_counted, 1), else_=0)))
    .select_from(
        below.outerjoin(
            initiative,
            (initiative.c.unit_id == below.c.id) & (initiative.c.campaign_id == bindparam("b_campaign")),
        )
    )
    .group_by(initiative.c.author_group)
)
_NAMES = (
    select(listed.c.code, listed.c.name)
    .where(listed.c.campaign_id == bindparam("b_campaign"), listed.c.kind == "group")
    .order_by(listed.c.official_order, listed.c.code)
)


def by_group(conn: Connection, campaign_id: int, unit_id: int, cut_at: datetime, day: date) -> list[tuple[str, int]]:
    """(name, filings) of each of the campaign's groups, in official order, also of those with none: of the unit with
    everything below it, filed before `cut_at` on days up to `day`. Last, under "", filings of no group that is known.

    An initiative counts in the group it was filed in; co-authors do not divide it.
    """
    binds = {"b_campaign": campaign_id, "b_unit": unit_id, "b_cut": cut_at, "b_day": day}
    counts = {code or "": int(found or 0) for code, found in conn.execute(_BY_GROUP, binds)}
    named = [(name, counts.pop(code, 0)) for code, name in conn.execute(_NAMES, {"b_campaign": campaign_id})]
    rest = sum(counts.values())
    return [*named, ("", rest)] if rest else named
