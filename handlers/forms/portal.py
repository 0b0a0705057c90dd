"""SOCONG: an officer pastes the portal's cumulative numbers. What is clear is stored at once; the rest is asked about,
one line at a time: nothing is guessed in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from handlers import engine
from handlers.facts import Facts
from handlers.fold import shortened
from handlers.form import Answer, Ctx, Field, Finished, Form, Heard, Look, Miss, Taken
from handlers.forms import portal_checks, portal_lines, portal_rows
from handlers.forms import portal_common as common
from handlers.parse.pasted import Moment, moment
from handlers.portal_facts import PortalPlace
from handlers.talk import Choice, Need, Reply, Said, State, Turn, reply, say

# ---------------------------------------------------------------- where and when


def begin(places: tuple[PortalPlace, ...], when: str, rows: str, state: State, facts: Facts) -> Turn | Need:
    """With the rows if they came along with the word. `state` has room for the form."""
    place = _only(places, facts.today)
    answers: dict[str, Any] = {"when": when, "rows": rows, "places": [_place_json(one) for one in places[:5]]}
    if place is None:
        return engine.start(FORM, state, facts, answers)
    found = _moment(place.timezone, when, facts)
    if found is None:
        return Turn(state, (reply(say("portal.no_moment", words=shortened(when, 40))),))
    answers |= _known(_place_json(place), found)
    if not rows:
        return engine.start(FORM, state, facts, answers)
    fresh = State(
        version=state.version + 1,
        language=state.language,
        parked=state.parked,
        form=FORM.name,
        answers=answers,
        asked="paste",
    )
    return engine.step(FORM, fresh, Said(rows), facts)


def _only(places: tuple[PortalPlace, ...], today: date) -> PortalPlace | None:
    """The board there is; of several the only one whose notices count the portal, or that is still open."""
    for fits in (places, [p for p in places if p.counts_from != "bot"], [p for p in places if p.closes >= today]):
        if len(fits) == 1:
            return fits[0]
    return None


def _place_json(place: PortalPlace) -> dict[str, Any]:
    return {
        "unit": place.unit_id,
        "short": place.unit,
        "campaign": place.campaign_id,
        "name": place.campaign,
        "counted": place.counts_from != "bot",
        "zone": place.timezone,
    }


def _moment(zone: str, when: str, facts: Facts) -> Moment | None:
    return moment(when, facts.now.astimezone(ZoneInfo(zone)))


def _known(place: Mapping[str, Any], found: Moment) -> dict[str, Any]:
    return {
        "place": dict(place),
        "as_of": found.as_of.isoformat(),
        "day": found.day.isoformat(),
        "daily": found.daily,
    }


def _ask_place(ctx: Ctx) -> Reply:
    places = ctx.answers["places"]
    choices = tuple(
        Choice(f"p{at}", say("portal.place", unit=p["short"], campaign=shortened(p["name"], 36)))
        for at, p in enumerate(places)
    )
    return reply(say("portal.ask_place"), choices=(*choices, common.LEAVE))


def _take_place(ctx: Ctx, heard: Heard) -> Taken:
    chosen = next((p for at, p in enumerate(ctx.answers["places"]) if heard.key == f"p{at}"), None)
    if chosen is None:
        return Miss(reply(say("choice.again")))
    found = _moment(chosen["zone"], ctx.answers["when"], ctx.facts)
    if found is None:
        return Miss(reply(say("portal.no_moment", words=shortened(ctx.answers["when"], 40))))
    known = _known(chosen, found)
    if not ctx.answers["rows"]:
        return Answer(chosen, also=known)
    told = Ctx(replace(ctx.state, answers={**ctx.answers, **known}), ctx.facts)
    taken = portal_rows.take_rows(told, Heard(ctx.answers["rows"]))
    return (
        replace(taken, value=chosen, also={**known, "paste": True, **taken.also})
        if isinstance(taken, Answer)
        else taken
    )


# ---------------------------------------------------------------- the form


def _waits(name: str) -> Callable[[Ctx], bool]:
    return lambda ctx: bool(ctx.answers.get(name))


def _nothing(name: str) -> Callable[[Ctx], bool]:
    return lambda ctx: not ctx.answers.get(name)


def _queued(name: str, queue: str, ask: Callable[[Ctx], Reply | Look], take: Callable[[Ctx, Heard], Taken]) -> Field:
    """A question that comes once for each row of its queue; an answer counts until the next row stands there."""
    return Field(name, ask, take, skip=_nothing(queue), stale=_waits(queue))


def _finish(ctx: Ctx) -> Finished:
    """What came in while she answered is added up, to be held against the sum of her sheet."""
    totals = list(ctx.answers.get("taken", {}).values())
    if [len(totals), sum(totals)] == ctx.answers.get("told"):
        return Finished(reply(say("portal.done")))
    told = {"units": common.number(ctx, len(totals)), "total": common.number(ctx, sum(totals))}
    return Finished(reply(say("portal.done_all", n=len(totals), **told)))


FORM = Form(
    "portal",
    (
        Field("place", _ask_place, _take_place),
        Field("paste", portal_rows.ask_rows, portal_rows.take_rows, free=True),
        _queued("line", "unclear", portal_lines.ask_line, portal_lines.take_line),
        _queued("leap", "leaps", portal_checks.ask_leap, portal_checks.take_leap),
        _queued("fall", "falls", portal_checks.ask_fall, portal_checks.take_fall),
    ),
    _finish,
    left=portal_checks.left,
)
