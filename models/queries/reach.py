"""Chats that can no longer be reached, and those that can again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from models.chat import chat, outbox
from models.person import account
from models.queries import outcome, people, untold
from models.queries.outbox import OF_CHAT, QUEUED

_LEFT = (
    update(chat)
    .where(chat.c.channel == bindparam("b_channel"), chat.c.external_id == bindparam("b_chat"))
    .values(standing="left")
)
_UNREACHABLE = (
    update(account)
    .where(account.c.channel == bindparam("b_channel"), account.c.chat == bindparam("b_chat"))
    .values(reachable=False)
)

_AT_ONCE = (
    update(outbox)
    .where(OF_CHAT, QUEUED, outbox.c.not_before > bindparam("b_now"), outbox.c.first_tried_at.is_not(None))
    .values(not_before=bindparam("b_now"))
)


def back(conn: Connection, account_row: int, channel: str, chat_id: str, now: datetime) -> None:
    """The person writes (again): reachable, and what was tried and waits goes now, for it may have waited for this; it
    would hold back the answer, too.
    """
    people.seen(conn, account_row, chat_id, now)
    at_once(conn, channel, chat_id, now)


def at_once(conn: Connection, channel: str, chat_id: str, now: datetime) -> None:
    """What was tried and waits goes now."""
    conn.execute(_AT_ONCE, {"b_channel": channel, "b_chat": chat_id, "b_now": now})


def gone(conn: Connection, channel: str, chat_id: str, now: datetime, *, is_group: bool) -> None:
    """Blocked, kicked or deleted: the chat's standing says so, and what is queued for it is refused. What was for a
    person is kept (`models.queries.untold`).

    When the person writes again, or the bot is added again, the intake makes the chat reachable.
    """
    conn.execute(_LEFT if is_group else _UNREACHABLE, {"b_channel": channel, "b_chat": chat_id})
    untold.keep(conn, outcome.refuse_chat(conn, channel, chat_id, now, "gone"))
