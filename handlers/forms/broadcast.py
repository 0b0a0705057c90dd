"""NHAC: a reminder is composed: whom, what, a look at who gets it, a try, a time, and the number typed to confirm."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers import broadcast_words as words
from handlers.broadcast import LONGEST, allowed_from, grew, misspelt
from handlers.broadcast_effects import SendBroadcast, TryBroadcast
from handlers.broadcast_facts import AudienceNow, AudienceOf, Rule
from handlers.effects import Effect
from handlers.facts import Unit, UnitByCode, UnitsFound, UnitsLike
from handlers.fold import clean
from handlers.form import Answer, Ask, Ctx, Field, Finished, Form, Heard, Look, Miss, Revisit, Taken
from handlers.parse import ahead, coming
from handlers.talk import Choice, Media, Reply, Say, reply, say

_SHORTEST = 10  # characters of a reminder
_PEOPLE, _OFFICERS, _GROUPS = ("everyone", "draft", "never"), ("zero", "below"), ("members", "officers", "both")
_LEAVE = Choice("leave", say("choice.leave"), 0)
_EDITS = ("text", "rule", "unit", "picture")


# ---------------------------------------------------------------- whom


def _ask_unit(ctx: Ctx) -> Reply:
    return reply(
        say("broadcast.unit_ask"), choices=(Choice("all", say("broadcast.all_of", unit=_root(ctx)[1])), _LEAVE)
    )


def _take_unit(ctx: Ctx, heard: Heard) -> Taken:
    """The officer's own unit, or one below it by its code or name."""
    if heard.key == "all":
        return Answer(_root(ctx))
    if heard.key[:1] == "u" and ctx.pending:
        return Answer(next(one for one in ctx.pending["units"] if f"u{one[0]}" == heard.key))
    query: Any = UnitByCode(heard.text) if heard.text.isdecimal() else UnitsLike(heard.text)
    if query not in ctx.facts.answers:
        return Look((query,))
    found = ctx.facts.answers[query]
    if isinstance(found, UnitsFound):
        near = found.units[:1] if found.exact else found.units
    else:
        near = (found,) if found is not None else ()
    mine = [one for one in near if _is_mine(ctx, one)]
    match mine:
        case []:
            return Miss(reply(say("broadcast.unit_none", unit=_root(ctx)[1])))
        case [one] if query == UnitByCode(heard.text) or (isinstance(found, UnitsFound) and found.exact):
            return Answer([one.id, one.short])
    choices = tuple(Choice(f"u{one.id}", one.short) for one in mine[:4])
    pending = {"units": [[one.id, one.short] for one in mine[:4]]}
    return Ask(reply(say("broadcast.unit_which"), choices=(*choices, _LEAVE)), pending)


def _is_mine(ctx: Ctx, unit: Unit) -> bool:
    return _root(ctx)[0] in (unit.id, *unit.above)


def _root(ctx: Ctx) -> list[Any]:
    """Id and short name of the unit that is the widest one may speak to."""
    return list(ctx.answers["root"])


def _ask_rule(ctx: Ctx) -> Reply:
    choices = tuple(Choice(name, say(f"broadcast.rule.{name}")) for name in (*_PEOPLE, "officers", "groups"))
    return reply(say("broadcast.rule_ask", unit=ctx.answers["unit"][1]), choices=(*choices, _LEAVE))


def _take_rule(_: Ctx, heard: Heard) -> Taken:
    """Another rule asks its details anew."""
    if heard.key not in (*_PEOPLE, "officers", "groups"):
        return Miss(reply(say("choice.again")))
    return Answer(heard.key, forget=("which", "percent"))


def _ask_which(ctx: Ctx) -> Reply:
    names = _OFFICERS if ctx.answers["rule"] == "officers" else _GROUPS
    choices = tuple(Choice(name, say(f"broadcast.which.{name}")) for name in names)
    return reply(say(f"broadcast.which_ask.{ctx.answers['rule']}"), choices=(*choices, _LEAVE))


def _take_which(ctx: Ctx, heard: Heard) -> Taken:
    if heard.key not in (_OFFICERS if ctx.answers["rule"] == "officers" else _GROUPS):
        return Miss(reply(say("choice.again")))
    return Answer(heard.key, forget=("percent",))


def _ask_percent(_: Ctx) -> Reply:
    return reply(say("broadcast.percent_ask"))


def _take_percent(_: Ctx, heard: Heard) -> Taken:
    number = coming.whole_number(heard.text.rstrip("% "))
    return Answer(number) if number is not None and number <= 100 else Miss(reply(say("broadcast.percent_again")))


def rule(ctx: Ctx) -> Rule:
    known = ctx.answers
    which = str(known.get("which", ""))
    match known["rule"]:
        case "officers":
            return Rule(which, int(known["percent"]) if which == "below" else None)
        case "groups":
            return Rule("groups", kinds=("officers", "members") if which == "both" else (which,))
    return Rule(str(known["rule"]))


# ---------------------------------------------------------------- what


def _ask_text(_: Ctx) -> Reply:
    return reply(say("broadcast.text_ask", most=LONGEST), say("broadcast.text_places"), choices=(_LEAVE,))


def _take_text(_: Ctx, heard: Heard) -> Taken:
    """What is wrong is known: it is said however often, not "Bot chưa hiểu"."""
    text = clean(heard.text)
    wrong = _wrong(text)
    return Ask(reply(wrong, choices=(_LEAVE,))) if wrong else Answer(text)


def _wrong(text: str) -> Say | None:
    if len(text) > LONGEST:
        return say("broadcast.too_long", n=len(text), most=LONGEST)
    if len(text) < _SHORTEST:
        return say("broadcast.too_short")
    found = misspelt(text)
    if found is None:
        return None
    if found.nearest:
        return say("broadcast.misspelt", written=found.written, nearest=f"{{{found.nearest}}}")
    return say("broadcast.no_place", written=found.written)


def _attach(_: Ctx, media: Media) -> tuple[Effect, ...] | Say:
    return () if media.kind == "photo" else say("broadcast.photo_only")


def _picture(ctx: Ctx) -> Media | None:
    rows = ctx.answers.get("media") or []
    return (
        Media(rows[-1]["kind"], rows[-1]["ref"], name=rows[-1]["name"], channel=rows[-1].get("channel", ""))
        if rows
        else None
    )


# ---------------------------------------------------------------- a look at it, a try, a time


def _query(ctx: Ctx) -> AudienceOf:
    """To the minute: asked again in the same turn it is the same question."""
    at = starts(ctx).replace(second=0, microsecond=0)
    return AudienceOf(*_whom(ctx), rule(ctx), at, str(ctx.answers["text"]), ctx.state.language)


def _now(ctx: Ctx) -> AudienceNow | None:
    found: AudienceNow | None = ctx.facts.answers.get(_query(ctx))
    return found


def wanted(ctx: Ctx) -> datetime:
    """When it is to go out, in the campaign's local time."""
    at = ctx.answers.get("at")
    now = ctx.facts.now.astimezone(ZoneInfo(str(ctx.answers["zone"])))
    return max(now, datetime.fromisoformat(at).astimezone(now.tzinfo)) if at else now


def starts(ctx: Ctx) -> datetime:
    """The same, but never in quiet hours."""
    return allowed_from(wanted(ctx))


def is_now(ctx: Ctx) -> bool:
    return starts(ctx) <= ctx.facts.now


def _ask_go(ctx: Ctx) -> Reply | Look:
    found = _now(ctx)
    if found is None:
        return Look((_query(ctx),))
    lines = words.shown(ctx, found, wanted(ctx), starts(ctx), picture=_picture(ctx) is not None)
    return reply(*lines, choices=_choices(ctx, found))


def _choices(ctx: Ctx, found: AudienceNow) -> tuple[Choice, ...]:
    send = Choice("send", words.send_label(ctx, starts(ctx), now=is_now(ctx)))
    rest = (Choice("at", say("broadcast.at")), Choice("edit", say("broadcast.edit")), _LEAVE)
    return (Choice("try", say("broadcast.try")), send, *rest) if found.number else rest


def _take_go(ctx: Ctx, heard: Heard) -> Taken:
    if heard.key == "at":
        return Revisit("at")
    if heard.key in ("edit", "picture", *_EDITS):
        return _edit(ctx, heard.key)
    if heard.key not in ("try", "send"):
        return Miss(reply(say("choice.again")))
    found = _now(ctx)
    if found is None:
        return Look((_query(ctx),))
    if not found.number:
        return Ask(reply(say("broadcast.nobody"), choices=_choices(ctx, found)))
    if heard.key == "send":
        return Answer(True, also=_counted(found))
    effect = TryBroadcast(*_whom(ctx), rule(ctx), str(ctx.answers["text"]), _picture(ctx), starts(ctx))
    return Ask(reply(say("broadcast.tried"), choices=_choices(ctx, found)), effects=(effect,))


def _counted(found: AudienceNow) -> dict[str, int]:
    return {"number": found.number, "people": found.people, "groups": found.groups}


def _edit(ctx: Ctx, key: str) -> Taken:
    if key == "edit":
        names = _EDITS if _picture(ctx) else _EDITS[:-1]
        choices = tuple(Choice(name, say(f"broadcast.edit_{name}")) for name in names)
        return Ask(reply(say("broadcast.edit_ask"), choices=(*choices, _LEAVE)), {"edit": True})
    if key == "picture":
        found = _now(ctx)
        if found is None:
            return Look((_query(ctx),))
        return Ask(reply(say("broadcast.no_picture"), choices=_choices(ctx, found)), also={"media": []})
    return Revisit(key)


def _ask_at(_: Ctx) -> Reply:
    return reply(say("broadcast.at_ask"), choices=(Choice("now", say("broadcast.at_once")), _LEAVE))


def _take_at(ctx: Ctx, heard: Heard) -> Taken:
    if heard.key == "now":
        return Answer(None, forget=("go",))
    at = ahead.moment(heard.text, ctx.facts.now.astimezone(ZoneInfo(str(ctx.answers["zone"]))))
    if at is None:
        return Miss(reply(say("broadcast.at_unclear")))
    if at.date().isoformat() > str(ctx.answers["closes"]):
        return Miss(reply(say("broadcast.at_late", last=words.day_of(ctx, str(ctx.answers["closes"])))))
    return Answer(at.isoformat(), forget=("go",))


# ---------------------------------------------------------------- confirmed by its number


def _ask_sure(ctx: Ctx) -> Reply:
    """The answer is a number itself: no choice has one (0 leaves, as everywhere)."""
    return Reply((words.sure(ctx, starts(ctx), now=is_now(ctx)),), (_LEAVE,), numbered=False)


def _take_sure(ctx: Ctx, heard: Heard) -> Taken:
    """Counted once more: where clearly more would get it by now, their number is to be typed."""
    if words.confirms(heard.text, int(ctx.answers["number"])):
        found = _now(ctx)
        if found is None:
            return Look((_query(ctx),))
        if not grew(int(ctx.answers["number"]), found.number):
            return Answer(True)
        return Ask(Reply(words.grown(ctx, found), (_LEAVE,), numbered=False), also=_counted(found))
    again = say("broadcast.sure_again", typed=words.typed(int(ctx.answers["number"])))
    return Ask(Reply((again,), (_LEAVE,), numbered=False))


def _whom(ctx: Ctx) -> tuple[int, int]:
    return int(ctx.answers["unit"][0]), int(ctx.answers["campaign"])


def _finish(ctx: Ctx) -> Finished:
    later = None if is_now(ctx) else starts(ctx)
    known = ctx.answers
    effect = SendBroadcast(*_whom(ctx), rule(ctx), str(known["text"]), _picture(ctx), later, int(known["number"]))
    return Finished(reply(words.confirmed(ctx, later)), (effect,))


FORM = Form(
    "broadcast",
    (
        Field("unit", _ask_unit, _take_unit),
        Field("rule", _ask_rule, _take_rule),
        Field("which", _ask_which, _take_which, lambda c: c.answers["rule"] not in ("officers", "groups")),
        Field("percent", _ask_percent, _take_percent, lambda c: c.answers.get("which") != "below"),
        Field("text", _ask_text, _take_text, free=True),
        Field("at", _ask_at, _take_at, lambda _: True),
        Field("go", _ask_go, _take_go),
        Field("sure", _ask_sure, _take_sure),
    ),
    _finish,
    attach=_attach,
    one_file=True,
)
