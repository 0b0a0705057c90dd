"""What the questions of SOCONG share: whose numbers, of when, and how they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.effects import Effect, StoreFigures
from handlers.figures import groups
from handlers.form import Ctx, Look
from handlers.moments import clock
from handlers.portal_facts import PortalMatch, PortalRows
from handlers.talk import Choice, Say, say

LEAVE = Choice("leave", say("choice.leave"), 0)
DROP = Choice("drop", say("portal.drop_line"))


def as_of(ctx: Ctx) -> datetime:
    return datetime.fromisoformat(ctx.answers["as_of"])


def day_of(ctx: Ctx) -> date:
    """The local day of `as_of`."""
    return date.fromisoformat(ctx.answers["day"])


def when(ctx: Ctx) -> Say | str:
    """ "16h30", on another day "16h30 ngày 19/11"."""
    day = day_of(ctx)
    time = clock(as_of(ctx), day, ctx.state.language)
    return time if day == today(ctx) else say("source.moment_of", time=time, day=f"{day.day}/{day.month}")


def today(ctx: Ctx) -> date:
    return ctx.facts.now.astimezone(ZoneInfo(ctx.answers["place"]["zone"])).date()


def number(ctx: Ctx, value: int) -> str:
    return groups(value, ctx.state.language)


def queue(ctx: Ctx, name: str) -> list[Mapping[str, Any]]:
    """Rows that are still to be asked about: "unclear", "leaps" or "falls"."""
    return list(ctx.answers.get(name, ()))


def looked_up(ctx: Ctx, name: str) -> PortalMatch | Look:
    """The units that a name may mean."""
    query = rows_named(ctx, (name,))
    if query not in ctx.facts.answers:
        return Look((query,))
    (match,) = ctx.facts.answers[query]
    return match  # type: ignore[no-any-return] # answers are as their query says


def rows_named(ctx: Ctx, names: tuple[str, ...]) -> PortalRows:
    place = ctx.answers["place"]
    return PortalRows(place["unit"], place["campaign"], day_of(ctx), names)


def taken(ctx: Ctx, rows: Iterable[tuple[int, int]]) -> dict[str, Any]:
    """The answer that keeps what has been taken so far, units with their cumulative numbers, with these `rows`."""
    return {"taken": {**ctx.answers.get("taken", {}), **{str(unit_id): total for unit_id, total in rows}}}


def store(ctx: Ctx, rows: list[tuple[int, int]], alias: tuple[int, str] | None = None) -> tuple[Effect, ...]:
    """Units with their cumulative numbers; a name that is to be remembered."""
    if not rows and alias is None:
        return ()
    place = ctx.answers["place"]
    return (
        StoreFigures(place["unit"], place["campaign"], as_of(ctx), day_of(ctx), tuple(rows), (alias,) if alias else ()),
    )
