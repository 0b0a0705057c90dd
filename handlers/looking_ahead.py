"""Where a board's targets are heading at the pace of the last days (domain.md §8). Pure."""

from __future__ import annotations

from handlers.board import Board
from handlers.figures import groups
from handlers.moments import day_text
from handlers.rows import Goal
from handlers.talk import Say, say

_LATE = 366  # days after a target's last one: beyond them the day on which it would be reached tells nobody anything


def ahead_lines(board: Board, language: str = "vi") -> list[Say]:
    """ "Giữ nhịp 7 ngày qua, đến 31/12 được 1.180; đạt chỉ tiêu 1.300 ngày 14/1.", for each target on a count that is
    not reached and still has days left; none before a day is over.
    """
    return [line for goal in board.goals if (line := _ahead(board, goal, language)) is not None]


def _ahead(board: Board, goal: Goal, language: str) -> Say | None:
    found = board.pace(goal) if goal.progress is not None else None
    if found is None or found.projected is None or goal.count >= goal.number or goal.ends <= board.day:
        return None
    values = {
        "n": found.days,
        "ends": day_text(goal.ends, language),
        "projected": groups(found.projected, language),
        "target": groups(goal.number, language),
    }
    if found.reaches is None or (found.reaches - goal.ends).days > _LATE:
        return say("detail.never", **values)
    return say("detail.ahead", day=day_text(found.reaches, language), **values)
