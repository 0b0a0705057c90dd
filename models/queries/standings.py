"""Where a unit and its child units stand by the counter that their campaign ranks by (domain.md §5): lượt nộp, valid
ones, or authors. `standings` is the one place that decides it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Date, bindparam, case, func, select

from models.columns import Instant
from models.initiative import initiative
from models.queries import portal_board, tally
from models.queries.people_counts import counted, filings, who
from models.queries.portal_board import Cut
from models.queries.rows import AnyRow
from models.queries.tally import Standing, below

BOT = "bot"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: before `cut_at`, on local days up to `day`."""

    campaign_id: int
    unit_id: int
    cut_at: datetime
    day: date
    phase: date | None = None  # first day of the phase that `Standing.since` counts from
    noticed: datetime | None = None  # cut-off of the last notice
    known_at: datetime | None = None  # until when the portal's numbers may have come in: see `portal_board`


@dataclass(frozen=True, slots=True)
class Stood:
    """Cumulative figures. `came`: what has come since the last notice; None where the counter itself tells."""

    by_unit: Mapping[int, Standing]  # child unit, and under its own id what the unit filed directly
    total: Standing
    came: Mapping[int, int] | None = None


def standings(conn: Connection, campaign: AnyRow, asked: Asked) -> Stood:
    """By the campaign's `ranked_by`. For all but lượt nộp the cost follows the filings of the subtree."""
    if counted_by(campaign) != BOT:
        return _on_the_portal(conn, asked)
    return _BY_COUNTER[campaign.ranked_by](conn, asked)


def came_between(conn: Connection, campaign: AnyRow, asked: Asked, first: date, last: date) -> int:
    """How much valid ones or authors, whichever ranks, grew on the full local days from `first` to `last`."""
    begins, ends = (datetime.combine(day, time(0), asked.cut_at.tzinfo) for day in (first, last + _DAY))
    span = Asked(asked.campaign_id, asked.unit_id, ends, last, first, begins)
    if campaign.ranked_by == "valid":
        return sum((_valid_ones(conn, span).came or {}).values())
    after, before = conn.execute(_AUTHORS_GREW, _binds(span)).one()
    return int(after) - int(before)


# ---------------------------------------------------------------- lượt nộp


def _filed(conn: Connection, asked: Asked) -> Stood:
    found = tally.standing(conn, asked.campaign_id, asked.unit_id, asked.cut_at, asked.day, since=asked.phase)
    return Stood(found, _sum(found))


def _sum(found: Mapping[int, Standing]) -> Standing:
    parts = found.values()
    return Standing(
        sum(one.filed for one in parts), sum(one.adjusted for one in parts), sum(one.since for one in parts)
    )


def counted_by(campaign: AnyRow) -> str:
    """Whose numbers the campaign's notices count: bot | portal | both. The portal tells of lượt nộp only."""
    return str(campaign.counts_from) if campaign.ranked_by == "filed" else BOT


def _on_the_portal(conn: Connection, asked: Asked) -> Stood:
    found = portal_board.standing(conn, cut_of(asked), since=asked.phase)
    return Stood(found, _sum(found))


def cut_of(asked: Asked) -> Cut:
    """As the queries of the portal's figures take it."""
    return Cut(asked.campaign_id, asked.unit_id, asked.cut_at, asked.day, asked.known_at)


# ---------------------------------------------------------------- hợp lệ

_since_phase = initiative.c.filed_day >= bindparam("b_phase", type_=Date)
_valid = counted & (initiative.c.status == "valid") & (initiative.c.changed_at < bindparam("b_cut", type_=Instant))
_lately = initiative.c.changed_at >= bindparam("b_noticed", type_=Instant)


def _how_many(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


_VALID = (
    select(below.c.top, _how_many(_valid), _how_many(_valid & _since_phase), _how_many(_valid & _lately))
    .select_from(filings)
    .group_by(below.c.top)
)


def _valid_ones(conn: Connection, asked: Asked) -> Stood:
    """By the unit that each filing belongs to now and since when its status has held (`changed_at`).

    An initiative keeps its newest status only: looking back, one that was valid once and is no more is missing from
    the moments at which it was. A frozen notice keeps what was true then, and the difference is told as điều chỉnh.
    """
    by_unit, came = {}, {}
    for top, found, since, lately in conn.execute(_VALID, _binds(asked)):
        if found:
            by_unit[top] = Standing(int(found), 0, int(since))
        came[top] = int(lately)
    return Stood(by_unit, _sum(by_unit), came if asked.noticed is not None else None)


# ---------------------------------------------------------------- tác giả

_of_phase = case((_since_phase, who))
_AUTHORS_BY_TOP = (
    select(below.c.top, func.count(who.distinct()), func.count(_of_phase.distinct()))
    .select_from(filings)
    .group_by(below.c.top)
)
_AUTHORS = select(func.count(who.distinct()), func.count(_of_phase.distinct())).select_from(filings)
_before_phase = case((~_since_phase, who))
_AUTHORS_GREW = select(func.count(who.distinct()), func.count(_before_phase.distinct())).select_from(filings)


def _authors(conn: Connection, asked: Asked) -> Stood:
    """Distinct people, as `models.queries.people_counts.authors`: who filed in two units is one of the whole."""
    by_unit = {
        top: Standing(int(found), 0, int(since))
        for top, found, since in conn.execute(_AUTHORS_BY_TOP, _binds(asked))
        if found
    }
    return Stood(by_unit, people(conn, asked))


def people(conn: Connection, asked: Asked) -> Standing:
    """Distinct people with a filing in the unit or below it, whatever the campaign ranks by."""
    found, since = conn.execute(_AUTHORS, _binds(asked)).one()
    return Standing(int(found), 0, int(since))


def _binds(asked: Asked) -> dict[str, Any]:
    return {
        "b_unit": asked.unit_id,
        "b_campaign": asked.campaign_id,
        "b_cut": asked.cut_at,
        "b_day": asked.day,
        "b_phase": asked.phase or date.min,
        "b_noticed": asked.noticed or asked.cut_at,
    }


_BY_COUNTER: dict[str, Callable[[Connection, Asked], Stood]] = {
    "filed": _filed,
    "valid": _valid_ones,
    "authors": _authors,
}
