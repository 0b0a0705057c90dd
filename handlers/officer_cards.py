"""Cards of officers: groups and their notices."""

from __future__ import annotations

from dataclasses import replace

from handlers import drafts, engine, preview_cards, rights
from handlers.card import CLOSE, close, show
from handlers.effects import MakeInvite, PostNotice
from handlers.facts import Facts, Unit
from handlers.forms import hand_group
from handlers.group_facts import LinkedGroups, SettingsOf
from handlers.settings_cards import paged
from handlers.settings_words import name
from handlers.talk import Card, Choice, Need, State, Turn, reply, say


def groups(state: State, facts: Facts) -> Turn | Need:
    """DANG in private: which of my groups gets the notice now?"""
    return _groups(0, state, facts)


def _groups(page: int, state: State, facts: Facts) -> Turn | Need:
    query = LinkedGroups(rights.units_of(facts.person.roles, rights.POST))
    if query not in facts.answers:
        return Need((query,))
    rows = facts.answers[query]
    if not rows:
        return Turn(state, (reply(say("post.no_group")),))
    choices, page = paged(rows, page, lambda group: say("post.group", name=name(group, 40), hour=group.hour))
    return show(state, reply(say("post.which"), choices=choices, card=Card("post", str(page))))


def on_post(page: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key == "more":
        return _groups(int(page) + 1 if page.isdecimal() else 0, state, facts)
    if not key.startswith("g") or not key[1:].isdecimal():
        return close(state, facts)
    query = SettingsOf(int(key[1:]))
    if query not in facts.answers:
        return Need((query,))
    if facts.answers[query] is None:
        return close(state, facts, say("not_allowed"))
    if facts.answers[query].by_hand:
        return preview_cards.of_group(int(key[1:]), state, facts)
    done = close(state, facts, say("post.done"))
    return replace(done, effects=(PostNotice(int(key[1:])),)) if isinstance(done, Turn) else done


def link(state: State, facts: Facts) -> Turn:
    """GANNHOM in private: a one-time code that links a group to one of my units, or a group the bot cannot be in."""
    choices = _of_my_units(facts)
    if not choices:
        return Turn(state, (reply(say("not_allowed")),))
    by_hand = Choice("hand", say("link.by_hand"))
    return show(state, reply(say("link.ask"), choices=(*choices, by_hand, CLOSE), card=Card("link", "new")))


def _of_my_units(facts: Facts) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"{kind[0]}{u.id}", say("link.choice", unit=u.short, kind=say(f"group.{kind}")))
        for u in _units(facts)[:2]
        for kind in ("officers", "members")
    )


def _units(facts: Facts) -> list[Unit]:
    """The units one serves; for who may link groups everywhere, one's own or those that run campaigns."""
    roles, own = facts.person.roles, facts.person.unit
    served = [root for role in roles if rights.may_somewhere((role,), rights.GROUP) for root in role.roots]
    if served:
        return served
    if own and rights.may(roles, rights.GROUP, own):
        return [own]
    everywhere = rights.units_of(roles, rights.GROUP) is None
    return list(dict.fromkeys(one.unit for one in facts.campaigns if one.unit)) if everywhere else []


def on_link(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    kinds = {"o": "officers", "m": "members"}
    if key == "hand":
        choices = (*_of_my_units(facts), CLOSE)
        return show(state, reply(say("link.by_hand_ask"), choices=choices, card=Card("link", "hand")))
    if key[:1] not in kinds or not key[1:].isdigit():
        return close(state, facts)
    unit = next((unit for unit in _units(facts) if unit.id == int(key[1:])), None)
    if unit is None:
        return close(state, facts, say("not_allowed"))
    if record == "hand":
        return _by_hand(unit, kinds[key[0]], state, facts)
    done = close(state, facts, say("link.code"))
    effect = MakeInvite(unit.id, kinds[key[0]])
    return replace(done, effects=(effect,)) if isinstance(done, Turn) else done


def _by_hand(unit: Unit, kind: str, state: State, facts: Facts) -> Turn | Need:
    answers = {"unit": unit.id, "short": unit.short, "kind": kind}
    return engine.start(hand_group.FORM, drafts.park(state), facts, answers)
