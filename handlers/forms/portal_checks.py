"""SOCONG: a number that grew more than is likely is stored only once confirmed; one that fell gets its reason."""

from __future__ import annotations

from handlers import portal
from handlers.effects import ExplainFigure
from handlers.figures import groups
from handlers.fold import shortened
from handlers.form import Answer, Ask, Ctx, Heard, Miss, Taken
from handlers.forms import portal_common as common
from handlers.parse.pasted import whole_number
from handlers.talk import Choice, Reply, State, Words, reply, say


def ask_leap(ctx: Ctx) -> Reply:
    row = common.queue(ctx, "leaps")[0]
    words = say(
        "portal.leap", unit=row["short"], by=common.number(ctx, row["by"]), total=common.number(ctx, row["total"])
    )
    return reply(
        words, choices=(Choice("yes", say("portal.right")), Choice("no", say("portal.mistyped")), common.LEAVE)
    )


def take_leap(ctx: Ctx, heard: Heard) -> Taken:
    row, *rest = common.queue(ctx, "leaps")
    if heard.key == "yes":
        rows = [(row["id"], row["total"])]
        return Answer(True, common.store(ctx, rows), {"leaps": rest, **common.taken(ctx, rows)})
    if heard.key == "no":
        return Ask(
            reply(say("portal.right_number", unit=row["short"]), choices=(common.DROP, common.LEAVE)), {"again": True}
        )
    if heard.key == common.DROP.key:
        return Answer(True, also={"leaps": rest}, note=reply(say("portal.dropped")))
    total = whole_number(heard.text)
    if not ctx.pending.get("again") or total is None:
        return Miss(reply(say("portal.right_number", unit=row["short"])))
    before = row["total"] - row["by"]
    fixed = {**row, "total": total, "by": total - before}
    falls = [*common.queue(ctx, "falls"), fixed] if fixed["by"] < 0 else common.queue(ctx, "falls")
    rows = [(row["id"], total)]
    return Answer(True, common.store(ctx, rows), {"leaps": rest, "falls": falls, **common.taken(ctx, rows)})


def ask_fall(ctx: Ctx) -> Reply:
    row = common.queue(ctx, "falls")[0]
    since = portal.since(row["day"], common.today(ctx))
    choices = tuple(Choice(reason, say(f"portal.reason.{reason}")) for reason in ("duplicate", "typing", "other"))
    words = say("portal.fall", unit=row["short"], by=common.number(ctx, -row["by"]), since=since)
    return reply(words, choices=(*choices, common.LEAVE))


def take_fall(ctx: Ctx, heard: Heard) -> Taken:
    row, *rest = common.queue(ctx, "falls")
    if heard.key not in ("duplicate", "typing", "other"):
        return Miss(reply(say("choice.again")))
    effect = ExplainFigure(row["id"], ctx.answers["place"]["campaign"], common.as_of(ctx), heard.key)
    return Answer(True, (effect,), {"falls": rest})


# ---------------------------------------------------------------- left before all was answered

_NAMED = 3  # lines
_SHOWN = 40  # characters of one


def left(state: State) -> Reply:
    """What was received is kept; which lines were not is said, so that they are not missed in the notice."""
    held = [f"{row['short']} {groups(row['total'], state.language)}" for row in state.answers.get("leaps", ())]
    unclear = [shortened(row["text"], _SHOWN) for row in state.answers.get("unclear", ())]
    lines = [
        say(key, rows=_named(rows)) for key, rows in (("portal.held", held), ("portal.not_clear", unclear)) if rows
    ]
    return reply(say("portal.stopped"), *lines)


def _named(rows: list[str]) -> Words:
    rest = len(rows) - _NAMED
    if rest <= 0:
        return ", ".join(rows)
    return say("portal.and_lines", rows=", ".join(rows[:_NAMED]), n=rest)
