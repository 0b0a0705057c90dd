"""What did not reach people: given to whoever writes again, and to the officers who tell it in person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.directory import Directory
from bot.roles import held
from handlers import rights
from handlers.desk_words import TYPED
from handlers.talk import CARD
from handlers.untold_facts import (
    PAGE,
    InPerson,
    Late,
    UntoldCount,
    UntoldOf,
    UntoldPeople,
    UntoldQuery,
    late_of,
)
from models.queries import untold
from models.queries.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Unsaid:
    """`unseen`: the question that was asked last is among what did not come."""

    late: tuple[Late, ...] = ()
    unseen: bool = False


def taken(conn: Connection, registry: Directory, person_id: int, channel: str, version: int, now: datetime) -> Unsaid:
    """All that is kept for the person: whoever calls this must say it in the same transaction. `version`: of the state.
    A question is not said: it is asked again if it still stands.
    """
    rows = untold.take(conn, person_id)
    zone = registry.zone(conn, None, now)
    late = (
        late_of(row.payload, row.made_at.astimezone(zone).date(), here=row.channel == channel)
        for row in rows
        if not row.question
    )
    unseen = any(row.question and row.payload.get(untold.QUESTION) == version for row in rows)
    return Unsaid(tuple(one for one in late if one.text or one.media), unseen)


# ---------------------------------------------------------------- those who tell it in person


def answer(conn: Connection, registry: Directory, query: UntoldQuery, person_id: int | None, now: datetime) -> Any:
    """What `handlers.untold_facts` promises for each query."""
    waiting = _of_mine(conn, registry, person_id, now)
    match query:
        case UntoldPeople(page):
            here = [row.person_id for row in waiting[page * PAGE : (page + 1) * PAGE]]
            return tuple(_people(conn, registry, here, now)), len(waiting)
        case UntoldOf(whom):
            there = [row.person_id for row in waiting if row.person_id == whom]
            return next(iter(_people(conn, registry, there, now)), None)
        case UntoldCount():
            return len(waiting)


def _of_mine(conn: Connection, registry: Directory, person_id: int | None, now: datetime) -> list[AnyRow]:
    """Those of the units in which the person helps, but for the person."""
    rows = untold.waiting(conn)
    roles = held(conn, registry, person_id, now) if rows and person_id else ()
    may = {
        unit_id: rights.may(roles, rights.HELP, registry.unit(conn, unit_id, now))
        for unit_id in {row.unit_id for row in rows}
    }
    return [row for row in rows if may[row.unit_id] and row.person_id != person_id]


def _people(conn: Connection, registry: Directory, ids: Sequence[int], now: datetime) -> list[InPerson]:
    by_person: dict[int, list[AnyRow]] = {one: [] for one in ids}
    for row in untold.owed(conn, ids):
        by_person[row.person_id].append(row)
    zone = registry.zone(conn, None, now)
    found = []
    for whom, rows in by_person.items():
        first, unit = rows[0], registry.unit(conn, rows[0].unit_id, now)
        words = tuple("" if _is_private(row) else str(row.payload.get("text") or "") for row in rows)
        since = first.made_at.astimezone(zone).date()
        found.append(InPerson(whom, first.name or "", unit.short if unit else "", first.phone or "", since, words))
    return found


def _is_private(row: AnyRow) -> bool:
    """An answer to the person's own words, or an initiative typed for them: nobody else's to read."""
    choices = row.payload.get("choices") or ()
    return row.answer or any(str(data).startswith(f"{CARD}:{TYPED}:") for _, _, data in choices)
