"""MOI: somebody with a role gives another one: which, where, to whom; a one-time code comes of it."""

from __future__ import annotations

from typing import Any

from handlers import rights, role_words
from handlers.facts import Campaign, Facts, Role, Unit
from handlers.fold import fold, shortened
from handlers.form import Answer, Ctx, Field, Finished, Form, Heard, Leave, Look, Miss, Taken
from handlers.forms import register
from handlers.role_effects import GiveCode
from handlers.role_facts import ClusterLike
from handlers.talk import Choice, Reply, Words, reply, say

_LEAVE = Choice("leave", say("choice.leave"), 0)
TELEGRAM = "https://t.me/"  # links that carry what the chat opens with


def kinds(facts: Facts) -> tuple[str, ...]:
    """The roles the person may give; an admin's needs a campaign."""
    roles = facts.person.roles
    given = (kind for kind in rights.KINDS if rights.may_somewhere(roles, rights.GIVE[kind]))
    return tuple(kind for kind in given if kind != rights.ADMIN or facts.campaigns)


def _ask_kind(ctx: Ctx) -> Reply:
    choices = tuple(Choice(kind, say(f"give.kind.{kind}")) for kind in kinds(ctx.facts))
    return reply(say("give.ask_kind"), choices=(*choices, _LEAVE))


def _take_kind(ctx: Ctx, heard: Heard) -> Taken:
    return Answer(heard.key) if heard.key in kinds(ctx.facts) else Miss(reply(say("choice.again")))


# ---------------------------------------------------------------- where


def _ask_place(ctx: Ctx) -> Reply:
    cluster = (say("give.or_cluster"),) if _kind(ctx) == rights.OFFICER else ()
    return reply(say("give.ask_place"), *cluster)


def _take_place(ctx: Ctx, heard: Heard) -> Taken:
    if _kind(ctx) == rights.OFFICER and fold(heard.text).startswith(role_words.CLUSTERS):
        return _take_cluster(ctx, heard.text)
    taken = register.take_other_unit(ctx, heard)
    if not isinstance(taken, Answer):
        return taken
    if taken.value is None:  # none of those proposed: nobody is asked to look for it
        return Leave()
    unit = taken.value
    found = Unit(unit["id"], unit["code"], unit["name"], unit["short"], above=tuple(unit["above"]))
    act, roles = rights.GIVE[_kind(ctx)], ctx.facts.person.roles
    if not rights.may(roles, act, found):
        return Miss(reply(say("give.not_yours", unit=found.short)))
    return Answer({**unit, "bound": rights.bound_to(roles, act, found)})


def _take_cluster(ctx: Ctx, text: str) -> Taken:
    query = ClusterLike(text)
    if query not in ctx.facts.answers:
        return Look((query,))
    found = ctx.facts.answers[query]
    if found is None:
        return Miss(reply(say("give.no_cluster", name=shortened(text, 40))))
    name, members = found
    if not rights.may_give(ctx.facts.person.roles, Role(rights.OFFICER, None, name, members)):
        return Miss(reply(say("give.not_yours", unit=name)))
    return Answer({"id": None, "name": "", "cluster": name})


def _ask_campaign(ctx: Ctx) -> Reply:
    choices = tuple(Choice(f"c{one.id}", shortened(one.name, 48)) for one in ctx.facts.campaigns[:5])
    return reply(say("give.ask_campaign"), choices=(*choices, _LEAVE))


def _take_campaign(ctx: Ctx, heard: Heard) -> Taken:
    chosen = next((one for one in ctx.facts.campaigns if f"c{one.id}" == heard.key), None)
    return Answer(chosen.id) if chosen else Miss(reply(say("campaign.again")))


def _campaign(ctx: Ctx) -> Campaign | None:
    """Of an admin: the one chosen, the only one there is."""
    if _kind(ctx) != rights.ADMIN:
        return None
    open_now = ctx.facts.campaigns
    wanted = ctx.answers.get("campaign", open_now[0].id if len(open_now) == 1 else None)
    return next((one for one in open_now if one.id == wanted), None)


# ---------------------------------------------------------------- to whom


def _ask_name(_: Ctx) -> Reply:
    return reply(say("give.ask_name"))


def _take_name(_: Ctx, heard: Heard) -> Taken:
    name = register.bare_name(heard.text)
    problem = register.name_problem(name)
    if problem or " " not in name:
        return Miss(reply(say(problem or "give.whole_name")))
    return Answer(register.capitals(name))


def _kind(ctx: Ctx) -> str:
    only = kinds(ctx.facts)
    return str(ctx.answers.get("kind", only[0] if len(only) == 1 else ""))


def _finish(ctx: Ctx) -> Finished:
    """The right is looked at again where the code is made."""
    kind, name = _kind(ctx), str(ctx.answers["to"])
    place: dict[str, Any] = dict(ctx.answers.get("place") or {})
    campaign = _campaign(ctx)
    unit_id = campaign.unit_id if campaign else place.get("id")
    bound = campaign.id if campaign else place.get("bound")
    only = campaign.name if campaign else next((one.name for one in ctx.facts.campaigns if one.id == bound), "")
    runs = campaign.unit if campaign else None
    where = runs.name if runs else str(place.get("name", ""))
    said = role_words.role(kind, where, place.get("cluster", ""), only)
    lines: list[Words] = [say("give.done", name=name, role=said)]
    link = ctx.facts.house.bot_link
    lines += [say("give.link", link=link)] if link.startswith(TELEGRAM) else []
    return Finished(reply(*lines), (GiveCode(kind, name, unit_id, place.get("cluster", ""), bound),))


def _no_place(ctx: Ctx) -> bool:
    return _kind(ctx) not in (rights.SUPPORT, rights.OFFICER)


def _no_campaign(ctx: Ctx) -> bool:
    return _kind(ctx) != rights.ADMIN or _campaign(ctx) is not None


FORM = Form(
    "give",
    (
        Field("kind", _ask_kind, _take_kind, skip=lambda ctx: bool(_kind(ctx))),
        Field("place", _ask_place, _take_place, skip=_no_place),
        Field("campaign", _ask_campaign, _take_campaign, skip=_no_campaign),
        Field("to", _ask_name, _take_name, free=True),
    ),
    _finish,
)
