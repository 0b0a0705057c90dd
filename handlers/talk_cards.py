"""What people see of what they asked for: a helper's words and their own answer, what was typed for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers import desk_words, drafts, engine, menu
from handlers.card import close, show
from handlers.desk_effects import DeclineProposal, SayInTalk
from handlers.desk_facts import Talk, TalkOf
from handlers.facts import Facts
from handlers.forms import initiative, relay, typed
from handlers.talk import Need, State, Turn, Words, reply, say

FOR_A_DAY = timedelta(days=1)  # what is typed out of the blue belongs to what was asked for
AT_ONCE = 60  # minutes within which words under a helper's message are an answer to it and nothing else


def open_talk(state: State, facts: Facts) -> Turn | Need | None:
    """GIUP while what was asked for is open: words go there. None where nothing is, or nobody came within a day."""
    query = TalkOf()
    if query not in facts.answers:
        return Need((query,))
    found: Talk | None = facts.answers[query]
    if found is None or (not found.taken and not _lately(found, facts)):
        return None
    if found.proposal and found.taken:
        return show(state, desk_words.typed_card(found.id, found.proposal, found.helper))
    here = () if drafts.asks(state) else (say("talk.here"),)
    if found.taken:  # the word is how one answers: what else can be typed is behind a choice
        shown = desk_words.talking(found.id, say("talk.open", name=_helper(found)), *here, words=True)
        return show(drafts.aside(state), shown)
    shown = desk_words.talking(found.id, say("talk.waits"), *here)
    return Turn(drafts.aside(state), (*menu.lists(facts.person.roles), shown))


def is_talk(state: State) -> bool:
    """Was a helper heard last?"""
    return state.card.startswith(f"{desk_words.TALK}:")


def heard(text: str, state: State, facts: Facts) -> Turn | Need | None:
    """Words under a helper's message go to the helper. None where the talk is over: then they are what they are."""
    query = TalkOf(_id(state.card.partition(":")[2]))
    if query not in facts.answers:
        return Need((query,))
    found: Talk | None = facts.answers[query]
    if found is None or found.done:
        return None
    return _pass(found, text, state, facts, at_once=found.taken and facts.idle_minutes < AT_ONCE)


def passed_on(text: str, state: State, facts: Facts) -> Turn | Need | None:
    """What is typed out of the blue goes to those who were asked for help; None once that is done or a day is over."""
    if not relay.is_words(text):
        return None
    query = TalkOf()
    if query not in facts.answers:
        return Need((query,))
    found: Talk | None = facts.answers[query]
    return _pass(found, text, state, facts) if found and not found.done and _lately(found, facts) else None


def _pass(found: Talk, text: str, state: State, facts: Facts, *, at_once: bool = False) -> Turn:
    """It may be an initiative all the same: the person says so, the bot does not assume. A draft that rests stays."""
    problem = relay.wrong(text)
    if problem:
        return Turn(state, (reply(problem),))
    done, effect = say("relay.done", name=_helper(found)), SayInTalk(found.id, text)
    if state.form:
        return Turn(state, (reply(done, say("talk.draft")),), (effect,))
    if at_once or not drafts.may_be_title(text, facts):
        return Turn(state, (reply(done),), (effect,))
    return replace(drafts.passed(text, state, done), effects=(effect,))


def _helper(found: Talk) -> Words:
    return found.helper or say("preview.somebody" if found.taken else "talk.team")


def _lately(found: Talk, facts: Facts) -> bool:
    return facts.now - found.since < FOR_A_DAY


def on_talk(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    query = TalkOf(_id(record))
    if query not in facts.answers:
        return Need((query,))
    if key == "words":
        return Turn(state, menu.lists(facts.person.roles))
    found: Talk | None = facts.answers[query]
    if found is None or found.done or key != "answer":
        return close(state, facts, say("talk.over"))
    answers = {"request": found.id, "to": found.helper, "team": not found.taken}
    return engine.start(relay.TO_HELPER, drafts.park(state), facts, answers)


def on_typed(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """1 files it as it stands, 2 makes it a draft of their own, 0 drops it. An older version is shown anew."""
    number, _, version = record.partition(".")
    query = TalkOf(_id(number))
    if query not in facts.answers:
        return Need((query,))
    found: Talk | None = facts.answers[query]
    if found is None or found.done or not found.taken or not found.proposal:
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
