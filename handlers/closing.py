"""The report when a phase or the whole campaign has ended: what was reached and when, by whom, how it came (domain.md
§6–8). Who missed a target is for officers only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.board import FILED, Board, Row
from handlers.facts import House
from handlers.figures import percent_text
from handlers.looking_back import GroupCount, average_line, best_line, group_lines, reached_lines
from handlers.notice import FULL, SHORT
from handlers.pace import DayCount
from handlers.phrases import Phrases
from handlers.talk import Say, say
from handlers.texts import Texts

_LEADING = 5  # places named to members


@dataclass(frozen=True, slots=True)
class Ending:
    """What has ended, and its days."""

    first: date
    last: date
    phase: str = ""  # its name; "": the whole campaign

    def to_json(self) -> dict[str, Any]:
        return {"first": self.first.isoformat(), "last": self.last.isoformat(), "phase": self.phase}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Ending:
        return Ending(date.fromisoformat(data["first"]), date.fromisoformat(data["last"]), data.get("phase", ""))


@dataclass(frozen=True, slots=True)
class History:
    """How it came: every day of the campaign up to the last, and the author groups (nhóm đối tượng)."""

    days: Sequence[DayCount] = ()
    groups: Sequence[GroupCount] = ()

    def to_json(self) -> dict[str, Any]:
        days = [[one.day.isoformat(), one.filed, one.adjusted, one.held] for one in self.days]
        return {"days": days, "groups": [[one.name, one.count] for one in self.groups]}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> History:
        days = [DayCount(date.fromisoformat(day), *counts) for day, *counts in data["days"]]
        return History(days, [GroupCount(name, count) for name, count in data["groups"]])


def render(
    texts: Texts,
    language: str,
    board: Board,
    ending: Ending,
    history: History,
    house: House,
    kind: str = FULL,
) -> str:
    """The report for a group of this kind; `board` is cut at 24h00 of the last day."""
    words = ClosingPhrases(texts, language, board, ending, history)
    name = "closing_short" if kind == SHORT else "closing_full"
    return texts.template(language, name, board=board, house=house, w=words)


class ClosingPhrases(Phrases):
    """What the templates of the report ask for."""

    def __init__(self, texts: Texts, language: str, board: Board, ending: Ending, history: History) -> None:
        super().__init__(texts, language, board)
        self._ending, self._history = ending, history

    def _all(self, lines: Sequence[Say]) -> list[str]:
        return [self._t(line) for line in lines]

    @property
    def what(self) -> str:
        """ "Giai đoạn 1" or "chương trình"."""
        return self._ending.phase or self._t(say("closing.campaign"))

    @property
    def within(self) -> str:
        """ "Trong Giai đoạn 1: 300 lượt nộp."; "" where the phase is all there was."""
        ending = self._ending
        if not ending.phase or ending.first <= self._board.opens:
            return ""
        filed = sum(one.count for one in self._history.days if ending.first <= one.day <= ending.last)
        return self._t(say("closing.within", phase=ending.phase, n=filed, number=self.number(filed)))

    @property
    def people(self) -> str:
        """ "Tác giả: 400 người. Đơn vị cơ sở có lượt nộp: 14/15."; "" where the portal's numbers are told, which know
        nothing of them.
        """
        board, parts = self._board, list[Say]()
        if board.source is not None:
            return ""
        if board.authors:
            parts.append(say("closing.authors", n=board.authors, number=self.number(board.authors)))
        if board.coverage is not None and board.coverage.units > 1:
            filed, units = self.number(board.coverage.filed), self.number(board.coverage.units)
            parts.append(say("closing.coverage", filed=filed, units=units))
        return " ".join(self._all(parts))

    @property
    def when_reached(self) -> list[str]:
        """On which day each target was reached and how early. Days are known of lượt nộp only."""
        if self._board.counter != FILED:
            return []
        return self._all(reached_lines(self._board, self._history.days, self._language))

    @property
    def days(self) -> str:
        """The best day of what has ended, and the average of all its days."""
        ending = self._ending
        own = [one for one in self._history.days if ending.first <= one.day <= ending.last]
        best = best_line(own, self._language)
        if best is None:
            return ""
        return " ".join(self._all([best, average_line(own, ending.first, ending.last, self._language)]))

    @property
    def groups(self) -> str:
        """ "Theo nhóm đối tượng: …; …"; "" where the campaign, or the portal, tells no groups apart."""
        if self._board.source is not None or not any(one.name and one.count for one in self._history.groups):
            return ""
        parts = self._all(group_lines(self._history.groups, self._language))
        return self._t(say("closing.groups", groups="; ".join(parts)))

    @property
    def missed(self) -> str:
        """ "Vận tải Bình An (còn 56), …": units below their target, those nearest to it first."""
        below = [row for row in self._board.with_target if row.progress and not row.progress.reached]
        below.sort(key=lambda row: -(row.progress.percent if row.progress else 0))
        return ", ".join(self._missing(row) for row in below)

    def _missing(self, row: Row) -> str:
        left = self.number(row.progress.left) if row.progress else ""
        return self._t(say("closing.short_of", name=row.name, number=left))

    @property
    def leading(self) -> str:
        """ "1. BV Từ Liêm 132 (120,0%), 2. …": the first places, equals together."""
        places = [row for row in self._board.rows if row.rank and row.rank <= _LEADING][: _LEADING + 2]
        return ", ".join(self._place(row) for row in sorted(places, key=lambda row: row.rank or 0))

    def _place(self, row: Row) -> str:
        reached = row.progress
        share = f" ({percent_text(reached.percent, self._language)})" if reached else ""
        return f"{row.rank}. {row.name} {self.number(row.count)}{share}"
