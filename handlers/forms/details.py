"""THEM: what may be added to a filed initiative, now or days later, one small form for each thing (domain.md §4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers import parse
from handlers.codes import spoken
from handlers.effects import Complete, Effect, MakeConfidential, SetPerson
from handlers.fold import fold, shortened
from handlers.form import Answer, Ask, Ctx, Field, Finished, Form, Heard, Miss, Taken
from handlers.forms import coauthors
from handlers.talk import Card, Choice, Media, Reply, Say, Words, reply, say
from handlers.words import SKIP, UNKNOWN, squeezed

TYPES = ("kythuat", "quanly", "tacnghiep", "tienbo", "detai")  # loại giải pháp (domain.md §4 row 8)
FIRST = ("money", "coauthors", "photos", "decision", "more")
MORE = ("type", "place", "post", "phone", "secret")
TELLING = ("photos", "place", "secret")  # what a confidential one does not take (domain.md §3)
LEAVE = Choice("leave", say("details.done"), 0)


def menu(code: str, items: tuple[str, ...] = FIRST, *lines: Words, secret: bool = False) -> Reply:
    """The card of things to add; it works for ever, by button or (where there are none) by number."""
    choices = tuple(Choice(item, say(f"details.{item}")) for item in items if not (secret and item in TELLING))
    return reply(*lines, say("details.ask", code=spoken(code)), choices=(*choices, LEAVE), card=Card("them", code))


def finished(ctx: Ctx, *lines: Words, effects: tuple[Effect, ...] = ()) -> Finished:
    secret = bool(ctx.answers.get("secret_already") or ctx.answers.get("secret"))
    return Finished(menu(str(ctx.answers["code"]), FIRST, *lines, secret=secret), effects)


def _complete(ctx: Ctx, values: dict[str, Any], media: tuple[Media, ...] = ()) -> tuple[Effect, ...]:
    return (Complete(int(ctx.answers["of"]), values, media),)


def attach(ctx: Ctx, media: Media) -> tuple[Effect, ...] | Say:
    """A photo or file is added at once, whatever is being asked: nothing is lost where the form is left."""
    return say("media.secret") if ctx.answers.get("secret_already") else _complete(ctx, {}, (media,))


# ---------------------------------------------------------------- money


def _take_money(ctx: Ctx, heard: Heard) -> Taken:
    """Every amount is echoed in full and confirmed before it counts; absurd or ambiguous ones are asked again."""
    if heard.key in ("yes", "no", "unknown") and "vnd" in ctx.pending:
        answers = {"yes": {"kind": "money", "vnd": ctx.pending["vnd"]}, "unknown": {"kind": "unknown", "vnd": None}}
        return Answer(answers[heard.key]) if heard.key in answers else Ask(_ask_money(ctx))
    money = parse.money(heard.text)
    if isinstance(money, parse.Problem):
        return Miss(reply(say(f"money.{money.key}")))
    if money.kind != "money":
        return Answer({"kind": money.kind, "vnd": None})
    choices = (
        Choice("yes", say("money.right")),
        Choice("no", say("money.wrong")),
        Choice("unknown", say("money.unknown")),
    )
    text = say("money.confirm", words=parse.in_words(money.vnd), full=parse.dotted(money.vnd))
    return Ask(reply(text, choices=choices), {"vnd": money.vnd})


def _ask_money(_: Ctx) -> Reply:
    return reply(say("money.ask"))


def _finish_money(ctx: Ctx) -> Finished:
    money = ctx.answers["money"]
    line = say("money.kept", full=parse.dotted(money["vnd"])) if money["kind"] == "money" else say("details.kept")
    effects = _complete(ctx, {"benefit_kind": money["kind"], "benefit_vnd": money["vnd"]})
    return finished(ctx, line, effects=effects)


# ---------------------------------------------------------------- co-authors


def _finish_coauthors(ctx: Ctx) -> Finished:
    rows = ctx.answers["coauthors"]
    listed = shortened(", ".join(f"{name} {share}%" for name, share in rows), 160)
    return finished(
        ctx, say("coauthors.kept", listed=listed), effects=_complete(ctx, {"coauthors": coauthors.rows(ctx)})
    )


# ---------------------------------------------------------------- photos and files


def _ask_photos(_: Ctx) -> Reply:
    return reply(say("photos.ask"), choices=(Choice("enough", say("photos.enough")),))


def _take_photos(_: Ctx, heard: Heard) -> Taken:
    if heard.key == "enough":
        return Answer(True)
    return Miss(reply(say("photos.again")))


def _finish_photos(ctx: Ctx) -> Finished:
    kept = len(ctx.answers.get("media", ()))
    return finished(ctx, say("photos.kept", n=kept) if kept else say("photos.none"))


# ---------------------------------------------------------------- plain answers


def _text_field(name: str, question: str, most: int, required: bool = False) -> Field:
    """A question whose answer is kept as typed, or left out by `bỏ qua`."""

    def ask(_: Ctx) -> Reply:
        return reply(say(question))

    def take(_: Ctx, heard: Heard) -> Taken:
        if not required and squeezed(heard.text) in SKIP | UNKNOWN:
            return Answer(None)
        if not fold(heard.text):
            return Miss(reply(say("choice.again")))
        return Answer(heard.text) if len(heard.text) <= most else Miss(reply(say("text.long", n=most)))

    return Field(name, ask, take, free=True)


def _choice_field(name: str, question: str, rows: Callable[[Ctx], tuple[Choice, ...]]) -> Field:
    def ask(ctx: Ctx) -> Reply:
        return reply(say(question), choices=rows(ctx)[:5])

    def take(ctx: Ctx, heard: Heard) -> Taken:
        if any(c.key == heard.key for c in rows(ctx)[:5]):
            return Answer(heard.key)
        return Miss(reply(say("choice.again")))

    return Field(name, ask, take, skip=lambda ctx: not rows(ctx))


def _keep(*names: str) -> Callable[[Ctx], Finished]:
    """Put the answers under these names into the initiative's details."""

    def finish(ctx: Ctx) -> Finished:
        values = {name: ctx.answers[name] for name in names if name in ctx.answers}
        return finished(ctx, say("details.kept"), effects=_complete(ctx, {"details": values}) if values else ())

    return finish


def _keep_person(ctx: Ctx) -> Finished:
    values = {name: ctx.answers[name] for name in ("phone", "position", "education") if name in ctx.answers}
    effects: tuple[Effect, ...] = (SetPerson(values),) if values else ()
    if "leader" in ctx.answers:  # as it was when this was filed: award tiers depend on it (domain.md §9)
        effects += _complete(ctx, {"details": {"leader": ctx.answers["leader"] == "yes"}})
    return finished(ctx, say("details.kept"), effects=effects)


def _yes_no(_: Ctx) -> tuple[Choice, ...]:
    return (Choice("yes", say("leader.yes")), Choice("no", say("leader.no")))


def _types(_: Ctx) -> tuple[Choice, ...]:
    return tuple(Choice(code, say(f"type.{code}")) for code in TYPES)


def _activity(ctx: Ctx) -> tuple[Choice, ...]:
    campaign = next((c for c in ctx.facts.campaigns if c.id == ctx.answers["campaign"]), None)
    return tuple(Choice(row.code, row.name) for row in campaign.fields) if campaign else ()


def _take_activity(ctx: Ctx, heard: Heard) -> Taken:
    """Lists may be longer than one message shows: further pages come with `more`."""
    rows, page = _activity(ctx), int(ctx.pending.get("page", 0))
    if heard.key == "next":
        return Ask(reply(say("activity.ask"), choices=_page(rows, page + 1)), {"page": page + 1})
    if any(c.key == heard.key for c in rows):
        return Answer(heard.key)
    return Miss(reply(say("choice.again")))


def _page(rows: tuple[Choice, ...], page: int) -> tuple[Choice, ...]:
    if len(rows) <= 5:
        return rows
    pages = (len(rows) + 3) // 4
    shown = rows[(page % pages) * 4 : (page % pages) * 4 + 4]
    return (*shown, Choice("next", say("choice.more")))


def _ask_activity(ctx: Ctx) -> Reply:
    return reply(say("activity.ask"), choices=_page(_activity(ctx), 0))


def _take_phone(_: Ctx, heard: Heard) -> Taken:
    number = parse.phone(heard.text)
    return Miss(reply(say("phone.again"))) if isinstance(number, parse.Problem) else Answer(number)


def _ask_decision_day(_: Ctx) -> Reply:
    return reply(say("decision.day"))


def _take_decision_day(ctx: Ctx, heard: Heard) -> Taken:
    day = parse.began(heard.text, ctx.facts.today)
    if isinstance(day, parse.Problem) or day.precision != "day":
        return Miss(reply(say("decision.day_again")))
    return Answer(day.first.isoformat())


# ---------------------------------------------------------------- confidential


def _ask_secret(_: Ctx) -> Reply:
    choices = (Choice("yes", say("secret.erase")), Choice("no", say("choice.no")))
    return reply(say("secret.confirm"), choices=choices)


def _take_secret(_: Ctx, heard: Heard) -> Taken:
    return Answer(heard.key == "yes") if heard.key in ("yes", "no") else Miss(reply(say("choice.again")))


def _finish_secret(ctx: Ctx) -> Finished:
    if not ctx.answers["secret"]:
        return finished(ctx, say("details.unchanged"))
    effect = MakeConfidential(int(ctx.answers["of"]), str(ctx.answers.get("effect", "")))
    return finished(ctx, say("secret.done"), effects=(effect,))


_effect = _text_field("effect", "secret.effect", 300)
_secret_effect = Field("effect", _effect.ask, _effect.take, skip=lambda ctx: not ctx.answers.get("secret"), free=True)


def _form(name: str, fields: tuple[Field, ...], finish: Callable[[Ctx], Finished]) -> Form:
    return Form(name, fields, finish, attach=attach)


FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        _form("money", (Field("money", _ask_money, _take_money, free=True),), _finish_money),
        _form("coauthors", coauthors.FIELDS, _finish_coauthors),
        _form("photos", (Field("photos", _ask_photos, _take_photos),), _finish_photos),
        _form(
            "decision",
            (
                _text_field("decision", "decision.ask", 80, required=True),
                Field("decision_day", _ask_decision_day, _take_decision_day, free=True),
            ),
            _keep("decision", "decision_day"),
        ),
        _form(
            "type",
            (
                _choice_field("type", "type.ask", _types),
                Field("field", _ask_activity, _take_activity, lambda c: not _activity(c)),
            ),
            _keep("type", "field"),
        ),
        _form(
            "place",
            (_text_field("place", "place.ask", 200), _text_field("conditions", "conditions.ask", 300)),
            _keep("place", "conditions"),
        ),
        _form(
            "post",
            (
                _text_field("position", "position.ask", 80),
                _text_field("education", "education.ask", 80),
                _choice_field("leader", "leader.ask", _yes_no),
            ),
            _keep_person,
        ),
        _form("phone", (Field("phone", lambda _: reply(say("phone.ask")), _take_phone, free=True),), _keep_person),
        _form("secret", (Field("secret", _ask_secret, _take_secret), _secret_effect), _finish_secret),
    )
}
