"""The units of a board in the words of a notice: a line each, what no line shows, what is told below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers import adjustments
from handlers.board import Board, Ended, Row, most, rising
from handlers.counting import counted
from handlers.figures import groups, percent_text, signed
from handlers.moments import is_end
from handlers.ranks import COUNT
from handlers.talk import Say, say
from handlers.texts import Texts

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


class UnitPhrases:
    """What the templates ask for about units, in the words of one language."""

    def __init__(self, texts: Texts, language: str, board: Board) -> None:
        self._texts, self._language, self._board = texts, language, board
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
    def nothing(self) -> bool:
        """Was nothing ever brought in from the portal?"""
        return self._board.source is not None and self._board.source.as_of is None

    # ------------------------------------------------ lines

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
