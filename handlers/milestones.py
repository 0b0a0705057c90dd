"""Milestones (domain.md §8): the first, 100th, 1.000th, 5.000th … filing, a target reached. Told once ever, to any
group alike; they name no person and no other unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from handlers.board import Board
from handlers.counting import counted
from handlers.facts import House
from handlers.figures import days_left, groups
from handlers.rows import Goal
from handlers.talk import Say, say
from handlers.texts import Texts

_FIRST = (1, 100, 1000)  # then 5.000, 10.000, 50.000, 100.000, …


@dataclass(frozen=True, slots=True)
class Milestone:
    """What was passed: so many filings (or whatever counter ranks), or a target."""

    number: int
    goal: Goal | None = None


def passed(board: Board, before: Board) -> list[Milestone]:
    """What was passed since `before`, the greatest first: targets, then counts.

    A target that `before` does not know was set since: what is below the count on the day it is set is no achievement.
    """
    counts = [Milestone(number) for number in _numbers(board.total) if number > before.total]
    known = {_which(goal): goal for goal in before.goals}
    goals = [
        Milestone(goal.number, goal)
        for goal in board.goals
        if _reached(goal) and _which(goal) in known and not _reached(known[_which(goal)])
    ]
    return sorted(goals, key=lambda one: -one.number) + counts[::-1]


def _reached(goal: Goal) -> bool:
    return goal.progress is not None and goal.progress.reached


def _which(goal: Goal) -> tuple[str, str, int]:
    return goal.phase, goal.set_by, goal.number


def _numbers(total: int) -> Iterator[int]:
    """Those up to the total, ascending."""
    yield from (number for number in _FIRST if number <= total)
    number = _FIRST[-1]
    while number < total:
        number *= 5 if str(number)[0] == "1" else 2
        if number <= total:
            yield number


# ---------------------------------------------------------------- words


def render(texts: Texts, language: str, board: Board, milestone: Milestone, house: House) -> str:
    """The few lines a group gets."""
    lines = [
        _headline(board, milestone, language),
        say("notice.campaign", name=board.campaign),
        *([_now(board, language)] if board.total > milestone.number else []),
        say("milestone.thanks", bot=house.bot_name),
    ]
    return "\n".join(texts.render(language, line) for line in lines)


def _headline(board: Board, milestone: Milestone, language: str) -> Say:
    if milestone.goal is not None:
        return _goal_reached(board, milestone.goal, language)
    if milestone.number == 1:
        return counted("milestone.first", board.counter, name=board.unit)
    return counted("milestone.count", board.counter, name=board.unit, number=groups(milestone.number, language))


def _goal_reached(board: Board, goal: Goal, language: str) -> Say:
    values = {"name": board.unit, "number": groups(goal.number, language), "by": goal.set_by}
    key = "milestone.goal_phase" if goal.phase else "milestone.goal"
    return say(key, phase=goal.phase, early=_early(board.day, goal, language), **values)


def _early(day: date, goal: Goal, language: str) -> Say | str:
    left = days_left(day, goal.ends)
    return say("milestone.early", n=left, days=groups(left, language)) if left > 0 else ""


def _now(board: Board, language: str) -> Say:
    return counted("milestone.now", board.counter, total=groups(board.total, language))
