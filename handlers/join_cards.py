"""NOITK: one person on two channels. A one-time code from one is typed on the other; what was joined can part again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers import drafts
from handlers.card import CLOSE, DECLINE, close, show
from handlers.facts import Facts
from handlers.fold import shortened
from handlers.join_facts import JoinAccounts, JoinByCode, Joined, JoinsOf, MakeJoinCode, Other, PartAccounts
from handlers.moments import day_text
from handlers.role_effects import WrongCode
from handlers.role_facts import MOST_WRONG, WrongCodes
from handlers.talk import Card, Choice, Need, State, Turn, Words, reply, say

MINUTES = 15  # a code is good for (`models.queries.joining.LIFE`)
NAMED = ("telegram", "zalo_bot", "zalo_oa", "web", "webchat")
MOST = 3  # joins that can be chosen from at once, the newest


def noitk(rest: str, state: State, facts: Facts) -> Turn | Need:
    """Alone: a code, or (with something joined) what may be done. With a code: whose it is, and is it me?"""
    return _typed("".join(rest.split()).upper(), state, facts) if rest.strip() else _begin(state, facts)


def _begin(state: State, facts: Facts) -> Turn | Need:
    query = JoinsOf()
    if query not in facts.answers:
        return Need((query,))
    joins: tuple[Joined, ...] = facts.answers[query]
    if not joins:
        return _code(state)
    parts = tuple(Choice(f"p{one.id}", say("join.part", channels=_channels(one))) for one in joins[:MOST])
    choices = (Choice("code", say("join.another")), *parts, CLOSE)
    lines = [say("join.one", channels=_channels(one), day=day_text(one.since, state.language)) for one in joins[:MOST]]
    return show(state, reply(say("join.head"), *lines, choices=choices, card=Card("joins", "0")))


def _code(state: State) -> Turn:
    told = (reply(say("join.code", minutes=MINUTES)), reply(say("join.word")))
    return Turn(state, told, (MakeJoinCode(),))


def channel_name(channel: str) -> Words:
    """As people call it; one that has no name yet by its own."""
    return say(f"join.channel.{channel}") if channel in NAMED else channel


def _channels(one: Joined) -> tuple[Words, ...]:
    return tuple(channel_name(name) for name in dict.fromkeys(one.channels))


def on_joins(_: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key == "code":
        return _code(replace(state, card="", offered=()))
    return on_part(key.removeprefix("p"), "", state, facts)


# ---------------------------------------------------------------- a code was typed


def _typed(code: str, state: State, facts: Facts) -> Turn | Need:
    query, tried = JoinByCode(code), WrongCodes()
    if query not in facts.answers or tried not in facts.answers:
        return Need((query, tried))
    if facts.answers[tried] >= MOST_WRONG:
        return Turn(state, (reply(say("invite.too_many")),))
    other: Other | None = facts.answers[query]
    if other is None:
        return Turn(state, (reply(say("join.bad")),), (WrongCode(),))
    if other.person_id == facts.person.id:
        return Turn(state, (reply(say("join.same")),))
    yes = Choice("yes", say("join.yes"))
    return show(state, reply(*_whose(other), choices=(yes, DECLINE), card=Card("join", code)))


def _whose(other: Other) -> tuple[Words, ...]:
    name = shortened(other.name, 40) or say("join.nobody")
    return (say("join.ask", channel=channel_name(other.channel), name=name), say("join.only_you"))


def on_join(code: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key != "yes":
        return _typed(code, state, facts)
    query = JoinByCode(code)
    if query not in facts.answers:
        return Need((query,))
    other: Other | None = facts.answers[query]
    if other is None or other.person_id == facts.person.id:
        return close(state, facts, say("join.bad" if other is None else "join.same"))
    drafts_there = other.draft or drafts.is_draft(drafts.current(state))
    lines = (say("join.done"), *((say("join.draft"),) if drafts_there else ()))
    over = State(version=state.version + 1, language=state.language)  # what stood here is the joint talk's now
    return Turn(over, (reply(*lines),), (JoinAccounts(code),))


# ---------------------------------------------------------------- parting


def on_part(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    query = JoinsOf()
    if query not in facts.answers:
        return Need((query,))
    joins: tuple[Joined, ...] = facts.answers[query]
    one = next((join for join in joins if str(join.id) == record), None)
    if one is None:
        return close(state, facts, say("join.gone"))
    if key == "yes":
        done = close(state, facts, say("join.parted"))
        return replace(done, effects=(*done.effects, PartAccounts(one.id))) if isinstance(done, Turn) else done
    lines = [say("join.part_ask", channels=_channels(one), n=one.back)]
    lines += [say("join.part_roles", n=one.roles)] if one.roles else []
    lines.append(say("join.part_stays", n=one.stay))
    yes = Choice("yes", say("join.part", channels=_channels(one)))
    return show(state, reply(*lines, choices=(yes, DECLINE), card=Card("part", str(one.id))))


# ---------------------------------------------------------------- two talks become one


def merged(kept: State, gone: State) -> State:
    """The talk of two who are one now. A draft of either rests until any word brings it back; of two the one that stays
    comes first, the other when that is done. The version is new, so that old buttons answer nothing.
    """
    version = max(kept.version, gone.version) + 1
    mine, theirs = drafts.current(kept), drafts.current(gone)
    waiting = theirs.to_json() if drafts.is_draft(theirs) else {}
    if drafts.is_draft(mine) and kept.form == mine.form:
        return _resting(mine, version, kept.language, waiting or mine.parked)
    if kept.form and kept.form != theirs.form:  # another form is under way: what waits for its end is kept below it
        below = {**kept.parked, "parked": waiting} if kept.parked and waiting else kept.parked or waiting
        return replace(kept, version=version, parked=below)
    if waiting:
        return _resting(theirs, version, kept.language, kept.parked)
    return State(version=version, language=kept.language, parked=kept.parked)


def _resting(draft: State, version: int, language: str, parked: Mapping[str, Any]) -> State:
    left = replace(draft, asked=drafts.LEFT, card="", pending={}, offered=(), revisiting="", misses=0)
    return replace(left, version=version, language=language, parked=parked)
