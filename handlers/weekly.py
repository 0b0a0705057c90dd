"""The words of the weekly digest: the last week against the week before (domain.md §8).

Members see who rose; who fell is for officers only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from handlers.board import Board, Row
from handlers.facts import House
from handlers.moments import day_text, short_day
from handlers.notice import FULL, SHORT
from handlers.pace import DayCount, best_day
from handlers.phrases import Phrases
from handlers.talk import Say, say
from handlers.texts import Texts
from handlers.unit_phrases import arrow

_DAY = timedelta(days=1)
_NAMED = 3  # units that rose or fell most


@dataclass(frozen=True, slots=True)
class Week:
    """What was filed on each of its seven days and of the seven days before. Of a day without figures from the portal
    nothing is known (None): what came on it stands with the next that has some.
    """

    first: date  # Monday
    days: tuple[int | None, ...]
    before: tuple[int | None, ...] = ()  # empty where not all of that week was counted

    @property
    def last(self) -> date:
        return self.first + 6 * _DAY

    @property
    def total(self) -> int:
        return sum(filter(None, self.days))

    @property
    def more(self) -> int | None:
        """How many more than in the week before; None where there is nothing to compare with."""
        return self.total - sum(filter(None, self.before)) if self.before else None

    @property
    def best(self) -> DayCount | None:
        """The day with most filings, the first of equals; a day that stands for several is none."""
        eve = self.before[-1:] or (0,)
        return best_day(
            DayCount(self.first + at * _DAY, filed)
            for at, (filed, earlier) in enumerate(zip(self.days, eve + self.days, strict=False))
            if filed is not None and earlier is not None
        )

    @property
    def unknown(self) -> bool:
        """Is there a day of which nothing is known?"""
        return None in self.days or None in self.before

    def to_json(self) -> dict[str, Any]:
        return {"first": self.first.isoformat(), "days": list(self.days), "before": list(self.before)}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Week:
        return Week(date.fromisoformat(data["first"]), tuple(data["days"]), tuple(data.get("before", ())))


def render(texts: Texts, language: str, board: Board, week: Week, house: House, kind: str = FULL) -> str:
    """The digest for a group of this kind; `board` tells what has changed since the Sunday before."""
    words = WeekPhrases(texts, language, board, week)
    name = "weekly_short" if kind == SHORT else "weekly_full"
    return texts.template(language, name, board=board, house=house, w=words, week=week)


class WeekPhrases(Phrases):
    """What the templates of the digest ask for."""

    def __init__(self, texts: Texts, language: str, board: Board, week: Week) -> None:
        super().__init__(texts, language, board)
        self._week = week

    def _last(self) -> Say:
        return say("weekly.last")

    @property
    def span(self) -> str:
        """ "16/11–22/11/2026"."""
        first, last = short_day(self._week.first, self._language), day_text(self._week.last, self._language)
        return f"{first}–{last}"

    @property
    def waiting(self) -> str:
        """Where `nothing` was ever brought in, there is no week to tell of."""
        source = self._board.source
        return self._t(say("source.waiting_first", source=source.called)) if source else ""

    @property
    def compared(self) -> str:
        """ "Trong tuần 40 lượt nộp mới, nhiều hơn tuần trước đó 7 lượt."; the bare count where nothing is compared."""
        number, more = self.number(self._week.total), self._week.more
        if more is None:
            return self._t(say("weekly.filed", number=number))
        key = "weekly.filed_same" if not more else "weekly.filed_more" if more > 0 else "weekly.filed_fewer"
        return self._t(say(key, number=number, difference=self.number(abs(more))))

    @property
    def best(self) -> str:
        """ "Ngày nhiều nhất: thứ Năm 19/11, 12 lượt."; "" in a week without a filing."""
        found = self._week.best
        if found is None:
            return ""
        weekday, day = say(f"notice.weekday.{found.day.weekday()}"), short_day(found.day, self._language)
        return self._t(say("weekly.best", weekday=weekday, day=day, number=self.number(found.filed)))

    @property
    def rose(self) -> str:
        """ "In Tân Phú ▲2 (hạng 12), …"."""
        return self._moved(sorted(self._movers(1), key=lambda row: -(self._board.moved(row) or 0)))

    @property
    def fell(self) -> str:
        return self._moved(sorted(self._movers(-1), key=lambda row: self._board.moved(row) or 0))

    def _movers(self, direction: int) -> list[Row]:
        return [row for row in self._board.rows if row.rank and (self._board.moved(row) or 0) * direction > 0]

    def _moved(self, rows: list[Row]) -> str:
        return ", ".join(
            self._t(say("weekly.mover", name=row.name, moved=arrow(self._board.moved(row)), rank=row.rank))
            for row in rows[:_NAMED]
        )
