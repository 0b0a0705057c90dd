"""What a channel has used of its plan; what did not get out because of it, or of the platform, and is to be copied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Connection, and_, bindparam, func, or_, select, update

from models.chat import chat, inbound, mark, outbox
from models.meter import meter
from models.person import account
from models.queries.outbox import DONE, OF_CHANNEL, QUEUED, REPLY, TOO_LATE, UNSENT
from models.queries.rows import AnyRow
from models.queries.upsert import insert as upsert

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")  # whose months plans count
QUOTA = "quota"  # how the outcome of a message begins that the plan did not allow
LOST = (QUOTA, "gave up", "unknown", "NotNow", TOO_LATE)  # how outcomes begin (`bot.outcomes`) of what is to be copied
OFFICERS_TOLD = ", officers told"  # how they end once it has been offered
SAID = "said:"  # how the mark begins of what a platform refuses; its value is the key of the words, "" once told

_NEW = upsert(meter)
_ADD = _NEW.on_conflict_do_update(
    index_elements=[meter.c.channel, meter.c.month],
    set_={
        "received": meter.c.received + _NEW.excluded.received,
        "sent": meter.c.sent + _NEW.excluded.sent,
    },
)
_OF = select(meter.c.received, meter.c.sent).where(
    meter.c.channel == bindparam("b_channel"), meter.c.month == bindparam("b_month")
)
_ADD_SENT = (
    update(meter)
    .where(meter.c.channel == bindparam("b_channel"), meter.c.month == bindparam("b_month"))
    .values(sent=meter.c.sent + bindparam("b_count", type_=meter.c.sent.type))
)
_PEOPLE = select(func.count()).select_from(account).where(account.c.channel == bindparam("b_channel"))
_GROUPS = (
    select(func.count())
    .select_from(chat)
    .where(chat.c.channel == bindparam("b_channel"), chat.c.standing.in_(("member", "admin")))
)
_HOLD = (
    update(outbox)
    .where(
        *(OF_CHANNEL, QUEUED, outbox.c.not_before <= bindparam("b_now")),
        or_(
            outbox.c.priority > bindparam("b_most"),
            and_(
                outbox.c.first_tried_at < bindparam("b_old"), func.coalesce(outbox.c.outcome, "").not_like("Temporary%")
            ),
        ),
    )
    .values(status="refused", outcome=QUOTA, **DONE)
    .returning(outbox.c.id)
)
_UNSENT = (
    select(
        *(outbox.c.id, outbox.c.channel, outbox.c.payload, outbox.c.made_at, outbox.c.outcome, outbox.c.maybe_sent),
        *(chat.c.unit_id, chat.c.title, chat.c.campaign_id, chat.c.id.label("chat_id")),
    )
    .join(chat, (chat.c.channel == outbox.c.channel) & (chat.c.external_id == outbox.c.chat))
    .where(
        *(outbox.c.is_group.is_(True), chat.c.unit_id.is_not(None), outbox.c.done_at >= bindparam("b_since")),
        *(outbox.c.priority > REPLY, outbox.c.status.in_(("refused", "expired"))),
        or_(*(outbox.c.outcome.startswith(begins, autoescape=True) for begins in LOST)),
    )
    .order_by(outbox.c.id.desc())
)
_OFFER = _UNSENT.where(outbox.c.outcome.not_like(f"%{OFFICERS_TOLD}")).order_by(None).order_by(outbox.c.id)
_IDS: BindParameter[list[int]] = bindparam("b_ids", expanding=True)
_TOLD = (
    update(outbox)
    .where(outbox.c.id.in_(_IDS), outbox.c.outcome.not_like(f"%{OFFICERS_TOLD}"))
    .values(outcome=func.substr(outbox.c.outcome, 1, 280) + OFFICERS_TOLD)
)
_NOTE = upsert(mark).on_conflict_do_nothing(index_elements=[mark.c.name])
_SAID = select(mark.c.name, mark.c.value).where(mark.c.name.startswith(SAID, autoescape=True), mark.c.value != "")
_SAID_TOLD = update(mark).where(mark.c.name == bindparam("b_name")).values(value="")
_ONCE = upsert(mark).on_conflict_do_nothing(index_elements=[mark.c.name]).returning(mark.c.name)
_WAITING = (
    select(outbox.c.channel, outbox.c.status, func.count())
    .where(UNSENT)
    .group_by(outbox.c.channel, outbox.c.status)
    .order_by(outbox.c.channel, outbox.c.status)
)
_STANDING = select(func.count()).select_from(outbox).where(OF_CHANNEL, UNSENT)
_RECEIVED = (
    select(inbound.c.channel, func.count())
    .where(inbound.c.status == "received")
    .group_by(inbound.c.channel)
    .order_by(inbound.c.channel)
)


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one month; people and groups as they are now."""

    received: int = 0
    sent: int = 0
    people: int = 0
    groups: int = 0

    @property
    def messages(self) -> int:
        return self.received + self.sent


def month_of(now: datetime) -> str:
    """`2026-11`"""
    return f"{now.astimezone(ZONE):%Y-%m}"


def add(conn: Connection, channel: str, month: str, *, received: int = 0, sent: int = 0) -> None:
    """Count messages, in the transaction in which they are received or recorded as sent."""
    conn.execute(_ADD, {"channel": channel, "month": month, "received": received, "sent": sent})


def add_sent(conn: Connection, channel: str, month: str, count: int) -> None:
    """Count what a killed process sent, where the channel is one that is counted: who finds it does not know."""
    conn.execute(_ADD_SENT, {"b_channel": channel, "b_month": month, "b_count": count})


def messages(conn: Connection, channel: str, month: str) -> int:
    """In both directions."""
    row = conn.execute(_OF, {"b_channel": channel, "b_month": month}).first()
    return row.received + row.sent if row is not None else 0


def left_for_bulk(conn: Connection, channel: str, monthly: int, kept: int, now: datetime) -> int:
    """How many of the channel's `monthly` messages a reminder may still use: what stands in the outbox is as good as
    used, and `kept` percent are for replies and notices.
    """
    standing = int(conn.execute(_STANDING, {"b_channel": channel}).scalar_one())
    return max(monthly - monthly * kept // 100 - messages(conn, channel, month_of(now)) - standing, 0)


def usage(conn: Connection, channel: str, month: str) -> Usage:
    row = conn.execute(_OF, {"b_channel": channel, "b_month": month}).first()
    here = {"b_channel": channel}
    people, groups = (int(conn.execute(count, here).scalar_one()) for count in (_PEOPLE, _GROUPS))
    return Usage(row.received if row else 0, row.sent if row else 0, people, groups)


def hold_back(conn: Connection, channel: str, most: int, old: datetime, now: datetime) -> list[int]:
    """Refuse what is due with a priority number above `most`, or was tried before `old` (and the platform is not just
    away); their ids.
    """
    given = {"b_channel": channel, "b_most": most, "b_old": old, "b_now": now}
    return list(conn.scalars(_HOLD, given))


def unsent(conn: Connection, since: datetime) -> list[AnyRow]:
    """Notices for groups that did not get out (id, payload, made_at, unit, group), the newest first."""
    return list(conn.execute(_UNSENT, {"b_since": since}))


def to_offer(conn: Connection, since: datetime) -> list[AnyRow]:
    """Those of `unsent` their officers have not been given, in their order."""
    return list(conn.execute(_OFFER, {"b_since": since}))


def told(conn: Connection, ids: Sequence[int]) -> None:
    """Their officers have been given them."""
    if ids:
        conn.execute(_TOLD, {"b_ids": list(ids)})


def note_refusal(conn: Connection, channel: str, now: datetime, words: str) -> None:
    """The platform itself says no today, for a reason administrators should know of: the key of its `words`."""
    name = f"{SAID}{channel}:{now.astimezone(ZONE):%Y-%m-%d}:{words.rpartition('.')[2]}"
    conn.execute(_NOTE, {"name": name, "value": words})


def refusals(conn: Connection) -> list[tuple[str, str]]:
    """Those nobody has been told of: (mark, key of the words)."""
    return [(row.name, row.value) for row in conn.execute(_SAID)]


def refusal_told(conn: Connection, name: str) -> None:
    """Returns once it is written down; the same day's next one will be no news."""
    conn.execute(_SAID_TOLD, {"b_name": name})


def once(conn: Connection, name: str) -> bool:
    """True the first time this is asked under a name, False ever after."""
    return conn.execute(_ONCE, {"name": name, "value": ""}).first() is not None


def waiting(conn: Connection) -> list[tuple[str, str, int]]:
    """How many messages are still to go: channel, status, count."""
    return [(channel, status, count) for channel, status, count in conn.execute(_WAITING)]


def received(conn: Connection) -> list[tuple[str, int]]:
    """How many updates are kept and not worked on: channel, count."""
    return [(channel, count) for channel, count in conn.execute(_RECEIVED)]
