"""Every number of a posted notice, by its kind; and which notice it was, in words. Pure.

Who adds a number to a notice adds it here: a law in tests/handlers asks for every number that one of its kind prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from handlers.closing import Ending, History
from handlers.counting import counter_name
from handlers.fold import shortened
from handlers.kinds import DRIVE, WEEKLY, family
from handlers.moments import clock, day_text
from handlers.rows import Goal
from handlers.talk import Say, say
from handlers.weekly import Week
from handlers.why_beside import beside
from handlers.why_closing import numbers as of_closing
from handlers.why_drive import morning, under_way
from handlers.why_facts import Figures
from handlers.why_numbers import Number, Teller
from handlers.why_weekly import numbers as of_week
from handlers.why_weekly import span

_NAME = 30  # characters of a phase's name: a notice may be one of several choices
_SINCE = {WEEKLY: say("weekly.last"), DRIVE: say("why.drive_start")}


def teller(figures: Figures, language: str) -> Teller:
    """What has changed is told since another moment in each kind."""
    return Teller(figures.board, language, _SINCE.get(family(figures.kind)))


def every(figures: Figures, language: str) -> Iterator[Number]:
    """Every number that the notice prints, for whichever group, and what stands right behind it."""
    tells = teller(figures, language)
    match family(figures.kind):
        case "weekly":
            return of_week(tells, _week(figures))
        case "drive":
            return morning(tells)
        case "closing":
            return of_closing(tells, _ending(figures), _history(figures))
        case "milestone":
            return _milestone(tells, figures)
    return _daily(tells)


def notice(figures: Figures, language: str) -> Say:
    """ "Bản tin tuần 16/11–22/11", "Báo cáo tổng kết Giai đoạn 1"."""
    kind, day = family(figures.kind), day_text(figures.board.day, language)
    match kind:
        case "weekly":
            return say("why.notice.weekly", span=span(_week(figures), language))
        case "drive":
            drive = figures.board.drive
            return say("why.notice.drive", day=day_text(drive.day, language) if drive is not None else day)
        case "closing":
            return say("why.notice.closing", what=shortened(_ending(figures).phase, _NAME) or say("closing.campaign"))
        case "milestone":
            return say("why.notice.milestone", day=day)
    return say("why.notice.daily", day=day)


def _daily(tells: Teller) -> Iterator[Number]:
    yield from tells.numbers()
    yield from beside(tells)
    yield from under_way(tells)


def _week(figures: Figures) -> Week:
    return Week.from_json(figures.frozen["week"])


def _ending(figures: Figures) -> Ending:
    return Ending.from_json(figures.frozen["ending"])


def _history(figures: Figures) -> History | None:
    """Older versions froze none."""
    kept = figures.frozen.get("history")
    return History.from_json(kept) if kept is not None else None


# ---------------------------------------------------------------- milestones


def _milestone(tells: Teller, figures: Figures) -> Iterator[Number]:
    """The number that was passed, and the count of that moment; of a target also how early it was."""
    board, number = tells.board, int(figures.frozen["milestone"])
    at = _goal(figures, number)
    if at is None and number > 1:  # the first one is told without a number
        time = clock(board.cut_at, board.day, tells.language)
        unit, told = counter_name(board.counter), {"time": time, "day": day_text(board.day, tells.language)}
        how = say("why.milestone", number=tells.n(number), total=tells.n(board.total), unit=unit, **told)
        yield tells.whole("mark", "milestone", number, tells.unit_name, how)
    if at is not None:
        goal = board.goals[at]
        name, span_of = say("why.goal_name", number=tells.n(number)), tells.span(goal.phase)
        found = tells.aimed(f"goal{at}", name, goal.count, number, span_of)
        yield from (replace(one, printed=one.kind == "target") for one in found)
        yield from tells.days(goal.ends)
    if board.total > number:
        yield from tells.total()


def _goal(figures: Figures, number: int) -> int | None:
    """Which target of the board was met, where it was one: see `scheduler.milestones` for the name it is stored by."""
    if not figures.kind.startswith("goal:"):
        return None
    whole = figures.kind.startswith("goal:0:")
    return next((at for at, goal in enumerate(figures.board.goals) if _is(goal, number, whole=whole)), None)


def _is(goal: Goal, number: int, *, whole: bool) -> bool:
    return goal.number == number and (not goal.phase) == whole and goal.measure == "count"
