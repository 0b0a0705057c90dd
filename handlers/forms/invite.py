"""MA: a one-time code that makes a person officer or admin. It says for what before it is accepted."""

from __future__ import annotations

from handlers.effects import UseInvite
from handlers.facts import Invite, InviteByCode
from handlers.form import Answer, Ctx, Field, Finished, Form, Heard, Leave, Look, Miss, Taken
from handlers.forms import register
from handlers.talk import Choice, Reply, Say, reply, say


def _ask(ctx: Ctx) -> Reply | Look:
    query = InviteByCode(str(ctx.answers["code"]))
    if query not in ctx.facts.answers:
        return Look((query,))
    invite: Invite | None = ctx.facts.answers[query]
    if invite is None or not is_for_a_person(invite):  # taken by somebody else meanwhile
        return reply(say("invite.bad"), choices=(Choice("leave", say("choice.leave"), 0),))
    choices = (Choice("yes", say("invite.yes")), Choice("no", say("choice.no"), 0))
    return reply(_what(invite), choices=choices)


def is_for_a_person(invite: Invite | None) -> bool:
    return invite is not None and invite.kind != "group"


def _what(invite: Invite) -> Say:
    if invite.unit is None:
        return say(f"invite.{invite.kind}_all")
    return say(f"invite.{invite.kind}", unit=invite.unit.name)


def _take(ctx: Ctx, heard: Heard) -> Taken:
    query = InviteByCode(str(ctx.answers["code"]))
    if query not in ctx.facts.answers:
        return Look((query,))
    if heard.key == "no" or not is_for_a_person(ctx.facts.answers[query]):
        return Leave()
    return Answer(True) if heard.key == "yes" else Miss(reply(say("choice.again")))


def _finish(ctx: Ctx) -> Finished:
    return Finished(reply(say("invite.done")), (UseInvite(str(ctx.answers["code"])),))


FORM = Form("invite", (register.consent, register.name, Field("accept", _ask, _take)), _finish)
