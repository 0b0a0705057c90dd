"""SOCONG: the pasted rows. What is clear is stored at once; it is said back what was made of them."""

from __future__ import annotations

from handlers import portal
from handlers.form import Answer, Ctx, Heard, Look, Miss, Taken
from handlers.forms import portal_common as common
from handlers.forms import portal_file
from handlers.parse.pasted import Pasted, pasted
from handlers.talk import Reply, Words, reply, say
from handlers.words import squeezed


def ask_rows(ctx: Ctx) -> Reply:
    return reply(say("portal.ask_rows", when=common.when(ctx)), choices=portal_file.choices(ctx))


def take_rows(ctx: Ctx, heard: Heard) -> Taken:
    if heard.key == portal_file.LINK.key or squeezed(heard.text) in portal_file.LINK_WORDS:
        return portal_file.give_link(ctx)
    sheet = pasted(heard.text)
    named = tuple(dict.fromkeys(line.name for line in sheet.lines if line.number is not None))
    if not named:
        return Miss(reply(say("portal.unreadable")))
    query = common.rows_named(ctx, named)
    if query not in ctx.facts.answers:
        return Look((query,))
    daily = bool(ctx.answers["daily"]) or sheet.daily
    found = dict(zip(named, ctx.facts.answers[query], strict=True))
    rows = portal.matched(sheet.lines, found, daily=daily)
    weighed = portal.weighed(rows.known, common.as_of(ctx))
    left = {"unclear": list(rows.unclear), "leaps": weighed.leaps, "falls": weighed.falls, "daily": daily}
    waiting = {row["id"] for row in weighed.leaps}
    kept = [(unit.id, total) for unit, total in rows.known if unit.id not in waiting]
    left |= common.taken(ctx, kept) | {"told": [len(kept), sum(total for _, total in kept)]}
    note = reply(*_received(ctx, sheet, rows, weighed, daily=daily))
    return Answer(True, common.store(ctx, weighed.store), left, note=note)


def _received(ctx: Ctx, sheet: Pasted, rows: portal.Rows, weighed: portal.Weighed, *, daily: bool) -> list[Words]:
    """What was made of a paste, in a few lines. What waits for a word of the officer is not received yet."""
    total = sum(number for _, number in rows.known) - sum(row["total"] for row in weighed.leaps)
    told = {
        "understood": len(rows.known) - len(weighed.leaps),
        "of": len(sheet.lines),
        "total": common.number(ctx, total),
        "when": common.when(ctx),
    }
    lines: list[Words] = [say("portal.received_daily" if daily else "portal.received", **told)]
    if weighed.same and weighed.same == len(rows.known):
        lines.append(say("portal.nothing_new"))
    if weighed.older:
        lines.append(say("portal.older", n=weighed.older, number=common.number(ctx, weighed.older)))
    added = sum(line.number or 0 for line in sheet.lines)
    if sheet.total is not None and sheet.total != added:
        lines.append(say("portal.sum_differs", said=common.number(ctx, sheet.total), added=common.number(ctx, added)))
    if not ctx.answers["place"]["counted"]:
        lines.append(say("portal.not_counted"))
    return lines
