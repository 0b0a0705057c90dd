"""What proves that the notices of a unit add up: each correction with its reason, each notice as it was posted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, Connection, Date, bindparam, func, select

from models.chat import chat, notice
from models.columns import Instant
from models.initiative import initiative
from models.portal import portal_figure, portal_report
from models.queries.notices import DAILY
from models.queries.tally import below
from models.unit import adjustment, unit

_CAMPAIGN = bindparam("b_campaign", type_=BigInteger)
_CUT = bindparam("b_cut", type_=Instant)
_DAY = bindparam("b_day", type_=Date)


@dataclass(frozen=True, slots=True)
class Corrected:
    """One change about what was counted already."""

    day: date
    code: str
    unit: str
    delta: int
    reason: str
    filing: str  # code of the initiative it is about; "" for one of the portal's figures
    source: str  # as printed ("Cổng"); "": the bot


_OF_FILINGS = (
    select(
        adjustment.c.day,
        unit.c.code,
        unit.c.short_name,
        adjustment.c.delta,
        adjustment.c.reason,
        func.coalesce(initiative.c.code, ""),
    )
    .join(unit, unit.c.id == adjustment.c.unit_id)
    .outerjoin(initiative, initiative.c.id == adjustment.c.initiative_id)
    .where(
        adjustment.c.unit_id.in_(select(below.c.id)),
        adjustment.c.campaign_id == _CAMPAIGN,
        adjustment.c.at < _CUT,
        adjustment.c.day <= _DAY,
    )
    .order_by(adjustment.c.at, adjustment.c.id)
)
_OF_FIGURES = (
    select(
        portal_figure.c.day,
        unit.c.code,
        unit.c.short_name,
        portal_figure.c.adjusted,
        portal_figure.c.reason,
        portal_report.c.source,
    )
    .join(unit, unit.c.id == portal_figure.c.unit_id)
    .join(portal_report, portal_report.c.id == portal_figure.c.report_id)
    .where(
        portal_figure.c.unit_id.in_(select(below.c.id)),
        portal_figure.c.campaign_id == _CAMPAIGN,
        portal_figure.c.entered_at < _CUT,
        portal_figure.c.day <= _DAY,
        portal_figure.c.adjusted != 0,
    )
    .order_by(portal_figure.c.entered_at, portal_figure.c.id)
)


def corrections(conn: Connection, campaign_id: int, unit_id: int, cut_at: datetime, day: date) -> Sequence[Corrected]:
    """Of the unit and those below it, known before `cut_at`: of the bot's filings, then of the portal's figures."""
    binds = {"b_campaign": campaign_id, "b_unit": unit_id, "b_cut": cut_at, "b_day": day}
    of_filings = [Corrected(*row, source="") for row in conn.execute(_OF_FILINGS, binds)]
    of_figures = [Corrected(*row[:5], filing="", source=row[5]) for row in conn.execute(_OF_FIGURES, binds)]
    return [*of_filings, *of_figures]


@dataclass(frozen=True, slots=True)
class Entered:
    """A unit's cumulative number on the portal, and what it changed: these of all its numbers add up to the newest."""

    as_of: datetime
    code: str
    unit: str
    total: int
    filed: int
    adjusted: int


_ENTERED = (
    select(
        portal_figure.c.as_of,
        unit.c.code,
        unit.c.short_name,
        *(portal_figure.c[name] for name in ("total", "filed", "adjusted")),
    )
    .join(unit, unit.c.id == portal_figure.c.unit_id)
    .where(
        portal_figure.c.unit_id.in_(select(below.c.id)),
        portal_figure.c.campaign_id == _CAMPAIGN,
        portal_figure.c.entered_at < _CUT,
        portal_figure.c.day <= _DAY,
    )
    .order_by(portal_figure.c.as_of, unit.c.official_order, unit.c.code, portal_figure.c.id)
)


def entered(conn: Connection, campaign_id: int, unit_id: int, cut_at: datetime, day: date) -> Sequence[Entered]:
    """All numbers of the portal for the unit and those below it that were in before `cut_at`, oldest first."""
    binds = {"b_campaign": campaign_id, "b_unit": unit_id, "b_cut": cut_at, "b_day": day}
    return [Entered(*row) for row in conn.execute(_ENTERED, binds)]


@dataclass(frozen=True, slots=True)
class Posted:
    """A notice as it was frozen. `new` and `corrected` None: there was none before that it could be compared with."""

    group: int  # id of the group's chat
    title: str  # the group's, as the platform names it
    group_kind: str
    day: date
    cut_at: datetime
    by_hand: bool
    total: int
    new: int | None
    corrected: int | None


_POSTED = (
    select(
        notice.c.chat_id,
        chat.c.title,
        chat.c.kind,
        notice.c.day,
        notice.c.cut_at,
        notice.c.posted_by,
        notice.c.numbers,
    )
    .join(chat, chat.c.id == notice.c.chat_id)
    .where(
        notice.c.unit_id == bindparam("b_unit"),
        notice.c.campaign_id == _CAMPAIGN,
        notice.c.kind == DAILY,
        notice.c.cut_at <= _CUT,
    )
    .order_by(notice.c.chat_id, notice.c.cut_at, notice.c.id)
)


def posted(conn: Connection, campaign_id: int, unit_id: int, cut_at: datetime) -> Iterator[Posted]:
    """The daily notices about the unit up to this cut-off, group by group, each in the order of its days."""
    for row in conn.execute(_POSTED, {"b_campaign": campaign_id, "b_unit": unit_id, "b_cut": cut_at}):
        numbers = row.numbers
        yield Posted(
            *(row.chat_id, row.title, row.kind or "", row.day, row.cut_at, row.posted_by is not None),
            total=numbers["filed"] + numbers["adjusted"],
            new=numbers.get("new"),
            corrected=numbers.get("corrected"),
        )
