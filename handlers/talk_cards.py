"""What people see of what they asked for: a helper's words and their own answer, what was typed for them."""

from __future__ import annotations

from dataclasses import replace

from handlers import desk_words, drafts, engine
from handlers.card import close, show
from handlers.desk_effects import DeclineProposal, SayInTalk
from handlers.desk_facts import Talk, TalkOf
from handlers.facts import Facts
from handlers.forms import initiative, relay, typed
from handlers.talk import Need, State, Turn, reply, say


def open_talk(state: State, facts: Facts) -> Turn | Need | None:
    """GIUP while somebody is seeing to what was asked for: words go there. None where nobody is."""
    query = TalkOf()
    if query not in facts.answers:
        return Need((query,))
    found: Talk | None = facts.answers[query]
    if found is None:
        return None
    if found.proposal:
        return show(state, desk_words.typed_card(found.id, found.proposal, found.helper))
    helper = found.helper or say("preview.somebody")
    return show(state, desk_words.talking(found.id, say("talk.open", name=helper)))


def is_talk(state: State) -> bool:
    """Was a helper heard last, and no question of a form is waiting below?"""
    return state.card.startswith(f"{desk_words.TALK}:") and (not state.form or state.asked == drafts.LEFT)


def heard(text: str, state: State, facts: Facts) -> Turn | Need | None:
    """Words under a helper's message go to the helper. None where the talk is over: then they are what they are."""
    query = TalkOf(_id(state.card.partition(":")[2]))
    if query not in facts.answers:
        return Need((query,))
    found: Talk | None = facts.answers[query]
    if found is None or found.done:
        return None
    problem = relay.wrong(text)
    if problem:
        return Turn(state, (reply(problem),))
    done = reply(say("relay.done", name=found.helper or say("preview.somebody")))
    return Turn(state, (done,), (SayInTalk(found.id, text),))


def on_talk(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    query = TalkOf(_id(record))
    if query not in facts.answers:
        return Need((query,))
    found: Talk | None = facts.answers[query]
    if found is None or found.done or key != "answer":
        return close(state, facts, say("talk.over"))
    return engine.start(relay.TO_HELPER, drafts.park(state), facts, {"request": found.id, "to": found.helper})


def on_typed(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """1 files it as it stands, 2 makes it a draft of their own, 0 drops it. An older version is shown anew."""
    number, _, version = record.partition(".")
    query = TalkOf(_id(number))
    if query not in facts.answers:
        return Need((query,))
    found: Talk | None = facts.answers[query]
    if found is None or found.done or not found.proposal:
        return close(state, facts, say("typed.over"))
    if version != str(found.proposal["n"]) or key not in ("yes", "edit", "leave"):
        return show(state, desk_words.typed_card(found.id, found.proposal, found.helper))
    if key == "leave":
        done = close(state, facts, say("typed.declined"))
        return replace(done, effects=(*done.effects, DeclineProposal(found.id))) if isinstance(done, Turn) else done
    return _own(found, state, facts, sure=key == "yes")


def _own(found: Talk, state: State, facts: Facts, *, sure: bool) -> Turn | Need:
    """The person's own filing, begun with what was typed; what is missing (consent, say) is asked."""
    if state.draft == typed.draft(found.id):  # being mended already
        return engine.ask(initiative.FORM, state, facts)
    answers = typed.agreed(found.id, found.proposal or {}) | ({"confirm": True} if sure else {})
    return engine.start(initiative.FORM, drafts.park(state), facts, answers, typed.draft(found.id))


def _id(text: str) -> int:
    return int(text) if text.isdecimal() else 0
