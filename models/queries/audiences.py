"""Who a broadcast speaks to: counted before anything is sent, and written down as recipients when it starts.

Everything is chosen in the database: of 200.000 people none passes through this process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    Select,
    String,
    and_,
    bindparam,
    case,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
)

from models.broadcast import recipient
from models.chat import chat
from models.columns import Instant
from models.initiative import initiative
from models.person import account, consent, conversation, person
from models.queries import unit_figures
from models.queries.chats import HAND
from models.queries.unit_figures import UnitFigures
from models.queries.unit_officers import OFFICERS
from models.unit import unit

EVERYONE, DRAFT, NEVER = "everyone", "draft", "never"
ZERO, BELOW, GROUPS = "zero", "below", "groups"
RULES = (EVERYONE, DRAFT, NEVER, ZERO, BELOW, GROUPS)
REASONS = ("none", "blocked", "consent", "off", "today", "window", "hand", "quiet")  # why somebody is left out
COUNTS = ("waiting", "queued", "sent")  # a recipient who has got the day's reminder, or is to get it
_SLOTS = 4  # channels with a window of their own, at most


@dataclass(frozen=True, slots=True)
class Audience:
    """The rule, and what it is about. People of the unit and everything below it; for `ZERO` and `BELOW` the officers
    of units below it; for `GROUPS` linked groups of these kinds.
    """

    campaign_id: int
    unit_id: int
    rule: str
    percent: int | None = None  # BELOW: of the target
    kinds: tuple[str, ...] = ()  # GROUPS: officers | members

    def to_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "percent": self.percent, "kinds": list(self.kinds)}

    @staticmethod
    def from_json(campaign_id: int, unit_id: int, data: Mapping[str, Any]) -> Audience:
        return Audience(campaign_id, unit_id, data["rule"], data["percent"], tuple(data["kinds"]))


@dataclass(frozen=True, slots=True)
class Terms:
    """When it starts, and what can be reached then. `at` is in the campaign's time zone: its day is the day a person
    gets one reminder on.
    """

    at: datetime
    channels: tuple[str, ...]  # those this installation serves
    closed: Mapping[str, datetime] = field(default_factory=dict)  # channel -> last seen before: cannot be written to
    paid: Mapping[str, datetime] = field(default_factory=dict)  # channel -> last seen before: costs money
    dear: Mapping[str, datetime] = field(default_factory=dict)  # channel -> last seen before: costs the dear price


@dataclass(frozen=True, slots=True)
class Part:
    """How many of a channel get it, or (`reason`) are left out."""

    channel: str  # "": without an account
    is_group: bool
    reason: str  # "" or one of `REASONS`
    number: int
    paid: int  # of these, those whose message costs money
    unit_id: int | None  # one of their units, to show an example by
    dear: int = 0  # of the paid, those at the dear price


# ---------------------------------------------------------------- who is meant

_CAMPAIGN = bindparam("b_campaign", type_=BigInteger)
_UNIT = bindparam("b_unit", type_=BigInteger)
_DAY = bindparam("b_day", type_=Date)
_below = select(unit.c.id).where(unit.c.id == _UNIT).cte("below", recursive=True)
_below = _below.union(select(unit.c.id).join(_below, unit.c.parent_id == _below.c.id))
_within = person.c.unit_id.in_(select(_below.c.id))  # not a join: SQLite would walk through all units for each
# "+ 0": without statistics SQLite takes the campaign's index for each person, and reads all filings as often.
_filed = and_(initiative.c.campaign_id + 0 == _CAMPAIGN, initiative.c.status != "idea")
_has_filed = or_(  # one look into each index
    select(initiative.c.id).where(initiative.c.author_id == person.c.id, _filed).exists(),
    select(initiative.c.id)
    .where(initiative.c.author_id.is_(None), initiative.c.filed_by_id == person.c.id, _filed)
    .exists(),
)
_is_writing = (
    select(conversation.c.person_id)
    .where(conversation.c.person_id == person.c.id, conversation.c.step.startswith("initiative.", autoescape=True))
    .exists()
)
_AT: dict[str, Any] = {EVERYONE: true(), DRAFT: _is_writing, NEVER: ~_has_filed}
_PEOPLE = select(person.c.id.label("person_id"), person.c.unit_id.label("unit_id"))

# ---------------------------------------------------------------- who of them can be reached

_any = account.alias("any_account")
_HERE = (_any.c.channel + "").in_(bindparam("b_channels", expanding=True))  # + "": as above, PostgreSQL this time
_LATEST = (  # of several accounts the one that was used last
    select(_any.c.id)
    .where(_any.c.person_id == person.c.id, _any.c.reachable.is_(True), _HERE)
    .order_by(_any.c.last_seen.desc(), _any.c.id.desc())
    .limit(1)
    .correlate(person)
    .scalar_subquery()
)
_AGREED = select(consent.c.id).where(consent.c.person_id == person.c.id, consent.c.withdrawn_at.is_(None)).exists()
_HAS_ACCOUNT = select(_any.c.id).where(_any.c.person_id == person.c.id).correlate(person).exists()
_HAD_ONE = (
    select(recipient.c.id)
    .where(recipient.c.person_id == person.c.id, recipient.c.day == _DAY, recipient.c.status.in_(COUNTS))
    .exists()
)


def _seen_before(name: str) -> Any:
    """Was the account last seen before the bound of its channel?"""
    return or_(
        *(
            and_(
                account.c.channel == bindparam(f"b_{name}_channel{slot}", type_=String),
                account.c.last_seen < bindparam(f"b_{name}_from{slot}", type_=Instant),
            )
            for slot in range(_SLOTS)
        )
    )


def _reached(who: Select[Any], *, officers: bool) -> Select[Any]:
    """Each of them with the account that is written to, and why not. Officers hold an office: theirs is no consent."""
    meant = who.subquery("meant")
    agreed = true() if officers else _AGREED
    reason = case(
        (and_(account.c.id.is_(None), _HAS_ACCOUNT), "blocked"),
        (account.c.id.is_(None), "none"),
        (~agreed, "consent"),
        (person.c.reminders.is_(False), "off"),
        (_HAD_ONE, "today"),
        (_seen_before("closed"), "window"),
        else_="",
    )
    return select(
        meant.c.person_id,
        meant.c.unit_id,
        person.c.language,
        func.coalesce(account.c.channel, "").label("channel"),
        func.coalesce(account.c.chat, "").label("chat"),
        false().label("is_group"),
        reason.label("reason"),
        case((_seen_before("paid"), 1), else_=0).label("paid"),
        case((_seen_before("dear"), 1), else_=0).label("dear"),
    ).select_from(meant.join(person, person.c.id == meant.c.person_id).outerjoin(account, account.c.id == _LATEST))


_HOUR = bindparam("b_hour", type_=String)
_QUIET = case(
    (chat.c.quiet_from <= chat.c.quiet_to, and_(chat.c.quiet_from <= _HOUR, chat.c.quiet_to > _HOUR)),
    else_=or_(chat.c.quiet_from <= _HOUR, chat.c.quiet_to > _HOUR),
)
_GROUP_HAD_ONE = (
    select(recipient.c.id)
    .where(
        recipient.c.is_group.is_(True),
        recipient.c.channel == chat.c.channel,
        recipient.c.chat == chat.c.external_id,
        recipient.c.day == _DAY,
        recipient.c.status.in_(COUNTS),
    )
    .exists()
)
_GROUPS = select(
    null().cast(BigInteger).label("person_id"),
    chat.c.unit_id,
    chat.c.language,
    chat.c.channel,
    chat.c.external_id.label("chat"),
    true().label("is_group"),
    case(
        (chat.c.channel == HAND, "hand"),
        (or_(chat.c.channel.not_in(bindparam("b_channels", expanding=True)), chat.c.standing == "left"), "blocked"),
        (_GROUP_HAD_ONE, "today"),
        (_QUIET, "quiet"),
        else_="",
    ).label("reason"),
    literal(0).label("paid"),
    literal(0).label("dear"),
).where(chat.c.unit_id.in_(select(_below.c.id)), chat.c.kind.in_(bindparam("b_kinds", expanding=True)))

_CHOSEN: dict[str, Select[Any]] = {
    **{rule: _reached(_PEOPLE.where(_within, _AT[rule]), officers=False) for rule in (EVERYONE, DRAFT, NEVER)},
    **{rule: _reached(OFFICERS, officers=True) for rule in (ZERO, BELOW)},
    GROUPS: _GROUPS,
}


def _counted(chosen: Select[Any]) -> Select[Any]:
    rows = chosen.subquery("chosen")
    by = (rows.c.channel, rows.c.is_group, rows.c.reason)
    sums = (func.count(), func.sum(rows.c.paid), func.min(rows.c.unit_id), func.sum(rows.c.dear))
    return select(*by, *sums).group_by(*by).order_by(*by)


_INTO = ("broadcast_id", "day", "person_id", "unit_id", "language", "channel", "chat", "is_group", "status", "reason")


def _written(chosen: Select[Any]) -> Any:
    """By unit, so that those next to each other are told the same figures."""
    rows = chosen.subquery("chosen")
    same = (rows.c[name] for name in _INTO[2:8])
    values = select(bindparam("b_broadcast", type_=BigInteger), _DAY, *same, literal("waiting"), literal("")).where(
        rows.c.reason == ""
    )
    return insert(recipient).from_select(_INTO, values.order_by(rows.c.unit_id, rows.c.person_id, rows.c.chat))


_COUNT = {rule: _counted(chosen) for rule, chosen in _CHOSEN.items()}
_FILLED = select(func.count()).where(recipient.c.broadcast_id == bindparam("b_broadcast"))
_FILL = {rule: _written(chosen) for rule, chosen in _CHOSEN.items()}


def count(conn: Connection, audience: Audience, terms: Terms) -> list[Part]:
    """How many get it by channel, and how many are left out and why."""
    rows = conn.execute(_COUNT[audience.rule], _bound(conn, audience, terms))
    return [
        Part(channel, bool(group), reason, number, int(paid), of, int(dear))
        for channel, group, reason, number, paid, of, dear in rows
    ]


def fill(conn: Connection, broadcast_id: int, audience: Audience, terms: Terms) -> int:
    """Write down everybody who gets it, as `waiting`; how many. Whoever starts one holds `broadcasts.lock_starts`, so
    that nobody is in two of a day.
    """
    bound = _bound(conn, audience, terms) | {"b_broadcast": broadcast_id}
    conn.execute(_FILL[audience.rule], bound)
    return int(conn.execute(_FILLED, bound).scalar_one())  # SQLite does not tell how many it inserted so


def units_meant(conn: Connection, audience: Audience, at: datetime) -> list[UnitFigures]:
    """The units whose officers `ZERO` and `BELOW` speak to; none without a target is below one."""
    found = unit_figures.below(conn, audience.campaign_id, audience.unit_id, at)
    if audience.rule == ZERO:
        return [one for one in found if one.is_empty]
    most = audience.percent or 0
    return [one for one in found if one.target and one.count * 100 < one.target * most]


def _bound(conn: Connection, audience: Audience, terms: Terms) -> dict[str, Any]:
    bound: dict[str, Any] = {
        "b_campaign": audience.campaign_id,
        "b_unit": audience.unit_id,
        "b_channels": list(terms.channels),
        "b_day": terms.at.date(),
        "b_hour": f"{terms.at:%H:%M}",
        "b_kinds": list(audience.kinds),
        "b_units": [],
    }
    if audience.rule in (ZERO, BELOW):
        bound["b_units"] = [one.unit_id for one in units_meant(conn, audience, terms.at)]
    for name, bounds in (("closed", terms.closed), ("paid", terms.paid), ("dear", terms.dear)):
        bound |= _slots(name, bounds, terms.at)
    return bound


def _slots(name: str, bounds: Mapping[str, datetime], at: datetime) -> dict[str, Any]:
    """Raises `ValueError` for more channels with a window than there are slots."""
    if len(bounds) > _SLOTS:
        raise ValueError(f"more than {_SLOTS} channels with a window")
    rows = [*bounds.items(), *[("", at)] * (_SLOTS - len(bounds))]
    out: dict[str, Any] = {}
    for slot, (channel, since) in enumerate(rows):
        out |= {f"b_{name}_channel{slot}": channel, f"b_{name}_from{slot}": since}
    return out
