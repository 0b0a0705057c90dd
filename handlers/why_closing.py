"""Numbers of the report on what has ended: how it came, by whom, when targets were reached. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from handlers.board import FILED
from handlers.closing import Ending, History
from handlers.figures import percent_text, shares, tenths_text
from handlers.fold import shortened
from handlers.looking_back import reached_day
from handlers.moments import day_text
from handlers.pace import DayCount, average, best_day, days_early
from handlers.talk import say
from handlers.why_beside import corrections, elsewhere, sources, units
from handlers.why_numbers import PERCENT, TENTHS, Number, Teller

_LABEL = 24  # characters of a name that may be as long as a sentence, where it is one of several choices


def numbers(teller: Teller, ending: Ending, history: History | None) -> Iterator[Number]:
    """`history`: None for a report that was frozen without it."""
    yield from teller.total()
    yield from teller.goals(pace=False)
    yield from teller.rows("left")
    for tell in (units, elsewhere, corrections, sources):
        yield from tell(teller)
    bots = teller.board.source is None  # the portal knows neither people nor groups of them
    yield from _people(teller) if bots else ()
    if history is not None:
        yield from _days(teller, ending, history)
        yield from _early(teller, history) if teller.board.counter == FILED else ()
        yield from _groups(teller, history) if bots else ()


def _days(teller: Teller, ending: Ending, history: History) -> Iterator[Number]:
    """What came within it, its best day and the average of all its days."""
    own = [one for one in history.days if ending.first <= one.day <= ending.last]
    span = {"first": day_text(ending.first, teller.language), "last": day_text(ending.last, teller.language)}
    if ending.phase:
        count = sum(one.count for one in own)
        how = say("why.within", number=teller.n(count), phase=ending.phase, **span)
        within = teller.whole("ending", "within", count, shortened(ending.phase, _LABEL), how)
        yield replace(within, printed=ending.first > teller.board.opens)
    best = best_day(own)
    if best is None:
        return
    how = say("why.best", number=teller.n(best.came), day=day_text(best.day, teller.language), **span)
    yield teller.whole("ending", "best", best.came, teller.unit_name, how)
    yield _average(teller, ending, own, span)


def _average(teller: Teller, ending: Ending, own: list[DayCount], span: dict[str, str]) -> Number:
    mean = average(own, ending.first, ending.last)
    filed, days = sum(one.filed for one in own), (ending.last - ending.first).days + 1
    told = {"number": tenths_text(mean, teller.language), "new": teller.n(filed), "days": teller.n(days)}
    return Number("ending", "average", TENTHS, mean, teller.unit_name, say("why.quiet", **told, **span))


def _early(teller: Teller, history: History) -> Iterator[Number]:
    """By how many days each target was reached before its last one."""
    for at, goal in enumerate(teller.board.goals):
        day = reached_day(goal, history.days) if goal.measure == "count" else None
        early = days_early(day, goal.ends) if day is not None else 0
        if day is None or early <= 0:
            continue
        name, last = say("why.goal_name", number=teller.n(goal.number)), day_text(goal.ends, teller.language)
        told = {"number": teller.n(goal.number), "day": day_text(day, teller.language), "last": last}
        yield teller.whole(f"goal{at}", "early", early, name, say("why.early", early=teller.n(early), n=early, **told))


def _people(teller: Teller) -> Iterator[Number]:
    board, name = teller.board, teller.unit_name
    if board.authors:
        how = say("why.authors", number=teller.n(board.authors))
        yield teller.whole("people", "authors", board.authors, name, how)
    found = board.coverage
    if found is not None and found.units > 1:
        how = say("why.coverage", filed=teller.n(found.filed), units=teller.n(found.units))
        yield teller.whole("people", "based", found.filed, name, how)
        yield teller.whole("people", "bases", found.units, name, how)


def _groups(teller: Teller, history: History) -> Iterator[Number]:
    """Author groups (nhóm đối tượng) with their shares; where these do not add up to 100,0, what they come to."""
    if not any(one.name and one.count for one in history.groups):
        return
    filed = sorted((one for one in history.groups if one.count > 0), key=lambda one: -one.count)
    found, whole = shares([one.count for one in filed]), teller.n(sum(one.count for one in filed))
    for at, (one, part) in enumerate(zip(filed, found.parts, strict=True)):
        name = one.name or say("back.no_group")
        told = {"number": teller.n(one.count), "percent": percent_text(part, teller.language), "total": whole}
        how = say("why.group", name=name, **told)
        label = shortened(one.name, _LABEL) or name
        yield teller.whole(f"group{at}", "group", one.count, label, how)
        yield Number(f"group{at}", "share", PERCENT, part, label, how)
    if found.note(teller.language) is not None:
        parts = " + ".join(percent_text(part, teller.language) for part in found.parts)
        how = say("why.shares", total=percent_text(found.total, teller.language), parts=parts)
        yield Number("groups", "shares", PERCENT, found.total, teller.unit_name, how)
