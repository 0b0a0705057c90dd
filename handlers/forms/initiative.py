"""The filing form: its fields in order, the summary, what is filed and how it is received (conversation.md §1–3)."""

from __future__ import annotations

from typing import Any

from handlers.codes import spoken
from handlers.effects import Effect, FileInitiative
from handlers.facts import TitlesLike
from handlers.fold import shortened
from handlers.form import Answer, Ask, Ctx, Field, Finished, Form, Heard, Look, Miss, Revisit, Taken
from handlers.forms import began as began_field
from handlers.forms import register, story, typed
from handlers.forms.register import chosen_campaign, known_unit
from handlers.talk import Choice, Media, Reply, Say, Words, reply, say
from handlers.words import YES, squeezed

# ---------------------------------------------------------------- summary

EDITABLE = ("title", "body", "began", "name", "unit")


def _ask_confirm(ctx: Ctx) -> Reply | Look:
    if known_unit(ctx) is None:
        return reply(say("confirm.no_unit"), choices=(Choice("unit", say("edit.unit")), _drop()))
    if chosen_campaign(ctx) is None:
        return reply(say("confirm.no_campaign"), choices=(Choice("unit", say("edit.unit")), _drop()))
    if is_idea(ctx):
        keep = Choice("file", say("confirm.keep_idea"))
        return reply(say("confirm.idea"), choices=(keep, Choice("edit", say("confirm.edit")), _drop()))
    similar = TitlesLike(_unit_id(ctx), str(ctx.answers["title"]))
    if similar not in ctx.facts.answers:
        return Look((similar,))
    send = say("typed.send") if typed.is_one(ctx) else say("confirm.file")
    choices = (Choice("file", send), Choice("edit", say("confirm.edit")), _drop())
    warnings = _warnings(ctx, ctx.facts.answers[similar])
    return reply(*_summary(ctx, len(warnings)), *warnings, choices=choices)


def _drop() -> Choice:
    return Choice("leave", say("choice.drop"), 0)


ROOM = ((70, 50), (48, 30), (30, 0))  # characters of title and description, with so many warnings below them


def _summary(ctx: Ctx, warnings: int) -> tuple[Words, ...]:
    most_title, most_body = ROOM[warnings]
    who = shortened(str(ctx.answers.get("behalf") or ctx.answers.get("name") or ctx.facts.person.name), 24)
    photos = len(ctx.answers.get("media", ()))
    facts = say("confirm.facts", began=began_field.words(ctx.answers["began"]), name=who, unit=story.unit_short(ctx))
    if photos:
        facts = say("confirm.facts_photos", facts=facts, n=photos)
    texts = [shortened(ctx.answers["title"], most_title)]
    if most_body:
        texts.append(shortened(ctx.answers["body"], most_body))
    return (say("confirm.head"), *(say("confirm.line", text=text) for text in texts), facts)


def _warnings(ctx: Ctx, similar: tuple[str, str] | None) -> tuple[Words, ...]:
    lines: list[Words] = []
    campaign = chosen_campaign(ctx)
    if campaign and began_field.outside(ctx.answers["began"], campaign):
        lines.append(say("confirm.outside", first=_date(campaign.applied_from), last=_date(campaign.applied_to)))
    if similar:
        lines.append(
            say("confirm.similar", unit=story.unit_short(ctx), title=shortened(similar[0], 30), code=spoken(similar[1]))
        )
    return tuple(lines)


def _take_confirm(ctx: Ctx, heard: Heard) -> Taken:
    if known_unit(ctx) is None or chosen_campaign(ctx) is None:
        return _take_stuck(ctx, heard)
    if heard.key == "edit" or squeezed(heard.text) == "sua":
        choices = tuple(Choice(f"e_{name}", say(f"edit.{name}")) for name in _editable(ctx))
        return Ask(reply(say("edit.ask"), choices=choices), {"editing": True})
    if heard.key.startswith("e_"):
        return Revisit(heard.key[2:])
    if heard.key == "file" or squeezed(heard.text) in YES - {"1"}:
        return Answer(True)
    return Miss(reply(say("confirm.again")))


def _take_stuck(ctx: Ctx, heard: Heard) -> Taken:
    """No unit yet, or its campaign has closed since this was asked: it is said (again), another unit may be given."""
    if heard.key in ("unit", "e_unit"):
        return Revisit("unit")
    question = _ask_confirm(ctx)
    return Ask(question) if isinstance(question, Reply) else question


def _editable(ctx: Ctx) -> tuple[str, ...]:
    if typed.is_one(ctx):  # whose it is and of which unit is known
        return tuple(name for name in EDITABLE if name not in ("name", "unit"))
    return tuple("behalf" if name == "name" and ctx.answers.get("for_other") else name for name in EDITABLE)


confirm = Field("confirm", _ask_confirm, _take_confirm)

# ---------------------------------------------------------------- filing


def is_idea(ctx: Ctx) -> bool:
    """Not tried yet: an idea is kept and not counted (Điều lệ Sáng kiến; domain.md §3)."""
    return bool(ctx.answers.get("began", {}).get("none"))


def _finish(ctx: Ctx) -> Finished | Look:
    similar = TitlesLike(_unit_id(ctx), str(ctx.answers["title"]))
    if not is_idea(ctx) and similar not in ctx.facts.answers:
        return Look((similar,))
    campaign = chosen_campaign(ctx)
    assert campaign is not None  # noqa: S101 # the summary lets nobody pass without one
    if typed.is_one(ctx):
        return typed.finish(ctx, campaign.id)
    effect = FileInitiative(
        draft=ctx.state.draft,
        campaign_id=campaign.id,
        unit_id=_unit_id(ctx),
        answers=_answers(ctx, campaign.id),
        media=tuple(
            Media(m["kind"], m["ref"], name=m.get("name", ""), channel=m.get("channel", ""))
            for m in ctx.answers.get("media", ())
        ),
        idea=is_idea(ctx),
        from_idea=ctx.answers.get("from_idea"),
    )
    return Finished(_receipt(ctx), (effect,))


def _answers(ctx: Ctx, campaign_id: int) -> dict[str, Any]:
    """What `FileInitiative` carries: title, body, began, confidential, behalf, similar_to, author_group."""
    campaign = next(c for c in ctx.facts.campaigns if c.id == campaign_id)
    unit = known_unit(ctx) or {}
    group = next((g.code for g in campaign.groups if unit.get("type") in g.unit_types), None)
    found = ctx.facts.answers.get(TitlesLike(_unit_id(ctx), str(ctx.answers["title"])))
    began = dict(ctx.answers["began"])
    if not is_idea(ctx) and began_field.outside(began, campaign):
        began["outside"] = True
    return {
        "title": ctx.answers["title"],
        "body": ctx.answers["body"],
        "began": began,
        "confidential": bool(ctx.answers.get("confidential")),
        "behalf": ctx.answers.get("behalf"),
        "similar_to": found[1] if found else None,
        "author_group": group,
        "typed": ctx.answers.get(typed.OF),
    }


def _receipt(ctx: Ctx) -> Reply:
    if is_idea(ctx):
        return reply(say("receipt.idea"))
    if ctx.answers.get("behalf"):
        return reply(say("receipt.code"), say("receipt.behalf", name=ctx.answers["behalf"]), say("receipt.more"))
    after = say("receipt.next" if ctx.facts.house.calls else "receipt.look")
    return reply(say("receipt.code"), after, say("receipt.more"))


# ---------------------------------------------------------------- small helpers


def _attach(ctx: Ctx, _: Media) -> tuple[Effect, ...] | Say:
    if typed.is_one(ctx):
        return say("media.not_here")
    return say("media.secret") if ctx.answers.get("confidential") else ()


def _unit_id(ctx: Ctx) -> int:
    unit = known_unit(ctx)
    return int(unit["id"]) if unit else 0


def _date(day: Any) -> str:
    return f"{day.day}/{day.month}/{day.year}"


# a co-worker's filing needs only the filer's consent now; his own is pending until he gives it (domain.md §4)
FORM = Form(
    "initiative",
    (*register.FIELDS, story.behalf, story.title, story.secret, story.body, began_field.field, confirm),
    _finish,
    keeps_draft=True,
    attach=_attach,
)
