"""Officers bring out the notices that wait for them: into the group, by hand, or not at all; DUYET shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import offer_words as words
from handlers import preview_cards, rights
from handlers.card import CLOSE, close, show
from handlers.effects import DecideOffer
from handlers.facts import Facts
from handlers.offer_facts import WAITING, Offer, OfferOf, OffersOf
from handlers.talk import Card, Choice, Need, Reply, State, Turn, reply, say

ROOM = 3  # on a page, beside "others" and today's notice

# ---------------------------------------------------------------- a choice of a card


def on_offer(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """Everything is looked at again: the right, whether it is open and nobody else has decided."""
    if not record.isdecimal():
        return close(state, facts, say("preview.gone"))
    query = OfferOf(int(record))
    if query not in facts.answers:
        return Need((query,))
    found: Offer | None = facts.answers[query]
    if found is None:
        return close(state, facts, say("preview.gone"))
    if not found.is_open(facts.now) or found.is_anothers(facts.person.id):
        return close(state, facts, words.line(found, facts.now, state.language))
    decision = _decision(found, key)
    return _decided(found, decision, state, facts) if decision else show(state, words.card(found, state.language))


def _decision(offer: Offer, key: str) -> str:
    if key == "leave":
        return "" if offer.by_hand else "skip"
    return ("posted" if offer.by_hand else "post") if key in ("post", "posted") else ""


def _decided(offer: Offer, decision: str, state: State, facts: Facts) -> Turn | Need:
    """What was done; then the next one that waits, so that a number answers it."""
    query = OffersOf(rights.units_of(facts.person.roles, rights.PREVIEW))
    if query not in facts.answers:
        return Need((query,))
    said = say(f"offered.do_{decision}", name=words.names(offer), until=words.until(offer, state.language))
    effect = DecideOffer(offer.lead, decision)
    waiting = [one for one in _open(facts.answers[query], facts) if one.lead != offer.lead and one.status == WAITING]
    if state.form or not waiting:
        done = close(state, facts, said)
        return replace(done, effects=(*done.effects, effect)) if isinstance(done, Turn) else done
    below = replace(state, card="", offered=())
    return Turn(below, (reply(said), words.card(waiting[0], state.language)), (effect,))


def _open(offers: Sequence[Offer], facts: Facts) -> list[Offer]:
    """Those that can be decided by this person now."""
    return [
        one
        for one in offers
        if facts.now < one.closes and one.is_open(facts.now) and not one.is_anothers(facts.person.id)
    ]


# ---------------------------------------------------------------- DUYET


def waiting(state: State, facts: Facts) -> Turn | Need:
    """DUYET: what waits for the officer, of all kinds of notices; without any, today's notice of a group."""
    return _list(0, state, facts)


def on_list(page: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key == "today":
        return preview_cards.previews(state, facts)
    if key == "more":
        return _list(int(page) + 1 if page.isdecimal() else 0, state, facts)
    return _shown(int(key[1:]), state, facts) if key[:1] == "o" and key[1:].isdecimal() else close(state, facts)


def _list(page: int, state: State, facts: Facts) -> Turn | Need:
    query = OffersOf(rights.units_of(facts.person.roles, rights.PREVIEW))
    if query not in facts.answers:
        return Need((query,))
    found = _open(facts.answers[query], facts)
    if not found:
        return preview_cards.previews(state, facts)
    page = page if page * ROOM < len(found) else 0
    named = (
        Choice(f"o{one.lead}", say("offered.choice", what=words.what(one), names=words.names(one)))
        for one in found[page * ROOM : (page + 1) * ROOM]
    )
    more = (Choice("more", say("choice.more")),) if len(found) > ROOM else ()
    choices = (*named, *more, Choice("today", say("offered.today")), CLOSE)
    return show(state, reply(say("offered.which"), choices=choices, card=Card("offers", str(page))))


def _shown(lead: int, state: State, facts: Facts) -> Turn | Need:
    """The words again, and then the card: below it nothing else is to be copied."""
    query = OfferOf(lead)
    if query not in facts.answers:
        return Need((query,))
    found: Offer | None = facts.answers[query]
    if found is None or not found.is_open(facts.now):
        return close(state, facts, say("preview.gone"))
    return Turn(state, (Reply((found.text,), alone=True), words.card(found, state.language)))
