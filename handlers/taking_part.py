"""Targets on participation (tỷ lệ đoàn viên có sáng kiến): percent of members who filed, with a sentence of their own.

They are never mixed with targets on a count: these are numbers of initiatives, those of people.
"""

from __future__ import annotations

from decimal import Decimal

from handlers.aims import set_by
from handlers.board import Board
from handlers.figures import days_left, groups, percent, percent_text
from handlers.rows import Goal
from handlers.talk import Say, say

_TENTH = Decimal("0.1")


def participation_lines(board: Board, language: str = "vi") -> list[Say]:
    """ "3,2% đoàn viên có sáng kiến (1.342/42.000), chỉ tiêu 5% do … giao. Còn 758 người, còn 41 ngày.", a line for
    each such target of the board's unit.
    """
    goals = [goal for goal in board.goals if goal.measure == "participation" and goal.number > 0]
    lines = [_line(board, goal, language) for goal in goals]
    # who filed is known of the bot's filings only: beside the portal's numbers that is said
    return lines if board.source is None else [say("detail.of_bot", line=line) for line in lines]


def share(people: int, members: int, target: int) -> Decimal:
    """People in percent of members, one decimal, half-up; but never as much as the target while that is not reached
    (4,96% of 5% is 4,9%). Raises ValueError without members.
    """
    if members <= 0:
        raise ValueError("a share needs members")
    exact = percent(people, members)  # nor 100 before everybody did
    return target - _TENTH if exact >= target and people * 100 < target * members else exact


def missing(people: int, members: int, target: int) -> int:
    """How many more people are needed."""
    return max(-(-target * members // 100) - people, 0)


def _line(board: Board, goal: Goal, language: str) -> Say:
    values = {"target": groups(goal.number, language), "by": set_by(board, goal), "phase": _phase(goal)}
    if not board.members:
        return say("taking.unknown", people=groups(goal.count, language), **values)
    left = missing(goal.count, board.members, goal.number)
    return say(
        "taking.reached" if not left else "taking.left",
        percent=percent_text(share(goal.count, board.members, goal.number), language),
        people=groups(goal.count, language),
        members=groups(board.members, language),
        left=groups(left, language),
        when=_when(board, goal, language),
        **values,
    )


def _phase(goal: Goal) -> Say | str:
    return say("taking.of_phase", name=goal.phase) if goal.phase else ""


def _when(board: Board, goal: Goal, language: str) -> Say:
    left = days_left(board.day, goal.ends)
    if left < 1:
        return say("notice.last_day") if left == 0 else say("notice.closed")
    return say("notice.days", n=left, days=groups(left, language))
