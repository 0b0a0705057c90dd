"""Hourly upkeep: what need not be kept is erased, a batch to a transaction so that nobody waits long for storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from handlers.talk import State
from models.queries import expiry, joining, uploads

BATCH = 200
INBOUND_KEPT = timedelta(days=14)  # Telegram repeats an update for a day at most
OUTBOX_KEPT = timedelta(days=30)  # longer than any update may come again: a dedupe key is not needed after that

Task = Callable[[Connection], int]


def tasks(now: datetime, draft_days: int) -> Iterator[tuple[str, Task, int]]:
    """(name, what to run in a transaction, batch size): to be run again while it does a whole batch; 0: once."""
    expired = now - timedelta(days=draft_days)
    yield "raw_erased", expiry.erase_raw, 0
    yield "inbound_trimmed", lambda conn: expiry.trim_inbound(conn, now - INBOUND_KEPT), 0
    yield "messages_forgotten", lambda conn: expiry.trim_outbox(conn, now - OUTBOX_KEPT, BATCH), BATCH
    yield "drafts_expired", lambda conn: expire_drafts(conn, expired), BATCH
    yield "uploads_expired", lambda conn: uploads.tidy(conn, now), 0
    yield "join_codes_dropped", lambda conn: joining.drop_codes(conn, now), 0
    yield "codes_unnamed", lambda conn: expiry.unname_codes(conn, now), 0
    yield "strangers_forgotten", lambda conn: expiry.forget_strangers(conn, expired, BATCH), BATCH


def expire_drafts(conn: Connection, before: datetime) -> int:
    """Empty conversations that stood still since then; how many. Language stays; old buttons no longer fit."""
    talks = expiry.old_talks(conn, before, BATCH)
    for talk in talks:
        state = State.from_json(talk.state)
        empty = State(version=state.version + 1, language=state.language)
        expiry.empty_talk(conn, talk.person_id, empty.to_json(), empty.version)
    return len(talks)
