"""Targets and the pace towards them, in the words of a notice (conversation.md §5a, b; domain.md §6)."""

from __future__ import annotations

from datetime import date

from handlers.board import Board, Goal
from handlers.counting import counted
from handlers.figures import Progress, days_left, groups, percent_text, tenths_text
from handlers.fold import fold
from handlers.moments import is_end
from handlers.talk import Say, say
from handlers.texts import Texts


class Aims:
    """What the templates ask for about a board's own targets."""

    def __init__(self, texts: Texts, language: str, board: Board) -> None:
        self._texts, self._language, self._board = texts, language, board

    def _t(self, words: Say) -> str:
        return self._texts.render(self._language, words)

    def _number(self, value: int) -> str:
        return groups(value, self._language)

    @property
    def goals(self) -> list[str]:
        """ "Đạt 78,1% chỉ tiêu năm 1.300 do … giao. Còn 285, còn 41 ngày.", a line for each target."""
        board = self._board
        counts = [(goal, reached) for goal in board.goals if (reached := goal.progress) is not None]
        several = any(goal.phase for goal, _ in counts)
        lines = [self._goal(goal, reached, several) for goal, reached in counts]
        if lines or any(goal.measure == "participation" for goal in board.goals):  # that is told by itself
            return lines
        return [self._t(say("notice.no_goal", left=self._days(board.closes)))]

    def _goal(self, goal: Goal, reached: Progress, several: bool) -> str:
        """đạt is a percentage, vượt a count in brackets beside it: "Đạt 107,9% chỉ tiêu 52.000 … (vượt 4.106)"."""
        values = {
            "percent": percent_text(reached.percent, self._language),
            "number": self._number(goal.number),
            "by": set_by(self._board, goal),
            "left": self._days(goal.ends),
        }
        if several:
            values["span"] = goal.phase or self._span("notice.over_year", "notice.over_whole")
        else:
            values["span"] = self._span("notice.of_year", "notice.of_whole")
        if reached.over:
            key = "notice.goal_of_over" if several else "notice.goal_over"
            return self._t(say(key, over=self._number(reached.over), **values))
        key = "notice.goal_of" if several else "notice.goal"
        return self._t(say(key, rest=self._rest(reached), **values))

    def _rest(self, reached: Progress) -> Say:
        return say("notice.left", number=self._number(reached.left)) if reached.left else say("notice.just_reached")

    def _days(self, last: date) -> Say:
        left = days_left(self._board.day, last)
        if left < 1:
            today = left == 0 and not is_end(self._board.cut_at, self._board.day)
            return say("notice.last_day") if today else say("notice.closed")
        return say("notice.days", n=left, days=self._number(left))

    def _span(self, for_year: str, for_whole: str) -> Say:
        """A campaign of a calendar year is called the year's ("chỉ tiêu năm")."""
        opens, closes = self._board.opens, self._board.closes
        year = opens == date(closes.year, 1, 1) and closes == date(closes.year, 12, 31)
        return say(for_year if year else for_whole)

    @property
    def short_goals(self) -> str:
        """ ", đạt 78,1% chỉ tiêu năm 1.300" for members; "" without a target."""
        parts = []
        for goal in self._board.goals:
            if goal.progress is not None:
                percent = percent_text(goal.progress.percent, self._language)
                span = goal.phase or self._span("notice.of_year", "notice.of_whole")
                parts.append(say("notice.short_goal", percent=percent, span=span, number=self._number(goal.number)))
        return self._t(say("notice.short_goals", goals=tuple(parts))) if parts else ""

    @property
    def pace(self) -> str:
        """ "Cần 4,7 lượt/ngày để đạt chỉ tiêu; 7 ngày qua: 2,1 lượt/ngày." for the target that is to be met next.

        "" where none is to be met: all reached, none set, or no day left.
        """
        aimed = [goal for goal in self._board.goals if goal.progress is not None]
        coming = [goal for goal in aimed if goal.number > goal.count and goal.ends > self._board.day]
        if not coming:
            return ""
        goal = min(coming, key=lambda goal: (goal.ends, goal.number))
        found = self._board.pace(goal)
        if found is None or found.needed is None:
            return ""
        named = len(aimed) > 1
        which = say("notice.pace_target", number=self._number(goal.number)) if named else ""
        needed = tenths_text(found.needed, self._language)
        if found.actual is None:
            return self._t(counted("notice.pace_needed", self._board.counter, needed=needed, target=which))
        actual = tenths_text(found.actual, self._language)
        told = {"needed": needed, "target": which, "n": found.days, "actual": actual}
        return self._t(counted("notice.pace", self._board.counter, **told))


def set_by(board: Board, goal: Goal) -> Say:
    """ "do LĐLĐ Thành phố giao"; "tự đăng ký" where the unit set it for itself."""
    own = {fold(board.unit), fold(board.short)}
    return say("notice.own") if fold(goal.set_by) in own else say("notice.set_by", name=goal.set_by)
