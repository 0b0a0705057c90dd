"""CHUAGUI: notices that did not get out (a plan used up, a platform that is away), each ready to be copied."""

from __future__ import annotations

from handlers.card import CLOSE, close, show
from handlers.facts import Facts
from handlers.fold import shortened
from handlers.moments import short_day
from handlers.talk import Card, Choice, Need, Reply, State, Turn, reply, say
from handlers.unsent_facts import Unsent, UnsentNotices

PAGE = 4


def notices(state: State, facts: Facts) -> Turn | Need:
    return _list(0, state, facts)


def on_list(page: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """`u12`: the words of that one, alone in their message."""
    if key == "more":
        return _list(int(page) + 1 if page.isdecimal() else 0, state, facts)
    query = UnsentNotices()
    if query not in facts.answers:
        return Need((query,))
    found: tuple[Unsent, ...] = facts.answers[query]
    chosen = next((one for one in found if f"u{one.id}" == key), None)
    return Turn(state, (Reply((chosen.text,), alone=True),)) if chosen else close(state, facts, say("unsent.none"))


def _list(page: int, state: State, facts: Facts) -> Turn | Need:
    query = UnsentNotices()
    if query not in facts.answers:
        return Need((query,))
    found: tuple[Unsent, ...] = facts.answers[query]
    if not found:
        return Turn(state, (reply(say("unsent.none")),))
    page = page if page * PAGE < len(found) else 0
    choices = [Choice(f"u{one.id}", _row(one, state.language)) for one in found[page * PAGE : (page + 1) * PAGE]]
    if len(found) > (page + 1) * PAGE:
        choices.append(Choice("more", say("choice.more")))
    head = say("unsent.list", n=len(found))
    return show(state, reply(head, choices=(*choices, CLOSE), card=Card("unsent", str(page))))


def _row(one: Unsent, language: str) -> str:
    return f"{short_day(one.day, language)} – {shortened(one.group or one.unit, 40)}"
