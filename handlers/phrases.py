"""What the templates of notices ask for, in the words of one language (conversation.md §5a, b)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from handlers import adjustments, counters
from handlers import source as sources
from handlers.aims import Aims
from handlers.board import FILED, Board, Ended, Row, most, rising
from handlers.counting import counted
from handlers.figures import groups, percent_text, signed
from handlers.looking_back import average_line, quiet_span
from handlers.moments import clock, day_text, is_end
from handlers.pace import DayCount
from handlers.ranks import COUNT
from handlers.taking_part import participation_lines
from handlers.talk import Say, say
from handlers.texts import Texts
from handlers.told import NOTICE, SHORT_NOTICE, Telling, told

_NAMES_A_LINE = 25  # long lists of names are several lines, so that parts are never cut within one
_NAMES_SHOWN = 10  # in a members' notice


@dataclass(frozen=True, slots=True)
class Line:
    """A unit's line as printed."""

    rank: int | None
    moved: str  # "", "▲2", "▼1": places since the last notice
    name: str
    count: str
    in_phase: str  # "" unless the percentage is of another count
    change: str  # "", "+4", "−2*"
    percent: str  # "" where no unit has a target


class Phrases:
    """What the templates ask for, in the words of one language."""

    def __init__(self, texts: Texts, language: str, board: Board) -> None:
        self._texts, self._language, self._board = texts, language, board
        self.aims = Aims(texts, language, board)
        # asked of every unit's line: looking through all units each time takes minutes where there are 30.000
        self._aimed, self._by_percent = bool(board.with_target), board.by_percent

    def _t(self, words: Say) -> str:
        return self._texts.render(self._language, words)

    def _counted(self, key: str, **values: Any) -> Say:
        return counted(key, self._board.counter, **values)

    def counted(self, key: str, **values: Any) -> str:
        """The words of `key`, about the counter that ranks."""
        return self._t(self._counted(key, **values))

    def number(self, value: int) -> str:
        return groups(value, self._language)

    def signed(self, value: int) -> str:
        return signed(value, self._language)

    @property
    def day(self) -> str:
        return day_text(self._board.day, self._language)

    @property
    def weekday(self) -> str:
        return self._t(say(f"notice.weekday.{self._board.day.weekday()}"))

    @property
    def time(self) -> str:
        return clock(self._board.cut_at, self._board.day, self._language)

    # ------------------------------------------------ where the figures come from

    @property
    def source(self) -> str:
        """ "(lượt nộp qua bot, tính đến 17h00 ngày 20/11/2026)", "(lượt nộp lũy kế trên Cổng, lúc 16h30)"."""
        return self._told(NOTICE)

    @property
    def short_source(self) -> str:
        return self._told(SHORT_NOTICE)

    def _told(self, way: Telling) -> str:
        return self._t(told(way, self._board, self._language))

    @property
    def source_lines(self) -> list[str]:
        """No portal figures today, days left out, the bot's own number apart."""
        return [self._t(line) for line in sources.lines(*self._of, over=self._over_already)]

    @property
    def _of(self) -> tuple[date, sources.Source | None, str]:
        return self._board.day, self._board.source, self._language

    @property
    def _over_already(self) -> bool:
        """A board cut at the end of its day is read on another."""
        return is_end(self._board.cut_at, self._board.day)

    @property
    def apart(self) -> list[str]:
        """The bot's own number beside the portal's."""
        return [self._t(line) for line in sources.apart(self._board.source, self._language)]

    @property
    def behind(self) -> str:
        """Units without a portal figure of the day; "" where there are none."""
        line = sources.behind(*self._of, over=self._over_already)
        return self._t(line) if line else ""

    @property
    def nothing(self) -> bool:
        """Was nothing ever brought in from the portal?"""
        return self._board.source is not None and self._board.source.as_of is None

    # ------------------------------------------------ the total

    @property
    def change(self) -> str:
        """ "tăng 38 so với bản tin hôm qua (40 mới, điều chỉnh giảm 2)"; "" without a notice before."""
        board = self._board
        if board.change is None:
            return ""
        key = "notice.same" if not board.change else "notice.up" if board.change > 0 else "notice.down"
        text = self._t(say(key, number=self.number(abs(board.change)), last=self._last()))
        return text + self._split() if board.corrected else text

    def _split(self) -> str:
        corrected, new = self._board.corrected or 0, self._board.new or 0
        key = "notice.corrected_up" if corrected > 0 else "notice.corrected_down"
        words = self._t(say(key, number=self.number(abs(corrected))))
        return self._t(say("notice.split", new=self.number(new), corrected=words))

    def _last(self) -> Say:
        """The last notice as a reader of today calls it; one caught up after midnight is read on another day."""
        board = self._board
        if board.since_day is None or board.since_at is None:
            raise ValueError("there was no notice before")
        if board.since_day == board.day:
            return say("notice.last_today", time=clock(board.since_at, board.since_day, self._language))
        if board.since_day == board.day - timedelta(days=1) and not is_end(board.cut_at, board.day):
            return say("notice.last_yesterday")
        return say("notice.last_on", day=day_text(board.since_day, self._language))

    @property
    def figures(self) -> list[str]:
        """ "Trong đó: hợp lệ 611 · chờ thẩm định 371 · không đạt, trùng 33" once something is judged; the people and
        the money. What is not the total's own is named as the bot's (`notice.parts_bot`).
        """
        board, found = self._board, self._board.counters
        if found is None or not found.filed:
            return []
        told = " · ".join(self._t(part) for part in counters.parts(found, self._language))
        same = board.counter == FILED and board.source is None and board.total == found.filed
        key = "notice.parts" if same else "notice.parts_bot"
        lines = [self._t(say(key, number=self.number(found.filed), parts=told))] if found.judged else []
        if not found.authors:
            return lines
        people = " · ".join(self._t(part) for part in counters.people(found, self._language))
        return [*lines, people if board.source is None else self._t(say("detail.of_bot", line=people))]

    @property
    def taking_part(self) -> list[str]:
        """The targets on participation."""
        return [self._t(line) for line in participation_lines(self._board, self._language)]

    @property
    def quiet(self) -> str:
        """The average of the days that went by without a notice (a weekend, a holiday); "" where there were none."""
        span = quiet_span(self._board)
        if span is None or self._board.new is None:
            return ""
        first, last = span
        days = [DayCount(last, self._board.new)]
        return self._t(average_line(days, first, last, self._language, self._board.counter))

    # ------------------------------------------------ units

    @property
    def heading(self) -> str:
        """ "Đơn vị: số lượt (tăng) – % chỉ tiêu", as far as the lines below have these."""
        board = self._board
        change = say("notice.column_change") if board.change is not None else ""
        if not board.with_target:
            return self._t(self._counted("notice.columns", change=change, target=""))
        key = "notice.column_phase" if board.by_phase else "notice.column_target"
        return self._t(self._counted("notice.columns", change=change, target=say(key, phase=board.phase)))

    @property
    def lines(self) -> list[Line]:
        """Units with filings, in the order of the board."""
        return [self._line(row) for row in self._board.rows if row.count > 0]

    def _line(self, row: Row) -> Line:
        change = "" if row.change is None else self.signed(row.change) + ("*" if row.corrected else "")
        return Line(
            row.rank,
            arrow(row.moved_percent if self._by_percent else row.moved_count),
            row.name,
            self.number(row.count),
            self.number(row.toward) if row.target and row.toward != row.count else "",
            change,
            self._percent(row),
        )

    def _percent(self, row: Row) -> str:
        if not self._aimed:
            return ""
        reached = row.progress
        if reached is None:
            return self._t(say("notice.no_target"))
        return percent_text(reached.percent, self._language)

    @property
    def empty(self) -> list[str]:
        """Names of the units without a filing, some to a line."""
        if self.nothing:
            return []
        unknown = self._board.source.without() if self._board.source else frozenset()
        names = [row.name for row in self._board.rows if row.count <= 0 and row.unit_id not in unknown]
        return [", ".join(names[at : at + _NAMES_A_LINE]) for at in range(0, len(names), _NAMES_A_LINE)]

    # ------------------------------------------------ filings that no row shows

    @property
    def elsewhere(self) -> list[str]:
        """What was filed directly, and with units that have ended: they keep their figures, and it is said who has
        taken them over.
        """
        board = self._board
        if board.ended is None:  # numbers frozen before these were told apart
            return [self._t(say("notice.others", number=self.number(board.others)))] if board.others else []
        lines = [say("notice.direct", number=self.number(board.direct))] if board.direct else []
        if board.ended:
            lines.append(say("notice.ended", units=self._over(board.ended)))
        return [self._t(line) for line in lines]

    @property
    def merged(self) -> str:
        """What the units that this one took over had filed, and where it is counted; "" where there is none."""
        over = self._board.merged
        return self._t(self._counted("notice.merged", units=self._over(over))) if over else ""

    def _over(self, units: Sequence[Ended]) -> tuple[Say, ...]:
        return tuple(
            say("notice.ended_into", name=unit.name, number=self.number(unit.count), successor=unit.successor)
            if unit.successor and unit.successor != self._board.short
            else say("notice.ended_unit", name=unit.name, number=self.number(unit.count))
            for unit in units
        )

    # ------------------------------------------------ what is told below the units

    @property
    def footnotes(self) -> list[str]:
        """What the asterisks mean: a line for each reason, with the units it concerns; nothing stays unexplained."""
        return [self._footnote(reason, units) for reason, units in adjustments.by_reason(self._board).items()]

    def _footnote(self, reason: str, units: Mapping[int, int]) -> str:
        names = adjustments.names(self._board)
        listed = tuple(f"{names[unit_id]} {self.signed(delta)}" for unit_id, delta in units.items())
        number = self.number(abs(sum(units.values())))
        return self._t(say(f"notice.reason.{reason}", units=listed, number=number))

    @property
    def most(self) -> str:
        """ "Điện Sao Việt 203, BV Từ Liêm 132, …" beside a ranking by percent; "" where it would say nothing new."""
        board = self._board
        if not board.with_target or board.sorted_by == COUNT or sum(row.count > 0 for row in board.rows) < 2:
            return ""
        return ", ".join(f"{row.name} {self.number(row.count)}" for row in most(self._board.rows))

    @property
    def rising(self) -> str:
        return ", ".join(f"{row.name} {self.signed(row.change or 0)}" for row in rising(self._board.rows))

    @property
    def rising_when(self) -> str:
        """Key of the words that say since when."""
        board = self._board
        if board.since_day == board.day - timedelta(days=1):
            return "notice.rising_that_day" if is_end(board.cut_at, board.day) else "notice.rising_today"
        return "notice.rising_since"

    @property
    def reached(self) -> str:
        return self._some([row.name for row in self._board.reached])

    def _some(self, names: Sequence[str]) -> str:
        if len(names) <= _NAMES_SHOWN:
            return ", ".join(names)
        rest = len(names) - _NAMES_SHOWN
        return self._t(say("notice.and_others", names=tuple(names[:_NAMES_SHOWN]), n=rest, number=self.number(rest)))


def arrow(places: int | None) -> str:
    """ "▲2", "▼1": places gained or lost; "" where none."""
    if not places:
        return ""
    return f"▲{places}" if places > 0 else f"▼{-places}"
