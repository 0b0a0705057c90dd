"""THEMDONG: one line for a day's notice, with its source; shown once, then gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from handlers.facts import Campaign, Unit
from handlers.file_effects import DropLine, SetLine
from handlers.fold import clean
from handlers.form import Answer, Ask, Ctx, Field, Finished, Form, Heard, Miss, Taken
from handlers.lines import LONGEST, SHORTEST, LineNow, holds_phone, names_source, with_source
from handlers.moments import clock
from handlers.talk import Choice, Reply, Say, reply, say
from handlers.words import squeezed

TODAY, TOMORROW = "today", "tomorrow"
DROP = ("xoa", "xoadong", "bo", "drop", "delete")
_LEAVE = Choice("leave", say("choice.leave"), 0)


def known(unit: Unit, campaign: Campaign, now: LineNow, text: str) -> dict[str, Any]:
    """The answers a form begins with: whose notice, which day (asked where today's is out), the words typed along."""
    answers: dict[str, Any] = {"unit": [unit.id, unit.short], "campaign": campaign.id}
    answers |= {"posted": now.posted.isoformat() if now.posted else "", "has": [now.today, now.tomorrow]}
    return answers | ({} if now.posted else {"day": TODAY}) | ({"given": text} if text else {})


def wrong(text: str) -> Say | None:
    """What is the matter with a line; None where it is good, though its source may be missing."""
    if len(text) > LONGEST:
        return say("line.too_long", n=len(text), most=LONGEST)
    if len(text) < SHORTEST:
        return say("line.too_short")
    return say("line.phone") if holds_phone(text) else None


# ---------------------------------------------------------------- the questions


def _ask_day(ctx: Ctx) -> Reply:
    posted = datetime.fromisoformat(ctx.answers["posted"])
    told = say("line.posted", time=clock(posted, posted.date(), ctx.state.language))
    return reply(told, choices=(Choice(TOMORROW, say("line.for_tomorrow")), _LEAVE))


def _take_day(_: Ctx, heard: Heard) -> Taken:
    if heard.key != TOMORROW:
        return Miss(reply(say("choice.again")))
    return Answer(TOMORROW)


def _ask_text(ctx: Ctx) -> Reply:
    given, has = str(ctx.answers.get("given", "")), _has(ctx)
    problem = wrong(given) if given else None
    lines = [problem] if problem else [say("line.ask", unit=ctx.answers["unit"][1], day=_day(ctx))]
    if not has:
        return Reply((*lines, say("line.example")), (_LEAVE,))
    return Reply((*lines, say("line.has", line=has)), (Choice("drop", say("line.drop")), _LEAVE))


def _take_text(_: Ctx, heard: Heard) -> Taken:
    if heard.key == "drop" or squeezed(heard.text) in DROP:
        return Answer("")
    text = one_line(heard.text)
    problem = wrong(text)
    return _again(problem) if problem else Answer(text)


def _ask_source(_: Ctx) -> Reply:
    return reply(say("line.source"), choices=(_LEAVE,))


def _take_source(ctx: Ctx, heard: Heard) -> Taken:
    source = one_line(heard.text)
    if len(source) < 2:
        return Miss(reply(say("line.source")))
    problem = wrong(with_source(str(ctx.answers["text"]), source))
    return _again(problem) if problem else Answer(source)


def _again(problem: Say) -> Ask:
    """What is wrong is known: it is said however often, not "Bot chưa hiểu"."""
    return Ask(reply(problem, choices=(_LEAVE,)))


def _finish(ctx: Ctx) -> Finished:
    unit_id, campaign_id = int(ctx.answers["unit"][0]), int(ctx.answers["campaign"])
    day = ctx.facts.today + timedelta(days=1 if ctx.answers["day"] == TOMORROW else 0)
    text = str(ctx.answers["text"])
    if not text:
        return Finished(reply(say("line.dropped", day=_day(ctx))), (DropLine(unit_id, campaign_id, day),))
    line = with_source(text, str(ctx.answers["source"])) if "source" in ctx.answers else text
    return Finished(reply(say("line.done", day=_day(ctx), line=line)), (SetLine(unit_id, campaign_id, day, line),))


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _has(ctx: Ctx) -> str:
    return str(ctx.answers["has"][1 if ctx.answers["day"] == TOMORROW else 0])


def _day(ctx: Ctx) -> Say:
    return say(f"line.day_{ctx.answers['day']}")


FORM = Form(
    "line",
    (
        Field("day", _ask_day, _take_day),
        Field("text", _ask_text, _take_text, free=True),
        Field("source", _ask_source, _take_source, lambda c: names_source(c.answers["text"] or "theo"), free=True),
    ),
    _finish,
)
