"""Numbers of the weekly digest: the board since the Sunday before, and the days of its weeks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.figures import groups
from handlers.moments import day_text, short_day
from handlers.talk import say
from handlers.weekly import Week
from handlers.why_beside import corrections, elsewhere, sources, units
from handlers.why_numbers import Number, Teller

_UNKNOWN = "–"  # a day without a figure from the portal


def numbers(teller: Teller, week: Week) -> Iterator[Number]:
    yield from teller.numbers()
    yield from (replace(one, printed=one.kind == "unnamed") for one in units(teller))
    for tell in (elsewhere, corrections, sources):
        yield from tell(teller)
    source = teller.board.source
    if source is None or source.as_of is not None:
        yield from _week(teller, week)


def _week(teller: Teller, week: Week) -> Iterator[Number]:
    name, total = teller.unit_name, teller.n(week.total)
    span = {"first": short_day(week.first, teller.language), "last": short_day(week.last, teller.language)}
    how = say("why.week", number=total, parts=_sum(week.days, teller.language), **span)
    yield teller.whole("week", "week", week.total, name, how)
    if week.more:
        before = sum(filter(None, week.before))
        told = {"total": total, "before": teller.n(before), "parts": _sum(week.before, teller.language)}
        key = "why.week_more" if week.more > 0 else "why.week_fewer"
        how = say(key, number=teller.n(abs(week.more)), **told)
        yield teller.whole("week", "more", abs(week.more), name, how)
    best = week.best
    if best is not None:
        days = ", ".join(_UNKNOWN if one is None else groups(one, teller.language) for one in week.days)
        how = say("why.week_best", number=teller.n(best.filed), day=day_text(best.day, teller.language), days=days)
        yield teller.whole("week", "best", best.filed, name, how)


def _sum(days: Sequence[int | None], language: str) -> str:
    """ "4 + 6 + 3", Monday first; days of which nothing is known are left out."""
    return " + ".join(groups(one, language) for one in days if one is not None) or "0"


def span(week: Week, language: str) -> str:
    """ "16/11–22/11"."""
    return f"{short_day(week.first, language)}–{short_day(week.first + timedelta(days=6), language)}"
