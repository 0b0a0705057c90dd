"""The morning summary, for one officer in private: what came, what waits, which units have nothing or fall behind
(domain.md §8). These names are for officers, never for a group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from handlers import source as sources
from handlers.board import Board, Row, compose
from handlers.figures import days_left, groups, sentence
from handlers.fit import LONGEST
from handlers.fold import shortened
from handlers.moments import short_day
from handlers.pace import pace
from handlers.talk import Say, say
from handlers.texts import Texts

MESSAGES = 2  # at most
_NAMED = 5  # units in a list
_LINE = 150  # characters of a line: names of phases may be long


@dataclass(frozen=True, slots=True)
class Summary:
    """The board of last midnight, whose changes are those of seven days, and what goes with it."""

    board: Board
    phase_ends: date | None  # last day of the running phase
    first: date  # since when `filed` came: yesterday, on Monday the Saturday before
    filed: int
    waiting: int  # for review
    drafts: int  # being written
    untold: int = 0  # people to be told something in person

    @staticmethod
    def from_numbers(data: Mapping[str, Any]) -> Summary:
        """From `models.queries.morning.summary`."""
        return Summary(
            compose(data["board"], data["before"]),
            date.fromisoformat(data["phase_ends"]) if data["phase_ends"] else None,
            date.fromisoformat(data["first"]),
            int(data["filed"]),
            int(data["waiting"]),
            int(data["drafts"]),
            int(data["untold"]),
        )

    @property
    def empty(self) -> list[Row]:
        if self.board.source is not None and self.board.source.as_of is None:
            return []  # nothing was ever brought in: nobody can say that
        unknown = self.board.source.without() if self.board.source else frozenset()
        return [row for row in self.board.rows if row.count <= 0 and row.unit_id not in unknown]

    @property
    def behind(self) -> list[Row]:
        """Units with filings that, at the pace of the last seven days, will not reach their target; the furthest
        behind first.
        """
        found = [(row, self._missing(row)) for row in self.board.rows if row.count > 0]
        return [row for row, missing in sorted(found, key=lambda pair: -pair[1]) if missing > 0]

    def _missing(self, row: Row) -> Fraction:
        """The share of its target that a unit is about to miss."""
        board = self.board
        ends = self.phase_ends if board.by_phase and self.phase_ends else board.closes
        found = pace(row.toward, row.target or 0, board.day, ends, row.change, board.recent_days)
        if found is None or found.projected is None or not row.target or row.toward >= row.target:
            return Fraction(0)
        return 1 - Fraction(found.projected, row.target)


def lines(texts: Texts, language: str, found: Summary) -> list[str]:
    """A line for each thing there is to say, the most important first."""
    said = [
        *_stands(found, language),
        _waiting(found, language),
        _untold(found, language),
        _units("morning.empty", found.empty, language),
        _units("morning.behind", found.behind, language),
    ]
    return [shortened(texts.render(language, line), _LINE) for line in said if line is not None]


def messages(texts: Texts, language: str, found: Summary) -> list[str]:
    """The lines, and how to switch them off, in at most two messages of 320 characters; what does not fit is left out,
    from the end.
    """
    out: list[str] = []
    for line in (*lines(texts, language, found), texts.render(language, say("morning.off"))):
        if out and len(out[-1]) + 1 + len(line) <= LONGEST:
            out[-1] = f"{out[-1]}\n{line}"
        else:
            out.append(line)
    return out[:MESSAGES]


def _stands(found: Summary, language: str) -> list[Say]:
    """The total and the target; of a day without new portal figures that is said instead of 0 new ones."""
    board = found.board
    if board.source is None or (not board.waiting and board.recent_days):
        return [_came(found, language), _goal(board, language)]
    waiting = list(sources.waiting(board.day, board.source, language, over=True)) if board.waiting else []
    if board.source.as_of is None:
        return waiting
    stood = say("morning.stands", unit=board.short, total=groups(board.total, language))
    return [*waiting, stood, _goal(board, language)]  # of the very first figures nobody knows what was new


def _came(found: Summary, language: str) -> Say:
    board = found.board
    values = {"unit": board.short, "n": found.filed, "number": groups(found.filed, language)}
    total = groups(board.total, language)
    if found.first == board.day:
        return say("morning.yesterday", total=total, **values)
    return say("morning.since", day=short_day(found.first, language), total=total, **values)


def _goal(board: Board, language: str) -> Say:
    """The target that is to be met next, and how long there is."""
    goal = next((one for one in board.goals if one.progress is not None), None)
    last = goal.ends if goal is not None else board.closes
    left = max(days_left(board.day, last), 0)
    days = say("notice.days", n=left, days=groups(left, language))
    if goal is None:
        return say("morning.no_goal", left=days)
    reached = sentence(goal.count, goal.number, language)
    number = groups(goal.number, language)
    return say("morning.goal", number=number, reached=reached, left=days)


def _waiting(found: Summary, language: str) -> Say | None:
    if not found.waiting and not found.drafts:
        return None
    return say("morning.waiting", waiting=groups(found.waiting, language), drafts=groups(found.drafts, language))


def _untold(found: Summary, language: str) -> Say | None:
    return say("morning.untold", n=found.untold, number=groups(found.untold, language)) if found.untold else None


def _units(key: str, rows: Sequence[Row], language: str) -> Say | None:
    if not rows:
        return None
    names: Say | str = ", ".join(row.name for row in rows[:_NAMED])
    rest = len(rows) - _NAMED
    if rest > 0:
        names = say("notice.and_others", names=names, n=rest, number=groups(rest, language))
    return say(key, number=groups(len(rows), language), names=names)
