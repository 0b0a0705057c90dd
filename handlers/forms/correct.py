"""SUATHONGTIN: correct one's own name or unit (a right under Luật 91/2025/QH15; domain.md §10)."""

from __future__ import annotations

from handlers.form import Answer, Ctx, Field, Finished, Form, Heard, Miss, Taken
from handlers.forms import register
from handlers.talk import Choice, Reply, reply, say


def _ask(_: Ctx) -> Reply:
    choices = (
        Choice("name", say("edit.name")),
        Choice("unit", say("edit.unit")),
        Choice("leave", say("choice.leave"), 0),
    )
    return reply(say("edit.ask"), choices=choices)


def _take(_: Ctx, heard: Heard) -> Taken:
    return Answer(heard.key) if heard.key in ("name", "unit") else Miss(reply(say("choice.again")))


def _finish(ctx: Ctx) -> Finished:
    kept = ctx.answers["what"] in ctx.answers  # else an officer was asked to find the unit
    return Finished(reply(say("correct.done" if kept else "details.unchanged")))


FORM = Form(
    "correct",
    (
        Field("what", _ask, _take),
        Field("name", register.ask_name, register.take_name, lambda c: c.answers.get("what") != "name", free=True),
        Field("unit", register.ask_unit, register.take_unit, lambda c: c.answers.get("what") != "unit"),
    ),
    _finish,
)
