"""The numbers of a board that notices print, each with the sum that brought it about (conversation.md §5c). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from handlers import adjustments
from handlers.board import Board, Goal, Row
from handlers.figures import days_left, groups, half_up, percent_text, progress, signed, tenths_text
from handlers.moments import clock, day_text
from handlers.talk import Say, Words, say

WHOLE, SIGNED, PERCENT, TENTHS = "whole", "signed", "percent", "tenths"
NAMES_SHOWN = 10  # names of units in a members' notice: the rest is a number
_OF_A_ROW = frozenset({"count", "change", "percent", "rank", "moved", "toward"})  # what its line prints
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Number:
    """One number as a notice prints it, and why it is that."""

    subject: str  # what it belongs to: "total", "goal0", "row12": numbers of one subject are told together
    kind: str  # count, change, percent …
    form: str  # whole | signed | percent | tenths
    value: Decimal
    name: Words  # whose it is
    how: Say
    printed: bool = True  # False: it stands behind one that is printed

    @property
    def key(self) -> str:
        """As a choice of a card carries it."""
        return f"{self.subject}-{self.kind}"

    def shown(self, language: str) -> str:
        match self.form:
            case "percent":
                return percent_text(self.value, language)
            case "tenths":
                return tenths_text(self.value, language)
            case "signed":
                return signed(int(self.value), language)
        return groups(int(self.value), language)


@dataclass(frozen=True, slots=True)
class Teller:
    """The numbers of one board in one language."""

    board: Board
    language: str = "vi"
    since: Say | None = None  # how the sums name the moment that is compared with; None: the notice before

    def numbers(self) -> Iterator[Number]:
        """Of the total, the targets and the rows, in the order a reader meets them; the rest is in `why_beside`."""
        yield from self.total()
        yield from self.goals()
        yield from self.rows()

    def goals(self, *, pace: bool = True) -> Iterator[Number]:
        """Of the unit's own targets on a count. `pace`: what is needed a day is printed, too."""
        for at, goal in enumerate(self.board.goals):
            yield from self._goal(f"goal{at}", goal)
            yield from (replace(one, printed=pace) for one in self._pace(f"goal{at}", goal))
        for last in dict.fromkeys((*(goal.ends for goal in self.board.goals), self.board.closes)):
            yield from self.days(last)

    def rows(self, *also: str) -> Iterator[Number]:
        """Of the units. `also`: kinds that this notice prints of a unit beside those of its line."""
        for row in self.board.rows:
            yield from (replace(one, printed=one.kind in (*_OF_A_ROW, *also)) for one in self._row(row))

    def n(self, value: int) -> str:
        return groups(value, self.language)

    def whole(self, subject: str, kind: str, value: int, name: Words, how: Say, form: str = WHOLE) -> Number:
        return Number(subject, kind, form, Decimal(value), name, how)

    # ------------------------------------------------ the total

    @property
    def unit_name(self) -> Words:
        return self.board.short

    @property
    def last(self) -> Say:
        """The notice before, as the sums name it."""
        board = self.board
        if self.since is not None:
            return self.since
        if board.since_day is None or board.since_day == board.day - timedelta(days=1):
            return say("why.yesterday")
        if board.since_day == board.day and board.since_at is not None:
            return say("why.earlier", time=clock(board.since_at, board.since_day, self.language))
        return say("why.on_day", day=day_text(board.since_day, self.language))

    def total(self) -> Iterator[Number]:
        board, name = self.board, self.unit_name
        yield self.whole("total", "count", board.total, name, self.sum(board.total, board.new, board.corrected))
        yield from self._changes("total", name, board.new, board.corrected, board.filed, board.adjusted)

    def sum(self, total: int, new: int | None, corrected: int | None) -> Say:
        """ "1.015 = hôm qua 977 + 40 mới − 2 điều chỉnh." """
        if new is None:
            return say("why.first", total=self.n(total))
        before = total - new - (corrected or 0)
        return say(
            "why.sum",
            total=self.n(total),
            last=self.last,
            before=self.n(before),
            new=self.n(new),
            corrected=self._corrected(corrected),
        )

    def _corrected(self, corrected: int | None) -> Words:
        if not corrected:
            return ""
        key = "why.plus_corrected" if corrected > 0 else "why.minus_corrected"
        return say(key, number=self.n(abs(corrected)))

    def _changes(
        self, subject: str, name: Words, new: int | None, corrected: int | None, filed: int, adjusted: int
    ) -> Iterator[Number]:
        if new is None:
            return
        change = new + (corrected or 0)
        parts = {"new": self.n(new), "corrected": self._corrected(corrected)}
        how = say("why.change", change=signed(change, self.language), last=self.last, **parts)
        yield self.whole(subject, "change", change, name, how, SIGNED)
        how = say("why.new", number=self.n(new), filed=self.n(filed), before=self.n(filed - new), last=self.last)
        yield replace(self.whole(subject, "new", new, name, how), printed=bool(corrected))  # else it is the change
        if corrected:
            told = {"number": signed(corrected, self.language), "adjusted": signed(adjusted, self.language)}
            before = signed(adjusted - corrected, self.language)
            how = say("why.corrected", before=before, last=self.last, **told)
            yield self.whole(subject, "corrected", corrected, name, how, SIGNED)

    # ------------------------------------------------ targets of the board's unit

    def _goal(self, subject: str, goal: Goal) -> Iterator[Number]:
        name = say("why.goal_name", number=self.n(goal.number))
        if goal.measure != "count":
            return
        yield from self.aimed(subject, name, goal.count, goal.number, self.span(goal.phase))
        yield from self._toward(subject, name, goal.count, self.board.total, goal.phase)

    def _toward(self, subject: str, name: Words, count: int, total: int, phase: str) -> Iterator[Number]:
        """What counts against a target, where that is another figure than the whole: what came in the phase."""
        if count != total:
            how = say("why.toward", number=self.n(count), span=self.span(phase))
            yield self.whole(subject, "toward", count, name, how)

    def span(self, phase: str) -> Words:
        """ "cả năm", "cả chương trình", or the phase's name; as in a notice a calendar year is called the year."""
        opens, closes = self.board.opens, self.board.closes
        year = opens == date(closes.year, 1, 1) and closes == date(closes.year, 12, 31)
        return phase or say("why.year" if year else "why.whole")

    def aimed(self, subject: str, name: Words, count: int, target: int, span: Words) -> Iterator[Number]:
        reached = progress(count, target)
        if reached is None:
            return
        yield Number(subject, "percent", PERCENT, reached.percent, name, self.division(count, target, reached.percent))
        sums = {"count": self.n(count), "target": self.n(target)}
        yield self.whole(subject, "target", target, name, say("why.target", number=self.n(target), span=span))
        if reached.over:
            how = say("why.over", number=self.n(reached.over), **sums)
            yield self.whole(subject, "over", reached.over, name, how)
        else:
            how = say("why.left", number=self.n(reached.left), **sums)
            yield self.whole(subject, "left", reached.left, name, how)

    def division(self, count: int, target: int, printed: Decimal) -> Say:
        """ "78,1% = 1.015 : 1.300 (= 78,08%)."; the bracket where the printed figure is not the exact one."""
        values = {
            "percent": percent_text(printed, self.language),
            "count": self.n(count),
            "target": self.n(target),
        }
        exact = Fraction(count * 100, target)
        if exact == Fraction(printed):
            return say("why.division", **values)
        key = "why.division_under" if count < target and half_up(exact) >= _HUNDRED else "why.division_rounded"
        return say(key, exact=self._hundredths(exact, below=count < target), **values)

    def _hundredths(self, exact: Fraction, *, below: bool) -> str:
        """Two decimals, half-up; cut off where half-up would say 100,00 of what is less."""
        tenths = half_up(exact * 10)  # of a tenth: two decimals of the percentage
        if below and tenths >= _HUNDRED * 10:
            tenths = Decimal("999.9")
        whole, _, rest = str(abs(tenths).scaleb(-1).quantize(Decimal("0.01"))).partition(".")
        point = "." if self.language == "en" else ","
        return f"{self.n(int(whole)) if tenths >= 0 else self.n(-int(whole))}{point}{rest}%"

    def days(self, last: date) -> Iterator[Number]:
        """How many are left until it: one number, however many targets end on that day."""
        left = days_left(self.board.day, last)
        if left > 0:
            first, end = (day_text(day, self.language) for day in (self.board.day, last))
            how = say("why.days", number=self.n(left), first=first, last=end)
            yield self.whole(f"until{last:%Y%m%d}", "days", left, self.unit_name, how)

    def _pace(self, subject: str, goal: Goal) -> Iterator[Number]:
        """What is needed a day, and what came: only where a notice may print it, before the target is reached."""
        found = self.board.pace(goal)
        if found is None or found.needed is None:
            return
        name = say("why.goal_name", number=self.n(goal.number))
        left, days = goal.number - goal.count, days_left(self.board.day, goal.ends)
        told = {"pace": tenths_text(found.needed, self.language), "left": self.n(left), "days": self.n(days)}
        how = say("why.needed", last=day_text(goal.ends, self.language), **told)
        yield Number(subject, "needed", TENTHS, found.needed, name, how)
        if found.actual is None:
            return
        recent = self.n(self.board.recent or 0)
        how = say("why.actual", pace=tenths_text(found.actual, self.language), recent=recent, days=self.n(found.days))
        yield Number(subject, "actual", TENTHS, found.actual, name, how)
        yield self.whole(subject, "recent_days", found.days, name, how)

    # ------------------------------------------------ rows

    def _row(self, row: Row) -> Iterator[Number]:
        subject = f"row{row.unit_id}"
        yield self.whole(subject, "count", row.count, row.name, self.sum(row.count, row.new, row.corrected))
        yield from self._changes(subject, row.name, row.new, row.corrected, row.filed, row.adjusted)
        if row.target:
            phase = self.board.phase if self.board.by_phase else ""
            yield from self.aimed(subject, row.name, row.toward, row.target, self.span(phase))
            yield from self._toward(subject, row.name, row.toward, row.count, phase)
        yield from self._places(subject, row)
        if row.members and row.rate is not None:
            shown = {"count": self.n(row.count), "members": self.n(row.members)}
            how = say("why.rate", rate=tenths_text(row.rate, self.language), **shown)
            yield Number(subject, "rate", TENTHS, row.rate, row.name, how)
            yield self.whole(subject, "members", row.members, row.name, say("why.members", number=self.n(row.members)))
        if row.authors is not None:
            yield self.whole(subject, "authors", row.authors, row.name, say("why.authors", number=self.n(row.authors)))

    def _places(self, subject: str, row: Row) -> Iterator[Number]:
        by = "percent" if self.board.by_percent else "count"
        for kind, place, key in (
            ("rank", row.rank, f"why.rank_by_{by}"),
            ("rank_count", row.by_count if by == "percent" else None, "why.rank_by_count"),
            ("rank_cluster", row.cluster_count, "why.rank_in_cluster"),
            ("rank_cluster_percent", row.cluster_percent, "why.rank_in_cluster_percent"),
            ("rank_authors", row.by_authors, "why.rank_by_authors"),
        ):
            if place is not None:
                how = say(key, rank=self.n(place), above=self.n(place - 1), cluster=row.cluster)
                yield self.whole(subject, kind, place, row.name, how)
        moved = self.board.moved(row)
        if moved and row.rank is not None:
            before = self.n(row.rank + moved)
            how = say("why.moved", number=self.n(abs(moved)), last=self.last, before=before, now=self.n(row.rank))
            yield self.whole(subject, "moved", abs(moved), row.name, how)
            yield self.whole(subject, "first", row.rank + moved, row.name, how)

    def notes(self, unit_id: int) -> Iterator[Say]:
        """Why the unit's figure was adjusted since the last notice."""
        for why, changes in adjustments.by_reason(self.board).items():
            if unit_id in changes:
                yield self.note(why, {unit_id: changes[unit_id]})

    def note(self, why: str, changes: Mapping[int, int]) -> Say:
        """As the footnote of a notice says it; `changes` by unit."""
        names = adjustments.names(self.board)
        units = tuple(f"{names[unit_id]} {signed(delta, self.language)}" for unit_id, delta in changes.items())
        return say(f"notice.reason.{why}", units=units, number=self.n(abs(sum(changes.values()))))
