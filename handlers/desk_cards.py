"""Requests for help (GIUP, voice messages, a unit that is not found): what those who see to them do (YEUCAU)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers import desk_words as words
from handlers import drafts, engine, rights
from handlers.card import CLOSE, close, show
from handlers.desk_effects import FinishRequest, TakeRequest
from handlers.desk_facts import HelpRequest, OpenRequests, RequestOf
from handlers.facts import Facts
from handlers.form import Form
from handlers.forms import initiative, place, relay, typed
from handlers.talk import Card, Choice, Need, State, Turn, reply, say
from handlers.untold_facts import UntoldCount

ROOM = 4  # requests shown at once; the fifth choice leads on


# ---------------------------------------------------------------- YEUCAU


def requests(state: State, facts: Facts) -> Turn | Need:
    """YEUCAU: what is open in the units one helps, oldest first, and how long each has waited."""
    return _list(0, state, facts)


def on_list(page: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key == "more":
        return _list(int(page) + 1 if page.isdecimal() else 0, state, facts)
    return on_request(key[1:], "", state, facts) if key[:1] == "r" else close(state, facts)


def _list(page: int, state: State, facts: Facts) -> Turn | Need:
    query, untold = OpenRequests(page * ROOM, ROOM), UntoldCount()
    if query not in facts.answers or untold not in facts.answers:
        return Need((query, untold))
    rows: Sequence[HelpRequest]
    rows, count = facts.answers[query]
    if not rows and page:
        return _list(0, state, facts)
    also = (say("untold.also", n=facts.answers[untold]),) if facts.answers[untold] else ()
    if not rows:
        return Turn(state, (reply(say("request.none"), *also),))
    choices = [Choice(f"r{r.id}", words.row(r, facts.person.id, facts.now)) for r in rows]
    if count > ROOM:
        choices.append(Choice("more", say("request.more")))
    shown = reply(say("request.list", n=count), *also, choices=(*choices, CLOSE), card=Card("requests", str(page)))
    return show(state, shown)


# ---------------------------------------------------------------- one request


def on_request(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """A choice of a request's card; without one, the card. Who has it is looked at again, and again when it is done."""
    query = RequestOf(int(record) if record.isdecimal() else 0)
    if query not in facts.answers:
        return Need((query,))
    found: HelpRequest | None = facts.answers[query]
    if found is None:
        return close(state, facts, say("not_allowed"))
    me = facts.person.id
    if found.done:
        return close(state, facts, words.head(found), say("request.is_done"))
    if key == "over" and found.taken_by not in (None, me):
        return _taken(found, state, facts)
    if found.taken_by not in (None, me) or key not in _DO:
        shown = words.card(found, me, facts.now)
        return show(state, words.with_voice(shown, found, facts.channel, state.language, me) if not key else shown)
    return _DO[key](found, state, facts)


def is_request(state: State) -> bool:
    """Is a request's card what was shown last?"""
    return state.card.startswith(f"{words.REQUEST}:")


def heard(text: str, state: State, facts: Facts) -> Turn | Need | None:
    """Words under a request are for the person who asked; they go when the helper says so. None where it is over."""
    record = state.card.partition(":")[2]
    query = RequestOf(int(record) if record.isdecimal() else 0)
    if not relay.is_words(text):
        return None
    if query not in facts.answers:
        return Need((query,))
    found: HelpRequest | None = facts.answers[query]
    if found is None or found.done:
        return None
    if found.taken_by not in (None, facts.person.id):
        return show(state, words.card(found, facts.person.id, facts.now))
    if problem := relay.wrong(text):
        return Turn(state, (reply(problem),))
    return _write(found, relay.UNASKED, {"text": text}, state, facts)


def _taken(r: HelpRequest, state: State, facts: Facts) -> Turn:
    """Mine now; the card goes on, without what has been done."""
    effect = TakeRequest(r.id, r.taken_by)
    mine = replace(r, taken_by=facts.person.id, taken_at=facts.now)
    return Turn(state, (words.card(mine, facts.person.id, facts.now, say("request.taken")),), (effect,))


def _mine_first(r: HelpRequest, facts: Facts) -> tuple[Any, ...]:
    return () if r.taken_by == facts.person.id else (TakeRequest(r.id, r.taken_by),)


def _take(r: HelpRequest, state: State, facts: Facts) -> Turn:
    if r.taken_by == facts.person.id:
        return show(state, words.card(r, facts.person.id, facts.now))
    return _taken(r, state, facts)


def _answer(r: HelpRequest, state: State, facts: Facts) -> Turn | Need:
    return _write(r, relay.TO_ASKER, {}, state, facts)


def _write(r: HelpRequest, form: Form, said: dict[str, str], state: State, facts: Facts) -> Turn | Need:
    if not r.reachable:
        note = say("request.unreachable", name=r.name or "?", phone=r.phone or "–")
        return show(state, words.card(r, facts.person.id, facts.now, note))
    return engine.start(form, drafts.park(state), facts, {"request": r.id, "to": r.name, **said})


def _type(r: HelpRequest, state: State, facts: Facts) -> Turn | Need:
    """The filing form for that person: what comes of it is shown to them, and filed only once they agree."""
    if r.unit is None or not r.can_be_typed:
        return show(state, words.card(r, facts.person.id, facts.now))
    if not facts.campaigns:
        return close(state, facts, say("campaign.none"))
    answers = typed.begun(r.id, r.name, r.unit)
    begun = engine.start(initiative.FORM, drafts.park(state), facts, answers, f"typing-{r.id}")
    if isinstance(begun, Need):
        return begun
    return replace(begun, effects=(*_mine_first(r, facts), *begun.effects))


def _place(r: HelpRequest, state: State, facts: Facts) -> Turn | Need:
    answers = {
        "request": r.id,
        "name": r.name,
        "words": r.words if r.kind == "unit" else "",
        "names": rights.may_somewhere(facts.person.roles, rights.ALIAS),
    }
    return engine.start(place.FORM, drafts.park(state), facts, answers)


def _done(r: HelpRequest, state: State, facts: Facts) -> Turn | Need:
    done = close(state, facts, say("request.done_now", name=r.name or "?"))
    return replace(done, effects=(*done.effects, FinishRequest(r.id))) if isinstance(done, Turn) else done


_DO = {"take": _take, "answer": _answer, "type": _type, "place": _place, "done": _done}
