"""What people wait for an officer to do: call back, type a voice message, add a unit; and who looks after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, exists, func, insert, null, or_, select, update

from models.columns import Instant
from models.person import account, consent, person, request
from models.queries.rows import AnyRow

OLDEST = timedelta(days=2)  # what nobody took for so long is not told any more: it stays on the list

_r = request.c
_ID = _r.id == bindparam("b_id")
_OPEN = _r.done_at.is_(None)
_taker = person.alias("taker")
_ADD = insert(request).returning(_r.id)
_ASKED = (
    select(_r.id)
    .where(
        _r.person_id == bindparam("b_person"),
        _r.kind == bindparam("b_kind"),
        _OPEN,
        _r.asked_at > bindparam("b_since"),
    )
    .limit(1)
)
_FULL = (
    select(
        request,
        person.c.name,
        person.c.phone,
        person.c.language,
        person.c.unit_id.label("home_id"),
        _taker.c.name.label("taker"),
        exists().where(account.c.person_id == _r.person_id, account.c.reachable.is_(True)).label("reachable"),
        exists()
        .where(
            consent.c.person_id == _r.person_id,
            consent.c.version == bindparam("b_version"),
            consent.c.withdrawn_at.is_(None),
        )
        .label("consented"),
    )
    .join(person, person.c.id == _r.person_id)
    .outerjoin(_taker, _taker.c.id == _r.taken_by)
)
_ONE = _FULL.where(_ID)
_LOCKED = select(request).where(_ID).with_for_update()
_TALK = (
    _FULL.where(_r.person_id == bindparam("b_person"), _OPEN, or_(_r.taken_by.is_not(None), _r.kind == "help"))
    .order_by(func.coalesce(_r.taken_at, _r.asked_at).desc(), _r.id.desc())
    .limit(1)
)
_WAITING = select(_r.id, _r.unit_id, _r.person_id).where(_OPEN).order_by(_r.asked_at, _r.id)
_TAKE = (
    update(request)
    .where(_ID, _OPEN, _r.taken_by.is_not_distinct_from(bindparam("b_before", type_=_r.taken_by.type)))
    .values(taken_by=bindparam("b_by"), taken_at=bindparam("b_at"), unreached_at=null())
    .returning(_r.id)
)
_FINISH = (
    update(request)
    .where(_ID, _OPEN)
    .values(done_at=bindparam("b_at"), words="", media=null(), proposal=null())
    .returning(_r.id)
)
_PROPOSE = update(request).where(_ID).values(proposal=bindparam("b_proposal", type_=_r.proposal.type))
_DROP_PROPOSAL = update(request).where(_ID).values(proposal=null())
_OF_UNIT = update(request).where(_ID).values(unit_id=bindparam("b_unit"))
_WORDS = update(request).where(_ID, _OPEN).values(words=bindparam("b_words"))
_MEDIA = select(_r.media).where(_ID)
_KEEP_MEDIA = (
    update(request)
    .where(_ID, _r.media.is_not(None))
    .values(media=bindparam("b_media", type_=_r.media.type))
    .returning(_r.id)
)


class Taken(NamedTuple):
    """Who looks after a request, from when on. `before`: who did until then (None: nobody)."""

    by: int
    at: datetime
    before: int | None = None


def add(
    conn: Connection,
    *,
    person_id: int,
    unit_id: int | None,
    kind: str,
    at: datetime,
    words: str = "",
    media: Mapping[str, Any] | None = None,
    channel: str = "",
    chat: str = "",
) -> int:
    """Put a request (help, voice or unit) into the officers' queue; gives its id. `channel`, `chat`: where from."""
    values = {"person_id": person_id, "unit_id": unit_id, "kind": kind, "words": words[:200], "asked_at": at}
    here = {"channel": channel, "chat": chat} | ({"media": dict(media)} if media else {})
    return int(conn.execute(_ADD, values | here).scalar_one())


def asked_since(conn: Connection, person_id: int, kind: str, since: datetime) -> bool:
    """Does the person wait for this already, asked after `since`?"""
    return conn.execute(_ASKED, {"b_person": person_id, "b_kind": kind, "b_since": since}).first() is not None


def find(conn: Connection, request_id: int, consent_version: str) -> AnyRow | None:
    """The request with the person who asked (`name`, `phone`, `language`, `home_id`: the unit; can they be reached, do
    they agree to the text of this version) and the name of whoever took it.
    """
    return conn.execute(_ONE, {"b_id": request_id, "b_version": consent_version}).first()


def lock(conn: Connection, request_id: int) -> AnyRow | None:
    """The request's own columns; nobody else changes it until the transaction ends."""
    return conn.execute(_LOCKED, {"b_id": request_id}).first()


def talk_of(conn: Connection, person_id: int, consent_version: str) -> AnyRow | None:
    """As `find`: the newest that this person asked for and waits for (help), or that somebody is looking after."""
    return conn.execute(_TALK, {"b_person": person_id, "b_version": consent_version}).first()


def waiting(conn: Connection) -> list[AnyRow]:
    """`id`, `unit_id` and `person_id` of all that is not done, oldest first."""
    return list(conn.execute(_WAITING))


def take(conn: Connection, request_id: int, taken: Taken) -> bool:
    """False where it is done, or somebody else than `before` has it."""
    values = {"b_id": request_id, "b_by": taken.by, "b_at": taken.at, "b_before": taken.before}
    return conn.execute(_TAKE, values).first() is not None


def let_go(conn: Connection, request_id: int, before: int) -> None:
    """Nobody looks after it any more: whoever did cannot."""
    conn.execute(_TAKE, {"b_id": request_id, "b_by": None, "b_at": None, "b_before": before})


def finish(conn: Connection, request_id: int, at: datetime) -> bool:
    """It is done; what was said and sent for it is not kept. False where it was done before."""
    return conn.execute(_FINISH, {"b_id": request_id, "b_at": at}).first() is not None


def propose(conn: Connection, request_id: int, proposal: Mapping[str, Any] | None) -> None:
    """Keep what was typed for the person until they agree; None: they do not."""
    if proposal is None:
        conn.execute(_DROP_PROPOSAL, {"b_id": request_id})
    else:
        conn.execute(_PROPOSE, {"b_id": request_id, "b_proposal": dict(proposal)})


def say_words(conn: Connection, request_id: int, words: str) -> None:
    """What the person wrote last, for whoever opens the request later; it goes when the request is done."""
    conn.execute(_WORDS, {"b_id": request_id, "b_words": words[:200]})


def belongs_to(conn: Connection, request_id: int, unit_id: int) -> None:
    """It turned out of which unit the person is: its officers see to it from now on."""
    conn.execute(_OF_UNIT, {"b_id": request_id, "b_unit": unit_id})


# ---------------------------------------------------------------- voice messages


def media_of(conn: Connection, request_id: int) -> Mapping[str, Any] | None:
    """The voice message as its channel names it, `stored` if its bytes are kept; None when it is not kept any more."""
    found = conn.execute(_MEDIA, {"b_id": request_id}).first()
    return found.media if found is not None else None


def keep_media(conn: Connection, request_id: int, media: Mapping[str, Any]) -> bool:
    """Note under which name the bytes are stored; False where it is not wanted any more."""
    return conn.execute(_KEEP_MEDIA, {"b_id": request_id, "b_media": dict(media)}).first() is not None


# ---------------------------------------------------------------- what nobody has taken

_SINCE = bindparam("b_since", type_=Instant)
_FROM = bindparam("b_from", type_=Instant)
_UNTAKEN = (_OPEN, _r.taken_by.is_(None), _r.asked_at > _FROM)
_AGAIN = (*_UNTAKEN, _r.told_again_at.is_(None), _r.asked_at <= _SINCE)
_UP = (*_UNTAKEN, _r.told_up_at.is_(None), _r.told_again_at <= _SINCE)
_UNREACHED = (
    *(_OPEN, _r.taken_by.is_not(None), _r.unreached_at.is_(None)),
    ~exists().where(account.c.person_id == _r.person_id, account.c.reachable.is_(True)),
)
AGAIN, UP, UNREACHED = "again", "up", "unreached"
_WHEN: Mapping[str, tuple[Any, ...]] = {AGAIN: _AGAIN, UP: _UP, UNREACHED: _UNREACHED}
_MARK = {AGAIN: "told_again_at", UP: "told_up_at", UNREACHED: "unreached_at"}
_DUE = {what: select(_r.id).where(*when).order_by(_r.id) for what, when in _WHEN.items()}
_MARKS = {
    what: update(request).where(_ID, *when).values({_MARK[what]: bindparam("b_at")}).returning(_r.id)
    for what, when in _WHEN.items()
}
_ANY = select(_r.id).where(or_(*(_r[mark].is_(None) for mark in _MARK.values())), _OPEN).limit(1)


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be told about a request: AGAIN to the same people, to those one level UP, or UNREACHED."""

    what: str
    request_id: int


def due(conn: Connection, now: datetime, patience: timedelta) -> list[Step]:
    """What nobody took within `patience`, then nobody within as much again; what cannot be answered any more."""
    if conn.execute(_ANY).first() is None:  # most minutes of the day
        return []
    return [
        Step(what, row.id)
        for what, statement in _DUE.items()
        for row in conn.execute(statement, _moments(what, now, patience))
    ]


def claim(conn: Connection, step: Step, now: datetime, patience: timedelta) -> bool:
    """Mark it as told; False where somebody has seen to it, or told it, meanwhile."""
    values = {"b_id": step.request_id, "b_at": now, **_moments(step.what, now, patience)}
    return conn.execute(_MARKS[step.what], values).first() is not None


def _moments(what: str, now: datetime, patience: timedelta) -> dict[str, datetime]:
    return {} if what == UNREACHED else {"b_since": now - patience, "b_from": now - OLDEST}
