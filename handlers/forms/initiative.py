"""The filing form: title, before-now-benefit in one message, when it began, summary (conversation.md §1–3)."""

from __future__ import annotations

import re
from typing import Any

from handlers.codes import spoken
from handlers.effects import FileInitiative
from handlers.facts import TitlesLike
from handlers.fold import fold, shortened
from handlers.form import Answer, Ask, Ctx, Field, Finished, Form, Heard, Look, Miss, Revisit, Taken
from handlers.forms import began as began_field
from handlers.forms import register
from handlers.forms.register import chosen_campaign, known_unit
from handlers.talk import Choice, Media, Reply, Words, reply, say
from handlers.words import YES, squeezed

TITLE_MIN, TITLE_MAX = 10, 200  # characters (domain.md §4 row 7)
BODY_MIN, BODY_MAX = 30, 4096  # a whole message of any channel fits: nothing a worker typed is cut

# ---------------------------------------------------------------- on behalf of somebody (nộp hộ)


def _ask_behalf(_: Ctx) -> Reply:
    return reply(say("behalf.ask"))


def _take_behalf(_: Ctx, heard: Heard) -> Taken:
    problem = register.name_problem(heard.text)
    if problem or " " not in heard.text:
        return Miss(reply(say(problem or "behalf.again")))
    return Answer(register.capitals(heard.text))


behalf = Field("behalf", _ask_behalf, _take_behalf, skip=lambda ctx: not ctx.answers.get("for_other"), free=True)

# ---------------------------------------------------------------- title

_LETTERS = re.compile(r"[^\W\d_]", re.UNICODE)
_LEADING_SK = re.compile(r"^sk[ :.-]+", re.IGNORECASE)  # people repeat the word of the poster
_SECRET = re.compile(r"\b(bi mat|bao mat)\b")


def _ask_title(ctx: Ctx) -> Reply:
    if _first_time(ctx):
        return reply(say("title.ask"))
    return reply(say("title.ask_known", name=ctx.facts.person.name, unit=_unitshortened(ctx)))


def _take_title(_: Ctx, heard: Heard) -> Taken:
    return title_of(_LEADING_SK.sub("", heard.text))


def title_of(text: str) -> Taken:
    """A title of 10–200 characters. A longer text is kept as the description, and a first line parts the two."""
    if len(_LETTERS.findall(text)) < 4:
        return Miss(reply(say("title.empty")))
    head, _, rest = text.partition("\n")
    head, rest = head.strip(), rest.strip()
    if rest and TITLE_MIN <= len(head) <= TITLE_MAX:
        also = {"body": rest} if len(rest) >= BODY_MIN else {"body_sofar": rest}
        return Answer(head, also=also)
    whole = " ".join(text.split())
    if len(whole) > TITLE_MAX:
        return Ask(reply(say("title.long", n=TITLE_MAX)), also={"body": text[:BODY_MAX]})
    if len(whole) < TITLE_MIN:
        return Miss(reply(say("title.short")))
    return Answer(whole)


title = Field("title", _ask_title, _take_title, free=True)

# ---------------------------------------------------------------- confidential?


def _mentions_secret(ctx: Ctx) -> bool:
    return bool(_SECRET.search(fold(str(ctx.answers.get("title", "")))))


def _ask_secret(_: Ctx) -> Reply:
    return reply(say("secret.ask"), choices=(Choice("yes", say("secret.yes")), Choice("no", say("secret.no"))))


def _take_secret(_: Ctx, heard: Heard) -> Taken:
    if heard.key in ("yes", "no"):
        return Answer(heard.key == "yes")
    return Miss(reply(say("choice.again")))


secret = Field("confidential", _ask_secret, _take_secret, skip=lambda ctx: not _mentions_secret(ctx))

# ---------------------------------------------------------------- before, now, benefit


def _ask_body(ctx: Ctx) -> Reply:
    if ctx.answers.get("confidential"):
        return reply(say("body.ask_secret"))
    if _first_time(ctx):
        return reply(say("body.ask"))
    head = say(
        "body.hello", name=ctx.facts.person.name, unit=_unitshortened(ctx), title=shortened(ctx.answers["title"], 80)
    )
    return reply(head, say("body.ask_short")) if "title" not in ctx.state.given else reply(say("body.ask_short"))


def _take_body(ctx: Ctx, heard: Heard) -> Taken:
    """At least 30 characters; what is too short is kept and more is asked, so that nothing need be typed twice."""
    if len(_LETTERS.findall(heard.text)) < 4 or (ctx.facts.idle_minutes >= 30 and len(heard.text) < 15):
        return Miss(reply(say("body.empty")))
    sofar = str(ctx.pending.get("sofar") or ctx.answers.get("body_sofar") or "")
    text = f"{sofar}\n{heard.text}".strip()
    least = TITLE_MIN if ctx.answers.get("confidential") else BODY_MIN
    if len(text) < least:
        return Ask(reply(say("body.short")), {"sofar": text})
    note = reply(say("body.cut", n=BODY_MAX)) if len(text) > BODY_MAX else None
    return Answer(text[:BODY_MAX], note=note)


body = Field("body", _ask_body, _take_body, free=True)

# ---------------------------------------------------------------- summary

EDITABLE = ("title", "body", "began", "name", "unit")


def _ask_confirm(ctx: Ctx) -> Reply | Look:
    if known_unit(ctx) is None:
        return reply(say("confirm.no_unit"), choices=(Choice("unit", say("edit.unit")), _drop()))
    if chosen_campaign(ctx) is None:
        return reply(say("confirm.no_campaign"), choices=(Choice("unit", say("edit.unit")), _drop()))
    if is_idea(ctx):
        return reply(say("confirm.idea"), choices=(Choice("file", say("confirm.keep_idea")), _drop()))
    similar = TitlesLike(_unit_id(ctx), str(ctx.answers["title"]))
    if similar not in ctx.facts.answers:
        return Look((similar,))
    choices = (Choice("file", say("confirm.file")), Choice("edit", say("confirm.edit")), _drop())
    return reply(*_summary(ctx), *_warnings(ctx, ctx.facts.answers[similar]), choices=choices)


def _drop() -> Choice:
    return Choice("leave", say("choice.drop"), 0)


def _summary(ctx: Ctx) -> tuple[Words, ...]:
    who = str(ctx.answers.get("behalf") or ctx.answers.get("name") or ctx.facts.person.name)
    photos = len(ctx.answers.get("media", ()))
    facts = say("confirm.facts", began=began_field.words(ctx.answers["began"]), name=who, unit=_unitshortened(ctx))
    if photos:
        facts = say("confirm.facts_photos", facts=facts, n=photos)
    return (
        say("confirm.head"),
        say("confirm.line", text=shortened(ctx.answers["title"], 70)),
        say("confirm.line", text=shortened(ctx.answers["body"], 50)),
        facts,
    )


def _warnings(ctx: Ctx, similar: tuple[str, str] | None) -> tuple[Words, ...]:
    lines: list[Words] = []
    campaign = chosen_campaign(ctx)
    if campaign and began_field.outside(ctx.answers["began"], campaign):
        lines.append(say("confirm.outside", first=_date(campaign.applied_from), last=_date(campaign.applied_to)))
    if similar:
        lines.append(
            say("confirm.similar", unit=_unitshortened(ctx), title=shortened(similar[0], 40), code=spoken(similar[1]))
        )
    return tuple(lines)


def _take_confirm(ctx: Ctx, heard: Heard) -> Taken:
    if heard.key == "edit" or squeezed(heard.text) == "sua":
        choices = tuple(Choice(f"e_{name}", say(f"edit.{name}")) for name in _editable(ctx))
        return Ask(reply(say("edit.ask"), choices=choices), {"editing": True})
    if heard.key.startswith("e_"):
        return Revisit(heard.key[2:])
    if heard.key == "unit":
        return Revisit("unit")
    if heard.key == "file" or squeezed(heard.text) in YES - {"1"}:
        ready = known_unit(ctx) is not None and chosen_campaign(ctx) is not None
        return Answer(True) if ready else Miss(reply(say("choice.again")))
    return Miss(reply(say("confirm.again")))


def _editable(ctx: Ctx) -> tuple[str, ...]:
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
    effect = FileInitiative(
        draft=ctx.state.draft,
        campaign_id=campaign.id,
        unit_id=_unit_id(ctx),
        answers=_answers(ctx, campaign.id),
        media=tuple(Media(m["kind"], m["ref"], name=m.get("name", "")) for m in ctx.answers.get("media", ())),
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
    }


def _receipt(ctx: Ctx) -> Reply:
    if is_idea(ctx):
        return reply(say("receipt.idea"))
    if ctx.answers.get("behalf"):
        return reply(say("receipt.code"), say("receipt.behalf", name=ctx.answers["behalf"]), say("receipt.more"))
    return reply(say("receipt.code"), say("receipt.next"), say("receipt.more"))


# ---------------------------------------------------------------- small helpers


def _first_time(ctx: Ctx) -> bool:
    return "consent" in ctx.answers or "name" in ctx.answers


def _unit_id(ctx: Ctx) -> int:
    unit = known_unit(ctx)
    return int(unit["id"]) if unit else 0


def _unitshortened(ctx: Ctx) -> str:
    unit = known_unit(ctx)
    return str(unit["short"]) if unit else ""


def _date(day: Any) -> str:
    return f"{day.day}/{day.month}/{day.year}"


# a co-worker's filing needs only the filer's consent now; his own is pending until he gives it (domain.md §4)
FORM = Form(
    "initiative",
    (*register.FIELDS, behalf, title, secret, body, began_field.field, confirm),
    _finish,
    keeps_draft=True,
)
