"""What all cards share: how one is shown, and what comes when it is done with."""

from __future__ import annotations

from dataclasses import replace

from handlers import drafts, engine
from handlers.facts import Facts
from handlers.forms.every import FORMS
from handlers.hear import offered
from handlers.talk import Choice, Need, Reply, State, Turn, Words, reply, say
from handlers.texts import Texts

CLOSE = Choice("leave", say("choice.done"), 0)
DECLINE = Choice("leave", say("choice.no"), 0)
GOES_ON = ("talk",)  # what was merely offered gives way to it; to no other card, whose 1 might do what nobody meant
RESTING = 10  # minutes after which a question that was left open gives way to a card that comes by itself


def show(state: State, card: Reply) -> Turn:
    """Say a card. The question of a draft under way stays as it is; a number now answers the card."""
    return Turn(state, (card,))


def arrived(texts: Texts, state: State, card: Reply, idle_minutes: int) -> State:
    """Where the talk stands once a card has come that nobody asked for: numbers answer it, unless the person is just
    answering something else (then its buttons do, and the word that shows it again).
    """
    kind = state.card.partition(":")[0]
    offer = state.asked in (drafts.OFFER, drafts.PASSED) and not (card.card and card.card.kind in GOES_ON)
    asked = offer or (state.form and state.asked != drafts.LEFT)
    busy = kind != card.card.kind if kind and card.card else bool(asked)
    if card.card is None or (busy and idle_minutes < RESTING):
        return state
    kept = offered(texts, state.language, card.choices)
    state = drafts.aside(state) if card.card.kind in GOES_ON else state
    return replace(state, offered=kept, card=f"{card.card.kind}:{card.card.record}")


def close(state: State, facts: Facts, *lines: Words) -> Turn | Need:
    """Done with the card: go on with the question that stood before it, if any."""
    below = replace(state, card="", offered=())
    form = FORMS.get(state.form)
    if form and state.asked != drafts.LEFT:
        return engine.ask(form, below, facts, note=reply(*lines) if lines else None)
    asked = drafts.again(below)
    if asked:
        return replace(asked, replies=tuple(replace(r, text=(*lines, *r.text)) for r in asked.replies))
    return Turn(below, (reply(*(lines or (say("card.closed"),))),))
