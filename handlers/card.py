"""What all cards share: how one is shown, and what comes when it is done with."""

from __future__ import annotations

from dataclasses import replace

from handlers import drafts, engine
from handlers.facts import Facts
from handlers.forms.every import FORMS
from handlers.talk import Choice, Need, Reply, State, Turn, Words, reply, say

CLOSE = Choice("leave", say("choice.done"), 0)
DECLINE = Choice("leave", say("choice.no"), 0)


def show(state: State, card: Reply) -> Turn:
    """Say a card. The question of a draft under way stays as it is; a number now answers the card."""
    return Turn(state, (card,))


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
