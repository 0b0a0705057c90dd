"""What is not kept for ever: raw updates, drafts nobody came back to, people who never agreed (design.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, exists, func, null, select, update

from models.broadcast import broadcast, recipient
from models.chat import chat, inbound, notice, outbox
from models.columns import Instant
from models.initiative import coauthor, initiative
from models.joining import join_code, joined
from models.person import account, audit, consent, conversation, invite, person, request, role
from models.queries.erasure import UNNAMED
from models.queries.roles import WRONG
from models.untold import untold

IDLE = "-"  # the step of a conversation in which nothing is under way any more

_BEFORE = bindparam("b_before", type_=Instant)

# ---------------------------------------------------------------- updates

_ERASE_RAW = (
    update(inbound).where(inbound.c.status.in_(("done", "skipped")), inbound.c.raw.is_not(None)).values(raw=null())
)
_TRIM = delete(inbound).where(inbound.c.status.in_(("done", "skipped")), inbound.c.received_at < _BEFORE)


def erase_raw(conn: Connection) -> int:
    """Raw updates that were processed lose their contents; how many."""
    return conn.execute(_ERASE_RAW).rowcount


def trim_inbound(conn: Connection, before: datetime) -> int:
    """Forget processed updates received before then: no platform repeats them any more."""
    return conn.execute(_TRIM, {"b_before": before}).rowcount


# ---------------------------------------------------------------- messages

_OLD_MESSAGES = (
    select(outbox.c.id)
    .where(outbox.c.status.in_(("sent", "refused", "expired")), outbox.c.done_at < _BEFORE)
    .order_by(outbox.c.id)
    .limit(bindparam("b_limit"))
)
_DROP_MESSAGES = delete(outbox).where(outbox.c.id.in_(bindparam("b_ids", expanding=True)))


def trim_outbox(conn: Connection, before: datetime, limit: int) -> int:
    """Forget messages that were done with before then: they hold people's words; how many."""
    ids = list(conn.execute(_OLD_MESSAGES, {"b_before": before, "b_limit": limit}).scalars())
    if ids:
        conn.execute(_DROP_MESSAGES, {"b_ids": ids})
    return len(ids)


# ---------------------------------------------------------------- drafts

_OLD_TALKS = (
    select(conversation.c.person_id, conversation.c.state)
    .where(conversation.c.updated_at < _BEFORE, conversation.c.step != IDLE)
    .order_by(conversation.c.person_id)
    .limit(bindparam("b_limit"))
    .with_for_update()
)
_EMPTY = (
    update(conversation)
    .where(conversation.c.person_id == bindparam("b_person"))
    .values(
        state=bindparam("b_state", type_=conversation.c.state.type),
        version=bindparam("b_version"),
        step=IDLE,
    )
)


@dataclass(frozen=True, slots=True)
class Talk:
    person_id: int
    state: Mapping[str, Any]


def old_talks(conn: Connection, before: datetime, limit: int) -> list[Talk]:
    """Conversations in which nothing was said since then and that were not emptied yet, locked."""
    rows = conn.execute(_OLD_TALKS, {"b_before": before, "b_limit": limit})
    return [Talk(row.person_id, row.state) for row in rows]


def empty_talk(conn: Connection, person_id: int, state: Mapping[str, Any], version: int) -> None:
    """Put an empty state in the place of a draft that expired."""
    conn.execute(_EMPTY, {"b_person": person_id, "b_state": dict(state), "b_version": version})


# ---------------------------------------------------------------- people who never agreed

_NAMED_IN = (  # whoever stands here is part of a record that stays
    *(consent.c.person_id, role.c.person_id),
    *(initiative.c.author_id, initiative.c.filed_by_id, coauthor.c.person_id),
    broadcast.c.made_by,
    *(joined.c.kept_id, joined.c.gone_id),
    *(invite.c.made_by, invite.c.used_by, chat.c.linked_by, notice.c.posted_by),
)
_last_seen = select(func.max(account.c.last_seen)).where(account.c.person_id == person.c.id).scalar_subquery()
_STRANGERS = (
    select(person.c.id)
    .where(
        func.coalesce(_last_seen, person.c.created_at) < _BEFORE,
        person.c.sample.is_(False),
        *(~exists().where(column == person.c.id) for column in _NAMED_IN),
        ~exists().where(audit.c.person_id == person.c.id, audit.c.action != WRONG),
    )
    .order_by(person.c.id)
    .limit(bindparam("b_limit"))
)
_PERSON: BindParameter[int] = bindparam("b_people", expanding=True)
_FORGET = (
    delete(audit).where(audit.c.person_id.in_(_PERSON), audit.c.action == WRONG),
    delete(request).where(request.c.person_id.in_(_PERSON)),
    update(recipient).where(recipient.c.person_id.in_(_PERSON)).values(person_id=None, chat=UNNAMED),
    delete(untold).where(untold.c.person_id.in_(_PERSON) | untold.c.about_id.in_(_PERSON)),
    delete(join_code).where(join_code.c.person_id.in_(_PERSON)),
    delete(conversation).where(conversation.c.person_id.in_(_PERSON)),
    delete(account).where(account.c.person_id.in_(_PERSON)),
    delete(person).where(person.c.id.in_(_PERSON)),
)


def forget_strangers(conn: Connection, before: datetime, limit: int) -> int:
    """Erase people who never agreed to anything and were last heard of before then; how many."""
    people = list(conn.execute(_STRANGERS, {"b_before": before, "b_limit": limit}).scalars())
    for statement in _FORGET if people else ():
        conn.execute(statement, {"b_people": people})
    return len(people)


# ---------------------------------------------------------------- codes

_UNNAME = (
    update(invite)
    .where(invite.c.used_at.is_(None), invite.c.to_name != "", invite.c.expires_at < _BEFORE)
    .values(to_name="")
)


def unname_codes(conn: Connection, now: datetime) -> int:
    """Codes that nobody took in time lose the name of whom they were for; how many."""
    return conn.execute(_UNNAME, {"b_before": now}).rowcount
