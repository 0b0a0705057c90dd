"""NHAC: compose a new reminder, or look at those that were made; TATNHAC and BATNHAC for those who get them."""

from __future__ import annotations

from dataclasses import replace

from handlers import broadcast_words as words
from handlers import drafts, engine
from handlers.broadcast_effects import CancelBroadcast, SetReminders
from handlers.broadcast_facts import BroadcastOf, BroadcastsOf, Made
from handlers.card import CLOSE, DECLINE, close, show
from handlers.facts import Facts, UnitById
from handlers.forms import broadcast, register
from handlers.settings_cards import units_of
from handlers.talk import Card, Choice, Need, Reply, State, Turn, reply, say

ROOM = 3  # made ones on a page: beside "new" and "more"


def remind(state: State, facts: Facts) -> Turn | Need:
    """NHAC: with none made yet the form begins at once."""
    return _list(0, state, facts)


def _list(page: int, state: State, facts: Facts) -> Turn | Need:
    query = BroadcastsOf(units_of(facts), page)
    if query not in facts.answers:
        return Need((query,))
    rows: tuple[Made, ...] = facts.answers[query]
    if not rows and page:
        return _list(0, state, facts)
    if not rows:
        return compose(state, facts)
    named = tuple(Choice(f"b{row.id}", words.label(state.language, row)) for row in rows[:ROOM])
    more = (Choice("more", say("settings.more")),) if len(rows) > ROOM else ()
    choices = (Choice("new", say("broadcast.new")), *named, *more, CLOSE)
    return show(state, reply(say("broadcast.which"), choices=choices, card=Card("reminders", str(page))))


def on_list(page: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if not facts.person.is_officer:
        return close(state, facts, say("not_allowed"))
    if key == "new":
        return compose(replace(state, card="", offered=()), facts)
    if key == "more":
        return _list(int(page) + 1 if page.isdecimal() else 0, state, facts)
    return _one(key[1:], state, facts) if key[:1] == "b" else close(state, facts)


# ---------------------------------------------------------------- a new one


def compose(state: State, facts: Facts) -> Turn | Need:
    """For the unit one serves; whoever runs the whole installation speaks to the unit that runs the campaign."""
    unit = next((r.unit for r in facts.person.roles if r.unit), None)
    campaigns = register.campaigns_for(facts, register.unit_json(unit)) if unit else facts.campaigns
    if not campaigns:
        return Turn(state, (reply(say("campaign.none")),))
    campaign = campaigns[0]
    if unit is None:
        query = UnitById(campaign.unit_id)
        if query not in facts.answers:
            return Need((query,))
        unit = facts.answers[query]
    if unit is None:
        return Turn(state, (reply(say("board.no_unit")),))
    known = {"root": [unit.id, unit.short], "campaign": campaign.id, "closes": campaign.closes.isoformat()}
    return engine.start(broadcast.FORM, drafts.park(state), facts, known | {"zone": campaign.timezone})


# ---------------------------------------------------------------- one that was made


def _one(record: str, state: State, facts: Facts) -> Turn | Need:
    query = BroadcastOf(int(record) if record.isdecimal() else 0)
    if query not in facts.answers:
        return Need((query,))
    made: Made | None = facts.answers[query]
    if made is None:
        return close(state, facts, say("broadcast.gone"))
    return show(state, _card(state, made))


def _card(state: State, made: Made) -> Reply:
    cancel = (Choice("cancel", say("broadcast.cancel")),) if made.status == "planned" else ()
    return reply(*words.details(state.language, made), choices=(*cancel, CLOSE), card=Card("reminder", str(made.id)))


def on_one(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """The right is checked again, and whether it still waits, when it is cancelled."""
    if not facts.person.is_officer or not record.isdecimal():
        return close(state, facts, say("not_allowed"))
    if key == "cancel":
        choices = (Choice("yes", say("broadcast.cancel_yes")), DECLINE)
        asked = reply(say("broadcast.cancel_ask"), choices=choices, card=Card("reminder", record))
        return show(state, asked)
    if key != "yes":
        return _one(record, state, facts)
    done = close(state, facts, say("broadcast.cancelled"))
    return replace(done, effects=(CancelBroadcast(int(record)),)) if isinstance(done, Turn) else done


# ---------------------------------------------------------------- wanted or not


def switch(state: State, *, on: bool) -> Turn:
    """TATNHAC, BATNHAC: one's own setting, for which no right is needed."""
    said = say("broadcast.switched_on") if on else say("broadcast.switched_off")
    return Turn(state, (reply(said),), (SetReminders(on),))


