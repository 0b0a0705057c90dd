"""Drafts beside other things: put aside for another form and brought back, asked about, begun from a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers import engine
from handlers.facts import Facts
from handlers.fold import shortened
from handlers.forms import initiative, story
from handlers.forms.every import FORMS
from handlers.talk import Choice, Need, Reply, State, Turn, Words, reply, say
from handlers.words import THANKS, squeezed

LEFT, OFFER = "left", "offer"  # what `State.asked` is while a draft rests, and while a sentence is asked about
PASSED = "passed"  # ... while a sentence that went to the helpers (or was only offered) may still be filed


def is_draft(state: State) -> bool:
    """Is a filing under way in which something was written or sent?"""
    return state.form == initiative.FORM.name and engine.worth_keeping(state)


def asks(state: State) -> bool:
    """Does a question of a form wait for words? A draft that was left to rest waits for none."""
    return bool(state.form) and (state.asked != LEFT or bool(state.pending))


def park(state: State) -> State:
    """Room for another form: the draft under way waits below it, on top of any that waits already."""
    waiting = state.to_json() if is_draft(state) else state.parked
    return State(version=state.version, language=state.language, parked=waiting)


def unpark(state: State) -> State:
    """The draft that waited comes back; its version is new, so that old buttons of it are stale."""
    if not state.parked:
        return state
    return replace(State.from_json(state.parked), version=state.version + 1, language=state.language, card="")


def current(state: State) -> State:
    """The filing under way, also when a small form (money, my name) stands before it."""
    return state if state.form == initiative.FORM.name else unpark(state)


def resumed(turn: Turn, facts: Facts) -> Turn | Need:
    """Where another form has ended, the draft that waited for it is under way again and its question comes last."""
    if turn.state.form or not turn.state.parked:
        return turn
    back = unpark(turn.state)
    form = FORMS.get(back.form)
    if form is None or back.asked == LEFT or (turn.replies and turn.replies[-1].choices):
        return replace(turn, state=back)
    note = reply(say("draft.resumed", title=engine.draft_name(back)))
    question = engine.ask(form, back, facts, note=note)
    if isinstance(question, Need):
        return question
    return Turn(question.state, (*turn.replies, *question.replies), (*turn.effects, *question.effects))


def pending(state: State, then: Mapping[str, Any]) -> Turn:
    """There is a draft: go on with it, or drop it and begin anew with what was said (`then`: rest, answers)?"""
    choices = (
        Choice("resume", say("draft.resume")),
        Choice("anew", say("draft.anew")),
        Choice("leave", say("choice.leave"), 0),
    )
    asked = replace(state, asked=LEFT, card="", version=state.version + 1, revisiting="", pending=dict(then))
    return Turn(asked, (reply(say("draft.pending", title=engine.draft_name(state)), choices=choices),))


def rest(state: State) -> Turn:
    """The draft stays as it is."""
    return Turn(replace(state, pending={}), (reply(say("draft.left")),))


def again(state: State) -> Turn | None:
    """The question about a draft or a sentence once more, if it is that which was asked."""
    if state.asked == OFFER:
        return _offered(state)
    return pending(state, state.pending) if state.asked == LEFT and state.pending else None


def offer(text: str, state: State) -> Turn:
    """A sentence out of the blue may be an initiative: asked, not assumed. A second one is added to the first."""
    if state.asked == OFFER:
        text = f"{state.pending.get('title', '')}\n{text}"
    return _offered(replace(state, asked=OFFER, pending={"title": text}))


def declined(state: State) -> Turn:
    """The sentence is none, or not to be filed."""
    return Turn(replace(state, asked="", pending={}, offered=()), (reply(say("offer.no")),))


def may_be_title(text: str, facts: Facts) -> bool:
    """Could these words be an initiative that somebody wants to file?"""
    sentence = len(text) >= story.TITLE_MIN and " " in text and squeezed(text) not in THANKS
    return sentence and facts.person.consented and bool(facts.campaigns)


def aside(state: State) -> State:
    """What is merely offered gives way to a talk: its button still files it, but words are no longer about it."""
    return replace(state, asked=PASSED, offered=()) if state.asked == OFFER else state


def passed(text: str, state: State, done: Words) -> Turn:
    """Words that went to somebody else, `done` says so, and may be filed all the same."""
    choices = (Choice("file", say("talk.file")),)
    kept = replace(state, asked=PASSED, pending={"title": text}, card="", version=state.version + 1)
    return Turn(kept, (Reply((done,), choices),))


def _offered(state: State) -> Turn:
    choices = (Choice("file", say("offer.file")), Choice("leave", say("choice.no"), 0))
    question = reply(say("offer.ask", title=shortened(str(state.pending["title"]), 80)), choices=choices)
    return Turn(replace(state, card="", version=state.version + 1), (question,))
