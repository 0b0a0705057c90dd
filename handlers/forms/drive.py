"""CAODIEM: an officer starts a peak drive (name, days, target), or gives a running one another target."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from handlers.drive import Drive
from handlers.drive_words import Figures
from handlers.effects import AimDrive, StartDrive
from handlers.fold import clean
from handlers.form import Answer, Ask, Ctx, Field, Finished, Form, Heard, Miss, Revisit, Taken
from handlers.moments import day_text
from handlers.parse import coming
from handlers.talk import Choice, Reply, Say, reply, say
from handlers.words import SKIP, squeezed

_SHORTEST, _LONGEST = 3, 60  # characters of a name
_LEAVE = Choice("leave", say("choice.leave"), 0)
_FIELDS = ("name", "first", "span", "number")


def _ask_name(ctx: Ctx) -> Reply:
    return reply(say("drive.name_ask", unit=ctx.answers["short"]))


def _take_name(_: Ctx, heard: Heard) -> Taken:
    name = clean(heard.text)
    if not _SHORTEST <= len(name) <= _LONGEST or not any(letter.isalpha() for letter in name):
        return Miss(reply(say("drive.name_again")))
    return Answer(name)


# ---------------------------------------------------------------- its days


def _ask_first(_: Ctx) -> Reply:
    choices = (Choice("tomorrow", say("drive.tomorrow")), Choice("today", say("drive.today")), _LEAVE)
    return reply(say("drive.first_ask"), choices=choices)


def _take_first(ctx: Ctx, heard: Heard) -> Taken:
    """The first day. Where it was changed, the last one is asked anew: it may lie before it now."""
    today = ctx.facts.today
    near = {"today": today, "tomorrow": today + timedelta(days=1)}
    first = near.get(heard.key) or coming.day(heard.text, today)
    if first is None:
        return Miss(reply(say("drive.day_unclear")))
    free = date.fromisoformat(ctx.answers["free"])
    if first < free:
        return Miss(reply(say("drive.first_taken", free=_text(ctx, free))))
    if first > _closes(ctx):
        return Miss(reply(say("drive.first_late", last=_text(ctx, _closes(ctx)))))
    return Answer(first.isoformat(), forget=("span",))


def _ask_span(_: Ctx) -> Reply:
    return reply(say("drive.span_ask"))


def _take_span(ctx: Ctx, heard: Heard) -> Taken:
    first = date.fromisoformat(ctx.answers["first"])
    last = coming.last_day(heard.text, first)
    if last is None:
        return Miss(reply(say("drive.span_unclear", first=_text(ctx, first))))
    if last > _closes(ctx):
        return Miss(reply(say("drive.span_late", last=_text(ctx, _closes(ctx)))))
    return Answer(last.isoformat())


def _closes(ctx: Ctx) -> date:
    return date.fromisoformat(ctx.answers["closes"])


def _text(ctx: Ctx, day: date) -> str:
    return day_text(day, ctx.state.language)


# ---------------------------------------------------------------- its target


def _ask_number(_: Ctx) -> Reply:
    """The answer is a number itself, so the choice has none."""
    return Reply((say("drive.number_ask"),), (Choice("none", say("drive.no_number")),), numbered=False)


def _take_number(_: Ctx, heard: Heard) -> Taken:
    if heard.key == "none" or squeezed(heard.text) in SKIP:
        return Answer(None)
    number = coming.whole_number(heard.text)
    return Miss(reply(say("drive.number_unclear"))) if number is None else Answer(number)


# ---------------------------------------------------------------- is it right?


def _ask_sure(ctx: Ctx) -> Reply:
    choices = (Choice("open", say("drive.open")), Choice("edit", say("drive.edit")), _LEAVE)
    return reply(_summary(ctx), choices=choices)


def _summary(ctx: Ctx) -> Say:
    planned = _planned(ctx)
    return say(
        "drive.sure",
        name=planned.name,
        unit=ctx.answers["short"],
        n=planned.days,
        days=planned.days,
        first=_text(ctx, planned.starts),
        last=_text(ctx, planned.ends),
        aim=Figures(ctx.state.language).aim(planned),
    )


def _planned(ctx: Ctx) -> Drive:
    first = date.fromisoformat(ctx.answers["first"])
    return Drive(
        name=str(ctx.answers["name"]),
        starts=first,
        ends=date.fromisoformat(ctx.answers["span"]),
        day=first,
        until=first - timedelta(days=1),
        number=ctx.answers.get("number"),
    )


def _take_sure(ctx: Ctx, heard: Heard) -> Taken:
    if heard.key == "open":
        return Answer(True)
    if heard.key == "edit":
        choices = tuple(Choice(name, say(f"drive.edit_{name}")) for name in _FIELDS)
        return Ask(reply(say("drive.edit_ask"), choices=(*choices, _LEAVE)), {"edit": True})
    if ctx.pending and heard.key in _FIELDS:
        return Revisit(heard.key)
    return Miss(reply(say("choice.again")))


def _start(ctx: Ctx) -> Finished:
    planned, known = _planned(ctx), ctx.answers
    started = StartDrive(
        unit_id=int(known["unit"]),
        campaign_id=int(known["campaign"]),
        name=planned.name,
        starts=planned.starts,
        ends=planned.ends,
        number=planned.number,
    )
    return Finished(reply(say("drive.started", name=planned.name)), (started,))


FORM = Form(
    "drive",
    (
        Field("name", _ask_name, _take_name, free=True),
        Field("first", _ask_first, _take_first),
        Field("span", _ask_span, _take_span),
        Field("number", _ask_number, _take_number),
        Field("sure", _ask_sure, _take_sure),
    ),
    _start,
)


# ---------------------------------------------------------------- another target


def _aim(ctx: Ctx) -> Finished:
    number: Any = ctx.answers.get("number")
    return Finished(reply(say("drive.aimed")), (AimDrive(int(ctx.answers["drive"]), number),))


AIM = Form("drive_aim", (Field("number", _ask_number, _take_number),), _aim)
