"""The picture of a week: seven days beside those of the week before, an SVG document 1080 pixels wide.

The drawing stands in `locales/templates/week.svg.j2`, the words in the catalogues.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from handlers import glyphs, picture
from handlers.board import FILED, Board
from handlers.figures import groups
from handlers.moments import short_day
from handlers.notice import goal_lines
from handlers.picture import LARGE, NOTE, PLAIN, Written, sentences, stacked, titled
from handlers.picture_rows import MARGIN, RIGHT, WIDTH
from handlers.talk import Say, say
from handlers.texts import Texts
from handlers.told import footing
from handlers.weekly import Week, WeekPhrases

NAME = "ket-qua-tuan.png"  # of the file
TALL = 420  # of the highest bar
SLOT = (RIGHT - MARGIN) / 7  # a day's room
BAR, BAR_BEFORE, BETWEEN = 58, 44, 8  # widths
VALUE, VALUE_BEFORE = 34, 28  # sizes of the numbers
LIFT = 38  # by so much a number is raised over its neighbour
UNKNOWN = "–"  # in place of a number
SMALLEST = 22  # number, or a phone does not show it
_ROOM = RIGHT - MARGIN
_PAD, _TITLE_LINE, _LINE = 34, 62, 46
_LEGEND, _VALUES, _DAYS = 70, 90, 110  # heights: the legend, the numbers above the bars, the words below


@dataclass(frozen=True, slots=True)
class Column:
    """A bar with its number above it. An empty bar still has its number."""

    x: float
    width: float
    height: float
    number: str
    size: float
    lift: float = 0  # how much higher than usual its number stands


@dataclass(frozen=True, slots=True)
class DayShown:
    """A day's place on the axis: its names, its bar and that of the week before."""

    middle: float
    name: str
    on: str
    now: Column
    before: Column | None


def is_worth_drawing(week: Week) -> bool:
    """Two weeks without a filing need no chart."""
    return any((*week.days, *week.before))


def svg(texts: Texts, language: str, board: Board, week: Week) -> str:
    """The week's picture; it names no unit but the board's own. The same week gives the same document."""
    sheet = _Sheet(texts, language, board, week)
    title_size, title = titled(glyphs.drawable(board.unit), glyphs.drawable(board.short))
    at: float = _PAD + _TITLE_LINE * len(title)
    subtitles = stacked(sheet.subtitles(), at, _LINE)
    sum_at = at + _LINE * len(subtitles) + 116
    axis = sum_at + 40 + _LEGEND + _VALUES + TALL
    goals_size, goals = sentences(sheet.goals())
    goals_at = axis + _DAYS + 20
    foot = goals_at + _LINE * len(goals) + 50
    return picture.TEMPLATES.get_template("week.svg.j2").render(
        width=WIDTH,
        height=round(foot + _PAD),
        left=MARGIN,
        right=RIGHT,
        title=stacked(title, _PAD, _TITLE_LINE),
        title_size=title_size,
        subtitles=subtitles,
        sum_at=sum_at,
        head_end=sum_at + 36,
        sum=sheet.sum(),
        legend_at=sum_at + 40 + _LEGEND - 20,
        legend=sheet.legend(),
        axis=axis,
        days=sheet.days(),
        goals=stacked(goals, goals_at, _LINE),
        goals_size=goals_size,
        foot=Written(foot, sheet.render(footing(board))),
    )


@dataclass(frozen=True, slots=True)
class Sum:
    """What the week brought, large, with two lines beside it."""

    total: str
    size: int
    beside: float
    filings: str
    compared: str


class _Sheet:
    """The words and bars of one picture."""

    def __init__(self, texts: Texts, language: str, board: Board, week: Week) -> None:
        self._texts, self._language, self._board, self._week = texts, language, board, week
        self._words = WeekPhrases(texts, language, board, week)

    def render(self, words: Say) -> str:
        return glyphs.cut(glyphs.drawable(self._texts.render(self._language, words)), _ROOM, NOTE)

    def subtitles(self) -> Iterator[str]:
        """Which week, and of which campaign where there are several."""
        lines = [say("weekly.title", span=self._words.span)]
        lines += [say("notice.campaign", name=self._board.campaign)] if self._board.named else []
        for words in lines:
            text = glyphs.drawable(self._texts.render(self._language, words))
            yield glyphs.cut(text, _ROOM, PLAIN)

    def sum(self) -> Sum:
        total = groups(self._week.total, self._language)
        beside = MARGIN + glyphs.width(total, LARGE, bold=True) + 24
        filings = self.render(say("weekly.picture_filed", n=self._week.total))
        compared = self._compared()
        return Sum(total, LARGE, round(beside, 1), filings, glyphs.cut(compared, RIGHT - beside, NOTE + 2))

    def _compared(self) -> str:
        more = self._week.more
        if more is None:
            return ""
        key = "weekly.picture_same" if not more else "weekly.picture_more" if more > 0 else "weekly.picture_fewer"
        return self.render(say(key, difference=groups(abs(more), self._language)))

    def legend(self) -> list[tuple[float, str]]:
        """The words for the darker and the lighter bars, each with its place; none where no week is compared."""
        if not self._week.before:
            return []
        now, before = (self._span(self._week.first - timedelta(days=back)) for back in (0, 7))
        return [(MARGIN, now), (round(MARGIN + glyphs.width(now, PLAIN - 4) + 80, 1), before)]

    def _span(self, monday: date) -> str:
        first, last = (short_day(day, self._language) for day in (monday, monday + timedelta(days=6)))
        return self.render(say("weekly.picture_week", first=first, last=last))

    def goals(self) -> list[str]:
        """The total stands here only where it is of what the bars count; each target names what it is met by."""
        lines = goal_lines(self._texts, self._language, self._board)
        if self._board.counter == FILED:
            total = say("notice.total", total=groups(self._board.total, self._language))
            lines = [self._texts.render(self._language, total), *lines]
        source = self._board.source
        if self._week.unknown and source is not None:
            lines.append(self._texts.render(self._language, say("weekly.picture_unknown", source=source.called)))
        return [glyphs.drawable(line) for line in lines]

    def days(self) -> list[DayShown]:
        """Monday to Sunday; all bars have one scale, so that they compare."""
        week = self._week
        most = max(filter(None, (*week.days, *week.before)), default=1)
        return [self._day(at, TALL / most) for at in range(7)]

    def _day(self, at: int, scale: float) -> DayShown:
        middle, week = MARGIN + SLOT * (at + 0.5), self._week
        left = middle - (BAR + BETWEEN + BAR_BEFORE) / 2 if week.before else middle - BAR / 2
        this = self._column(left + (BAR_BEFORE + BETWEEN if week.before else 0), BAR, week.days[at], scale, VALUE)
        earlier = self._column(left, BAR_BEFORE, week.before[at], scale, VALUE_BEFORE) if week.before else None
        if earlier is not None:
            this, earlier = _apart(this, earlier)
        day = self._week.first + timedelta(days=at)
        name = self.render(say(f"weekly.day.{at}"))
        return DayShown(round(middle, 1), name, short_day(day, self._language), this, earlier)

    def _column(self, x: float, width: float, count: int | None, scale: float, size: float) -> Column:
        number = UNKNOWN if count is None else groups(count, self._language)
        wide = glyphs.width(number, size, bold=True)
        fitting = max(min(size, size * (width + 2 * BETWEEN) // wide), SMALLEST)  # it must not touch a higher neighbour
        return Column(round(x, 1), width, round((count or 0) * scale, 1), number, fitting)


def _apart(now: Column, before: Column) -> tuple[Column, Column]:
    """Where the two numbers would run into each other, that of the higher bar is lifted above the other."""
    gap = now.x + now.width / 2 - (before.x + before.width / 2)
    wide = glyphs.width(now.number, now.size, bold=True) + glyphs.width(before.number, before.size)
    if abs(now.height - before.height) >= now.size or wide / 2 + 6 <= gap:
        return now, before
    if now.height >= before.height:
        return replace(now, lift=LIFT), before
    return now, replace(before, lift=LIFT)
