"""Requests for help that nobody takes are told once more, then one level up; and what cannot be answered any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from handlers import desk_words
from handlers.desk_facts import request_of
from handlers.forms.register import CONSENT_VERSION
from handlers.talk import reply, say
from handlers.telling import Telling
from models.queries import people, registry, requests
from models.queries.requests import AGAIN, UNREACHED, Step
from models.queries.rows import AnyRow
from scheduler.desk import DeskPost
from scheduler.press import Press

PATIENCE = timedelta(minutes=30)  # until what nobody has taken is told once more, and again until it goes up


def due(conn: Connection, now: datetime) -> list[Step]:
    return requests.due(conn, now, PATIENCE)


def run(conn: Connection, step: Step, now: datetime, press: Press) -> int:
    """Tell what is due, unless somebody has seen to it meanwhile; how many people are told. One transaction."""
    if not requests.claim(conn, step, now, PATIENCE):
        return 0
    row = requests.find(conn, step.request_id, CONSENT_VERSION)
    if row is None:
        return 0
    post = DeskPost(press)
    if step.what == UNREACHED:
        return _unreached(conn, row, now, post)
    who = people.caretakers(conn, row.unit_id) if step.what == AGAIN else _above(conn, row.unit_id)
    known = registry.units_by_id(conn, [row.home_id]).get(row.home_id) if row.home_id else None
    asked = request_of(row, {"short": known.short_name} if known else None)
    note = say("request.again" if step.what == AGAIN else "request.up")
    chosen = post.in_charge(list(who), row.channel, row.person_id)
    for to in chosen:
        card = desk_words.card(asked, to.person_id, now, note)
        shown = desk_words.with_voice(card, asked, to.channel, to.language, to.person_id)
        hint = say("request.hint")
        post.tell(conn, Telling(to, shown, hint, f"request:{row.id}:{step.what}", row.person_id), now)
    return len(chosen)


def _above(conn: Connection, unit_id: int | None) -> Sequence[AnyRow]:
    """Those of the next level up that has anybody besides those who were told before; else the owners."""
    before = {row.person_id for row in people.caretakers(conn, unit_id)}
    here = registry.units_by_id(conn, [unit_id]).get(unit_id) if unit_id else None
    while here is not None and here.parent_id is not None:
        rows = people.officers(conn, here.parent_id, people.HELPING)
        if any(row.person_id not in before for row in rows):
            return [row for row in rows if row.person_id not in before]
        here = registry.units_by_id(conn, [here.parent_id]).get(here.parent_id)
    return [row for row in people.admins(conn) if row.person_id not in before]


def _unreached(conn: Connection, row: AnyRow, now: datetime, post: DeskPost) -> int:
    """Whoever looks after it learns that words through the bot reach the person no more."""
    to = post.address(conn, row.taken_by)
    if to is None:
        return 0
    shown = reply(say("request.unreachable", name=row.name or "?", phone=row.phone or "–"))
    post.tell(conn, Telling(to, shown, say("request.hint"), f"request:{row.id}:unreached", row.person_id), now)
    return 1
