"""Numbers of a notice that stand beside its total and rows: units done, corrections, sources, people. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from handlers import adjustments, source, taking_part
from handlers.board import FILED, Ended
from handlers.counters import Counters, money
from handlers.figures import groups, percent_text, tenths_text
from handlers.looking_back import quiet_span
from handlers.moments import day_text
from handlers.pace import DayCount, average
from handlers.rows import Goal
from handlers.talk import Words, say
from handlers.why_numbers import NAMES_SHOWN, PERCENT, SIGNED, TENTHS, Number, Teller


def beside(teller: Teller) -> Iterator[Number]:
    """What a daily notice prints beside the total, the targets and the rows; a peak drive is in `why_drive`."""
    for tell in (units, elsewhere, corrections, sources, _counters, _participation, _quiet):
        yield from tell(teller)


# ---------------------------------------------------------------- units


def units(teller: Teller) -> Iterator[Number]:
    """How many have met their targets, and of how many; members are named ten of them."""
    aimed, reached = len(teller.board.with_target), len(teller.board.reached)
    how = say("why.done", done=teller.n(reached), aimed=teller.n(aimed))
    found = [("done", reached), ("aimed", aimed)] if aimed else []
    found += [("unnamed", reached - NAMES_SHOWN)] if reached > NAMES_SHOWN else []
    for kind, value in found:
        yield teller.whole("done", kind, value, teller.unit_name, how)


def elsewhere(teller: Teller) -> Iterator[Number]:
    board = teller.board
    direct = board.others if board.ended is None else board.direct
    if direct:
        how = say("why.direct", number=teller.n(direct), total=teller.n(board.total))
        yield teller.whole("direct", "count", direct, teller.unit_name, how)
    for key, units in (("ended", board.ended or ()), ("merged", board.merged)):
        for unit in units:
            yield _over(teller, key, unit)


def _over(teller: Teller, key: str, unit: Ended) -> Number:
    heir = say("why.heir", name=unit.successor) if unit.successor else ""
    how = say(f"why.{key}", unit=unit.name, number=teller.n(unit.count), heir=heir)
    return teller.whole(f"{key}{unit.unit_id}", "count", unit.count, unit.name, how)


def corrections(teller: Teller) -> Iterator[Number]:
    """Each unit's, and what those of one reason come to together."""
    names = adjustments.names(teller.board)
    for why, changes in adjustments.by_reason(teller.board).items():
        kind, how = f"note_{why}", teller.note(why, changes)
        yield teller.whole("total", kind, sum(changes.values()), teller.unit_name, how, SIGNED)
        for unit_id, delta in changes.items():
            how = teller.note(why, {unit_id: delta})
            yield teller.whole(f"row{unit_id}", kind, delta, names[unit_id], how, SIGNED)


# ---------------------------------------------------------------- sources and counters


def sources(teller: Teller) -> Iterator[Number]:
    found = teller.board.source
    if found is None:
        return
    if found.bot is not None:
        yield teller.whole("bot", "bot", found.bot, teller.unit_name, say("why.apart", number=teller.n(found.bot)))
    unnamed = len(found.stale) - source.MOST_NAMED
    if unnamed > 0:
        how = say("why.stale", number=teller.n(len(found.stale)), source=found.name)
        yield teller.whole("bot", "stale", unnamed, teller.unit_name, how)


def _counters(teller: Teller) -> Iterator[Number]:
    found = teller.board.counters
    if found is None:
        return
    parts = {name: getattr(found, name) for name in ("filed", "valid", "waiting", "refused", "withdrawn")}
    how = say("why.parts", **{name: teller.n(value) for name, value in parts.items()})
    total = teller.board.counter == FILED and teller.board.source is None and teller.board.total == found.filed
    for name, value in parts.items():
        if name == "filed" and total:  # told as the total
            continue
        yield teller.whole("parts", name, value, teller.unit_name, how)
    how = say("why.authors", number=teller.n(found.authors))
    yield teller.whole("parts", "authors", found.authors, teller.unit_name, how)
    if found.benefit_vnd:
        yield _benefit(teller, found)


def _benefit(teller: Teller, found: Counters) -> Number:
    """ "33,2 tỷ đồng" is a rounded one of the sum of what authors have declared."""
    vnd = found.benefit_vnd
    size = next((size for size in (10**9, 10**6) if vnd >= size), 1)
    how = say("why.benefit", money=money(vnd, teller.language), vnd=groups(vnd, teller.language))
    rounded = Decimal(vnd) if size == 1 else (Decimal(vnd) / size).quantize(Decimal("0.1"), "ROUND_HALF_UP")
    return Number("parts", "benefit", TENTHS, rounded, teller.unit_name, how)


# ---------------------------------------------------------------- people


def _participation(teller: Teller) -> Iterator[Number]:
    for at, goal in enumerate(teller.board.goals):
        if goal.measure == "participation" and goal.number > 0:
            yield from _taking_part(teller, f"goal{at}", goal, teller.board.members)


def _taking_part(teller: Teller, subject: str, goal: Goal, members: int | None) -> Iterator[Number]:
    name = say("why.taking_name", number=teller.n(goal.number))
    told: dict[str, Words] = {"people": teller.n(goal.count), "target": teller.n(goal.number)}
    if not members:
        yield teller.whole(subject, "people", goal.count, name, say("why.authors", number=teller.n(goal.count)))
        yield Number(subject, "target", PERCENT, Decimal(goal.number), name, say("why.taking_target", **told))
        return
    told["members"] = teller.n(members)
    share = taking_part.share(goal.count, members, goal.number)
    how = say("why.taking", percent=percent_text(share, teller.language), **told)
    yield Number(subject, "percent", PERCENT, share, name, how)
    for kind, value in (("people", goal.count), ("members", members)):
        yield teller.whole(subject, kind, value, name, how)
    yield Number(subject, "target", PERCENT, Decimal(goal.number), name, say("why.taking_target", **told))
    left = taking_part.missing(goal.count, members, goal.number)
    if left:
        yield teller.whole(subject, "left", left, name, say("why.taking_left", left=teller.n(left), **told))


def _quiet(teller: Teller) -> Iterator[Number]:
    """The average of the days that went by without a notice."""
    board, span = teller.board, quiet_span(teller.board)
    if span is None or board.new is None:
        return
    first, last = span
    mean = average([DayCount(last, board.new)], first, last)
    days = (last - first).days + 1
    told = {"number": tenths_text(mean, teller.language), "new": teller.n(board.new), "days": teller.n(days)}
    shown = {"first": day_text(first, teller.language), "last": day_text(last, teller.language)}
    yield Number("total", "average", TENTHS, mean, teller.unit_name, say("why.quiet", **told, **shown))
