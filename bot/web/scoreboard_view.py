"""From what the public board knows to what its page shows: every figure already in words of one language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from bot.web.scoreboard_lines import Column, GoalLine, Line
from bot.web.scoreboard_visit import BY_COUNT, BY_PERCENT, Visit
from handlers import scoreboard as figures
from handlers.aims import Aims
from handlers.board import Board, Row
from handlers.counting import counted, counter_heading, counter_name
from handlers.figures import groups, percent_text, signed
from handlers.looking_ahead import ahead_lines
from handlers.moments import day_text
from handlers.notice import elsewhere_lines, goal_lines
from handlers.scoreboard import Place, PublicBoard
from handlers.taking_part import participation_lines
from handlers.talk import Say
from handlers.texts import Texts
from handlers.told import LAST_PAGE, PAGE, told


class View:
    """A unit's page as the template reads it."""

    def __init__(self, texts: Texts, visit: Visit, board: PublicBoard) -> None:
        self._texts, self.visit, self.shown = texts, visit, board
        self.board = board.board
        self._language = visit.language

    def t(self, key: str, **values: object) -> str:
        return self._texts.render(self._language, Say(key, values))

    def counted(self, key: str, **values: object) -> str:
        """The words of `key`, about the counter that ranks."""
        return self._texts.render(self._language, counted(key, self.board.counter, **values))

    @property
    def counter(self) -> str:
        """ "lượt nộp", beside the total."""
        return self._texts.render(self._language, counter_name(self.board.counter, self.board.total))

    @property
    def counter_short(self) -> str:
        return self._texts.render(self._language, counter_heading(self.board.counter))

    def number(self, value: int) -> str:
        return groups(value, self._language)

    # ------------------------------------------------ where and when

    @property
    def title(self) -> str:
        return f"{self.shown.unit.name} – {self.shown.programme.name}"

    def href(self, place: Place | None = None, order: str = "", language: str = "") -> str:
        """The page of a unit; without one this very page, in another order or language."""
        place = place or self.shown.unit
        top = place.code == self.shown.programme.unit_code
        keep = order or (self.visit.order if self.visit.order == self.order else "")
        return self.visit.link(self.shown.programme.code, "" if top else place.code, keep, language)

    @property
    def as_of(self) -> str:
        board = self.board
        way = LAST_PAGE if self.shown.closed else PAGE
        words = told(way, board, self._language)
        return self.t(words.key, **words.values)

    @property
    def period(self) -> str:
        programme = self.shown.programme
        first, last = (day_text(day, self._language) for day in (programme.opens, programme.closes))
        key = "board_page.period" if self.shown.begun else "board_page.period_ahead"
        return self.t(key, first=first, last=last)

    @property
    def ended(self) -> str:
        """Why the unit of the page is no more; "" for one that is."""
        return (
            self.t("board_page.unit_ended", day=day_text(self.shown.ended, self._language)) if self.shown.ended else ""
        )

    @property
    def position(self) -> str:
        """ "Thứ 7 trong 15 đơn vị của LĐLĐ TP Hà Nội"; "" for one without a rank."""
        found = self.shown.standing
        if found is None or found.rank is None or found.of < 2:
            return ""
        above = self.shown.path[-1].short
        return self.t("board_page.position", rank=self.number(found.rank), of=self.number(found.of), above=above)

    @property
    def picture(self) -> str:
        """Where the picture for a preview is: of the unit's board, else of the one it stands on; "" where none is."""
        if any(row.count > 0 for row in self.board.rows):
            place = self.shown.unit
        elif self.shown.path and self.shown.standing and self.shown.standing.rank:
            place = self.shown.path[-1]
        else:
            return ""
        path, _, query = self.visit.link(self.shown.programme.code, place.code).partition("?")
        return f"{path}.png?{query}" if query else f"{path}.png"

    # ------------------------------------------------ the total

    @property
    def total(self) -> str:
        return self.number(self.board.total)

    @property
    def today(self) -> str:
        return "" if self.board.change is None else self._signed(self.board.change)

    def _signed(self, value: int) -> str:
        return signed(value, self._language)

    @cached_property
    def goals(self) -> list[GoalLine]:
        """Each target of the unit with the sentence of the notice."""
        aimed = [(goal, goal.progress) for goal in self.board.goals]
        reached = [(goal, progress) for goal, progress in aimed if progress is not None]
        if not reached:
            return []
        lines = goal_lines(self._texts, self._language, self._told())
        return [
            GoalLine(line, percent_text(got.percent, self._language), _length(figures.goal_width(goal)), got.reached)
            for line, (goal, got) in zip(lines, reached, strict=True)
        ]

    def _told(self) -> Board:
        """The board as it is told on this day: of a programme that is over nothing is left but what it reached."""
        return replace(self.board, day=self.shown.today) if self.shown.closed else self.board

    @property
    def summary(self) -> str:
        """One sentence for the preview of a link."""
        parts = [self.counted("board_page.summary", total=self.total), *(goal.text for goal in self.goals)]
        return " ".join((*parts, f"{self.as_of}."))

    # ------------------------------------------------ the units

    @cached_property
    def _aimed(self) -> bool:
        """Has any unit a target?"""
        return bool(self.board.with_target)

    @cached_property
    def order(self) -> str:
        """The order shown: the one asked for; by percent as in the notice where nothing was, if there are targets."""
        if not self._aimed:
            return BY_COUNT
        return self.visit.order or BY_PERCENT

    @cached_property
    def orders(self) -> list[tuple[str, str, bool]]:
        """(label, address, is shown) of each order there is to choose from."""
        if not self._aimed:
            return []
        keys = ((BY_PERCENT, "board_page.by_percent"), (BY_COUNT, "board_page.by_count"))
        return [(self.counted(key), self.href(order=order), order == self.order) for order, key in keys]

    @cached_property
    def lines(self) -> list[Line]:
        ordered = figures.by_count if self.order == BY_COUNT else figures.by_percent
        return [self._line(row) for row in ordered(self.board.rows)]

    @cached_property
    def _scale(self) -> figures.Scale:
        return figures.Scale.of(self.board.rows)

    def _line(self, row: Row) -> Line:
        progress = row.progress
        width = self._scale.by_count(row) if self.order == BY_COUNT else self._scale.by_percent(row)
        return Line(
            rank=row.rank,
            name=row.name,
            href=self._row_href(row),
            count=self.number(row.count),
            change=self._signed(row.change) if row.change else "",
            percent=self._percent(row),
            in_phase=self.number(row.toward) if row.target and row.toward != row.count else "",
            reached=progress is not None and progress.reached,
            width=None if width is None else _length(width),
        )

    def _percent(self, row: Row) -> str:
        if not self._aimed:
            return ""
        progress = row.progress
        return "–" if progress is None else percent_text(progress.percent, self._language)

    def _row_href(self, row: Row) -> str:
        return self.href(Place(self.shown.codes[row.unit_id], row.name, row.name))

    @property
    def has_changes(self) -> bool:
        return any(line.change for line in self.lines)

    @property
    def without_target(self) -> bool:
        """Does a line show "–" for its percentage?"""
        return any(line.percent == "–" for line in self.lines)

    @property
    def target_at(self) -> str | None:
        at = None if self.order == BY_COUNT else self._scale.target_at
        return None if at is None else _length(at)

    @property
    def waiting(self) -> list[tuple[str, str]]:
        """(name, address) of the units that have not filed yet."""
        return [(row.name, self._row_href(row)) for row in figures.waiting(self.board.rows)]

    @property
    def done(self) -> str:
        board = self.board
        if not self._aimed:
            return ""
        return self.t("board_page.done", done=self.number(len(board.reached)), of=self.number(len(board.with_target)))

    @property
    def elsewhere(self) -> list[str]:
        """What the total holds that no line shows."""
        return elsewhere_lines(self._texts, self._language, self.board)

    @property
    def pace(self) -> str:
        """What is needed a day for the next target, and what came lately."""
        return "" if self.shown.closed else Aims(self._texts, self._language, self.board).pace

    @property
    def taking_part(self) -> list[str]:
        """The targets on participation."""
        return [self._texts.render(self._language, line) for line in participation_lines(self._told(), self._language)]

    @property
    def ahead(self) -> list[str]:
        """Where the targets are heading at the pace of the last days."""
        lines = [] if self.shown.closed else ahead_lines(self.board, self._language)
        return [self._texts.render(self._language, line) for line in lines]

    # ------------------------------------------------ the days

    @cached_property
    def columns(self) -> list[Column]:
        return list(self._columns())

    def _columns(self) -> Iterator[Column]:
        top = figures.axis(self.shown.days)
        for at, day in enumerate(self.shown.days):
            yield Column(
                day=f"{day.day.day}/{day.day.month}" if self._language != "en" else f"{day.day:%-d %b}",
                filed=self.number(day.filed),
                adjusted=self._signed(day.adjusted) if day.adjusted else "",
                x=at * 10,
                height=_length(day.filed * 100 / top),
                unfinished=day.day == self.shown.today and day.filed > 0,
            )

    @property
    def has_days(self) -> bool:
        return any(day.filed or day.adjusted for day in self.shown.days)

    @property
    def ticks(self) -> list[str]:
        top = figures.axis(self.shown.days)
        return [self.number(top), self.number(top // 2), "0"]

    @property
    def best_day(self) -> str:
        """ "Ngày nhiều nhất: 18/11, 12 lượt"; of several equal days the newest."""
        best = max(self.columns, key=lambda column: (float(column.height), column.x))
        return self.t("board_page.best_day", day=best.day, number=best.filed)


def _length(value: float) -> str:
    """A length for SVG."""
    return f"{value:g}"
