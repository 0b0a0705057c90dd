"""Visitors of the filing page: who a cookie or a receipt code is, what was said to them, how much they may do.

A browser is an account of the channel `web` whose id is the hash of its cookie: whoever reads the database can take
nobody's place. A receipt code leads another browser to the same person.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, exists, func, or_, select, update

from models.chat import outbox
from models.columns import Instant
from models.initiative import initiative
from models.person import account, consent, conversation, person
from models.queries.invites import ALPHABET
from models.queries.rows import AnyRow
from models.queries.upsert import insert
from models.unit import unit
from models.web import web_count, web_receipt

CHANNEL = "web"
LENGTH = 12  # characters of a receipt code: 58 bits
KEPT = 10  # codes of one person; the oldest makes room
SHOWN = 12  # messages of a talk that a page can show
SESSION = timedelta(days=60)  # unused for so long, a browser is a stranger again
LISTED = 30  # initiatives a receipt code shows

# ---------------------------------------------------------------- a browser

_SESSION = (
    select(
        account.c.id,
        account.c.chat,
        account.c.person_id,
        person.c.language,
        exists()
        .where(
            consent.c.person_id == person.c.id,
            consent.c.version == bindparam("b_version"),
            consent.c.withdrawn_at.is_(None),
        )
        .label("consented"),
    )
    .join(person, person.c.id == account.c.person_id)
    .where(
        account.c.channel == CHANNEL,
        account.c.external_id == bindparam("b_account"),
        account.c.last_seen > bindparam("b_since", type_=Instant),
    )
)
_OTHER_BROWSER = insert(account).on_conflict_do_nothing()
_LEAVE = (
    update(account)
    .where(account.c.channel == CHANNEL, account.c.external_id == bindparam("b_account"))
    .values(external_id=bindparam("b_gone"), reachable=False)
)


_OVER = (
    update(account)
    .where(
        account.c.channel == CHANNEL,
        account.c.external_id == bindparam("b_account"),
        account.c.last_seen <= bindparam("b_since", type_=Instant),
    )
    .values(external_id=bindparam("b_gone"), reachable=False)
)


def end_session(conn: Connection, account_id: str, now: datetime) -> None:
    """A browser that was not used for too long is nobody's: whoever begins with it now is a stranger."""
    conn.execute(_OVER, {"b_account": account_id, "b_since": now - SESSION, "b_gone": _nobodys()})


def session(conn: Connection, account_id: str, consent_version: str, now: datetime) -> AnyRow | None:
    """`id`, `chat`, `person_id`, `language` and `consented` of a browser that has said something before."""
    binds = {"b_account": account_id, "b_version": consent_version, "b_since": now - SESSION}
    return conn.execute(_SESSION, binds).first()


def open_session(conn: Connection, account_id: str, person_id: int, now: datetime) -> None:
    """This browser is this person's, too."""
    values = {"channel": CHANNEL, "external_id": account_id, "chat": account_id, "person_id": person_id}
    conn.execute(_OTHER_BROWSER, {**values, "reachable": True, "last_seen": now})


def leave(conn: Connection, account_id: str) -> None:
    """The browser is nobody's any more; what the person has stays."""
    conn.execute(_LEAVE, {"b_account": account_id, "b_gone": _nobodys()})


def _nobodys() -> str:
    return f"left-{secrets.token_hex(16)}"


# ---------------------------------------------------------------- what was said

_TALK = (
    select(outbox.c.id, outbox.c.dedupe, outbox.c.payload)
    .where(
        outbox.c.channel == CHANNEL,
        outbox.c.chat == bindparam("b_chat"),
        outbox.c.status.in_(("queued", "sending", "sent")),
        or_(  # what an album says is said once; a page need not wait for its silence
            outbox.c.not_before <= bindparam("b_now", type_=Instant), outbox.c.replaces == "album"
        ),
    )
    .order_by(outbox.c.id.desc())
    .limit(SHOWN)
)


def talk(conn: Connection, chat: str, now: datetime) -> list[AnyRow]:
    """The newest messages to a browser, oldest first: `id`, `dedupe`, `payload`."""
    return list(reversed(conn.execute(_TALK, {"b_chat": chat, "b_now": now}).all()))


# ---------------------------------------------------------------- receipts

_OF_PERSON = or_(
    initiative.c.author_id == bindparam("b_person"),
    initiative.c.author_id.is_(None) & (initiative.c.filed_by_id == bindparam("b_person")),
)
_LAST = select(func.max(web_receipt.c.made_at)).where(web_receipt.c.person_id == bindparam("b_person"))
_NEWEST = select(func.max(initiative.c.kept_at)).where(_OF_PERSON)
_RECEIPT = insert(web_receipt)
_OLD_ONES = (
    select(web_receipt.c.id)
    .where(web_receipt.c.person_id == bindparam("b_person"))
    .order_by(web_receipt.c.id.desc())
    .offset(KEPT)
)
_DROP = delete(web_receipt).where(web_receipt.c.id.in_(bindparam("b_ids", expanding=True)))
_FIND = select(web_receipt.c.person_id).where(web_receipt.c.code_hash == bindparam("b_hash"))
_FILED = (
    select(
        initiative.c.code,
        initiative.c.title,
        initiative.c.status,
        initiative.c.filed_day,
        unit.c.short_name.label("unit"),
    )
    .join(unit, unit.c.id == initiative.c.unit_id)
    .where(_OF_PERSON)
    .order_by(initiative.c.kept_at.desc(), initiative.c.id.desc())
    .limit(LISTED)
)
_UNIT = select(unit.c.code).join(person, person.c.unit_id == unit.c.id).where(person.c.id == bindparam("b_person"))
_DRAFT = select(conversation.c.step, conversation.c.state).where(conversation.c.person_id == bindparam("b_person"))


def receipt_due(conn: Connection, person_id: int) -> bool:
    """Was anything filed or kept since the person's newest receipt code was made?"""
    newest = conn.execute(_NEWEST, {"b_person": person_id}).scalar()
    last = conn.execute(_LAST, {"b_person": person_id}).scalar()
    return newest is not None and (last is None or newest > last)


def make_receipt(conn: Connection, person_id: int, now: datetime) -> str:
    """A code that leads to this person, given once: it cannot be read again. The oldest of too many is let go."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    conn.execute(_RECEIPT, {"code_hash": _hash(code), "person_id": person_id, "made_at": now})
    old = list(conn.execute(_OLD_ONES, {"b_person": person_id}).scalars())
    if old:
        conn.execute(_DROP, {"b_ids": old})
    return code


def bare(code: str) -> str:
    """A receipt code as it was made, however it was typed: blanks, dashes and case do not matter."""
    return "".join(c for c in code.upper() if c.isalnum())


def person_of(conn: Connection, code: str) -> int | None:
    """Whose code it is; None for one that never was, or is no good any more."""
    found = conn.execute(_FIND, {"b_hash": _hash(code)}).scalar()
    return int(found) if found is not None else None


def filed(conn: Connection, person_id: int) -> list[AnyRow]:
    """The person's initiatives and ideas, newest first: `code`, `title`, `status`, `filed_day`, `unit`."""
    return list(conn.execute(_FILED, {"b_person": person_id}))


def unit_of(conn: Connection, person_id: int) -> str:
    """The code of the person's unit; "" where none is known."""
    return str(conn.execute(_UNIT, {"b_person": person_id}).scalar() or "")


def conversation_of(conn: Connection, person_id: int) -> AnyRow | None:
    return conn.execute(_DRAFT, {"b_person": person_id}).first()


def _hash(code: str) -> str:
    return hashlib.sha256(bare(code).encode()).hexdigest()


# ---------------------------------------------------------------- limits

_COUNT = (
    insert(web_count)
    .values(name=bindparam("b_name"), hour=bindparam("b_hour", type_=Instant), number=1)
    .on_conflict_do_update(index_elements=[web_count.c.name, web_count.c.hour], set_={"number": web_count.c.number + 1})
    .returning(web_count.c.number)
)
_SO_FAR = select(web_count.c.number).where(
    web_count.c.name == bindparam("b_name"), web_count.c.hour == bindparam("b_hour", type_=Instant)
)
_PAST = delete(web_count).where(web_count.c.hour < bindparam("b_hour", type_=Instant))


def count(conn: Connection, name: str, now: datetime) -> int:
    """Count one more of this name within the hour, and give how many that makes."""
    return int(conn.execute(_COUNT, {"b_name": name, "b_hour": _hour(now)}).scalar_one())


def so_far(conn: Connection, name: str, now: datetime) -> int:
    return int(conn.execute(_SO_FAR, {"b_name": name, "b_hour": _hour(now)}).scalar() or 0)


def tidy_counts(conn: Connection, now: datetime) -> int:
    """Forget the counts of hours that are over."""
    return conn.execute(_PAST, {"b_hour": _hour(now)}).rowcount


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
