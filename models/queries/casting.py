"""A broadcast under way: its recipients enter the outbox a portion at a time, and what became of each is taken down.

A recipient waits, is queued (a message of the dedupe key `cast:{broadcast}:{recipient}` stands in the outbox), then is
sent, gone, failed or skipped. The portion is small, so that pausing and cancelling act at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from models.broadcast import broadcast, recipient
from models.chat import chat, outbox
from models.columns import Instant
from models.person import account, person
from models.queries.outbox import BULK, NewMessage, put_bulk
from models.queries.rows import AnyRow
from models.unit import campaign, unit

# Why somebody is not reached: the bot was blocked, there is no such chat any more, the channel has none left for this.
BLOCKED, GONE, QUOTA = "blocked", "gone", "quota"
PLANNED, RUNNING, PAUSED, CANCELLED, DONE = "planned", "running", "paused", "cancelled", "done"
BY_HAND, BY_FAILURES, BY_GROWTH = "asked", "failures", "grew"
LONGEST = timedelta(hours=2)  # a reminder that could not leave for so long does not come any more

_b, _r = broadcast.c, recipient.c
_ID: BindParameter[int] = bindparam("b_id")
_NOW = bindparam("b_now", type_=Instant)
_OF = _r.broadcast_id == _ID
_THESE: BindParameter[list[int]] = bindparam("b_ids", expanding=True)
_KEYS: BindParameter[list[str]] = bindparam("b_keys", expanding=True)


def _is(word: str) -> ColumnElement[bool]:
    """As a literal: a bound value would not tell a planner that the partial index serves."""
    return _r.status == literal_column(f"'{word}'")


_UNDER_WAY = (
    select(_b.id)
    .where(_b.ended_at.is_(None), or_(_b.status != PLANNED, _b.starts_at <= _NOW))
    .order_by(_b.starts_at, _b.id)
)
_ROW = (
    select(
        *(broadcast, campaign.c.timezone, func.coalesce(person.c.language, "vi").label("language")),
        func.coalesce(unit.c.short_name, unit.c.name).label("unit_name"),
    )
    .select_from(
        broadcast.join(unit, unit.c.id == _b.unit_id)
        .join(campaign, campaign.c.id == _b.campaign_id)
        .outerjoin(person, person.c.id == _b.made_by)
    )
    .where(_b.id == _ID)
)
_LOCK = select(_b.id).where(_b.id == _ID)
_CHANGE = update(broadcast).where(_b.id == _ID)
_other = recipient.alias("other")
_HAD_ONE = exists().where(
    _other.c.person_id == _r.person_id,
    _other.c.day == _r.day,
    _other.c.broadcast_id != _r.broadcast_id,
    _other.c.status.in_(("queued", "sent")),
)
_WAITING = (
    select(
        *(_r.id, _r.channel, _r.chat, _r.is_group, _r.person_id, _r.unit_id, _r.language),
        person.c.name,
        and_(_r.person_id.is_not(None), person.c.reminders.is_(False)).label("off"),
        and_(_r.person_id.is_not(None), account.c.reachable.is_(False)).label("unreachable"),
        and_(_r.person_id.is_not(None), _HAD_ONE).label("had_one"),
        func.coalesce(chat.c.thread, "").label("thread"),
    )
    .select_from(
        recipient.outerjoin(
            chat, and_(_r.is_group.is_(True), chat.c.channel == _r.channel, chat.c.external_id == _r.chat)
        )
        .outerjoin(person, person.c.id == _r.person_id)
        .outerjoin(
            account,
            and_(account.c.person_id == _r.person_id, account.c.channel == _r.channel, account.c.chat == _r.chat),
        )
    )
    .where(_OF, _is("waiting"))
    .order_by(_r.id)
    .limit(bindparam("b_limit"))
)
_QUEUED = select(_r.id).where(_OF, _r.status == "queued")
_FATE = select(outbox.c.dedupe, outbox.c.status, outbox.c.outcome, outbox.c.not_before).where(
    outbox.c.dedupe.in_(_KEYS)
)
_SET = update(recipient).where(_r.id.in_(_THESE)).values(status=bindparam("b_status"), reason=bindparam("b_reason"))
_SET_DONE = _SET.values(done_at=_NOW)
_SKIP_WAITING = update(recipient).where(_OF, _is("waiting")).values(status="skipped", reason=CANCELLED, done_at=_NOW)
_TAKE_BACK = (
    delete(outbox)
    .where(outbox.c.dedupe.in_(_KEYS), outbox.c.status == literal_column("'queued'"))
    .returning(outbox.c.dedupe)
)


def _because(reason: str) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((_r.reason == reason, 1), else_=0)), 0).label(reason)


_COUNTS = select(_r.status, func.count().label("n"), _because(BLOCKED), _because(QUOTA)).where(_OF).group_by(_r.status)
_SENT_AS = select(outbox.c.external_id).where(outbox.c.dedupe == bindparam("b_key"), outbox.c.status == "sent")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of a broadcast's recipients are how far."""

    waiting: int = 0
    queued: int = 0
    sent: int = 0
    blocked: int = 0  # of those that are gone: they blocked the bot
    quota: int = 0  # of those that are gone: the channel had no more messages to send
    gone: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def of(self) -> int:
        return self.left + self.done

    @property
    def left(self) -> int:
        return self.waiting + self.queued

    @property
    def done(self) -> int:
        return self.sent + self.gone + self.failed + self.skipped

    @property
    def missed(self) -> int:
        """Those who were to be reached and were not."""
        return self.gone + self.failed


def key(broadcast_id: int, recipient_id: int) -> str:
    return f"cast:{broadcast_id}:{recipient_id}"


# ---------------------------------------------------------------- the broadcast itself


def under_way(conn: Connection, now: datetime) -> list[int]:
    """Those that have begun or should, and whose last message is not accounted for."""
    return list(conn.scalars(_UNDER_WAY, {"b_now": now}))


def find(conn: Connection, broadcast_id: int) -> AnyRow | None:
    """The broadcast with its unit's names, its campaign's time zone and the language of whoever made it."""
    return conn.execute(_ROW, {"b_id": broadcast_id}).first()


def lock(conn: Connection, broadcast_id: int, *, wait: bool = True) -> bool:
    """Nobody else works on it until the transaction ends; False where somebody does already, unless `wait`."""
    statement = _LOCK.with_for_update(skip_locked=not wait)
    return conn.execute(statement, {"b_id": broadcast_id}).first() is not None


def change(conn: Connection, broadcast_id: int, **values: Any) -> None:
    conn.execute(_CHANGE.values(**values), {"b_id": broadcast_id})


def counts(conn: Connection, broadcast_id: int) -> Counts:
    rows = {row.status: row for row in conn.execute(_COUNTS, {"b_id": broadcast_id})}
    found = {name: int(rows[name].n) for name in Counts.__slots__ if name in rows}
    gone = rows.get("gone")
    return Counts(**found, blocked=int(gone.blocked) if gone else 0, quota=int(gone.quota) if gone else 0)


def sent_as(conn: Connection, dedupe: str) -> str:
    """The platform's id of the message with this key; "" while it is not out."""
    return str(conn.scalar(_SENT_AS, {"b_key": dedupe}) or "")


# ---------------------------------------------------------------- what became of those in the outbox


def collect(conn: Connection, broadcast_id: int, now: datetime) -> int:
    """Take down what became of those in the outbox; how many still stand there and may leave by now."""
    ids = {key(broadcast_id, row_id): row_id for row_id in conn.scalars(_QUEUED, {"b_id": broadcast_id})}
    if not ids:
        return 0
    fates = {row.dedupe: row for row in conn.execute(_FATE, {"b_keys": list(ids)})}
    found: dict[tuple[str, str], list[int]] = {}
    for name, row_id in ids.items():
        fate = _fate(fates.get(name))
        if fate is not None:
            found.setdefault(fate, []).append(row_id)
    for (status, reason), these in found.items():
        conn.execute(_SET_DONE, {"b_ids": these, "b_status": status, "b_reason": reason, "b_now": now})
    soon = now + timedelta(seconds=1)
    return sum(row.status in ("queued", "sending") and row.not_before <= soon for row in fates.values())


def _fate(row: AnyRow | None) -> tuple[str, str] | None:
    """Status and reason of a recipient by its message; None while that is on its way. No message: it was erased."""
    if row is None:
        return "skipped", "erased"
    match row.status:
        case "queued" | "sending":
            return None
        case "sent":
            return "sent", ""
        case "expired":
            return ("skipped", "erased") if row.outcome == "erased" else ("failed", str(row.outcome or "")[:120])
    outcome = str(row.outcome or "")
    if outcome.startswith(QUOTA):  # held back, see `models.queries.meter`
        return "gone", QUOTA
    if outcome.lower().startswith("gone"):
        return "gone", BLOCKED if "blocked" in outcome else GONE
    return "failed", outcome[:120]


# ---------------------------------------------------------------- into the outbox and back


def waiting(conn: Connection, broadcast_id: int, limit: int) -> list[AnyRow]:
    """The next who wait, with what may stand against writing to them: `off`, `unreachable`, `had_one`."""
    return list(conn.execute(_WAITING, {"b_id": broadcast_id, "b_limit": limit}))


def queue(
    conn: Connection, row: AnyRow, payloads: Mapping[int, Mapping[str, Any]], chosen: Sequence[AnyRow], now: datetime
) -> None:
    """Put a message for each of these recipients into the outbox; `payloads` by recipient."""
    put_bulk(
        conn,
        [
            NewMessage(
                channel=one.channel,
                chat=one.chat,
                payload=payloads[one.id],
                dedupe=key(row.id, one.id),
                made_at=now,
                is_group=one.is_group,
                person_id=one.person_id,
                priority=BULK,
                not_after=now + LONGEST,
            )
            for one in chosen
        ],
    )
    settle(conn, [one.id for one in chosen], "queued", "", None)


def settle(conn: Connection, ids: Sequence[int], status: str, reason: str, now: datetime | None) -> None:
    """`now`: they are done with; None: they are not."""
    if ids:
        conn.execute(
            _SET if now is None else _SET_DONE,
            {"b_ids": list(ids), "b_status": status, "b_reason": reason} | ({"b_now": now} if now else {}),
        )


def take_back(conn: Connection, broadcast_id: int) -> None:
    """Those in the outbox that no process is just sending wait again."""
    ids = {key(broadcast_id, row_id): row_id for row_id in conn.scalars(_QUEUED, {"b_id": broadcast_id})}
    if ids:
        back = list(conn.scalars(_TAKE_BACK, {"b_keys": list(ids)}))
        settle(conn, [ids[name] for name in back], "waiting", "", None)


def skip_waiting(conn: Connection, broadcast_id: int, now: datetime) -> None:
    conn.execute(_SKIP_WAITING, {"b_id": broadcast_id, "b_now": now})
