"""A person whose unit was not found: which one is it, and is what they typed a name of it?"""

from __future__ import annotations

from handlers.desk_effects import PlaceRequester
from handlers.fold import shortened
from handlers.form import Answer, Ctx, Field, Finished, Form, Heard, Miss, Taken
from handlers.forms import register
from handlers.talk import Choice, Reply, reply, say

_LEAVE = Choice("leave", say("choice.leave"), 0)


def _ask_unit(ctx: Ctx) -> Reply:
    words = str(ctx.answers["words"])
    if words:
        return reply(say("placed.ask_words", words=shortened(words, 60)), choices=(_LEAVE,))
    return reply(say("placed.ask", name=ctx.answers["name"] or "?"), choices=(_LEAVE,))


def _take_unit(ctx: Ctx, heard: Heard) -> Taken:
    taken = register.take_other_unit(ctx, heard)
    if isinstance(taken, Answer) and taken.value is None:  # none of those proposed
        return Miss(reply(say("placed.again")))
    return taken


def _ask_alias(ctx: Ctx) -> Reply:
    words, unit = shortened(str(ctx.answers["words"]), 60), ctx.answers["unit"]["short"]
    choices = (Choice("yes", say("placed.alias_yes")), Choice("no", say("placed.alias_no")), _LEAVE)
    return reply(say("placed.alias", words=words, unit=unit), choices=choices)


def _take_alias(_: Ctx, heard: Heard) -> Taken:
    return Answer(heard.key == "yes") if heard.key in ("yes", "no") else Miss(reply(say("choice.again")))


def _finish(ctx: Ctx) -> Finished:
    unit = ctx.answers["unit"]
    effect = PlaceRequester(int(ctx.answers["request"]), int(unit["id"]), bool(ctx.answers.get("alias")))
    return Finished(reply(say("placed.done", name=ctx.answers["name"] or "?", unit=unit["short"])), (effect,))


FORM = Form(
    "of_unit",
    (
        Field("unit", _ask_unit, _take_unit, free=True),
        Field("alias", _ask_alias, _take_alias, skip=lambda ctx: not (ctx.answers["words"] and ctx.answers["names"])),
    ),
    _finish,
)
