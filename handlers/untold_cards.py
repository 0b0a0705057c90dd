"""BAOTRUCTIEP: those whom the bot cannot reach and who are owed an answer, told in person (conversation.md §3)."""

from __future__ import annotations

from dataclasses import replace

from handlers.card import CLOSE, close, show
from handlers.facts import Facts
from handlers.fold import shortened
from handlers.moments import short_day
from handlers.talk import Card, Choice, Need, Say, State, Turn, Words, reply, say
from handlers.untold_facts import PAGE, InPerson, ToldInPerson, UntoldOf, UntoldPeople

SHOWN = 3  # messages of one person


def people(state: State, facts: Facts) -> Turn | Need:
    """In the units one helps, longest wait first."""
    return _list(0, state, facts)


def _list(page: int, state: State, facts: Facts) -> Turn | Need:
    query = UntoldPeople(page)
    if query not in facts.answers:
        return Need((query,))
    rows: tuple[InPerson, ...]
    rows, count = facts.answers[query]
    if not rows:
        return _list(0, state, facts) if page else Turn(state, (reply(say("untold.none")),))
    choices = [Choice(f"p{one.id}", _row(one, state.language)) for one in rows]
    if count > (page + 1) * PAGE:
        choices.append(Choice("more", say("request.more")))
    head = say("untold.list", n=count)
    return show(state, reply(head, choices=(*choices, CLOSE), card=Card("untold", str(page))))


def on_list(page: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key == "more":
        return _list(int(page) + 1 if page.isdecimal() else 0, state, facts)
    return on_one(key[1:], "", state, facts) if key[:1] == "p" else close(state, facts)


def on_one(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """What is to be said to one of them. Whether it still is, and the right, are looked at again when it was done."""
    query = UntoldOf(int(record) if record.isdecimal() else 0)
    if query not in facts.answers:
        return Need((query,))
    found: InPerson | None = facts.answers[query]
    if found is None:
        return close(state, facts, say("untold.over"))
    if key == "told":
        done = close(state, facts, say("untold.told", name=_name(found)))
        return replace(done, effects=(*done.effects, ToldInPerson(found.id))) if isinstance(done, Turn) else done
    choices = (Choice("told", say("untold.told_now")), CLOSE)
    return show(state, reply(*_lines(found), choices=choices, card=Card("untold_one", str(found.id))))


def _lines(one: InPerson) -> tuple[Words, ...]:
    head = say("untold.person", name=_name(one), unit=shortened(one.unit, 40) or "–", phone=one.phone or "–")
    shown = tuple(dict.fromkeys(one.words))
    lines = tuple(say("confirm.line", text=shortened(text, 150)) if text else _ANSWER for text in shown[-SHOWN:])
    return (head, *lines)


_ANSWER = say("untold.answer")


def _row(one: InPerson, language: str) -> Say:
    return say("untold.row", name=_name(one), unit=shortened(one.unit, 18) or "–", day=short_day(one.since, language))


def _name(one: InPerson) -> str | Say:
    return shortened(one.name, 30) or say("cast.nameless")
