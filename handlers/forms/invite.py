"""MA: a one-time code that gives a role. It says to whom and for what before it is accepted."""

from __future__ import annotations

from handlers import rights, role_words
from handlers.effects import UseInvite
from handlers.facts import Invite, InviteByCode
from handlers.form import Answer, Ctx, Field, Finished, Form, Heard, Leave, Look, Miss, Taken
from handlers.forms import register
from handlers.talk import Choice, Reply, Say, reply, say

_YES_NO = (Choice("yes", say("invite.yes")), Choice("no", say("choice.no"), 0))
_ME_OR_NOT = (Choice("yes", say("invite.me")), Choice("no", say("invite.not_me"), 0))


def _ask(ctx: Ctx) -> Reply | Look:
    query = InviteByCode(str(ctx.answers["code"]))
    if query not in ctx.facts.answers:
        return Look((query,))
    invite: Invite | None = ctx.facts.answers[query]
    if invite is None or not is_for_a_person(invite):  # taken by somebody else meanwhile
        return reply(say("invite.bad"), choices=(Choice("leave", say("choice.leave"), 0),))
    return reply(_what(invite), choices=_YES_NO if not invite.to_name else _ME_OR_NOT)


def is_for_a_person(invite: Invite | None) -> bool:
    return invite is not None and invite.kind != "group"


def _what(invite: Invite) -> Say:
    place = "" if invite.campaign and invite.kind == rights.ADMIN else invite.unit.name if invite.unit else ""
    said = role_words.role(invite.kind, place, invite.cluster, invite.campaign)
    return say("invite.for", name=invite.to_name, role=said) if invite.to_name else say("invite.offer", role=said)


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
