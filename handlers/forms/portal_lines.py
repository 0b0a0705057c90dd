"""SOCONG: a pasted line whose unit is not clear is asked about alone; what is answered is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers import portal
from handlers.fold import fold, shortened
from handlers.form import Answer, Ask, Ctx, Heard, Look, Miss, Taken
from handlers.forms import portal_common as common
from handlers.forms.portal_rows import take_rows
from handlers.parse.pasted import pasted
from handlers.portal_facts import PortalMatch, PortalUnit
from handlers.talk import Choice, Reply, Say, reply, say

OTHER = Choice("other", say("portal.other_unit"))
_SHOWN = 60  # characters of a line that is asked about


def ask_line(ctx: Ctx) -> Reply | Look:
    lines = common.queue(ctx, "unclear")
    row, shown = lines[0], shortened(lines[0]["text"], _SHOWN)
    if row["number"] is None:
        words = say("portal.cannot_read", n=len(lines), line=shown)
        return reply(words, choices=(common.DROP, common.LEAVE))
    match = common.looked_up(ctx, row["name"])
    if isinstance(match, Look):
        return match
    choices = tuple(Choice(f"u{unit.id}", _proposal(ctx, unit)) for unit in match.units)
    return reply(say("portal.unclear", n=len(lines), line=shown), choices=(*choices, OTHER, common.DROP, common.LEAVE))


def _proposal(ctx: Ctx, unit: PortalUnit) -> Say | str:
    if unit.total is None:
        return unit.short
    since = portal.since(unit.day.isoformat() if unit.day else None, common.today(ctx))
    return say("portal.proposal", unit=unit.short, since=since, total=common.number(ctx, unit.total))


def take_line(ctx: Ctx, heard: Heard) -> Taken:
    """A choice, a name, or (several lines) more rows: a long paste comes in parts on some channels."""
    row, *rest = common.queue(ctx, "unclear")
    if "\n" in heard.text and not heard.key:
        return _more_rows(ctx, heard)
    if heard.key == common.DROP.key:
        return Answer(True, also={"unclear": rest}, note=reply(say("portal.dropped")))
    if heard.key == OTHER.key:
        return Ask(reply(say("portal.which_unit"), choices=(common.DROP, common.LEAVE)), {"other": True})
    if row["number"] is None:
        return _read_again(ctx, heard, rest)
    if not heard.key and not fold(heard.text):
        return Miss(reply(say("portal.which_unit")))
    match = common.looked_up(ctx, heard.text if not heard.key else str(ctx.pending.get("name", row["name"])))
    if isinstance(match, Look):
        return match
    chosen = next((u for u in match.units if heard.key == f"u{u.id}" or (not heard.key and match.exact)), None)
    if chosen is None:
        return _proposed(ctx, heard.text, match)
    return _settled(ctx, chosen, row, rest, remember=True)


def _more_rows(ctx: Ctx, heard: Heard) -> Taken:
    """They are taken as the rows before them; what was still to be asked about comes first."""
    taken = take_rows(ctx, heard)
    if not isinstance(taken, Answer):
        return taken
    also = {name: [*common.queue(ctx, name), *taken.also[name]] for name in ("unclear", "leaps", "falls")}
    return replace(taken, also=also)


def _proposed(ctx: Ctx, text: str, match: PortalMatch) -> Taken:
    if not match.units:
        return Ask(reply(say("portal.no_unit"), choices=(common.DROP, common.LEAVE)), {"other": True})
    choices = tuple(Choice(f"u{unit.id}", _proposal(ctx, unit)) for unit in match.units)
    return Ask(reply(say("portal.which_of"), choices=(*choices, common.DROP, common.LEAVE)), {"name": text})


def _read_again(ctx: Ctx, heard: Heard, rest: list[Mapping[str, Any]]) -> Taken:
    """A line that could not be read, sent again."""
    lines = pasted(heard.text).lines
    if len(lines) != 1 or lines[0].number is None:
        return Miss(reply(say("portal.read_again")))
    row = {"text": lines[0].text, "name": lines[0].name, "number": lines[0].number}
    match = common.looked_up(ctx, lines[0].name)
    if isinstance(match, Look):
        return match
    if match.exact:
        return _settled(ctx, match.units[0], row, rest, remember=False)
    return Answer(True, also={"unclear": [row, *rest]})


def _settled(
    ctx: Ctx, unit: PortalUnit, row: Mapping[str, Any], rest: list[Mapping[str, Any]], *, remember: bool
) -> Taken:
    """The line is of this unit."""
    number = portal.cumulative(unit, row["number"], daily=bool(ctx.answers["daily"]))
    weighed = portal.weighed([(unit, number)], common.as_of(ctx))
    left = {
        "unclear": rest,
        "leaps": [*common.queue(ctx, "leaps"), *weighed.leaps],
        "falls": [*common.queue(ctx, "falls"), *weighed.falls],
        **common.taken(ctx, [] if weighed.leaps else [(unit.id, number)]),
    }
    note = reply(
        say("portal.remembered" if remember else "portal.read", unit=unit.short, total=common.number(ctx, number))
    )
    return Answer(
        True, common.store(ctx, weighed.store, (unit.id, str(row["name"])) if remember else None), left, note=note
    )
