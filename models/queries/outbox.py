"""The outbox: what is to be sent, by whom it is being sent, and what became of it.

A row is queued, then sending (leased to a process: `models.queries.claiming`), then sent, refused or expired
(`models.queries.outcome`). A chat's
messages leave in the order of sending: by priority, then as they were put. The first unsent one blocks the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    literal_column,
    null,
    select,
    update,
)

from models.chat import outbox
from models.queries.upsert import insert

REPLY, NOTICE, BULK = 0, 5, 9  # priorities: replies before notices before bulk


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One message to be sent. Put with `leased_by`, it is that process's to send at once; else it waits in the queue.

    `payload` is JSON: {"text": str, "choices": [[label, number|null, data], …], "media": [{"kind", "ref", "name"}],
    "thread": str, "numbered": bool}. A `dedupe` key that was used before makes the message do nothing. `replaces` names
    what it is about: an older message of that chat and key that is still queued is dropped. `edits` is the external id
    of a message to change in place. It is not sent before `not_before` (default: at once) nor after `not_after`.
    """

    channel: str
    chat: str
    payload: Mapping[str, Any]
    dedupe: str
    made_at: datetime
    is_group: bool = False
    person_id: int | None = None
    priority: int = REPLY
    replaces: str = ""
    edits: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    leased_by: str = ""
    lease_until: datetime | None = None

    @property
    def leased_now(self) -> bool:
        """Is it its holder's to send as soon as it is put?"""
        return bool(self.leased_by) and (self.not_before is None or self.not_before <= self.made_at)

    def row(self) -> dict[str, Any]:
        not_before = self.not_before or self.made_at
        leased = self.leased_now
        return {
            "channel": self.channel,
            "chat": self.chat,
            "is_group": self.is_group,
            "person_id": self.person_id,
            "priority": self.priority,
            "payload": dict(self.payload),
            "dedupe": self.dedupe,
            "replaces": self.replaces or None,
            "edits": self.edits or None,
            "status": "sending" if leased else "queued",
            "not_before": not_before,
            "not_after": self.not_after,
            "lease_until": self.lease_until if leased else None,
            "leased_by": self.leased_by if leased else None,
            "attempts": 1 if leased else 0,
            "first_tried_at": self.made_at if leased else None,
            "maybe_sent": False,
            "made_at": self.made_at,
        }


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is this process's to send until `lease_until`."""

    id: int
    channel: str
    chat: str
    is_group: bool
    priority: int
    payload: Mapping[str, Any]
    edits: str
    attempts: int  # this one included
    first_tried_at: datetime
    lease_until: datetime
    behind: int | None = None  # when it was put, the last of its chat that had to leave before it


# ---------------------------------------------------------------- statements, built once

_c = outbox.c
# The conditions of the partial indexes stand here as literals, word for word: see models/chat.py.
UNSENT_WORDS: tuple[ColumnElement[str], ...] = (literal_column("'queued'"), literal_column("'sending'"))
QUEUED = _c.status == UNSENT_WORDS[0]
SENDING = _c.status == UNSENT_WORDS[1]
UNSENT = _c.status.in_(UNSENT_WORDS)
OF_CHANNEL = _c.channel == bindparam("b_channel")
OF_CHAT = and_(OF_CHANNEL, _c.chat == bindparam("b_chat"))
THESE: BindParameter[list[int]] = bindparam("b_ids", expanding=True)
IDS = _c.id.in_(THESE)


TOO_LATE = "too late"  # the outcome of what did not leave before its end
FREE = {"status": "queued", "lease_until": null(), "leased_by": null()}
DONE = {"done_at": bindparam("b_now"), "lease_until": null(), "leased_by": null()}
_PUT_BULK = insert(outbox).on_conflict_do_nothing(index_elements=[_c.dedupe])
_PUT = _PUT_BULK.returning(_c.id)
_PUT_LEASED = _PUT_BULK.returning(_c.id, _c.dedupe)
_LAST_UNSENT = (
    select(_c.id)
    .where(OF_CHAT, UNSENT, _c.priority <= bindparam("b_priority"))
    .order_by(_c.priority.desc(), _c.id.desc())
    .limit(1)
)
_REPLACE = (
    update(outbox)
    .where(OF_CHAT, QUEUED, _c.replaces == bindparam("b_key"), _c.id != bindparam("b_id"))
    .values(status="expired", outcome="replaced", **DONE)
)
# ---------------------------------------------------------------- putting


def put(conn: Connection, messages: Sequence[NewMessage]) -> list[int]:
    """Store messages, in their order, and give the ids of those that were new (by `dedupe`), rising."""
    if not messages:
        return []
    plain = [message.row() for message in messages if not message.replaces]
    ids = list(conn.scalars(_PUT, plain if len(plain) > 1 else plain[0])) if plain else []
    for message in messages:
        if message.replaces:
            ids.extend(_put_replacing(conn, message))
    return sorted(ids)


def put_leased(conn: Connection, messages: Sequence[NewMessage], outdated: str = "") -> list[Claimed]:
    """Store a turn's messages and give, in their order, those that are now their holder's to send: not the repeats (by
    `dedupe`), nor what is for later or for whichever sender looks first. What their chats still have queued under the
    key `outdated` is dropped.
    """
    for message in messages if outdated else ():
        here = {"b_channel": message.channel, "b_chat": message.chat, "b_now": message.made_at}
        conn.execute(_REPLACE, here | {"b_key": outdated, "b_id": 0})
    mine = [message for message in messages if message.leased_now]
    claimed = _put_mine(conn, mine) if mine else []
    put(conn, [message for message in messages if not message.leased_now])  # later ones must not stand before these
    return claimed


def _put_mine(conn: Connection, mine: Sequence[NewMessage]) -> list[Claimed]:
    firsts = {(message.channel, message.chat): message for message in reversed(mine)}
    behind = {chat: _last_unsent(conn, message) for chat, message in firsts.items()}
    plain = [message.row() for message in mine]
    new = {key: row_id for row_id, key in conn.execute(_PUT_LEASED, plain if len(plain) > 1 else plain[0])}
    return [
        _just_put(message, new[message.dedupe], behind[message.channel, message.chat])
        for message in mine
        if message.dedupe in new
    ]


def _last_unsent(conn: Connection, message: NewMessage) -> int | None:
    """The last message of its chat that leaves before it, and has not left yet."""
    of_chat = {"b_channel": message.channel, "b_chat": message.chat, "b_priority": message.priority}
    found: int | None = conn.scalar(_LAST_UNSENT, of_chat)
    return found


def _just_put(message: NewMessage, row_id: int, behind: int | None) -> Claimed:
    return Claimed(
        id=row_id,
        channel=message.channel,
        chat=message.chat,
        is_group=message.is_group,
        priority=message.priority,
        payload=message.payload,
        edits=message.edits,
        attempts=1,
        first_tried_at=message.made_at,
        lease_until=message.lease_until or message.made_at,
        behind=behind,
    )


def put_bulk(conn: Connection, messages: Sequence[NewMessage]) -> None:
    """Store thousands at once: without giving their ids it takes a quarter of the time. `replaces` is not heeded."""
    if messages:
        conn.execute(_PUT_BULK, [message.row() for message in messages])


def _put_replacing(conn: Connection, message: NewMessage) -> list[int]:
    ids = list(conn.scalars(_PUT, message.row()))
    for new in ids:
        conn.execute(
            _REPLACE,
            {
                "b_channel": message.channel,
                "b_chat": message.chat,
                "b_key": message.replaces,
                "b_id": new,
                "b_now": message.made_at,
            },
        )
    return ids
