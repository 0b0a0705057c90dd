"""What the templates of notices ask for, in the words of one language (conversation.md §5a, b)."""

from __future__ import annotations

from datetime import date, timedelta

from handlers import counters
from handlers import source as sources
from handlers.aims import Aims
from handlers.board import FILED, Board
from handlers.looking_back import average_line, quiet_span
from handlers.moments import clock, day_text, is_end
from handlers.pace import DayCount
from handlers.taking_part import participation_lines
from handlers.talk import Say, say
from handlers.texts import Texts
from handlers.told import NOTICE, SHORT_NOTICE, Telling, told
from handlers.unit_phrases import UnitPhrases


class Phrases(UnitPhrases):
    """What the templates ask for; about units see `unit_phrases`."""

    def __init__(self, texts: Texts, language: str, board: Board) -> None:
        super().__init__(texts, language, board)
        self.aims = Aims(texts, language, board)

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
