"""Where a unit stands in a campaign, as plain numbers: what `handlers.board.Board.from_json` reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Date, bindparam, select

from models.queries import portal_board, portal_source, registry, tally
from models.queries.days import DayCount, by_portal, daily
from models.queries.registry import Phase, Target
from models.queries.rows import AnyRow
from models.queries.standings import BOT, Asked, Stood, came_between, counted_by, cut_of, people, standings
from models.queries.tally import Standing
from models.unit import campaign, unit

__all__ = ["DayCount", "by_portal", "compared", "daily", "knows", "numbers", "running"]

PARTICIPATION = "participation"  # a target in percent of members: nothing that counts are compared with
RECENT = 7  # days that the actual pace is taken from
_DAY = timedelta(days=1)
_CAMPAIGN = select(
    *(campaign.c[name] for name in ("id", "code", "name", "opens", "closes", "ranked_by", "counts_from"))
).where(campaign.c.id == bindparam("b_campaign"))
_TAKEN_OVER = (
    select(unit.c.id)
    .where(unit.c.successor_id == bindparam("b_unit"), unit.c.valid_to < bindparam("b_day", type_=Date))
    .order_by(unit.c.valid_to, unit.c.id)
)


@dataclass(frozen=True, slots=True)
class _Moment:
    """What every part of the numbers is about."""

    unit: registry.Unit
    campaign: AnyRow
    phase: Phase | None  # the one that runs on the day
    cut_at: datetime
    day: date


def numbers(
    conn: Connection,
    unit_id: int,
    campaign_id: int,
    cut_at: datetime,
    day: date,
    *,
    since: datetime | None = None,
    known_at: datetime | None = None,
) -> dict[str, Any]:
    """The unit's total, targets and children at `cut_at` of the local day `day`; JSON values only.

    `since`: the cut-off of the last notice, from which the reasons of adjustments are told. `known_at`: until when the
    portal's numbers of moments up to the cut-off may have come in (`portal_board`). Raises `KeyError` for an unknown
    unit, `sqlalchemy.exc.NoResultFound` for an unknown campaign.
    """
    now = _Moment(
        registry.units_by_id(conn, [unit_id])[unit_id],
        conn.execute(_CAMPAIGN, {"b_campaign": campaign_id}).one(),
        running(registry.phases(conn, campaign_id), day),
        cut_at,
        day,
    )
    begins = now.phase.starts if now.phase is not None else None
    asked = Asked(campaign_id, unit_id, cut_at, day, begins, since, known_at)
    stood = standings(conn, now.campaign, asked)
    children = registry.children(conn, unit_id, day)
    targets = _by_unit(now, registry.targets_on(conn, campaign_id, day, [unit_id, *(child.id for child in children)]))
    return {
        **_head(now),
        "filed": stood.total.filed,
        "adjusted": stood.total.adjusted,
        "came": None if stood.came is None else sum(stood.came.values()),
        "goals": _goals(conn, now, asked, targets.get(unit_id, ()), stood.total),
        "rows": [_row(now, child, stood, targets.get(child.id, ())) for child in children],
        "notes": _notes(conn, now, asked, children, stood),
        "ended": _ended(conn, now, stood.by_unit),
        "merged": _merged(conn, now, known_at),
        "source": portal_source.source(conn, counted_by(now.campaign), cut_of(asked), children, since),
        "members": now.unit.members,
        **_recent(conn, now, asked),
    }


def knows(
    conn: Connection, unit_id: int, campaign_id: int, cut_at: datetime, day: date, known_at: datetime | None = None
) -> bool:
    """Is anything known of the unit's count at `cut_at` of the local day `day`? The bot's own filings always are."""
    of = conn.execute(_CAMPAIGN, {"b_campaign": campaign_id}).one()
    cut = cut_of(Asked(campaign_id, unit_id, cut_at, day, None, None, known_at))
    return portal_source.knows(conn, counted_by(of), cut)


def running(phases: Sequence[Phase], day: date) -> Phase | None:
    """Of several at once the one that ends first: its target is the next to be met."""
    return min((p for p in phases if p.starts <= day <= p.ends), key=lambda p: (p.ends, p.id), default=None)


def _by_unit(now: _Moment, targets: Sequence[Target]) -> dict[int, list[Target]]:
    """Targets of the running phase, then those of the whole campaign; the newest of each last."""
    running = now.phase.id if now.phase is not None else None
    found: dict[int, list[Target]] = {}
    for of_phase in (True, False):
        for kept in targets:
            if kept.phase_id == (running if of_phase else None) and (running is not None or not of_phase):
                found.setdefault(kept.unit_id, []).append(kept)
    return found


def _head(now: _Moment) -> dict[str, Any]:
    return {
        "unit_id": now.unit.id,
        "unit": now.unit.name,
        "short": now.unit.short_name,
        "campaign_id": now.campaign.id,
        "campaign": now.campaign.name,
        "campaign_code": now.campaign.code,
        "opens": now.campaign.opens.isoformat(),
        "closes": now.campaign.closes.isoformat(),
        "day": now.day.isoformat(),
        "cut_at": now.cut_at.isoformat(),
        "phase": now.phase.name if now.phase is not None else "",
        "counter": now.campaign.ranked_by,
    }


def _goals(
    conn: Connection, now: _Moment, asked: Asked, targets: Sequence[Target], total: Standing
) -> list[dict[str, Any]]:
    """A target on participation is met by people, whatever counter ranks."""
    took_part = people(conn, asked) if any(kept.measure == PARTICIPATION for kept in targets) else None
    return [
        _goal(now, kept, took_part if took_part is not None and kept.measure == PARTICIPATION else total)
        for kept in targets
    ]


def _goal(now: _Moment, kept: Target, total: Standing) -> dict[str, Any]:
    """A target of the unit itself with what counts against it: a phase's is met by what came in that phase."""
    phase = now.phase if kept.phase_id is not None else None
    starts, ends = (phase.starts, phase.ends) if phase is not None else (now.campaign.opens, now.campaign.closes)
    return {
        "number": kept.number,
        "count": total.since if phase is not None else total.filed + total.adjusted,
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "set_by": kept.set_by,
        "phase": phase.name if phase is not None else "",
        "measure": kept.measure,
    }


def _row(now: _Moment, child: registry.Unit, stood: Stood, targets: Sequence[Target]) -> dict[str, Any]:
    standing = stood.by_unit.get(child.id, Standing())
    return {
        "unit_id": child.id,
        "name": child.short_name,
        "filed": standing.filed,
        "adjusted": standing.adjusted,
        "in_phase": standing.since,
        "came": None if stood.came is None else stood.came.get(child.id, 0),
        "cluster": child.cluster or "",
        "members": child.members,
        "whole": compared(now.unit, [kept for kept in targets if kept.phase_id is None]),
        "phase": compared(now.unit, [kept for kept in targets if kept.phase_id is not None]),
    }


def compared(above: registry.Unit, targets: Sequence[Target]) -> int | None:
    """A child is compared by the target its parent gave it; without one by the newest, whoever set it."""
    parent = {above.name.casefold(), above.short_name.casefold()}
    targets = [kept for kept in targets if kept.measure != PARTICIPATION]
    given = [kept for kept in targets if kept.set_by.casefold() in parent]
    chosen = max(given or targets, key=lambda kept: kept.valid_from, default=None)
    return chosen.number if chosen is not None else None


def _notes(
    conn: Connection, now: _Moment, asked: Asked, children: Sequence[registry.Unit], stood: Stood
) -> list[dict[str, Any]]:
    """Why figures were adjusted since the last notice, by unit; kept for lượt nộp only."""
    if now.campaign.ranked_by != "filed" or asked.noticed is None:
        return []
    names = {unit.id: unit.short_name for unit in (now.unit, *children)}
    return [
        {"unit_id": top, "unit": names[top], "reason": reason, "delta": delta}
        for top, reason, delta in _reasons(conn, now, asked, asked.noticed)
        if top in names and (top in stood.by_unit or counted_by(now.campaign) == BOT)
    ]


def _reasons(conn: Connection, now: _Moment, asked: Asked, since: datetime) -> list[tuple[int, str, int]]:
    if counted_by(now.campaign) != BOT:
        return portal_board.reasons(conn, cut_of(asked), since)
    return tally.reasons(conn, now.campaign.id, now.unit.id, since, now.cut_at)


# ---------------------------------------------------------------- pace


def _recent(conn: Connection, now: _Moment, asked: Asked) -> dict[str, Any]:
    """What came in the last (at most seven) full days: half a day would look like a slow one."""
    last = now.day if now.cut_at.date() > now.day else now.day - _DAY
    first = max(now.campaign.opens, last - (RECENT - 1) * _DAY)
    if first > last:
        return {"recent": None, "recent_days": 0}
    if counted_by(now.campaign) != BOT:
        return portal_source.recent(conn, cut_of(asked), first, last)
    return {"recent": _came(conn, now, asked, first, last), "recent_days": (last - first).days + 1}


def _came(conn: Connection, now: _Moment, asked: Asked, first: date, last: date) -> int:
    if now.campaign.ranked_by != "filed":
        return came_between(conn, now.campaign, asked, first, last)
    days = daily(conn, now.campaign.id, now.unit.id, first, last)  # as good, and quicker
    return sum(one.filed + one.adjusted for one in days)


# ---------------------------------------------------------------- units that have ended


def _ended(conn: Connection, now: _Moment, stood: Mapping[int, Standing]) -> list[dict[str, Any]]:
    """Child units that are no more but have figures, which stay in the total (domain.md §2)."""
    known = registry.units_by_id(conn, [top for top in stood if top != now.unit.id])
    gone = [kept for kept in known.values() if kept.valid_to is not None and kept.valid_to < now.day]
    gone.sort(key=lambda kept: (kept.official_order, kept.code))
    return _over(conn, [(kept, stood[kept.id]) for kept in gone])


def _merged(conn: Connection, now: _Moment, known_at: datetime | None) -> list[dict[str, Any]]:
    """Units that this one took over, as far as what they filed is not in its own total."""
    ids = conn.execute(_TAKEN_OVER, {"b_unit": now.unit.id, "b_day": now.day}).scalars().all()
    known = registry.units_by_id(conn, ids) if ids else {}
    elsewhere = [known[one] for one in ids if now.unit.id not in registry.ancestors(conn, one)]
    asked = ((kept, Asked(now.campaign.id, kept.id, now.cut_at, now.day, known_at=known_at)) for kept in elsewhere)
    return _over(conn, [(kept, standings(conn, now.campaign, one).total) for kept, one in asked])


def _over(conn: Connection, units: Sequence[tuple[registry.Unit, Standing]]) -> list[dict[str, Any]]:
    """As `handlers.rows.Ended` reads them; those without a figure are left out."""
    counts = [(kept, standing.filed + standing.adjusted) for kept, standing in units]
    heirs = [kept.successor_id for kept, count in counts if count and kept.successor_id is not None]
    names = {heir.id: heir.short_name for heir in registry.units_by_id(conn, heirs).values()} if heirs else {}
    return [
        {
            "unit_id": kept.id,
            "name": kept.short_name,
            "count": count,
            "successor": names.get(kept.successor_id or 0, ""),
            "last": kept.valid_to.isoformat() if kept.valid_to else None,
        }
        for kept, count in counts
        if count
    ]
