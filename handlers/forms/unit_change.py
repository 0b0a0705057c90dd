"""A filed initiative that went to the wrong unit: which one is it?"""

from __future__ import annotations

from handlers.codes import spoken
from handlers.effects import MoveToUnit
from handlers.form import Ctx, Field, Finished, Form
from handlers.forms import register
from handlers.talk import reply, say


def _finish(ctx: Ctx) -> Finished:
    unit = ctx.answers.get("unit")
    if unit is None or unit["id"] == ctx.answers["from"]:
        return Finished(reply(say("details.unchanged")))
    effect = MoveToUnit(int(ctx.answers["of"]), int(unit["id"]))
    return Finished(reply(say("unit.moved", code=spoken(ctx.answers["code"]), unit=unit["name"])), (effect,))


FORM = Form("unit_change", (Field("unit", register.ask_unit, register.take_other_unit),), _finish)
