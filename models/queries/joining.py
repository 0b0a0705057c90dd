"""NOITK: two people who are one. Everything of one moves to the other and is written down, so that it can part again.

Of the one who came the rows of `person` and `conversation` stay, without accounts: whoever waits for that talk sees
whose it is now. What they once did (an audit row, a notice they posted)
keeps their number. What moves is in `_MOVES`; whoever adds a column that says whose something is adds it there.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Column, Connection, Table, bindparam, delete, exists, insert, null, select, update

from models.broadcast import broadcast, recipient
from models.chat import outbox
from models.columns import Instant
from models.initiative import coauthor, initiative
from models.joining import join_code, joined
from models.person import account, consent, conversation, invite, person, request, role
from models.portal import upload
from models.queries.invites import ALPHABET
from models.queries.rows import AnyRow
from models.untold import untold
from models.web import web_receipt

LIFE = timedelta(minutes=15)
LENGTH = 8
FILLED = ("name", "unit_id", "phone", "position", "education")  # of whoever stays, where they were not known

_MOVES: Mapping[str, tuple[Table, Column[Any]]] = {
    f"{column.table.name}.{column.name}": (column.table, column)
    for column in (
        *(account.c.person_id, consent.c.person_id, role.c.person_id),
        *(initiative.c.author_id, initiative.c.filed_by_id, coauthor.c.person_id),
        *(request.c.person_id, request.c.taken_by, invite.c.made_by),
        *(broadcast.c.made_by, recipient.c.person_id),
        *(upload.c.person_id, untold.c.person_id, untold.c.about_id, web_receipt.c.person_id),
    )
}
_FROM: BindParameter[int] = bindparam("b_from")
_TO: BindParameter[int] = bindparam("b_to")
_IDS: BindParameter[list[int]] = bindparam("b_ids", expanding=True)
_THEIRS = {name: select(table.c.id).where(column == _FROM) for name, (table, column) in _MOVES.items()}
_MOVE = {
    name: update(table).where(table.c.id.in_(_IDS), column == _FROM).values({column: _TO})
    for name, (table, column) in _MOVES.items()
}

# ---------------------------------------------------------------- codes

_NEW = insert(join_code)
_DROP_OPEN = delete(join_code).where(join_code.c.person_id == bindparam("b_person"), join_code.c.used_at.is_(None))
_GOOD = (
    join_code.c.code_hash == bindparam("b_hash"),
    join_code.c.used_at.is_(None),
    join_code.c.expires_at > bindparam("b_now", type_=Instant),
)
_FIND = (
    select(join_code.c.person_id, join_code.c.channel, join_code.c.chat, person.c.name, conversation.c.state)
    .join(person, person.c.id == join_code.c.person_id)
    .outerjoin(conversation, conversation.c.person_id == person.c.id)
    .where(*_GOOD)
)
_TAKE = (
    update(join_code)
    .where(*_GOOD)
    .values(used_at=bindparam("b_now", type_=Instant))
    .returning(join_code.c.person_id, join_code.c.channel, join_code.c.chat)
)
_OLD = delete(join_code).where(join_code.c.expires_at < bindparam("b_before", type_=Instant))


def make_code(conn: Connection, person_id: int, channel: str, chat: str, now: datetime) -> str:
    """A code good for `LIFE`; an earlier one of the person's is good no more."""
    conn.execute(_DROP_OPEN, {"b_person": person_id})
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    values = {"code_hash": _hash(code), "person_id": person_id, "channel": channel, "chat": chat}
    conn.execute(_NEW, {**values, "made_at": now, "expires_at": now + LIFE})
    return code


def find_code(conn: Connection, code: str, now: datetime) -> AnyRow | None:
    """`person_id`, `channel`, `chat`, `name` and `state` of whose code it is, while it is good."""
    return conn.execute(_FIND, {"b_hash": _hash(code), "b_now": now}).first()


def take_code(conn: Connection, code: str, now: datetime) -> AnyRow | None:
    """Use a code up: `person_id`, `channel`, `chat`. Of several who try at once one gets it."""
    return conn.execute(_TAKE, {"b_hash": _hash(code), "b_now": now}).first()


def drop_codes(conn: Connection, before: datetime) -> int:
    """Forget codes that were good until then; how many."""
    return conn.execute(_OLD, {"b_before": before}).rowcount


def _hash(code: str) -> str:
    return hashlib.sha256("".join(c for c in code.upper() if c.isalnum()).encode()).hexdigest()


# ---------------------------------------------------------------- joining

_twin = role.alias("twin")
_SAME_ROLE = (
    _twin.c.person_id == _TO,
    _twin.c.revoked_at.is_(None),
    _twin.c.kind == role.c.kind,
    _twin.c.unit_id.is_not_distinct_from(role.c.unit_id),
    _twin.c.cluster.is_not_distinct_from(role.c.cluster),
    _twin.c.campaign_id.is_not_distinct_from(role.c.campaign_id),
)
_DOUBLED = select(role.c.id).where(role.c.person_id == _FROM, role.c.revoked_at.is_(None), exists().where(*_SAME_ROLE))
_REST = update(role).where(role.c.id.in_(_IDS)).values(revoked_at=bindparam("b_at", type_=Instant))
_PERSON = select(*(person.c[name] for name in FILLED), person.c.reminders).where(person.c.id == bindparam("b_person"))
_SET = update(person).where(person.c.id == bindparam("b_person"))
_JOINED = insert(joined).returning(joined.c.id)
_CHATS = select(account.c.channel, account.c.chat).where(account.c.id.in_(_IDS))
_MESSAGES = (
    update(outbox)
    .where(
        outbox.c.channel == bindparam("b_channel"), outbox.c.chat == bindparam("b_chat"), outbox.c.person_id == _FROM
    )
    .values(person_id=_TO)
)


def join(conn: Connection, kept: int, gone: int, at: datetime) -> int:
    """Everything of `gone` is `kept`'s from now on; the id of the record. Both talks are locked by whoever calls."""
    doubled = list(conn.scalars(_DOUBLED, {"b_from": gone, "b_to": kept}))
    if doubled:  # one of two roles that are the same rests, or there would be two to revoke
        conn.execute(_REST, {"b_ids": doubled, "b_at": at})
    moved: dict[str, Any] = {"doubled": doubled}
    for name, theirs in _THEIRS.items():
        ids = list(conn.scalars(theirs, {"b_from": gone}))
        if ids:
            conn.execute(_MOVE[name], {"b_ids": ids, "b_from": gone, "b_to": kept})
            moved[name] = ids
    moved["filled"], moved["was"] = _fill(conn, kept, gone)
    _move_messages(conn, moved, gone, kept)
    conn.execute(_DROP_OPEN, {"b_person": gone})
    return int(conn.execute(_JOINED, {"kept_id": kept, "gone_id": gone, "at": at, "moved": moved}).scalar_one())


def _fill(conn: Connection, kept: int, gone: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was not known of one is taken from the other; whoever wants no reminders gets none. Gives what was filled
    in, and the unit of whoever came, who is counted nowhere meanwhile.
    """
    mine, theirs = (conn.execute(_PERSON, {"b_person": one}).one()._mapping for one in (kept, gone))
    filled = {name: theirs[name] for name in FILLED if mine[name] is None and theirs[name] is not None}
    if mine["reminders"] and not theirs["reminders"]:
        filled["reminders"] = False
    if filled:
        conn.execute(_SET.values(filled), {"b_person": kept})
    conn.execute(_SET.values(unit_id=null()), {"b_person": gone})
    return filled, {"unit_id": theirs["unit_id"]}


def _move_messages(conn: Connection, moved: Mapping[str, Any], source: int, target: int) -> None:
    """What was said to these accounts is the person's to erase."""
    for row in conn.execute(_CHATS, {"b_ids": moved.get("account.person_id", [])}).all():
        where = {"b_channel": row.channel, "b_chat": row.chat}
        conn.execute(_MESSAGES, {**where, "b_from": source, "b_to": target})


# ---------------------------------------------------------------- parting

_OF = (
    select(joined.c.id, joined.c.gone_id, joined.c.at, joined.c.moved)
    .where(joined.c.kept_id == bindparam("b_person"), joined.c.parted_at.is_(None))
    .order_by(joined.c.id.desc())
)
_LOCK = select(joined).where(joined.c.id == bindparam("b_id"), joined.c.parted_at.is_(None)).with_for_update()
_PARTED = update(joined).where(joined.c.id == bindparam("b_id")).values(parted_at=bindparam("b_at", type_=Instant))
_ACCOUNTS = select(account.c.channel).where(account.c.id.in_(_IDS)).order_by(account.c.id)
_HERE = select(account.c.id).where(account.c.id.in_(_IDS), account.c.person_id == bindparam("b_person"))
_NUMBERS = select(initiative.c.id, initiative.c.kept_at).where(
    (initiative.c.author_id == bindparam("b_person"))
    | (initiative.c.author_id.is_(None) & (initiative.c.filed_by_id == bindparam("b_person")))
)
_UNREST = update(role).where(role.c.id.in_(_IDS), role.c.revoked_by.is_(None), exists().where(*_SAME_ROLE))


@dataclass(frozen=True, slots=True)
class Part:
    """What would part again. `back`: initiatives that go with it; `since`: filed since, which stay."""

    id: int
    gone_id: int
    at: datetime
    channels: tuple[str, ...]
    back: int
    since: int
    roles: int


def of_person(conn: Connection, person_id: int) -> list[Part]:
    """What was joined to this person, the newest first."""
    rows = conn.execute(_OF, {"b_person": person_id}).all()
    mine = conn.execute(_NUMBERS, {"b_person": person_id}).all() if rows else []
    return [_part(conn, row, mine) for row in rows]


def _part(conn: Connection, row: AnyRow, mine: Sequence[AnyRow]) -> Part:
    came = {*row.moved.get("initiative.author_id", ()), *row.moved.get("initiative.filed_by_id", ())}
    channels = tuple(conn.scalars(_ACCOUNTS, {"b_ids": row.moved.get("account.person_id", [])}))
    return Part(
        id=row.id,
        gone_id=row.gone_id,
        at=row.at,
        channels=channels,
        back=sum(1 for one in mine if one.id in came),
        since=sum(1 for one in mine if one.id not in came and one.kept_at >= row.at),
        roles=len(row.moved.get("role.person_id", ())),
    )


def part(conn: Connection, join_id: int, kept: int, at: datetime) -> int | None:
    """What came with a join goes again, but for what has changed hands or was erased since. The id of the person who
    goes; None where it is not this person's to part, or not any more.
    """
    row = conn.execute(_LOCK, {"b_id": join_id}).first()
    if row is None or row.kept_id != kept:
        return None
    moved, gone = row.moved, int(row.gone_id)
    _move_messages(conn, moved, kept, gone)
    for name, move in _MOVE.items():
        if moved.get(name):
            conn.execute(move, {"b_ids": moved[name], "b_from": kept, "b_to": gone})
    if moved["doubled"]:
        conn.execute(_UNREST.values(revoked_at=null()), {"b_ids": moved["doubled"], "b_to": kept})
    _empty(conn, kept, moved["filled"])
    conn.execute(_SET.values(moved["was"]), {"b_person": gone})
    conn.execute(_PARTED, {"b_id": join_id, "b_at": at})
    return gone


def _empty(conn: Connection, kept: int, filled: Mapping[str, Any]) -> None:
    """What was filled in from the other goes, unless it was changed since."""
    mine = conn.execute(_PERSON, {"b_person": kept}).one()._mapping
    same: dict[str, Any] = {name: None for name in FILLED if name in filled and mine[name] == filled[name]}
    if "reminders" in filled and not mine["reminders"]:
        same |= {"reminders": True}
    if same:
        conn.execute(_SET.values(same), {"b_person": kept})


def brought(conn: Connection, join_id: int, person_id: int) -> list[int]:
    """The accounts that would go with a join, as long as they are this person's."""
    row = conn.execute(select(joined.c.moved).where(joined.c.id == join_id)).first()
    ids = row.moved.get("account.person_id", []) if row is not None else []
    return list(conn.scalars(_HERE, {"b_ids": ids, "b_person": person_id}))


# ---------------------------------------------------------------- erasing

_SHELLS = select(joined.c.gone_id).where(joined.c.kept_id == bindparam("b_person"), joined.c.parted_at.is_(None))


def shells(conn: Connection, person_id: int) -> list[int]:
    """People who are joined to this one, and those who are joined to them."""
    found: list[int] = []
    waiting = [person_id]
    while waiting:
        here = [int(one) for one in conn.scalars(_SHELLS, {"b_person": waiting.pop()}) if one not in found]
        found += here
        waiting += here
    return found
