"""What could not be said to people: kept when a message is refused, given once to whoever says it first.

What has an end of its own (`not_after`), changes another message or is a reminder lapses instead: late it would be
worth nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, case, delete, func, select, update

from models.chat import outbox
from models.person import account, person
from models.queries.outbox import BULK, IDS
from models.queries.rows import AnyRow
from models.queries.tally import below
from models.queries.upsert import insert
from models.untold import untold

QUESTION = "asks"  # name in a payload: the state's version whose question this is
ANSWER = "in:"  # how the dedupe key of what answers a person's own message begins

_u = untold.c
_COPIED = ("person_id", "about_id", "channel", "payload", "dedupe", "question", "made_at")
_REFUSED = (
    select(
        account.c.person_id,
        outbox.c.person_id.label("about_id"),
        *(outbox.c.channel, outbox.c.payload, outbox.c.dedupe),
        outbox.c.payload[QUESTION].as_integer().is_not(None).label("question"),
        outbox.c.made_at,
    )
    .join(account, and_(account.c.channel == outbox.c.channel, account.c.chat == outbox.c.chat))
    .where(
        *(IDS, outbox.c.status == "refused", outbox.c.is_group.is_(False)),
        *(outbox.c.priority < BULK, outbox.c.edits.is_(None), outbox.c.not_after.is_(None)),
    )
    .order_by(outbox.c.id)
)
_KEEP = insert(untold).from_select(_COPIED, _REFUSED).on_conflict_do_nothing(index_elements=[_u.dedupe])
_PUT = insert(untold).on_conflict_do_nothing(index_elements=[_u.dedupe])
_TAKE = delete(untold).where(_u.person_id == bindparam("b_person")).returning(untold)

# What officers tell in person: what is owed to somebody, and is about nobody else.
_OWED = and_(_u.question.is_(False), _u.told_at.is_(None), _u.about_id == _u.person_id)
_PEOPLE: BindParameter[list[int]] = bindparam("b_people", expanding=True)
_WAITING = (
    select(_u.person_id, person.c.unit_id, func.min(_u.made_at).label("since"))
    .join(person, person.c.id == _u.person_id)
    .where(_OWED)
    .group_by(_u.person_id, person.c.unit_id)
    .order_by(func.min(_u.made_at), _u.person_id)
)
_OF_PEOPLE = (
    select(
        *(_u.person_id, person.c.unit_id, person.c.name, person.c.phone, _u.payload, _u.made_at),
        case((_u.dedupe.startswith(ANSWER, autoescape=True), True), else_=False).label("answer"),
    )
    .join(person, person.c.id == _u.person_id)
    .where(_OWED, _u.person_id.in_(_PEOPLE))
    .order_by(_u.made_at, _u.id)
)
_TOLD = (
    update(untold)
    .where(_OWED, _u.person_id == bindparam("b_person"))
    .values(told_by=bindparam("b_by"), told_at=bindparam("b_at"))
)
_UNIT = select(person.c.unit_id).where(person.c.id == bindparam("b_person"))
_COUNT = (
    select(func.count(_u.person_id.distinct()))
    .join(person, person.c.id == _u.person_id)
    .where(_OWED, person.c.unit_id.in_(select(below.c.id)))
)


def keep(conn: Connection, message_ids: Sequence[int]) -> None:
    """Of these messages of the outbox, keep those that were refused and are owed to a person."""
    if message_ids:
        conn.execute(_KEEP, {"b_ids": list(message_ids)})


@dataclass(frozen=True, slots=True)
class Kept:
    """What nobody tried to send: whoever it is for cannot be reached at all. A `dedupe` used before does nothing."""

    person_id: int
    payload: Mapping[str, Any]
    dedupe: str
    made_at: datetime


def put(conn: Connection, kept: Kept) -> None:
    """Words for a person, who alone they are about."""
    values = {"person_id": kept.person_id, "about_id": kept.person_id, "channel": "", "payload": dict(kept.payload)}
    conn.execute(_PUT, {**values, "dedupe": kept.dedupe, "question": False, "made_at": kept.made_at})


def take(conn: Connection, person_id: int) -> list[AnyRow]:
    """All that is kept for a person, oldest first; nobody gets it a second time."""
    return sorted(conn.execute(_TAKE, {"b_person": person_id}), key=lambda row: (row.made_at, row.id))


def waiting(conn: Connection) -> list[AnyRow]:
    """`person_id`, `unit_id` and `since` of everybody who is to be told something in person, longest wait first."""
    return list(conn.execute(_WAITING))


def owed(conn: Connection, person_ids: Sequence[int]) -> list[AnyRow]:
    """What is to be told to these people, oldest first, with their `unit_id`, `name` and `phone`; `answer`: it answers
    their own words.
    """
    return list(conn.execute(_OF_PEOPLE, {"b_people": list(person_ids)})) if person_ids else []


def told(conn: Connection, person_id: int, by: int, at: datetime) -> bool:
    """An officer has told it in person; False where there was nothing (any more)."""
    return conn.execute(_TOLD, {"b_person": person_id, "b_by": by, "b_at": at}).rowcount > 0


def unit_of(conn: Connection, person_id: int) -> int | None:
    """The unit whose officers look after the person; None where it is not known."""
    found: int | None = conn.execute(_UNIT, {"b_person": person_id}).scalar()
    return found


def count_below(conn: Connection, unit_id: int) -> int:
    """How many people of the unit and all below it are to be told something in person."""
    return int(conn.execute(_COUNT, {"b_unit": unit_id}).scalar_one())
