"""Looking back over the days of a campaign, in sentences: when a target was reached and how early, the best day, the
average over a span such as a holiday, the shares of the author groups (domain.md §5–7). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.aims import set_by
from handlers.board import FILED, Board
from handlers.counting import counted
from handlers.figures import groups, percent_text, shares, tenths_text
from handlers.moments import day_text
from handlers.pace import DayCount, average, best_day, days_early, reached_on
from handlers.rows import Goal
from handlers.talk import Say, say


@dataclass(frozen=True, slots=True)
class GroupCount:
    """What was filed by an author group (nhóm đối tượng). `name` "": by people of none."""

    name: str
    count: int


def reached_lines(board: Board, days: Iterable[DayCount], language: str = "vi") -> list[Say]:
    """ "Hoàn thành chỉ tiêu 52.000 (do LĐLĐ Thành phố giao) ngày 9/5/2022, sớm 22 ngày.", one for each target reached.

    `days`: all days of the campaign up to the board's, in any order, of the board's unit.
    """
    known = tuple(days)
    found = ((goal, reached_day(goal, known)) for goal in board.goals if goal.measure == "count")
    return [_reached_line(board, goal, day, language) for goal, day in found if day is not None]


def reached_day(goal: Goal, days: Sequence[DayCount]) -> date | None:
    """On which day a target was reached, if it is: a phase's is met by what came in that phase."""
    if not goal.number or goal.count < goal.number:
        return None
    return reached_on((one for one in days if goal.starts is None or one.day >= goal.starts), goal.number)


def _reached_line(board: Board, goal: Goal, day: date, language: str) -> Say:
    early = days_early(day, goal.ends)
    when = say("back.early", n=early, days=groups(early, language)) if early > 0 else say("back.last_day")
    values = {"number": groups(goal.number, language), "by": set_by(board, goal), "day": day_text(day, language)}
    if goal.phase:
        return say("back.reached_phase", phase=goal.phase, when=when, **values)
    return say("back.reached", when=when, **values)


def best_line(days: Iterable[DayCount], language: str = "vi") -> Say | None:
    """ "Ngày nhiều nhất: 28/5/2022, 4.012 lượt."; None where nothing was filed."""
    found = best_day(days)
    if found is None:
        return None
    return say("back.best", day=day_text(found.day, language), number=groups(found.came, language))


def average_line(days: Iterable[DayCount], first: date, last: date, language: str = "vi", counter: str = FILED) -> Say:
    """ "Từ 30/4/2022 đến 3/5/2022: bình quân 812,5 lượt/ngày." Raises ValueError where `last` is before `first`."""
    mean = average(days, first, last)
    span = {"first": day_text(first, language), "last": day_text(last, language)}
    return counted("back.average", counter, number=tenths_text(mean, language), **span)


def quiet_span(board: Board) -> tuple[date, date] | None:
    """The days after the last notice up to the board's, where days went by without one (a weekend, a holiday); None
    where there is nothing to average.
    """
    if board.since_day is None or (board.day - board.since_day).days < 2:
        return None
    return board.since_day + timedelta(days=1), board.day


def group_lines(counts: Sequence[GroupCount], language: str = "vi") -> list[Say]:
    """ "Đơn vị sự nghiệp 380.656 (54,6%)", a part for each group with filings, most first; where rounding keeps the
    shares from adding up to 100,0 a last one says so. Empty where there is not a single filing.
    """
    filed = sorted((one for one in counts if one.count > 0), key=lambda one: -one.count)
    found = shares([one.count for one in filed])
    lines = [
        say(
            "back.group",
            name=one.name or say("back.no_group"),
            number=groups(one.count, language),
            percent=percent_text(part, language),
        )
        for one, part in zip(filed, found.parts, strict=True)
    ]
    note = found.note(language)
    return [*lines, note] if note is not None else lines
