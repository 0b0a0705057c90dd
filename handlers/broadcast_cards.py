"""NHAC: compose a new reminder, or look at those that were made; TATNHAC and BATNHAC for those who get them."""

from __future__ import annotations

from dataclasses import replace

from handlers import broadcast_words as words
from handlers import cast_cards, drafts, engine, rights
from handlers.board_words import campaigns_of, unit_for
from handlers.broadcast_effects import CancelBroadcast, SetReminders
from handlers.broadcast_facts import ROOM, BroadcastOf, BroadcastsOf, Made
from handlers.card import CLOSE, DECLINE, close, show
from handlers.facts import Facts
from handlers.forms import broadcast
from handlers.talk import Card, Choice, Need, Reply, State, Turn, reply, say

PLANNED = "planned"


def remind(state: State, facts: Facts) -> Turn | Need:
    """NHAC: with none made yet the form begins at once."""
    return _list(0, state, facts)


def _list(page: int, state: State, facts: Facts) -> Turn | Need:
    query = BroadcastsOf(rights.units_of(facts.person.roles, rights.REMIND), page)
    if query not in facts.answers:
        return Need((query,))
    rows: tuple[Made, ...] = facts.answers[query]
    if not rows:
        return _list(0, state, facts) if page else compose(state, facts)
    named = tuple(Choice(f"b{row.id}", words.label(state.language, row)) for row in rows[:ROOM])
    more = (Choice("more", say("settings.more")),) if len(rows) > ROOM else ()
    choices = (Choice("new", say("broadcast.new")), *named, *more, CLOSE)
    return show(state, reply(say("broadcast.which"), choices=choices, card=Card("reminders", str(page))))


def on_list(page: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key == "new":
        return compose(state, facts)
    if key == "more":
        return _list(int(page) + 1 if page.isdecimal() else 0, state, facts)
    return _one(key[1:], state, facts) if key[:1] == "b" else close(state, facts)


def compose(state: State, facts: Facts) -> Turn | Need:
    """For the unit one serves and everything below it."""
    unit = unit_for(facts, rights.REMIND)
    if unit is None:
        return Turn(state, (reply(say("board.no_unit")),))
    campaigns = campaigns_of(unit, facts, rights.REMIND)
    if not campaigns:
        return Turn(state, (reply(say("campaign.none")),))
    campaign = campaigns[0]
    known = {"root": [unit.id, unit.short], "campaign": campaign.id, "closes": campaign.closes.isoformat()}
    return engine.start(broadcast.FORM, drafts.park(state), facts, known | {"zone": campaign.timezone})


# ---------------------------------------------------------------- one that was made


def _one(record: str, state: State, facts: Facts) -> Turn | Need:
    made = _made(record, facts)
    if isinstance(made, Need):
        return made
    if made is None:
        return close(state, facts, say("broadcast.gone"))
    if made.status != PLANNED:
        return cast_cards.on_cast(record, "", state, facts)
    return show(state, _card(state, made))


def _made(record: str, facts: Facts) -> Made | Need | None:
    """None where there is none the person may look at."""
    query = BroadcastOf(int(record) if record.isdecimal() else 0, rights.units_of(facts.person.roles, rights.REMIND))
    if query not in facts.answers:
        return Need((query,))
    found: Made | None = facts.answers[query]
    return found


def _card(state: State, made: Made) -> Reply:
    """One that waits for its time; of one that has begun there is `cast_words.card`."""
    choices = (Choice("cancel", say("broadcast.cancel")), CLOSE)
    return reply(*words.details(state.language, made), choices=choices, card=Card("reminder", str(made.id)))


def on_one(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """The right, and whether it still waits, are looked at again when it is cancelled."""
    made = _made(record, facts)
    if isinstance(made, Need):
        return made
    if made is None or made.status != PLANNED:
        return close(state, facts, say("broadcast.gone"))
    if key == "cancel":
        choices = (Choice("yes", say("broadcast.cancel_yes")), DECLINE)
        return show(state, reply(say("broadcast.cancel_ask"), choices=choices, card=Card("reminder", record)))
    if key != "yes":
        return show(state, _card(state, made))
    done = close(state, facts, say("broadcast.cancelled"))
    return replace(done, effects=(CancelBroadcast(made.id),)) if isinstance(done, Turn) else done


# ---------------------------------------------------------------- wanted or not


def switch(state: State, *, on: bool) -> Turn:
    """TATNHAC, BATNHAC: one's own setting, for which no right is needed."""
    said = say("broadcast.switched_on") if on else say("broadcast.switched_off")
    return Turn(state, (reply(said),), (SetReminders(on),))
