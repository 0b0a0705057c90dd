"""TOMTAT: the morning summary now, and whether it comes by itself."""

from __future__ import annotations

from dataclasses import replace

from handlers import board_words, rights
from handlers.card import CLOSE, close, show
from handlers.effects import SetPerson
from handlers.facts import Facts
from handlers.morning_facts import MorningNow, MorningOf
from handlers.talk import Card, Choice, Need, Reply, State, Turn, Words, reply, say


def summary(state: State, facts: Facts) -> Turn | Need:
    """The same words as in the morning, and a choice to switch it on or off."""
    whose = _whose(facts)
    if isinstance(whose, Reply):
        return Turn(state, (whose,))
    query = MorningOf(*whose, state.language)
    if query not in facts.answers:
        return Need((query,))
    found: MorningNow = facts.answers[query]
    key = "off" if found.wanted else "on"
    lines: list[Words] = [*found.lines, say("morning.is_on") if found.wanted else say("morning.is_off")]
    choices = (Choice(key, say(f"morning.switch.{key}")), CLOSE)
    return show(state, reply(*lines, choices=choices, card=Card("morning", "me")))


def _whose(facts: Facts) -> tuple[int, int] | Reply:
    return board_words.own_board(facts, rights.MORNING)


def on_switch(_: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """It is one's own setting."""
    if key not in ("on", "off"):
        return close(state, facts)
    done = close(state, facts, say(f"morning.switched.{key}"))
    return replace(done, effects=(SetPerson({"morning": key == "on"}),)) if isinstance(done, Turn) else done
