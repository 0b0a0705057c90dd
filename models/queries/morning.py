"""The morning summary of officers: who gets one, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, func, or_, select

from models.chat import outbox
from models.initiative import initiative
from models.person import CALLED, account, conversation, person, role
from models.queries import board, registry, untold
from models.queries.board import RECENT
from models.queries.days import daily
from models.queries.registry import Campaign
from models.queries.tally import below
from models.unit import unit

_DAY = timedelta(days=1)
_MONDAY = 0
_DRAFT = "initiative."  # how the step of a conversation begins in which an initiative is being written
_AT_A_TIME = 500

# ---------------------------------------------------------------- who

_of_cluster = unit.alias("of_cluster")
_OFFICERS = (
    select(
        *(person.c.id.label("person_id"), person.c.language, account.c.channel, account.c.chat),
        *(func.coalesce(role.c.unit_id, _of_cluster.c.id).label("unit_id"), role.c.campaign_id),
    )
    .join(role, role.c.person_id == person.c.id)
    .join(account, account.c.person_id == person.c.id)
    .outerjoin(_of_cluster, _of_cluster.c.cluster == role.c.cluster)
    .where(
        *(person.c.morning.is_(True), role.c.revoked_at.is_(None), account.c.reachable.is_(True), CALLED),
        role.c.kind.in_(bindparam("b_kinds", expanding=True)),
        or_(role.c.cluster.is_(None), _of_cluster.c.id.is_not(None)),  # a cluster that has no unit any more is nothing
    )
    .order_by(
        *(person.c.id, account.c.last_seen.desc(), account.c.id.desc(), role.c.id),
        *(_of_cluster.c.official_order, _of_cluster.c.code),
    )
)
_KEYS_USED = select(outbox.c.dedupe).where(outbox.c.dedupe.in_(bindparam("b_keys", expanding=True)))
_WANTED = select(person.c.morning).where(person.c.id == bindparam("b_person"))


class Serves(NamedTuple):
    """What a role is for."""

    unit_id: int | None  # None: the whole installation
    campaign_id: int | None  # the only one; None: all


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody with a role who wants the summary, on the account he was last seen on."""

    person_id: int
    language: str
    channel: str
    chat: str
    serves: tuple[Serves, ...]  # by the roles, in the order they were given


def officers(conn: Connection, kinds: Sequence[str]) -> list[Officer]:
    """Everybody with such a role who wants a summary and can be reached."""
    found: dict[int, Officer] = {}
    for row in conn.execute(_OFFICERS, {"b_kinds": list(kinds)}):
        known, here = found.get(row.person_id), Serves(row.unit_id, row.campaign_id)
        if known is None:
            found[row.person_id] = Officer(row.person_id, row.language, row.channel, row.chat, (here,))
        elif (known.channel, known.chat) == (row.channel, row.chat) and here not in known.serves:
            serves = (*known.serves, here)
            found[row.person_id] = Officer(row.person_id, known.language, known.channel, known.chat, serves)
    return list(found.values())


def wants(conn: Connection, person_id: int) -> bool:
    """Has the person left the summary switched on?"""
    return bool(conn.execute(_WANTED, {"b_person": person_id}).scalar())


def keys_used(conn: Connection, keys: Iterable[str]) -> frozenset[str]:
    """Those dedupe keys that a message was put under already."""
    wanted, found = list(keys), set[str]()
    for at in range(0, len(wanted), _AT_A_TIME):
        found.update(conn.execute(_KEYS_USED, {"b_keys": wanted[at : at + _AT_A_TIME]}).scalars())
    return frozenset(found)


def campaign_for(conn: Connection, serves: Iterable[Serves], today: date) -> tuple[int, Campaign] | None:
    """The first of the units that takes part in a campaign which was open yesterday and still is, with the newest such
    campaign that the role is for. For a role without a unit: the unit that runs one.
    """
    for unit_id, only in serves:
        for found in registry.campaigns_open(conn, today, unit_id):
            if found.opens < today and only in (None, found.id):
                return (unit_id if unit_id is not None else found.unit_id), found
    return None


# ---------------------------------------------------------------- what

_WAITING = select(func.count()).where(
    initiative.c.unit_id.in_(select(below.c.id)),  # not a join: SQLite would walk through all units for each
    initiative.c.campaign_id == bindparam("b_campaign"),
    initiative.c.status == "waiting",
)
_DRAFTS = (
    select(func.count())
    .select_from(conversation.join(person, person.c.id == conversation.c.person_id))
    .where(person.c.unit_id.in_(select(below.c.id)), conversation.c.step.startswith(_DRAFT, autoescape=True))
)


def summary(conn: Connection, unit_id: int, campaign_id: int, now: datetime, timezone: str) -> dict[str, Any]:
    """What `handlers.morning.Summary.from_numbers` reads: figures at last midnight, those of seven days earlier, what
    came since the last working day (Monday to Saturday), what waits. JSON values only.
    """
    today = now.astimezone(ZoneInfo(timezone)).date()
    first = today - (2 if today.weekday() == _MONDAY else 1) * _DAY
    yesterday = today - _DAY
    ends = [_midnight_after(day, timezone) for day in (yesterday, yesterday - RECENT * _DAY)]
    days = (yesterday, yesterday - RECENT * _DAY)
    numbers, before = (
        board.numbers(conn, unit_id, campaign_id, end, day, known_at=now) for end, day in zip(ends, days, strict=True)
    )
    running = [one.ends for one in registry.phases(conn, campaign_id) if one.starts <= yesterday <= one.ends]
    return {
        "board": numbers,
        "before": before,
        "phase_ends": min(running).isoformat() if running else None,
        "first": first.isoformat(),
        "filed": sum(one.filed - one.held for one in daily(conn, campaign_id, unit_id, first, yesterday)),
        "waiting": conn.execute(_WAITING, {"b_unit": unit_id, "b_campaign": campaign_id}).scalar_one(),
        "drafts": conn.execute(_DRAFTS, {"b_unit": unit_id}).scalar_one(),
        "untold": untold.count_below(conn, unit_id),
    }


def _midnight_after(day: date, timezone: str) -> datetime:
    return datetime.combine(day + _DAY, time(0), ZoneInfo(timezone))
