"""Answers to what a step asks about reminders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.directory import Directory
from bot.roles import held
from handlers import rights
from handlers.broadcast import Figures, of_unit, to_group, to_person
from handlers.broadcast_facts import (
    ROOM,
    AudienceNow,
    AudienceOf,
    BroadcastOf,
    BroadcastQuery,
    BroadcastsOf,
    ChannelNow,
    Made,
    Reach,
    Rule,
)
from handlers.texts import Texts
from models.queries import audiences, broadcasts, meter, people, unit_figures, unit_officers
from models.queries.audiences import Audience, Part, Terms
from models.queries.rows import AnyRow

_AT_A_TIME = 20  # rows that are looked through at once


@dataclass(frozen=True, slots=True)
class Asks:
    """What answers are made with, and who asks."""

    texts: Texts
    reach: tuple[Reach, ...]
    registry: Directory
    person_id: int | None


def answer(conn: Connection, asks: Asks, query: BroadcastQuery, now: datetime) -> Any:
    """What `handlers.broadcast_facts` promises for each query."""
    match query:
        case BroadcastsOf(unit_ids, page):
            mine = _mine(conn, asks, unit_ids, now)
            return tuple(made(one) for one in islice(mine, page * ROOM, (page + 1) * ROOM + 1))
        case BroadcastOf(broadcast_id, unit_ids):
            found = broadcasts.within(conn, broadcast_id, unit_ids)
            return made(found) if found is not None and _may(conn, asks, found, now) else None
    return audience_now(conn, asks, query, asks.registry.zone(conn, query.campaign_id, now))


def _mine(conn: Connection, asks: Asks, unit_ids: Collection[int] | None, now: datetime) -> Iterator[AnyRow]:
    """Those of these units, newest first, without those of campaigns in which the person may do nothing."""
    for offset in count(0, _AT_A_TIME):
        rows = broadcasts.page(conn, unit_ids, _AT_A_TIME, offset)
        yield from (row for row in rows if _may(conn, asks, row, now))
        if len(rows) < _AT_A_TIME:
            return


def _may(conn: Connection, asks: Asks, row: AnyRow, now: datetime) -> bool:
    roles, unit = held(conn, asks.registry, asks.person_id, now), asks.registry.unit(conn, row.unit_id, now)
    return unit is not None and rights.may(roles, rights.REMIND, unit, row.campaign_id)


def made(row: AnyRow) -> Made:
    kept = Audience.from_json(row.campaign_id, row.unit_id, row.audience)
    return Made(
        id=row.id,
        unit_id=row.unit_id,
        campaign_id=row.campaign_id,
        unit=row.short_name,
        rule=Rule(kept.rule, kept.percent, kept.kinds),
        text=row.text,
        status=row.status,
        starts_at=row.starts_at.astimezone(ZoneInfo(row.timezone)),
    )


def audience(unit_id: int, campaign_id: int, rule: Rule) -> Audience:
    return Audience(campaign_id, unit_id, rule.name, rule.percent, rule.kinds)


def terms(at: datetime, zone: ZoneInfo, reach: Iterable[Reach]) -> Terms:
    found = tuple(reach)
    windows = {one.name: (one.closed_hours, one.free_hours) for one in found}
    return broadcasts.terms(at, zone, windows, {one.name: one.dear_hours for one in found})


def audience_now(conn: Connection, asks: Asks, query: AudienceOf, zone: ZoneInfo) -> AudienceNow:
    meant = audience(query.unit_id, query.campaign_id, query.rule)
    parts = audiences.count(conn, meant, terms(query.at, zone, asks.reach))
    gets = [part for part in parts if not part.reason]
    left_out: dict[str, int] = {}
    for part in parts:
        if part.reason:
            left_out[part.reason] = left_out.get(part.reason, 0) + part.number
    if meant.rule in (audiences.ZERO, audiences.BELOW):
        units = audiences.units_meant(conn, meant, query.at.astimezone(zone))
        left_out["vacant"] = unit_officers.vacant(conn, [one.unit_id for one in units])
    example = gets[0].unit_id if gets else None
    text, unit = _example(conn, asks, query, example, zone) if example is not None else ("", "")
    channels = tuple(_channel(conn, one, gets, query.at) for one in asks.reach)
    return AudienceNow(
        tuple(one for one in channels if one.people or one.groups),
        tuple((why, left_out[why]) for why in (*audiences.REASONS, "vacant") if left_out.get(why)),
        text,
        unit,
    )


def _channel(conn: Connection, reach: Reach, gets: Sequence[Part], at: datetime) -> ChannelNow:
    here = [part for part in gets if part.channel == reach.name]
    number = sum(part.number for part in here)
    paid, dear = sum(part.paid for part in here), sum(part.dear for part in here)
    left = None
    if reach.monthly is not None:
        left = meter.left_for_bulk(conn, reach.name, reach.monthly, reach.kept, at)
    return ChannelNow(
        name=reach.name,
        people=sum(part.number for part in here if not part.is_group),
        groups=sum(part.number for part in here if part.is_group),
        seconds=number / reach.per_second,
        paid=paid,
        cost=(paid - dear) * reach.price + dear * reach.dear_price,
        quota_left=left,
    )


def _example(conn: Connection, asks: Asks, query: AudienceOf, unit_id: int, zone: ZoneInfo) -> tuple[str, str]:
    """The message as a recipient of this unit gets it, called by the name of whoever asks; the unit's name."""
    local = query.at.astimezone(zone)
    there = unit_figures.of_units(conn, query.campaign_id, [unit_id], local)[unit_id]
    figures = Figures(there.name, there.count, there.target, there.ends, local.date())
    filled = of_unit(asks.texts, query.language, query.text, figures)
    if query.rule.name == audiences.GROUPS:
        return to_group(asks.texts, query.language, filled), there.name
    name = people.name(conn, asks.person_id) if asks.person_id is not None else ""
    return to_person(asks.texts, query.language, filled, name), there.name
