"""CANBO: who has which role in one's units, and codes that wait; MOI begins a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import drafts, engine, rights, role_words
from handlers.card import CLOSE, DECLINE, close, show
from handlers.facts import Facts
from handlers.fold import shortened
from handlers.forms import give
from handlers.moments import day_text
from handlers.role_effects import RevokeRole, WithdrawCode
from handlers.role_facts import HeldRole, OneRole, RolesOf
from handlers.talk import Card, Choice, Need, State, Turn, Words, reply, say

ROWS = 4  # of a page: the fifth choice leads on


def begin(state: State, facts: Facts) -> Turn | Need:
    """MOI: a code that gives a role."""
    if not give.kinds(facts):
        return Turn(state, (reply(say("not_allowed")),))
    return engine.start(give.FORM, drafts.park(state), facts, {})


def people(state: State, facts: Facts) -> Turn | Need:
    """CANBO: those who serve one's units."""
    return _list(0, state, facts)


def on_list(page: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key == "more":
        return _list(int(page) + 1 if page.isdecimal() else 0, state, facts)
    return on_role(key, "", state, facts)


def _list(page: int, state: State, facts: Facts) -> Turn | Need:
    query = RolesOf(rights.units_of(facts.person.roles, rights.ROLES), page * ROWS, ROWS)
    if query not in facts.answers:
        return Need((query,))
    rows: Sequence[HeldRole] = facts.answers[query]
    if not rows:
        return _list(0, state, facts) if page else Turn(state, (reply(say("roles.none")),))
    choices = tuple(Choice(row.key, _row(row)) for row in rows[:ROWS])
    more = (Choice("more", say("choice.more")),) if len(rows) > ROWS else ()
    return show(state, reply(say("roles.head"), choices=(*choices, *more, CLOSE), card=Card("roles", str(page))))


def _row(row: HeldRole) -> Words:
    said = role_words.role(row.kind, shortened(row.place, 18), shortened(row.cluster, 18))
    name = shortened(row.name, 24) or say("roles.nobody")
    return say("roles.waits" if row.pending else "roles.row", name=name, role=said)


# ---------------------------------------------------------------- one of them


def on_role(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """The role as it stands now, and what may be done about it."""
    query = OneRole(record)
    if query not in facts.answers:
        return Need((query,))
    row: HeldRole | None = facts.answers[query]
    if row is None:
        return close(state, facts, say("roles.gone"))
    if key == "end" and row.mine_to_end:
        return _confirm(row, state)
    if key == "yes" and row.mine_to_end:
        return _end(row, state, facts)
    choices = (Choice("end", say("roles.withdraw" if row.pending else "roles.revoke")),) if row.mine_to_end else ()
    lines = _told(row, state.language)
    return show(state, reply(*lines, choices=(*choices, CLOSE), card=Card("role", row.key)))


def _told(row: HeldRole, language: str) -> tuple[Words, ...]:
    name = shortened(row.name, 80) or say("roles.nobody")
    said = role_words.role(row.kind, row.place, row.cluster, row.campaign)
    day = day_text(row.since, language) if row.since else "–"
    by = shortened(row.by, 40) or say("roles.by_server")
    return (say("roles.code" if row.pending else "roles.one", name=name, role=said, day=day, by=by),)


def _confirm(row: HeldRole, state: State) -> Turn:
    said = role_words.role(row.kind, row.place, row.cluster, row.campaign)
    key = "roles.withdraw_ask" if row.pending else "roles.revoke_ask"
    name = shortened(row.name, 80) or say("roles.nobody")
    yes = Choice("yes", say("roles.withdraw" if row.pending else "roles.revoke"))
    return show(state, reply(say(key, name=name, role=said), choices=(yes, DECLINE), card=Card("role", row.key)))


def _end(row: HeldRole, state: State, facts: Facts) -> Turn | Need:
    done = close(state, facts, say("roles.withdrawn" if row.pending else "roles.revoked"))
    effect = WithdrawCode(row.id) if row.pending else RevokeRole(row.id)
    return replace(done, effects=(*done.effects, effect)) if isinstance(done, Turn) else done
