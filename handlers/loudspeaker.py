"""A board as a loudspeaker script (PHATTHANH, domain.md §8): to be read aloud in under a minute.

In Vietnamese everything is written as it is said: no digits, no symbols, short forms in full. It encourages: only the
units in front are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from handlers import spoken
from handlers.board import Board, Goal, Row, most
from handlers.counting import counted
from handlers.facts import House
from handlers.figures import groups, percent_text
from handlers.moments import clock, day_text
from handlers.talk import say
from handlers.texts import Texts

MOST_WORDS = 150  # under a minute, at 2.5–3 words (Vietnamese syllables) a second
_LENGTHS = (  # units named, targets told, whether the busiest unit is; the fullest first
    *((3, 2, True), (3, 1, True), (3, 1, False), (2, 1, False), (1, 1, False), (0, 1, False), (0, 0, False)),
)


def script(texts: Texts, language: str, board: Board, house: House) -> str:
    """The words to read, with as many units and targets as fit into a minute."""
    voice = _Voice(texts, language, board)
    shared = {"board": board, "house": house, "v": voice}
    for units, goals, busiest in _LENGTHS:
        text = texts.template(language, "loudspeaker", units=units, goals=goals, busiest=busiest, **shared)
        if len(text.split()) <= MOST_WORDS:
            break
    return text


class _Voice:
    """What the template asks for, as it is said in one language."""

    def __init__(self, texts: Texts, language: str, board: Board) -> None:
        self._texts, self._language, self._board = texts, language, board
        self._aloud = language == "vi"

    def _t(self, key: str, **values: object) -> str:
        return self._texts.render(self._language, say(key, **values))

    def counted(self, key: str, **values: object) -> str:
        """The words of `key`, about the counter that ranks."""
        return self._texts.render(self._language, counted(key, self._board.counter, **values))

    def number(self, value: int) -> str:
        return spoken.integer(value) if self._aloud else groups(value, self._language)

    def percent(self, value: Decimal) -> str:
        if self._aloud:
            return spoken.percent(value)
        return self._t("loud.percent", number=percent_text(value, self._language).rstrip("%").removesuffix(".0"))

    def name(self, text: str) -> str:
        return spoken.name(text) if self._aloud else text

    @property
    def weekday(self) -> str:
        return self._t(f"notice.weekday.{self._board.day.weekday()}")

    @property
    def day(self) -> str:
        day = self._board.day
        return spoken.day(day) if self._aloud else day_text(day, self._language)

    @property
    def time(self) -> str:
        at, day = self._board.cut_at, self._board.day
        return spoken.clock(at, day) if self._aloud else clock(at, day, self._language)

    @property
    def opening(self) -> str:
        """The total, and until when; by the portal's numbers as of when the portal showed them."""
        board = self._board
        source = board.source
        if source is None:
            key = "loud.total" if board.total > 0 else "loud.none"
            return self.counted(key, time=self.time, total=self.number(board.total), change=self.change)
        if source.as_of is None or source.day is None:
            return self._t("source.waiting_first", source=source.called)
        time = (
            spoken.clock(source.as_of, source.day) if self._aloud else clock(source.as_of, source.day, self._language)
        )
        day = spoken.day(source.day) if self._aloud else day_text(source.day, self._language)
        when = time if source.is_of(board.day) else self._t("loud.moment_of", time=time, day=day)
        told = {"source": source.called, "when": when, "total": self.number(board.total), "change": self.change}
        return self._t("loud.total_portal", **told)

    @property
    def change(self) -> str:
        """ ", tăng ba mươi tám lượt so với bản tin hôm qua"; "" where there is nothing to tell."""
        board = self._board
        if not board.change or board.since_day is None:
            return ""
        key = "loud.up" if board.change > 0 else "loud.down"
        return self.counted(key, number=self.number(abs(board.change)), last=self._last())

    def _last(self) -> str:
        day, since = self._board.day, self._board.since_day
        if since is None or since == day:
            return self._t("loud.last")
        if since == day - timedelta(days=1):
            return self._t("loud.last_yesterday")
        said = spoken.day(since) if self._aloud else day_text(since, self._language)
        return self._t("loud.last_on", day=said)

    def goals(self, most_told: int) -> list[str]:
        """A sentence for each of the first targets; none before the portal's first figures."""
        if self._board.source is not None and self._board.source.as_of is None:
            return []
        return [self._goal(goal) for goal in self._board.goals if goal.progress is not None][:most_told]

    def _goal(self, goal: Goal) -> str:
        reached = goal.progress
        if reached is None:
            raise ValueError("a goal needs a target")
        told = {"percent": self.percent(reached.percent), "target": self._target(goal)}
        if reached.over:
            return self.counted("loud.goal_over", over=self.number(reached.over), **told)
        if reached.reached:
            return self._t("loud.goal_reached", **told)
        return self.counted("loud.goal", left=self.number(reached.left), **told)

    def _target(self, goal: Goal) -> str:
        """The number, and what it is for where there are several kinds."""
        number = self.number(goal.number)
        if goal.phase:
            return self._t("loud.phase_of", target=number, phase=self.name(goal.phase))
        several = any(other.phase for other in self._board.goals)
        return self._t("loud.whole_of", target=number) if several else number

    def leaders(self, most_named: int) -> str:
        """The units in front: by their share of the target, where no unit has one by count."""
        if not most_named:
            return ""
        board = self._board
        rows = [row for row in board.rows if row.rank is not None and row.count > 0][:most_named]
        if not rows:
            return ""
        names = self._listed(rows)
        if board.with_target:
            return self._t("loud.leaders_percent", names=names)
        return self.counted("loud.leaders_count", names=names)

    @property
    def busiest(self) -> str:
        """The unit with most filings, beside a ranking by share."""
        rows = most(self._board.rows, 1)[:1] if self._board.with_target else ()
        if not rows:
            return ""
        return self.counted("loud.busiest", name=self.name(rows[0].name), number=self.number(rows[0].count))

    def _listed(self, rows: Sequence[Row]) -> str:
        names = [self.name(row.name) for row in rows]
        if len(names) == 1:
            return names[0]
        return self._t("loud.and", first=", ".join(names[:-1]), last=names[-1])
