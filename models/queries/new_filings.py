"""What was filed between two cut-offs: the list behind "40 mới" of a notice. No personal data (domain.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, Connection, Date, Integer, bindparam, func, select

from models.columns import Instant
from models.initiative import initiative
from models.queries.tally import below
from models.unit import unit


@dataclass(frozen=True, slots=True)
class NewOne:
    code: str
    unit_code: str  # where it was counted first
    unit: str
    title: str  # "" once its author was erased
    day: date


@dataclass(frozen=True, slots=True)
class Span:
    """From one notice's cut-off until another's, of a campaign in a unit and below it."""

    campaign_id: int
    unit_id: int
    since: datetime
    cut_at: datetime
    last_day: date  # the local day of the later notice

    @property
    def binds(self) -> dict[str, object]:
        return {
            "b_campaign": self.campaign_id,
            "b_unit": self.unit_id,
            "b_since": self.since,
            "b_cut": self.cut_at,
            "b_day": self.last_day,
        }


_WITHIN = (
    initiative.c.filed_unit_id.in_(select(below.c.id)),  # not a join: SQLite would walk through all units for each
    initiative.c.campaign_id == bindparam("b_campaign", type_=BigInteger),
    initiative.c.filed_at >= bindparam("b_since", type_=Instant),
    initiative.c.filed_at < bindparam("b_cut", type_=Instant),
    initiative.c.filed_day <= bindparam("b_day", type_=Date),
    initiative.c.status != "idea",
)
_LIST = (
    select(
        initiative.c.code,
        unit.c.code.label("unit_code"),
        unit.c.short_name.label("unit"),
        initiative.c.title,
        initiative.c.filed_day.label("day"),
    )
    .join(unit, unit.c.id == initiative.c.filed_unit_id)
    .where(*_WITHIN)
    .order_by(initiative.c.filed_at, initiative.c.id)
    .offset(bindparam("b_skip", type_=Integer))
    .limit(bindparam("b_most", type_=Integer))
)
_COUNT = select(func.count()).select_from(initiative).where(*_WITHIN)
ALL = 2**31 - 1


def listed(conn: Connection, span: Span, *, skip: int = 0, most: int = ALL) -> Sequence[NewOne]:
    """Oldest first; of a confidential one the title alone, as everywhere."""
    return [NewOne(*row) for row in conn.execute(_LIST, span.binds | {"b_skip": skip, "b_most": most})]


def count(conn: Connection, span: Span) -> int:
    """As many as the notice calls new, as far as the bot's own filings are counted."""
    return int(conn.execute(_COUNT, span.binds).scalar_one())
