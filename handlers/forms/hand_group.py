"""A group the bot cannot be in, such as one on Zalo: an officer posts there what the bot sends to him in private."""

from __future__ import annotations

from handlers.effects import LinkByHand
from handlers.fold import shortened
from handlers.form import Answer, Ctx, Field, Finished, Form, Heard, Taken
from handlers.talk import Choice, Reply, Say, reply, say

LONGEST = 80  # characters of a name


def _usual(ctx: Ctx) -> Say:
    return say("link.choice", unit=ctx.answers["short"], kind=say(f"group.{ctx.answers['kind']}"))


def _ask(ctx: Ctx) -> Reply:
    choices = (Choice("usual", say("hand.usual", name=_usual(ctx))), Choice("leave", say("choice.leave"), 0))
    return reply(say("hand.ask_title"), choices=choices)


def _take(_: Ctx, heard: Heard) -> Taken:
    return Answer("" if heard.key == "usual" or not heard.text else shortened(heard.text, LONGEST))


def _finish(ctx: Ctx) -> Finished:
    title = str(ctx.answers["title"])
    effect = LinkByHand(int(ctx.answers["unit"]), str(ctx.answers["kind"]), title)
    return Finished(reply(say("hand.linked", name=title or _usual(ctx))), (effect,))


FORM = Form("hand_group", (Field("title", _ask, _take, free=True),), _finish)
