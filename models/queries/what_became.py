"""What became of a day's notices: the groups of some units, what was posted in each, and what was decided about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Boolean, Connection, Date, bindparam, or_, select

from models.chat import chat, notice, outbox, pace, preview
from models.person import person
from models.queries.notices import DAILY
from models.queries.rows import AnyRow
from models.unit import campaign, unit

# ---------------------------------------------------------------- groups

_seed = select(unit.c.id).where(unit.c.id.in_(bindparam("b_units", expanding=True))).cte("mine", recursive=True)
_mine = _seed.union(select(unit.c.id).join(_seed, unit.c.parent_id == _seed.c.id))
_CHATS = (
    select(chat, unit.c.short_name.label("unit"))
    .join(unit, unit.c.id == chat.c.unit_id)
    .where(
        chat.c.kind.is_not(None),
        or_(bindparam("b_all", type_=Boolean), chat.c.unit_id.in_(select(_mine.c.id))),
    )
    .order_by(unit.c.official_order, unit.c.code, chat.c.id)
)


def chats(conn: Connection, unit_ids: Sequence[int] | None) -> list[AnyRow]:
    """Groups that belong to these units or to one below them (None: all), the bot being in them or not."""
    binds = {"b_units": list(unit_ids or ()), "b_all": unit_ids is None}
    return list(conn.execute(_CHATS, binds))


_above = select(unit.c.id, unit.c.parent_id).where(unit.c.id == bindparam("b_unit")).cte("above_chat", recursive=True)
_above = _above.union(select(unit.c.id, unit.c.parent_id).join(_above, unit.c.id == _above.c.parent_id))
_CAMPAIGNS = (
    select(campaign.c.id, campaign.c.name, campaign.c.opens, campaign.c.closes, campaign.c.timezone)
    .where(campaign.c.unit_id.in_(select(_above.c.id)))
    .order_by(campaign.c.id)
)


def campaigns(conn: Connection, unit_id: int) -> list[AnyRow]:
    """All campaigns the unit takes part in, open or not."""
    return list(conn.execute(_CAMPAIGNS, {"b_unit": unit_id}))


# ---------------------------------------------------------------- what was posted


MOST_PARTS = 40  # messages that the words of a notice are split into


@dataclass(frozen=True, slots=True)
class Sending:
    """How far a notice's words have come. Pictures are messages of their own and do not count."""

    status: str  # sent | queued | refused | expired
    outcome: str = ""
    sent_at: datetime | None = None
    not_before: datetime | None = None


_NEWEST = (
    select(notice.c.id, notice.c.repeat, notice.c.made_at, notice.c.posted_by, person.c.name)
    .outerjoin(person, person.c.id == notice.c.posted_by)
    .where(
        notice.c.campaign_id == bindparam("b_campaign"),
        notice.c.kind == DAILY,
        notice.c.day == bindparam("b_day", type_=Date),
        notice.c.chat_id == bindparam("b_chat"),
    )
    .order_by(notice.c.repeat.desc())
    .limit(1)
)
_MESSAGES = (
    select(outbox.c.status, outbox.c.outcome, outbox.c.done_at, outbox.c.not_before)
    .where(outbox.c.dedupe.in_(bindparam("b_keys", expanding=True)))
    .order_by(outbox.c.id)
)
_DECIDED = (
    select(preview.c.status, preview.c.decided_at, person.c.name)
    .outerjoin(person, person.c.id == preview.c.decided_by)
    .where(
        preview.c.campaign_id == bindparam("b_campaign"),
        preview.c.chat_id == bindparam("b_chat"),
        preview.c.day == bindparam("b_day", type_=Date),
    )
)
_BLOCKED = select(pace.c.channel, pace.c.blocked_until).where(pace.c.blocked_until.is_not(None))


def newest(conn: Connection, campaign_id: int, chat_id: int, day: date) -> AnyRow | None:
    """The day's newest daily notice of the group: `id`, `repeat`, `made_at`, `posted_by`, and that person's `name`."""
    return conn.execute(_NEWEST, {"b_campaign": campaign_id, "b_chat": chat_id, "b_day": day}).first()


def sending(conn: Connection, campaign_id: int, chat_id: int, day: date, repeat: int, kind: str = DAILY) -> Sending:
    """The messages of that notice, found by the key `scheduler/press.py` gives them; the worst of them counts."""
    key = f"{kind}:{campaign_id}:{day.isoformat()}:{chat_id}:{repeat}"
    words = conn.execute(_MESSAGES, {"b_keys": [f"{key}:{part}" for part in range(1, MOST_PARTS + 1)]}).all()
    for status in ("refused", "expired"):
        for row in words:
            if row.status == status:
                return Sending(status, row.outcome or "")
    waiting = [row for row in words if row.status in ("queued", "sending")]
    if waiting:
        return Sending("queued", waiting[0].outcome or "", not_before=waiting[0].not_before)
    return Sending("sent", sent_at=max((row.done_at for row in words if row.done_at), default=None))


def decided(conn: Connection, campaign_id: int, chat_id: int, day: date) -> AnyRow | None:
    """What officers said to the day's preview: `status`, `decided_at`, `name` (None: nobody, or erased)."""
    return conn.execute(_DECIDED, {"b_campaign": campaign_id, "b_chat": chat_id, "b_day": day}).first()


def blocked(conn: Connection) -> Mapping[str, datetime]:
    """Channels through which nothing leaves before this moment; it may have passed."""
    return {row.channel: row.blocked_until for row in conn.execute(_BLOCKED)}
