"""From a board to the picture that is forwarded: an SVG document 1080 pixels wide, for small phones.

What is shown is decided here and in `picture_rows`; the drawing stands in `locales/templates/board.svg.j2`, the words
in the catalogues.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handlers import drive_words, glyphs
from handlers.board import Board
from handlers.counting import counter_name
from handlers.figures import groups, percent_text, signed
from handlers.moments import clock, day_text
from handlers.notice import FULL, SHORT, goal_lines
from handlers.picture_rows import FULLEST, HEADING, MARGIN, NAMES_AT, RIGHT, WIDTH, Bar, bar, chosen, table
from handlers.talk import Say, say
from handlers.texts import LOCALES, Texts
from handlers.told import PAGE, footing, told

NAME = "ket-qua.png"  # of the file
TALLEST = 2550  # chats make a photo smaller whose longer side has more than 2560
TITLE, LARGE, PLAIN, NOTE = 52, 96, 34, 28  # sizes of letters
TITLE_SMALL = 46  # a title is set smaller before it is broken in two
_ROOM = RIGHT - MARGIN
_TITLE_LINE, _LINE, _NOTE_LINE = 62, 46, 40
_TOTAL, _BAR, _LEGEND, _PAD = 142, 44, 68, 34  # heights
_LEGEND_ROOM, _GAP = 250, 30
_REF, _PREVIEW = "picture", "preview"

TEMPLATES = Environment(
    loader=FileSystemLoader(LOCALES / "templates"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=True,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A line of words on its base line `y`."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Sum:
    """The total with its change, and how far it is towards the first target."""

    y: float
    total: str
    size: int  # of its digits
    beside: float  # where the words beside the total begin
    filings: str
    since: str = ""
    raised: bool = False  # the word beside the total leaves the base line to others
    percent: str = ""
    of: str = ""
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """Everything above the rows."""

    title: list[Written]
    title_size: int
    subtitles: list[Written]
    sum: Sum
    goals: list[Written]
    goals_size: int
    bottom: float


def is_worth_drawing(board: Board) -> bool:
    """A picture without a single bar says nothing that the text does not."""
    return any(row.count > 0 for row in board.rows)


def ref(notice_id: int, kind: str, language: str) -> str:
    """How the outbox names the picture of a frozen notice until it is drawn: `picture:12:officers:vi`."""
    return f"{_REF}:{notice_id}:{kind}:{language}"


def preview_ref(preview_id: int, kind: str, language: str) -> str:
    """The same of a preview, which may be made anew until the notice is posted."""
    return f"{_PREVIEW}:{preview_id}:{kind}:{language}"


def of_preview(text: str) -> bool:
    return text.startswith(f"{_PREVIEW}:")


def read_ref(text: str) -> tuple[int, str, str] | None:
    """Notice or preview, kind of group, language; None for the name of any other file."""
    begin, *rest = text.split(":")
    if begin not in (_REF, _PREVIEW) or len(rest) != 3 or not rest[0].isdecimal():
        return None
    return int(rest[0]), rest[1], rest[2]


def svg(texts: Texts, language: str, board: Board, kind: str = FULL, *, own: int | None = None) -> str:
    """The board's picture for a group of this kind (officers | members). `own`: a unit whose row is always shown.

    The same board gives the same document. Members see the upper part and their own unit: other laggards and units
    without a filing are not named to them (domain.md §8), and movement they see once a week, not every day.
    """
    board = board.without_movement() if kind == SHORT else board
    sheet = _Sheet(texts, language, board)
    head = sheet.head()
    top = head.bottom + _LEGEND
    shown = chosen(board.rows, kind, own, TALLEST - top - _PAD - 3 * _NOTE_LINE)
    feet = sheet.feet(others=kind != SHORT, adjusted=any(row.corrected for row in shown.rows))
    end = _PAD + _NOTE_LINE * len(feet)
    rows = table(board, shown, sheet.render, language, top=top, room=TALLEST - top - end, own=own)
    return TEMPLATES.get_template("board.svg.j2").render(
        width=WIDTH,
        height=round(rows.bottom + end),
        left=MARGIN,
        right=RIGHT,
        names_at=NAMES_AT,
        head=head,
        legend=sheet.legend(any_reached=any(line.bar and line.bar.reached for line in rows.lines)),
        legend_at=top - 24,
        table=rows,
        feet=stacked(feet, rows.bottom + 6, _NOTE_LINE),
    )


class _Sheet:
    """The words of one picture."""

    def __init__(self, texts: Texts, language: str, board: Board) -> None:
        self._texts, self._language, self._board = texts, language, board

    def render(self, words: Say) -> str:
        return glyphs.drawable(self._texts.render(self._language, words))

    def head(self) -> Head:
        title_size, title = titled(glyphs.drawable(self._board.unit), glyphs.drawable(self._board.short))
        subtitles = [glyphs.cut(self.render(words), _ROOM, PLAIN) for words in self._subtitles()]
        goals_size, goals = sentences(self._goals())
        at = _PAD + _TITLE_LINE * len(title)
        sum_at = at + _LINE * len(subtitles)
        figures = self._sum(sum_at + 116)
        goals_at = sum_at + _TOTAL + (_BAR if figures.bar else 0)
        bottom = goals_at + _LINE * len(goals) + 30
        return Head(
            title=stacked(title, _PAD, _TITLE_LINE),
            title_size=title_size,
            subtitles=stacked(subtitles, at, _LINE),
            sum=figures,
            goals=stacked(goals, goals_at, _LINE),
            goals_size=goals_size,
            bottom=bottom,
        )

    def _subtitles(self) -> Iterator[Say]:
        board = self._board
        when = {
            "weekday": say(f"notice.weekday.{board.day.weekday()}"),
            "day": day_text(board.day, self._language),
        }
        if board.source is None:
            yield say("picture.heading", time=clock(board.cut_at, board.day, self._language), **when)
        else:  # its moment may be of another day: that takes a line
            yield say("notice.title", **when)
            yield told(PAGE, board, self._language)
        if board.named:
            yield say("notice.campaign", name=board.campaign)
        if board.drive is not None and board.drive.since_start:
            yield drive_words.gained(board.drive, self._language)

    def _sum(self, y: float) -> Sum:
        board = self._board
        total = groups(board.total, self._language)
        size = LARGE if len(total) <= len("999.999") else LARGE * 3 // 4
        filings = self.render(counter_name(board.counter, board.total))
        beside = MARGIN + glyphs.width(total, size, bold=True) + 24
        found = self._beside(Sum(y, total, size, round(beside, 1), filings), RIGHT - beside)
        for goal in board.goals:
            if (reached := goal.progress) is not None:
                scale = min(max(1.0, goal.count / goal.number), FULLEST)
                number = groups(goal.number, self._language)
                key = "picture.goal_of" if goal.phase else "picture.goal"
                of = glyphs.cut(self.render(say(key, phase=goal.phase, number=number)), _ROOM / 2, PLAIN)
                return replace(
                    self._beside(found, RIGHT - beside - glyphs.width(of, PLAIN) - _GAP),
                    percent=percent_text(reached.percent, self._language),
                    of=of,
                    bar=bar(goal.count, goal.number, _ROOM, scale),
                )
        return found

    def _beside(self, found: Sum, room: float) -> Sum:
        """The words beside the total, which share their line with those about the target."""
        since = self._since(room)
        return replace(found, since=since, raised=bool(since) or glyphs.width(found.filings, PLAIN + 2) > room)

    def _since(self, room: float) -> str:
        """ "+38 từ bản tin 19/11"; the bare change where there is little room, "" for none or no notice before."""
        board = self._board
        if board.change is None or board.since_day is None:
            return ""
        change = signed(board.change, self._language)
        if board.since_at is not None and board.since_day == board.day:
            last = clock(board.since_at, board.since_day, self._language)
        else:
            last = format_date(board.since_day, "d MMM" if self._language == "en" else "d/M", locale=self._language)
        words = self.render(say("picture.since", change=change, last=last))
        if board.drive is not None and board.drive.since_start:
            words = self.render(say("picture.since_drive", change=change))
        return next((text for text in (words, change) if glyphs.width(text, NOTE + 2) <= room), "")

    def _goals(self) -> list[str]:
        return [glyphs.drawable(line) for line in goal_lines(self._texts, self._language, self._board)]

    def legend(self, *, any_reached: bool) -> list[tuple[float, str]]:
        """What the target line and the darker bars mean, each with its place; nothing where there are no targets."""
        if not self._board.with_target:
            return []
        phase = f" {self._board.phase}" if self._board.by_phase else ""
        line = glyphs.cut(self.render(say("picture.target_line", phase=phase)), _LEGEND_ROOM, HEADING)
        reached = glyphs.cut(self.render(say("picture.reached")), _LEGEND_ROOM, HEADING)
        places = [(MARGIN, line), (round(MARGIN + glyphs.width(line, HEADING) + 52, 1), reached)]
        return places if any_reached else places[:1]

    def feet(self, *, others: bool, adjusted: bool) -> list[str]:
        wanted = []
        if others and self._board.others:
            wanted.append(say("notice.others", number=groups(self._board.others, self._language)))
        if adjusted:
            wanted.append(say("picture.adjusted"))
        if self._board.drive is not None and self._board.drive.since_start:
            wanted.append(say("picture.of_drive"))
        wanted.append(footing(self._board))
        return [glyphs.cut(self.render(words), _ROOM, NOTE) for words in wanted]


def titled(text: str, short: str) -> tuple[int, list[str]]:
    """Its size and lines: one if smaller letters make it fit, else two; the short name where that is not enough."""
    wide = glyphs.width(text, TITLE, bold=True)
    for size in range(TITLE, TITLE_SMALL - 1, -1):
        if glyphs.width(text, size, bold=True) <= _ROOM:
            return size, [text]
    halves = glyphs.lines(text, min(wide * 0.58, _ROOM), TITLE, 2, bold=True)
    for out in (halves, glyphs.lines(text, _ROOM, TITLE, 2, bold=True)):
        if " ".join(out) == text:
            return TITLE, out
    return TITLE, glyphs.lines(short or text, _ROOM, TITLE, 2, bold=True)


def sentences(texts: Sequence[str]) -> tuple[int, list[str]]:
    """Their size and lines: one for each text, or for each sentence, as large as fits; else broken between words."""
    for size in (PLAIN - 2, PLAIN - 4, NOTE):
        out = [line for text in texts for line in _parted(text, size)]
        if all(glyphs.width(line, size) <= _ROOM for line in out):
            return size, out
    return NOTE, [line for sentence in out for line in glyphs.lines(sentence, _ROOM, NOTE, 2)]


def _parted(text: str, size: float) -> list[str]:
    return [text] if glyphs.width(text, size) <= _ROOM else text.replace(". ", ".\n").split("\n")


def stacked(texts: Iterable[str], top: float, height: float) -> list[Written]:
    """Lines of this height below each other, the first one's below `top`."""
    return [Written(round(top + height * at, 1), text) for at, text in enumerate(texts, 1)]
