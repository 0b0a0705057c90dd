"""NHATKY narrowed down: to a unit, to a person, to days; then the newest of what is left is shown."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from handlers import audit_words, rights
from handlers.audit_facts import SERVER, Actor, ActorsLike, LogOf, LogPage, Narrowed, read_record
from handlers.facts import Unit
from handlers.fold import shortened
from handlers.form import Answer, Ask, Ctx, Field, Finished, Form, Heard, Leave, Look, Miss, Taken
from handlers.forms import register
from handlers.parse import Problem, began
from handlers.talk import Choice, Reply, reply, say

WAYS = ("unit", "person", "day")
_LEAVE = Choice("leave", say("choice.leave"), 0)
_BETWEEN = re.compile(r"\s*(?:–|—|\bđến\b|\bden\b|\bto\b|\s-\s|(?<=\d)-(?=\d{1,2}/))\s*", re.IGNORECASE)
_LENGTHS = {"day": 1, "week": 7}


def _field(way: str, ask: Callable[[Ctx], Reply], take: Callable[[Ctx, Heard], Taken]) -> Field:
    return Field(way, ask, take, skip=lambda ctx: ctx.answers.get("way") != way, free=True)


def _ask_unit(_: Ctx) -> Reply:
    return reply(say("audit.ask.unit"), choices=(_LEAVE,))


def _take_unit(ctx: Ctx, heard: Heard) -> Taken:
    taken = register.take_other_unit(ctx, heard)
    if not isinstance(taken, Answer):
        return taken
    if taken.value is None:  # none of those proposed
        return Leave()
    unit = taken.value
    found = Unit(unit["id"], unit["code"], unit["name"], unit["short"], above=tuple(unit["above"]))
    if not rights.may(ctx.facts.person.roles, rights.AUDIT, found):
        return Miss(reply(say("give.not_yours", unit=found.short)))
    return Answer(found.id)


# ---------------------------------------------------------------- who


def _ask_person(_: Ctx) -> Reply:
    return reply(say("audit.ask.person"), choices=(Choice("server", say("audit.server")), _LEAVE))


def _take_person(ctx: Ctx, heard: Heard) -> Taken:
    if heard.key == "server":
        return Answer(SERVER)
    if heard.key.startswith("p"):
        chosen = next((one for one in ctx.pending.get("found", ()) if f"p{one}" == heard.key), None)
        return Answer(chosen) if chosen is not None else Miss(reply(say("choice.again")))
    query = ActorsLike(heard.text)
    if query not in ctx.facts.answers:
        return Look((query,))
    found: tuple[Actor, ...] = ctx.facts.answers[query]
    if not found:
        return Miss(reply(say("audit.nobody", name=shortened(heard.text, 40))))
    if len(found) == 1:
        return Answer(found[0].id)
    choices = tuple(Choice(f"p{one.id}", _named(one)) for one in found)
    return Ask(reply(say("audit.which"), choices=(*choices, _LEAVE)), {"found": [one.id for one in found]})


def _named(one: Actor) -> str:
    return f"{shortened(one.name, 30)} ({one.unit})" if one.unit else shortened(one.name, 40)


# ---------------------------------------------------------------- when


def _ask_day(_: Ctx) -> Reply:
    return reply(say("audit.ask.day"), choices=(_LEAVE,))


def _take_day(ctx: Ctx, heard: Heard) -> Taken:
    span = span_of(heard.text, ctx.facts.today)
    return Answer([day.isoformat() for day in span]) if span else Miss(reply(say("audit.how_day")))


def span_of(text: str, today: date) -> tuple[date, date] | None:
    """`hôm qua`, `20/11`, `18/11 - 20/11`, `tuần này`, `tháng 11`: first and last day; None for what is none."""
    parts = _BETWEEN.split(text.strip())
    found = [_span(part, today) for part in parts]
    if len(found) > 2 or None in found:
        return None
    days = [day for span in found if span for day in span]
    return (days[0], days[-1]) if days[0] <= days[-1] else None


def _span(text: str, today: date) -> tuple[date, date] | None:
    read = began(text, today)
    if isinstance(read, Problem):
        return None
    if read.precision == "month":
        length = monthrange(read.first.year, read.first.month)[1]
    else:
        length = _LENGTHS.get(read.precision, 0)
    return (read.first, min(read.first + timedelta(days=length - 1), today)) if length else None


# ---------------------------------------------------------------- what is left


def _finish(ctx: Ctx) -> Finished | Look:
    narrowed = _narrowed(ctx)
    query = LogOf(narrowed)
    if query not in ctx.facts.answers:
        return Look((query,))
    found: LogPage = ctx.facts.answers[query]
    return Finished(audit_words.page(found, narrowed, ctx.state.language, ctx.facts.today))


def _narrowed(ctx: Ctx) -> Narrowed:
    before, _ = read_record(str(ctx.answers["record"]))
    match ctx.answers["way"]:
        case "unit":
            return replace(before, unit_id=int(ctx.answers["unit"]))
        case "person":
            return replace(before, person_id=int(ctx.answers["person"]))
    first, last = ctx.answers["day"]
    return replace(before, first=date.fromisoformat(first), last=date.fromisoformat(last))


FORM: Form = Form(
    "audit",
    (
        _field("unit", _ask_unit, _take_unit),
        _field("person", _ask_person, _take_person),
        _field("day", _ask_day, _take_day),
    ),
    _finish,
)
