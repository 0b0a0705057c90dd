"""Where each person's talk stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from models.person import account, conversation
from models.queries.rows import AnyRow

_SAVE = (
    update(conversation)
    .where(conversation.c.person_id == bindparam("b_person"))
    .values(
        state=bindparam("b_state", type_=conversation.c.state.type),
        step=bindparam("b_step"),
        version=bindparam("b_version"),
        updated_at=bindparam("b_now"),
    )
)
_LOCK = (
    select(conversation.c.person_id)
    .join(account, account.c.person_id == conversation.c.person_id)
    .where(account.c.channel == bindparam("b_channel"), account.c.external_id == bindparam("b_account"))
    .with_for_update(of=conversation)
)

_OF_PEOPLE = (
    select(conversation.c.person_id, conversation.c.state, conversation.c.step, conversation.c.updated_at)
    .where(conversation.c.person_id.in_(bindparam("b_people", expanding=True)))
    .order_by(conversation.c.person_id)
    .with_for_update()
)

_IF_FREE = (
    select(conversation.c.state, conversation.c.step, conversation.c.updated_at)
    .where(conversation.c.person_id == bindparam("b_person"))
    .with_for_update(skip_locked=True)
)


def if_free(conn: Connection, person_id: int) -> AnyRow | None:
    """`state`, `step` and `updated_at` of somebody else's talk, locked; None while that person is being answered: two
    people who write to each other at once would wait for each other for ever.
    """
    return conn.execute(_IF_FREE, {"b_person": person_id}).first()


def of_people(conn: Connection, person_ids: Iterable[int]) -> dict[int, AnyRow]:
    """`state`, `step` and `updated_at` of these people's talks, locked in the order of their ids."""
    return {row.person_id: row for row in conn.execute(_OF_PEOPLE, {"b_people": sorted(set(person_ids))})}


def lock(conn: Connection, channel: str, account_id: str) -> None:
    """Let nobody else work on this person's conversation until the transaction ends (on SQLite nobody can)."""
    conn.execute(_LOCK, {"b_channel": channel, "b_account": account_id})


def save(conn: Connection, person_id: int, state: Mapping[str, Any], *, step: str, version: int, now: datetime) -> None:
    """Keep the state after a turn. Does nothing where the person was forgotten in this very turn."""
    conn.execute(
        _SAVE,
        {"b_person": person_id, "b_state": dict(state), "b_step": step[:60], "b_version": version, "b_now": now},
    )
