"""The card of a broadcast under way: pause, resume, cancel; once it is over, the list of those not reached."""

from __future__ import annotations

from dataclasses import replace

from handlers import cast_words as words
from handlers.card import DECLINE, close, show
from handlers.cast import CANCEL, PAUSE, RESUME, Cast, CastOf, MissedList, MissedOf, SteerCast
from handlers.facts import Facts
from handlers.figures import groups
from handlers.talk import Card, Choice, Media, Need, State, Turn, reply, say

_FROM = {PAUSE: ("running",), RESUME: ("paused",), CANCEL: ("planned", "running", "paused")}


def on_cast(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """Everything is looked at again; the right once more where it is done (`bot/apply_cast.py`)."""
    found = _found(record, facts)
    if not isinstance(found, Cast):
        return found or close(state, facts, say("cast.none"))
    if key == "missed" or (key[:1] == "m" and key[1:].isdecimal()):
        return _missed(found, int(key[1:]) if key != "missed" else 0, state, facts)
    if key == "sheet":
        return _sheet(found, state, facts)
    if not found.may_steer:
        return close(state, facts, say("not_allowed"))
    if key not in _FROM or not _may(found, key):
        return show(state, words.card(found, state.language))
    if key == CANCEL:
        return _ask_cancel(found, state)
    if facts.edits and found.told_in == (facts.person.id, facts.channel):  # the message itself shows it
        return Turn(state, (reply(say(f"cast.did_{key}")),), (_effect(found, key),))
    return _steer(found, key, state)


def on_cancel(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """Whether it is really to end."""
    found = _found(record, facts)
    if not isinstance(found, Cast):
        return found or close(state, facts, say("cast.none"))
    if not found.may_steer:
        return close(state, facts, say("not_allowed"))
    if key != "yes" or not _may(found, CANCEL):
        return show(state, words.card(found, state.language))
    done = close(state, facts, say("cast.do_cancel"))
    return replace(done, effects=(*done.effects, _effect(found, CANCEL))) if isinstance(done, Turn) else done


def _found(record: str, facts: Facts) -> Cast | Need | None:
    query = CastOf(int(record) if record.isdecimal() else 0)
    if not facts.person.roles:
        return None
    if query not in facts.answers:
        return Need((query,))
    found: Cast | None = facts.answers[query]
    return found


def _may(found: Cast, to: str) -> bool:
    return found.ended_at is None and found.status in _FROM[to]


def _effect(found: Cast, to: str) -> SteerCast:
    return SteerCast(found.id, found.version, to)


def _steer(found: Cast, to: str, state: State) -> Turn:
    """The card as it is afterwards, for channels whose message cannot be edited in place."""
    status = "paused" if to == PAUSE else "running"
    after = replace(found, status=status, paused_why="", version=found.version + 1, per_second=0)
    return replace(show(state, words.card(after, state.language)), effects=(_effect(found, to),))


def _ask_cancel(found: Cast, state: State) -> Turn:
    yes = Choice("yes", say("cast.cancel_yes"))
    asked = say("cast.cancel_ask", n=found.left, number=groups(found.left, state.language))
    return show(state, reply(asked, choices=(yes, DECLINE), card=Card("cast_end", str(found.id), found.version)))


def _sheet(found: Cast, state: State, facts: Facts) -> Turn | Need:
    """Made just before it is sent, of the units the person runs then."""
    file = Media(
        "file", MissedList(found.id, facts.person.id, state.language).ref, name=f"bao-truc-tiep-{found.id}.xlsx"
    )
    return show(state, reply(say("cast.file"), media=(file,)))


def _missed(found: Cast, page: int, state: State, facts: Facts) -> Turn | Need:
    query = MissedOf(found.id, page)
    if query not in facts.answers:
        return Need((query,))
    there = facts.answers[query]
    if not there.people:
        return close(state, facts, say("cast.all_told"))
    return show(state, words.missed_page(found, there, page, state.language))
