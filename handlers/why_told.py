"""A number of a notice told whole: its sum, then what stands around it. Pure; conversation.md §5c has the wording."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from handlers import why_kinds
from handlers.board import Goal, Row
from handlers.counting import counter_name
from handlers.figures import groups
from handlers.moments import clock, day_text
from handlers.talk import Say, Words, say
from handlers.why_facts import Compared, Figures, SetTarget
from handlers.why_numbers import Number

_SET = "why.set"


def label(figures: Figures, number: Number, language: str) -> Words:
    """ "May Sao Mai: đạt 78,7%", to choose one of several places."""
    counts = number.kind == "count"
    what = counter_name(figures.board.counter) if counts else say(f"why.what.{number.kind.partition('_')[0]}")
    return say("why.place", name=number.name, what=what, number=number.shown(language))


def elsewhere(figures: Figures, number: Number, language: str) -> Words:
    """ "Bản tin tuần 16/11–22/11: May Sao Mai 118", to choose another notice in which it stands."""
    values = {"notice": why_kinds.notice(figures, language), "name": number.name}
    return say("why.elsewhere", number=number.shown(language), **values)


def tell(figures: Figures, number: Number, language: str) -> tuple[Words, ...]:
    """Lines; none stands twice."""
    told = _Told(figures, language)
    around = list(told.around(number))
    # a target whose history is known is told by that alone
    known = number.kind == "target" and any(isinstance(line, Say) and line.key == _SET for line in around)
    lines: list[Words] = []
    for line in around if known else [number.how, *around]:
        lines += [line] if line not in lines else []
    return tuple(lines)


class _Told:
    def __init__(self, figures: Figures, language: str) -> None:
        self._figures, self._board, self._language = figures, figures.board, language
        self._teller = why_kinds.teller(figures, language)

    def _n(self, value: int) -> str:
        return groups(value, self._language)

    def around(self, number: Number) -> Iterator[Words]:
        board = self._board
        goal = next((goal for at, goal in enumerate(board.goals) if number.subject == f"goal{at}"), None)
        row = next((row for row in board.rows if number.subject == f"row{row.unit_id}"), None)
        if goal is not None:
            yield from self._targets(board.unit_id, goal.number, goal.phase)
            yield from self._given_down(goal)
        if row is not None:
            yield from self._about(row)
        else:
            yield self._teller.sum(board.total, board.new, board.corrected)
        yield self._source()
        yield from self._other_source(row)

    def _about(self, row: Row) -> Iterator[Words]:
        yield self._teller.sum(row.count, row.new, row.corrected)
        yield from self._teller.notes(row.unit_id)
        reached = row.progress
        if reached is not None and row.target:
            yield self._teller.division(row.toward, row.target, reached.percent)
            yield from self._targets(row.unit_id, row.target, self._board.phase if self._board.by_phase else "")

    # ------------------------------------------------ targets

    def _targets(self, unit_id: int, number: int, phase: str) -> Iterator[Words]:
        """Who set it and from when it holds, and what it was before."""
        kept = [one for one in self._figures.targets if (one.unit_id, one.phase) == (unit_id, phase)]
        found = next((one for one in reversed(kept) if one.number == number), None)
        if found is None:
            return
        values = {"number": self._n(number), "by": found.set_by, "span": self._teller.span(phase)}
        yield say(_SET, when=self._when(found), **values)
        before = _before(kept, found)
        if before is not None:
            shown = day_text(before.valid_from, self._language)
            yield say("why.set_before", number=self._n(before.number), since=shown)

    def _when(self, found: SetTarget) -> Say:
        """ "nhập 5/7/2026"; the day from which it holds, where that is another one or all that is known."""
        since = day_text(found.valid_from, self._language)
        if found.entered is None:
            return say("why.set_since", since=since)
        entered = day_text(found.entered, self._language)
        if found.entered == found.valid_from:
            return say("why.set_entered", entered=entered)
        return say("why.set_both", since=since, entered=entered)

    def _given_down(self, goal: Goal) -> Iterator[Words]:
        """What the child units were given together; it need not be the unit's own (domain.md §6)."""
        given = [row.phase if goal.phase else row.whole for row in self._board.rows]
        numbers = [number for number in given if number]
        if numbers:
            yield say("why.given_down", units=self._n(len(numbers)), n=len(numbers), number=self._n(sum(numbers)))

    # ------------------------------------------------ sources

    def _source(self) -> Words:
        """Who counted it until when; or who brought the portal's figures, and how many lines they were."""
        board, source, brought = self._board, self._board.source, self._figures.brought
        if source is None:
            time, day = clock(board.cut_at, board.day, self._language), day_text(board.day, self._language)
            return say("why.source_bot", unit=counter_name(board.counter), time=time, day=day)
        if source.as_of is None or brought is None:
            return say("why.source_none", source=source.name)
        by = brought.by or say("why.officer")
        told = {"by": by, "way": say(f"why.way.{brought.way}"), "lines": self._n(brought.lines), "n": brought.lines}
        return say("why.source_portal", source=source.name, time=self._moment(brought.at), **told)

    def _moment(self, at: datetime) -> str:
        """ "16h34", with its day where that is another one than the notice's."""
        time = clock(at, at.date(), self._language)
        return time if at.date() == self._board.day else f"{time} {day_text(at.date(), self._language)}"

    def _other_source(self, row: Row | None) -> Iterator[Words]:
        """The figure of the source that is not printed beside it, where an officer has brought any of the portal."""
        compared = self._figures.compared
        if row is not None:
            compared = tuple(one for one in compared if one.unit == row.name)
        known = [one for one in compared if one.portal is not None]
        if known and self._board.source is not None:
            told = {"bot": self._n(sum(one.bot for one in known)), "gap": self._gap(known)}
            some = any(one.bot for one in compared if one.portal is None)  # what has no number beside it is no gap
            yield say("why.bot_some" if some else "why.bot", n=len(known), units=self._n(len(known)), **told)
        elif known:
            yield say("why.portal", portal=self._n(sum(one.portal or 0 for one in known)), gap=self._gap(known))

    def _gap(self, known: list[Compared]) -> Words:
        units = sum(one.gap != 0 for one in known)
        if not units:
            return say("why.no_gap")
        gap = abs(sum(one.gap for one in known))
        return say("why.gap", gap=self._n(gap), n=units, units=self._n(units))


def _before(kept: list[SetTarget], found: SetTarget) -> SetTarget | None:
    """The one it replaced: the newest of before, by the same hand."""
    older = [one for one in kept if one.valid_from < found.valid_from and one.set_by == found.set_by]
    return max(older, key=lambda one: one.valid_from, default=None)
