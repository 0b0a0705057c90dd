"""What the filer writes: whose it is, the title, whether it is confidential, the description (conversation.md §1–2)."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.fold import fold, shortened
from handlers.form import Answer, Ask, Ctx, Field, Heard, Leave, Miss, Taken
from handlers.forms import register
from handlers.forms.register import known_unit
from handlers.talk import Choice, Reply, reply, say
from handlers.words import squeezed

TITLE_MIN, TITLE_MAX = 10, 200  # characters (domain.md §4 row 7)
BODY_MIN, BODY_MAX = 30, 4096  # a whole message of any channel fits: nothing a worker typed is cut

# ---------------------------------------------------------------- on behalf of somebody (nộp hộ)


def _ask_behalf(_: Ctx) -> Reply:
    return reply(say("behalf.ask"))


def _take_behalf(_: Ctx, heard: Heard) -> Taken:
    if heard.key in ("is_name", "cancel"):
        return Leave() if heard.key == "cancel" else Ask(reply(say("behalf.again")))
    if squeezed(heard.text) == "huy":
        return register.huy("behalf.huy")
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
    return reply(say("title.ask_known", who=_who(ctx)))


def _take_title(ctx: Ctx, heard: Heard) -> Taken:
    """With a description written already, a title that is asked anew never replaces it."""
    taken = title_of(_LEADING_SK.sub("", heard.text))
    written = ctx.answers.get("body")
    if not written:
        return taken
    if isinstance(taken, Ask):
        return Miss(reply(say("text.long", n=TITLE_MAX)))
    if isinstance(taken, Answer) and taken.also:
        return replace(taken, also={"body": "\n".join((written, *taken.also.values()))[:BODY_MAX]})
    return taken


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
    """Of a confidential one, how it is done is not kept: what came with the title, or in a photo, is dropped."""
    if heard.key not in ("yes", "no"):
        return Miss(reply(say("choice.again")))
    return Answer(True, forget=("body", "body_sofar", "media")) if heard.key == "yes" else Answer(False)


secret = Field("confidential", _ask_secret, _take_secret, skip=lambda ctx: not _mentions_secret(ctx))

# ---------------------------------------------------------------- before, now, benefit


def _ask_body(ctx: Ctx) -> Reply:
    if ctx.answers.get("confidential"):
        return reply(say("body.ask_secret"))
    if _first_time(ctx):
        return reply(say("body.ask" if ctx.facts.house.voices else "body.ask_typed"))
    head = say("body.hello", who=_who(ctx), title=shortened(ctx.answers["title"], 80))
    return reply(head, say("body.ask_short")) if "title" not in ctx.state.given else reply(say("body.ask_short"))


def _take_body(ctx: Ctx, heard: Heard) -> Taken:
    """At least 30 characters; what is too short is kept and more is asked, so that nothing need be typed twice."""
    if len(_LETTERS.findall(heard.text)) < 4 or (ctx.facts.idle_minutes >= 30 and len(heard.text) < 15):
        return Miss(reply(say("body.empty")))
    text = f"{ctx.answers.get('body_sofar', '')}\n{heard.text}".strip()
    secret = ctx.answers.get("confidential")
    if len(text) < (TITLE_MIN if secret else BODY_MIN):
        return Ask(reply(say("body.short_secret" if secret else "body.short")), also={"body_sofar": text})
    note = reply(say("body.cut", n=BODY_MAX)) if len(text) > BODY_MAX else None
    return Answer(text[:BODY_MAX], note=note, forget=("body_sofar",))


body = Field("body", _ask_body, _take_body, free=True)

# ---------------------------------------------------------------- small helpers


def _first_time(ctx: Ctx) -> bool:
    return "consent" in ctx.answers or "name" in ctx.answers


def unit_short(ctx: Ctx) -> str:
    unit = known_unit(ctx)
    return str(unit["short"]) if unit else ""


def _who(ctx: Ctx) -> str:
    """`Trần Thị Lan (May Sao Mai)`; without a unit only the name."""
    unit = unit_short(ctx)
    return f"{ctx.facts.person.name} ({unit})" if unit else ctx.facts.person.name
