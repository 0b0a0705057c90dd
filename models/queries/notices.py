"""Notices: which groups want one, the unique row that makes each happen once, and what was posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, Date, String, bindparam, func, or_, select, update

from models.chat import chat, notice
from models.queries.rows import AnyRow
from models.queries.upsert import insert as upsert
from models.unit import campaign, unit

DAILY = "daily"

# ---------------------------------------------------------------- groups and the campaigns they hear of

_ONE = bindparam("b_chat", type_=BigInteger)  # PostgreSQL wants to know the type of what may be NULL
_seed = (
    select(chat.c.id.label("chat_id"), unit.c.id.label("at"), unit.c.parent_id.label("parent_id"))
    .join(unit, unit.c.id == chat.c.unit_id)
    .where(
        chat.c.kind.is_not(None),
        chat.c.linked_at.is_not(None),
        chat.c.standing.in_(("member", "admin")),
        or_(_ONE.is_(None), chat.c.id == _ONE),
    )
    .cte("above", recursive=True)
)
_above = _seed.union(select(_seed.c.chat_id, unit.c.id, unit.c.parent_id).join(_seed, unit.c.id == _seed.c.parent_id))
_GROUPS = (
    select(
        chat.c.id.label("chat_id"),
        chat.c.channel,
        chat.c.external_id,
        chat.c.thread,
        chat.c.unit_id,
        chat.c.kind,
        chat.c.language,
        chat.c.hour,
        *(chat.c[name] for name in ("days", "kinds", "sorted_by", "picture", "preview", "approval")),
        *(chat.c[name] for name in ("quiet_from", "quiet_to", "linked_by")),
        chat.c.linked_at,
        campaign.c.id.label("campaign_id"),
        campaign.c.opens,
        campaign.c.closes,
        campaign.c.timezone,
    )
    .select_from(_above)
    .join(chat, chat.c.id == _above.c.chat_id)
    .join(campaign, campaign.c.unit_id == _above.c.at)
    .where(
        or_(chat.c.campaign_id.is_(None), chat.c.campaign_id == campaign.c.id),
        campaign.c.opens <= bindparam("b_to", type_=Date),
        campaign.c.closes >= bindparam("b_from", type_=Date),
    )
    .order_by(chat.c.id, campaign.c.id)
)


@dataclass(frozen=True, slots=True)
class Group:
    """A linked group with one campaign of its unit: notices of both belong together."""

    chat_id: int
    channel: str
    external_id: str
    thread: str
    unit_id: int
    kind: str  # officers | members
    language: str
    hour: str  # "17:00", local time of the campaign
    linked_at: datetime
    campaign_id: int
    opens: date
    closes: date
    timezone: str
    days: str = "1234567"  # of the week on which the daily notice comes; 1: Monday
    kinds: Mapping[str, bool] = field(default_factory=dict)  # kind of notice -> wanted
    sorted_by: str = "percent"  # percent | count | official
    picture: bool = True
    preview: bool = True  # officers see the notice 15 minutes before
    approval: bool = False  # nothing is posted that no officer has approved
    quiet_from: str = "21:00"  # local; in between only what was asked for is posted
    quiet_to: str = "06:00"
    linked_by: int | None = None  # the officer

    def wants(self, kind: str) -> bool:
        """A kind that was never switched off is wanted."""
        return bool(self.kinds.get(kind, True))


def groups(conn: Connection, first: date, last: date, chat_id: int | None = None) -> list[Group]:
    """Linked groups the bot is in (or only the one of `chat_id`), once for each campaign of their unit or of a unit
    above it that is open on some day from `first` to `last`. A group that named its campaign has only that one.
    """
    rows = conn.execute(_GROUPS, {"b_from": first, "b_to": last, "b_chat": chat_id})
    return [Group(**row._mapping) for row in rows]


# ---------------------------------------------------------------- the slot of a day

Taken = tuple[str, int, int, date]  # kind, campaign, chat, day
_POSTED = select(notice.c.kind, notice.c.campaign_id, notice.c.chat_id, notice.c.day).where(
    notice.c.campaign_id.in_(bindparam("b_campaigns", expanding=True)),
    notice.c.day >= bindparam("b_others", type_=Date),
    or_(notice.c.kind != DAILY, notice.c.day >= bindparam("b_daily", type_=Date)),
)
_CLAIM = upsert(notice).on_conflict_do_nothing().returning(notice.c.id)
_REPEATS = select(func.max(notice.c.repeat)).where(
    notice.c.campaign_id == bindparam("b_campaign"),
    notice.c.kind == DAILY,
    notice.c.day == bindparam("b_day", type_=Date),
    notice.c.chat_id == bindparam("b_chat"),
)
_FREEZE = (
    update(notice)
    .where(notice.c.id == bindparam("b_id"))
    .values(numbers=bindparam("b_numbers", type_=notice.c.numbers.type), text=bindparam("b_text"))
)


def posted(conn: Connection, campaign_ids: Iterable[int], *, daily: date, others: date) -> set[Taken]:
    """The slots that are taken: those of the daily notice from `daily` on, the far fewer of other kinds from `others`
    on, which is the earlier day.
    """
    binds = {"b_campaigns": sorted(set(campaign_ids)), "b_daily": daily, "b_others": others}
    rows = conn.execute(_POSTED, binds)
    return {(row.kind, row.campaign_id, row.chat_id, row.day) for row in rows}


_KINDS_TAKEN = select(notice.c.kind).where(
    notice.c.campaign_id == bindparam("b_campaign"),
    notice.c.chat_id == bindparam("b_chat"),
    notice.c.day == bindparam("b_day", type_=Date),
    notice.c.kind.in_(bindparam("b_kinds", expanding=True)),
)


def kinds_taken(conn: Connection, campaign_id: int, chat_id: int, day: date, kinds: Iterable[str]) -> frozenset[str]:
    """Those of `kinds` of which the group has a notice of this day."""
    binds = {"b_campaign": campaign_id, "b_chat": chat_id, "b_day": day, "b_kinds": list(kinds)}
    return frozenset(conn.execute(_KINDS_TAKEN, binds).scalars())


@dataclass(frozen=True, slots=True)
class Slot:
    """One notice to be: at most one row with the same campaign, kind, day, chat and repeat can ever exist."""

    campaign_id: int
    day: date
    chat_id: int
    unit_id: int
    cut_at: datetime
    made_at: datetime
    posted_by: int | None = None  # None: by the clock
    repeat: int = 0
    kind: str = DAILY


def claim(conn: Connection, slot: Slot) -> int | None:
    """Take the slot; None when it is taken. On PostgreSQL it waits for whoever is taking it.

    Numbers and text are put in by `freeze` before the transaction ends: nobody sees the row without them.
    """
    values = {name: getattr(slot, name) for name in Slot.__slots__}
    return conn.execute(_CLAIM, values | {"numbers": {}, "text": ""}).scalar()


def next_repeat(conn: Connection, campaign_id: int, day: date, chat_id: int) -> int:
    """The number the day's next notice takes: 0 while its slot is free."""
    last = conn.execute(_REPEATS, {"b_campaign": campaign_id, "b_day": day, "b_chat": chat_id}).scalar()
    return 0 if last is None else int(last) + 1


def freeze(conn: Connection, notice_id: int, numbers: Mapping[str, Any], text: str) -> None:
    """What was posted, for good: nothing else ever changes a notice."""
    conn.execute(_FREEZE, {"b_id": notice_id, "b_numbers": dict(numbers), "b_text": text})


# ---------------------------------------------------------------- what was posted

_FROZEN = select(notice).order_by(notice.c.cut_at.desc(), notice.c.id.desc()).limit(1)
_LAST = _FROZEN.where(
    notice.c.chat_id == bindparam("b_chat"),
    notice.c.campaign_id == bindparam("b_campaign"),
    notice.c.kind == DAILY,
    notice.c.unit_id == bindparam("b_unit"),
    notice.c.id != bindparam("b_not"),
)
_CAMPAIGN = bindparam("b_campaign", type_=BigInteger)
_KIND = bindparam("b_kind", type_=String)
_LAST_OF_UNIT = _FROZEN.where(
    notice.c.unit_id == bindparam("b_unit"),
    notice.c.kind == DAILY,
    or_(_CAMPAIGN.is_(None), notice.c.campaign_id == _CAMPAIGN),
    or_(_KIND.is_(None), notice.c.chat_id.in_(select(chat.c.id).where(chat.c.kind == _KIND))),
)


def last(conn: Connection, chat_id: int, campaign_id: int, unit_id: int, *, but: int = 0) -> AnyRow | None:
    """The group's newest daily notice about the unit, by cut-off; never the one with the id `but`."""
    binds = {"b_chat": chat_id, "b_campaign": campaign_id, "b_unit": unit_id, "b_not": but}
    return conn.execute(_LAST, binds).first()


def last_of_unit(
    conn: Connection, unit_id: int, campaign_id: int | None = None, group_kind: str | None = None
) -> AnyRow | None:
    """The newest daily notice about the unit in any group (of a kind: officers | members)."""
    binds = {"b_unit": unit_id, "b_campaign": campaign_id, "b_kind": group_kind}
    return conn.execute(_LAST_OF_UNIT, binds).first()


_BY_ID = select(notice).where(notice.c.id == bindparam("b_id"))


def by_id(conn: Connection, notice_id: int) -> AnyRow | None:
    """A notice as it was posted."""
    return conn.execute(_BY_ID, {"b_id": notice_id}).first()


_CUT_AT = _FROZEN.where(
    notice.c.unit_id == bindparam("b_unit"),
    notice.c.campaign_id == bindparam("b_campaign"),
    notice.c.text != "",
    notice.c.cut_at >= bindparam("b_from"),
    notice.c.cut_at < bindparam("b_to"),
)


def cut_at(conn: Connection, unit_id: int, campaign_id: int, second: datetime) -> AnyRow | None:
    """The notice of any kind about the unit that was cut within this second, the newest of several."""
    first = second.replace(microsecond=0)
    binds = {"b_unit": unit_id, "b_campaign": campaign_id, "b_from": first, "b_to": first + timedelta(seconds=1)}
    return conn.execute(_CUT_AT, binds).first()


_LINKED = select(chat.c.id).where(
    chat.c.id == bindparam("b_chat"), chat.c.unit_id.is_not(None), chat.c.kind.is_not(None)
)


def is_linked(conn: Connection, chat_id: int) -> bool:
    """Does this group belong to a unit?"""
    return conn.execute(_LINKED, {"b_chat": chat_id}).first() is not None
