"""What is asked once of a person: consent, name, unit, the campaign where two are open (domain.md §4 rows 1, 2, 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.effects import AskForUnit, GiveConsent, SetPerson
from handlers.facts import Campaign, Facts, Unit, UnitByCode, UnitsFound, UnitsLike
from handlers.fold import fold, shortened, unaccent
from handlers.form import Answer, Ask, Ctx, Field, Heard, Leave, Look, Miss, Taken
from handlers.talk import Choice, Reply, Words, reply, say
from handlers.words import NO, YES, squeezed

CONSENT_VERSION = "2026-11"  # raise it when the words of `consent.ask` change: everybody is asked anew
NONE_OF_THESE = Choice("none", say("unit.none"))
LEAVE = Choice("leave", say("choice.no"), 0)
SURE_CODE = 3  # digits: a shorter code is asked about


# ---------------------------------------------------------------- consent


def ask_consent(ctx: Ctx) -> Reply | Look:
    """Who decides over the data, what is kept and why, and a plain yes or no (Luật 91/2025/QH15; domain.md §10)."""
    house = ctx.facts.house
    lines: list[Words] = [say("consent.hello", bot=house.bot_name, controller=house.controller)]
    unit = known_unit(ctx)
    if unit:
        lines = [say("consent.hello_unit", bot=house.bot_name, controller=house.controller, unit=unit["short"])]
    lines.append(say("consent.ask", url=house.data_url))
    return reply(*lines, choices=(Choice("yes", say("consent.yes")), LEAVE))


def take_consent(ctx: Ctx, heard: Heard) -> Taken:
    """Only a clear yes is one; anything else that reads like a name corrects the unit."""
    word = squeezed(heard.text)
    if heard.key == "yes" or word in YES:
        effects: tuple[GiveConsent | SetPerson, ...] = (GiveConsent(CONSENT_VERSION),)
        unit = ctx.answers.get("unit")
        if unit and ctx.facts.person.unit is None:
            effects = (*effects, SetPerson({"unit_id": unit["id"]}))
        return Answer(CONSENT_VERSION, effects)
    if word in NO:
        return Leave()
    if len(word) < 3:
        return Miss(reply(say("consent.again")))
    query = UnitsLike(heard.text)
    if query not in ctx.facts.answers:
        return Look((query,))
    found: UnitsFound = ctx.facts.answers[query]
    if not found.units:
        return Miss(reply(say("consent.again")))
    unit = unit_json(found.units[0])
    return Ask(
        reply(say("consent.other_unit", unit=unit["short"]), choices=(Choice("yes", say("consent.yes")), LEAVE)),
        also={"unit": unit},
    )


def _older_consent(ctx: Ctx) -> bool:
    """The text has changed since the draft began: it is asked anew."""
    return not ctx.facts.person.consented and ctx.answers["consent"] != CONSENT_VERSION


consent = Field(
    "consent",
    ask_consent,
    take_consent,
    skip=lambda ctx: ctx.facts.person.consented,
    long=True,
    stale=_older_consent,
)

# ---------------------------------------------------------------- name

_MY_NAME_IS = re.compile(r"(?:(?:toi|em|minh|chau|ten)\b ?)+la\s+(?=.+ )|my name is\s+(?=.)", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_]+(?:[ .'’-]+[^\W\d_]+)*\.?")


def ask_name(_: Ctx) -> Reply:
    return reply(say("name.ask"))


def take_name(ctx: Ctx, heard: Heard) -> Taken:
    """Kept as typed, capitals added: no accent is ever guessed."""
    if heard.key in ("is_name", "cancel"):
        return Leave() if heard.key == "cancel" else Ask(reply(say("name.full")), {"short_ok": True})
    if squeezed(heard.text) == "huy":
        return huy("name.huy")
    typed = bare_name(heard.text)
    problem = name_problem(typed)
    if problem == "name.long" and ctx.state.draft and "title" not in ctx.answers and len(heard.text) <= 200:
        return Ask(reply(say("name.was_title")), also={"title": heard.text})
    if problem:
        return Miss(reply(say(problem)))
    if " " not in typed and not ctx.pending.get("short_ok"):
        return Ask(reply(say("name.full")), {"short_ok": True})
    name = capitals(typed)
    return Answer(name, (SetPerson({"name": name}),))


def huy(question: str) -> Ask:
    """`huy` is a name and the word for leaving."""
    choices = (Choice("is_name", say("name.is_huy")), Choice("cancel", say("name.is_cancel")))
    return Ask(reply(say(question), choices=choices))


def bare_name(text: str) -> str:
    """`tôi tên là Trần Thị Lan` -> `Trần Thị Lan`."""
    said = _MY_NAME_IS.match(unaccent(text))
    return text[said.end() :] if said else text


def name_problem(text: str) -> str:
    """The key of what is wrong with a name, or "" when it can stand: 2–80 letters (domain.md §4 row 2)."""
    if len(text.split()) > 6:
        return "name.long"
    if not 2 <= len(text) <= 80 or not _NAME.fullmatch(text):
        return "name.odd"
    return ""


def capitals(name: str) -> str:
    """`tran thi lan` -> `Tran Thi Lan`; inner capitals stay as typed."""
    return " ".join(word[0].upper() + (word[1:].lower() if word.isupper() else word[1:]) for word in name.split())


name = Field("name", ask_name, take_name, skip=lambda ctx: bool(ctx.facts.person.name), free=True)

# ---------------------------------------------------------------- unit


def unit_json(unit: Unit) -> dict[str, Any]:
    return {
        "id": unit.id,
        "code": unit.code,
        "name": unit.name,
        "short": unit.short,
        "type": unit.type,
        "above": list(unit.above),
    }


def known_unit(ctx: Ctx) -> Mapping[str, Any] | None:
    """The unit of this talk: as answered in it, else the person's own."""
    if "unit" in ctx.answers:
        return ctx.answers["unit"]  # type: ignore[no-any-return] # answers are JSON
    own = ctx.facts.person.unit
    return unit_json(own) if own and own.id != ctx.answers.get("not_unit") else None


def ask_unit(_: Ctx) -> Reply:
    return reply(say("unit.ask"))


def take_unit(ctx: Ctx, heard: Heard) -> Taken:
    """A code, or a name to be searched; never free text as a unit (domain.md §4 row 4)."""
    if heard.key == "none":
        words = str(ctx.pending.get("words", heard.text))
        own = known_unit(ctx)  # it is not this one either, then
        also = {"not_unit": own["id"]} if own else {}
        return Answer(None, (AskForUnit(words[:200]),), also, note=reply(say("unit.asked")))
    if heard.key.startswith("u"):
        chosen = next((row for row in ctx.pending.get("found", ()) if f"u{row['id']}" == heard.key), None)
        if chosen:
            return _settle(chosen)
    return _search(ctx, heard.text)


def take_other_unit(ctx: Ctx, heard: Heard) -> Taken:
    """The same search for something else than the person's own unit."""
    taken = take_unit(ctx, heard)
    if isinstance(taken, Answer):
        return replace(taken, effects=tuple(e for e in taken.effects if not isinstance(e, SetPerson)))
    return taken


def _search(ctx: Ctx, text: str) -> Taken:
    digits = fold(text).replace(" ", "")
    query: UnitByCode | UnitsLike = UnitByCode(digits) if digits.isdigit() else UnitsLike(text)
    if not digits:
        return Miss(reply(say("unit.odd")))
    if query not in ctx.facts.answers:
        return Look((query,))
    answer = ctx.facts.answers[query]
    if isinstance(query, UnitByCode):
        if answer and len(digits) < SURE_CODE:  # a number typed for something else
            return _propose(text, UnitsFound((answer,)))
        return _settle(unit_json(answer)) if answer else Miss(reply(say("unit.no_code", code=digits)))
    if answer.exact:
        return _settle(unit_json(answer.units[0]))
    return _propose(text, answer)


def _propose(text: str, found: UnitsFound) -> Taken:
    if not found.units:
        return Ask(reply(say("unit.nothing"), choices=(NONE_OF_THESE,)), {"words": text})
    units = found.units[:4]
    choices = tuple(Choice(f"u{u.id}", say("unit.choice", unit=u.short, parent=u.parent or u.code)) for u in units)
    return Ask(
        reply(say("unit.which"), choices=(*choices, NONE_OF_THESE)),
        {"words": text, "found": [unit_json(u) for u in units]},
    )


def _settle(unit: Mapping[str, Any]) -> Answer:
    return Answer(dict(unit), (SetPerson({"unit_id": unit["id"]}),))


unit = Field("unit", ask_unit, take_unit, skip=lambda ctx: ctx.facts.person.unit is not None)

# ---------------------------------------------------------------- campaign


def campaigns_for(facts: Facts, unit: Mapping[str, Any] | None) -> tuple[Campaign, ...]:
    """The open campaigns the unit takes part in: those run by it or by a unit above it."""
    if unit is None:
        return ()
    ids = {unit["id"], *unit.get("above", ())}
    return tuple(c for c in facts.campaigns if c.unit_id in ids)


def ask_campaign(ctx: Ctx) -> Reply:
    choices = tuple(Choice(f"c{c.id}", shortened(c.name, 48)) for c in campaigns_for(ctx.facts, known_unit(ctx))[:5])
    return reply(say("campaign.ask"), choices=choices)


def take_campaign(ctx: Ctx, heard: Heard) -> Taken:
    chosen = next((c for c in ctx.facts.campaigns if f"c{c.id}" == heard.key), None)
    return Answer(chosen.id) if chosen else Miss(reply(say("campaign.again")))


def _one_campaign(ctx: Ctx) -> bool:
    """Nothing to ask with one campaign, or where the person's last filing says which."""
    return chosen_campaign(ctx) is not None or not campaigns_for(ctx.facts, known_unit(ctx))


def chosen_campaign(ctx: Ctx) -> Campaign | None:
    """The one that was chosen; if it has closed meanwhile, or none was asked for: the only one open, else the one of
    the person's last filing.
    """
    fits = campaigns_for(ctx.facts, known_unit(ctx))
    chosen = ctx.answers.get("campaign")
    last = next((i.campaign_id for i in ctx.facts.mine), None)
    for wanted in (chosen, fits[0].id if len(fits) == 1 else None, last):
        if found := next((c for c in fits if c.id == wanted), None):
            return found
    return fits[0] if fits and chosen is not None else None


campaign = Field("campaign", ask_campaign, take_campaign, skip=_one_campaign)

FIELDS = (consent, name, unit, campaign)
