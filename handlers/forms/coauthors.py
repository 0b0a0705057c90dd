"""Who took part, with what share, and from which units (domain.md §4 row 14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from handlers import parse
from handlers.facts import UnitsFound, UnitsLike
from handlers.fold import fold
from handlers.form import Answer, Ask, Ctx, Field, Heard, Look, Miss, Taken
from handlers.forms.register import capitals, name_problem, unit_json
from handlers.talk import Choice, Reply, reply, say

_PARTED = re.compile(r"\s+[-–:]\s+|\s*:\s*|\s+–\s*")


def _ask_shares(_: Ctx) -> Reply:
    return reply(say("coauthors.ask"))


def _take_shares(_: Ctx, heard: Heard) -> Taken:
    """`Tran Thi Lan 60, Pham Van Minh 40`: names with shares that total exactly 100 (TT 18/2013/TT-BKHCN)."""
    shares = parse.coauthors(heard.text)
    if isinstance(shares, parse.Problem):
        return Miss(reply(say(f"coauthors.{shares.key}", **shares.values)))
    if any(name_problem(name) for name, _ in shares):
        return Miss(reply(say("coauthors.names")))
    return Answer([[capitals(name), share] for name, share in shares])


def _ask_elsewhere(_: Ctx) -> Reply:
    return reply(say("coauthors.elsewhere"), choices=(Choice("same", say("coauthors.same")),))


def _take_elsewhere(ctx: Ctx, heard: Heard) -> Taken:
    """`pham van minh - in tan phu`, one after the other, until everybody else is of the author's own unit."""
    units: dict[str, Any] = dict(ctx.pending.get("units", {}))
    if heard.key == "same":
        return Answer(units)
    chosen = next((row for row in ctx.pending.get("found", ()) if f"u{row['id']}" == heard.key), None)
    if chosen:
        return _set(units, str(ctx.pending["who"]), chosen)
    return _search(ctx, units, heard.text)


def _search(ctx: Ctx, units: dict[str, Any], text: str) -> Taken:
    name, _, place = _PARTED.sub("\n", text, count=1).partition("\n")
    who = next((row[0] for row in ctx.answers["coauthors"] if fold(row[0]) == fold(name)), None)
    if who is None or not fold(place):
        return Miss(reply(say("coauthors.who")))
    query = UnitsLike(place)
    if query not in ctx.facts.answers:
        return Look((query,))
    found: UnitsFound = ctx.facts.answers[query]
    if not found.units:
        return Miss(reply(say("coauthors.no_unit")))
    if found.exact or len(found.units) == 1:
        return _set(units, who, unit_json(found.units[0]))
    rows = [unit_json(unit) for unit in found.units[:4]]
    choices = tuple(
        Choice(f"u{u.id}", say("unit.choice", unit=u.short, parent=u.parent or u.code)) for u in found.units[:4]
    )
    return Ask(reply(say("unit.which"), choices=choices), {"units": units, "who": who, "found": rows})


def _set(units: dict[str, Any], who: str, unit: Mapping[str, Any]) -> Ask:
    text = say("coauthors.set", name=who, unit=unit["short"])
    return Ask(reply(text, choices=(Choice("same", say("coauthors.enough")),)), {"units": {**units, who: dict(unit)}})


FIELDS = (
    Field("coauthors", _ask_shares, _take_shares, free=True),
    Field("elsewhere", _ask_elsewhere, _take_elsewhere, skip=lambda ctx: len(ctx.answers.get("coauthors", ())) < 2),
)


def rows(ctx: Ctx) -> list[list[Any]]:
    """[name, share, unit id, author group]; None where they are those of the initiative."""
    elsewhere: Mapping[str, Any] = ctx.answers.get("elsewhere", {})
    campaign = next((c for c in ctx.facts.campaigns if c.id == ctx.answers.get("campaign")), None)
    groups = campaign.groups if campaign else ()
    out: list[list[Any]] = []
    for name, share in ctx.answers["coauthors"]:
        unit = elsewhere.get(name)
        group = next((g.code for g in groups if unit and unit["type"] in g.unit_types), None)
        out.append([name, share, unit["id"] if unit else None, group])
    return out
