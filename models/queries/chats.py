"""Groups the bot is in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from models.chat import chat, notice, outbox
from models.queries.rows import AnyRow
from models.queries.upsert import insert as upsert

HAND = "hand"  # channel of groups the bot cannot be in: an officer posts there by hand
GROUP_FIELDS = frozenset(
    {"hour", "kind", "language", "campaign_id"}
    | {"days", "kinds", "sorted_by", "picture", "preview", "approval", "quiet_from", "quiet_to"}
)

_HERE = (chat.c.channel == bindparam("b_channel"), chat.c.external_id == bindparam("b_external"))
_GROUP = select(chat).where(*_HERE)
_NEW = upsert(chat).on_conflict_do_nothing()
_SET = update(chat).where(chat.c.id == bindparam("b_id"))
_FIND = select(chat.c.id, chat.c.unit_id).where(*_HERE).with_for_update()
_BY_ID = select(chat).where(chat.c.id == bindparam("b_id"))
_NOTICED = select(exists().where(notice.c.chat_id == bindparam("b_id")))
_BY_HAND = insert(chat).returning(chat.c.id)
_LINKED = (
    select(chat)
    .where(chat.c.unit_id.is_not(None), chat.c.kind.is_not(None), chat.c.standing.in_(("member", "admin")))
    .order_by(chat.c.id)
)
_OF_CHANNEL = select(chat).where(chat.c.channel == bindparam("b_channel")).order_by(chat.c.id)
_DROP = delete(chat).where(chat.c.id == bindparam("b_id"))
_MOVE_QUEUE = (
    update(outbox)
    .where(
        outbox.c.channel == bindparam("b_channel"),
        outbox.c.chat == bindparam("b_external"),
        outbox.c.status.in_(("queued", "sending")),
    )
    .values(chat=bindparam("b_new"))
)


def group(conn: Connection, channel: str, external_id: str) -> AnyRow | None:
    """A group by its platform's id."""
    return conn.execute(_GROUP, {"b_channel": channel, "b_external": external_id}).first()


def by_id(conn: Connection, chat_id: int) -> AnyRow | None:
    return conn.execute(_BY_ID, {"b_id": chat_id}).first()


def ensure(
    conn: Connection, channel: str, external_id: str, *, thread: str = "", title: str = "", language: str = "vi"
) -> AnyRow:
    """The group's row, made when it is new, its title and thread kept up to date; whoever hears from it is in it."""
    row = group(conn, channel, external_id)
    if row is None:
        new = {"channel": channel, "external_id": external_id, "thread": thread, "title": title, "language": language}
        conn.execute(_NEW, new)
        row = group(conn, channel, external_id)
        if row is None:
            raise LookupError("the group vanished while it was stored")
    elif (title and title != row.title) or row.standing == "left":
        conn.execute(_SET, {"b_id": row.id, "title": title or row.title, "standing": "member"})
    return row


def set_standing(conn: Connection, chat_id: int, standing: str) -> None:
    """The bot is member or admin of the group now, or has left it."""
    conn.execute(_SET, {"b_id": chat_id, "standing": standing})


def link(
    conn: Connection, chat_id: int, *, unit_id: int, kind: str, by: int | None, at: datetime, thread: str = ""
) -> None:
    """The group belongs to this unit from now on; notices go to the topic the code was typed in."""
    values = {"unit_id": unit_id, "kind": kind, "linked_at": at, "linked_by": by, "thread": thread}
    conn.execute(_SET, values | {"b_id": chat_id})


def link_by_hand(
    conn: Connection, *, unit_id: int, kind: str, title: str, by: int | None, at: datetime, language: str
) -> int:
    """A group the bot cannot be in: its row, under an id of our own. Nothing is ever sent there."""
    here = {"channel": HAND, "external_id": token_hex(8), "title": title, "language": language}
    values = here | {"unit_id": unit_id, "kind": kind, "linked_at": at, "linked_by": by}
    return int(conn.execute(_BY_HAND, values).scalar_one())


def unlink(conn: Connection, chat_id: int) -> None:
    """The group belongs to no unit any more. Its settings stay, for the next time it is linked."""
    conn.execute(_SET, {"b_id": chat_id, "unit_id": None, "kind": None, "linked_at": None, "linked_by": None})


def of_channel(conn: Connection, channel: str) -> list[AnyRow]:
    """All groups that were ever met there."""
    return list(conn.execute(_OF_CHANNEL, {"b_channel": channel}))


def linked(conn: Connection) -> list[AnyRow]:
    """All groups that belong to a unit and are not left."""
    return list(conn.execute(_LINKED))


def set_group(conn: Connection, chat_id: int, values: Mapping[str, Any]) -> None:
    """Change what is given of `GROUP_FIELDS`. Raises `ValueError` for anything else."""
    strange = sorted(set(values) - GROUP_FIELDS)
    if strange:
        raise ValueError(f"no such field of a group: {', '.join(strange)}")
    if values:
        conn.execute(_SET, {**values, "b_id": chat_id})


def move(conn: Connection, channel: str, old: str, new: str) -> None:
    """The platform gave a group another id (group to supergroup): its row and its queue follow. May be repeated.

    Where a message from the new id came first, the empty row it made gives way to the old one with its link.
    """
    known = conn.execute(_FIND, {"b_channel": channel, "b_external": old}).first()
    taken = conn.execute(_FIND, {"b_channel": channel, "b_external": new}).first()
    if known is not None:
        if taken is not None and (taken.unit_id is not None or conn.execute(_NOTICED, {"b_id": taken.id}).scalar()):
            conn.execute(_SET, {"b_id": known.id, "standing": "left"})
        else:
            if taken is not None:
                conn.execute(_DROP, {"b_id": taken.id})
            conn.execute(_SET, {"b_id": known.id, "external_id": new})
    conn.execute(_MOVE_QUEUE, {"b_channel": channel, "b_external": old, "b_new": new})
