"""CHITIET: what the notice leaves out, for officers (domain.md §5–8): projections, counters, coverage, author groups,
the units by people, by members and inside their clusters, and the unit's own places on the board above it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handlers import counters
from handlers.board import FILED, Board, Row
from handlers.counting import counter_name
from handlers.figures import groups, percent_text, tenths_text
from handlers.looking_ahead import ahead_lines
from handlers.looking_back import GroupCount, average_line, best_line, group_lines, reached_lines
from handlers.pace import DayCount
from handlers.phrases import Phrases
from handlers.talk import Say, say
from handlers.texts import Texts

_NAMED = 5  # units in a list
_RANKED = 10


@dataclass(frozen=True, slots=True)
class Detail:
    """A board with authors and coverage, and what is behind it."""

    board: Board
    days: Sequence[DayCount] = ()  # every day of the campaign up to the board's
    groups: Sequence[GroupCount] = ()
    above: Board | None = None  # of the unit above, with authors; the unit is a row of it
    span: tuple[date, date] | None = None  # days whose average is asked for


def render(texts: Texts, language: str, detail: Detail) -> str:
    """In words, some 10 to 25 lines."""
    words = DetailPhrases(texts, language, detail)
    return texts.template(language, "in_detail", board=detail.board, w=words)


class DetailPhrases(Phrases):
    """What the template asks for."""

    def __init__(self, texts: Texts, language: str, detail: Detail) -> None:
        super().__init__(texts, language, detail.board)
        self._detail = detail

    def _lines(self, lines: Sequence[Say]) -> list[str]:
        return [self._t(line) for line in lines]

    @property
    def counted_apart(self) -> list[str]:
        """All the bot's counters, each named, also those that are 0."""
        found = self._board.counters
        if found is None:
            return []
        told = " · ".join(self._lines(counters.parts(found, self._language, all_of_them=True)))
        people = [say("counters.registered", number=self.number(found.registered))]
        people += counters.people(found, self._language)
        parts = self._t(say("notice.parts_bot", number=self.number(found.filed), parts=told))
        return [parts, " · ".join(self._lines(people))]

    @property
    def ahead(self) -> list[str]:
        """Where each target that is not reached is heading, should the last days go on."""
        return self._lines(ahead_lines(self._board, self._language))

    @property
    def past(self) -> list[str]:
        """When targets were reached (days are kept of lượt nộp only), the best day, the average that is asked for."""
        days, language = self._detail.days, self._language
        lines = reached_lines(self._board, days, language) if self._board.counter == FILED else []
        best = best_line(days, language)
        if best is not None:
            lines.append(best)
        if self._detail.span is not None:
            lines.append(average_line(days, *self._detail.span, language))
        return self._lines(lines)

    @property
    def coverage(self) -> str:
        """ "Đơn vị cơ sở: 12/15 có lượt nộp, 14/15 có chỉ tiêu, 1 chưa có cả hai."; "" where there are none below."""
        found = self._board.coverage
        if found is None or found.units < 2:
            return ""
        values = {name: self.number(getattr(found, name)) for name in ("units", "filed", "aimed", "neither")}
        return self._of_bot(self._t(say("detail.coverage", **values)))

    @property
    def author_groups(self) -> str:
        if not any(one.name and one.count for one in self._detail.groups):
            return ""
        lines = tuple(group_lines(self._detail.groups, self._language))
        return self._of_bot(self._t(say("detail.groups", groups=lines)))

    def _of_bot(self, line: str) -> str:
        """Named as the bot's where the board is made of the portal's numbers: sources are never mixed."""
        return line if not line or self._board.source is None else self._t(say("detail.of_bot", line=line))

    # ------------------------------------------------ units

    @property
    def by_authors(self) -> str:
        """ "1. Điện Sao Việt 88, 2. …": the ranks by people, which may be others than those by count."""
        told = [(row, row.by_authors, groups(row.authors or 0, self._language)) for row in self._rows]
        return self._of_bot(self._ranked(told))

    @property
    def by_rate(self) -> str:
        """Of the counter that ranks per 100 members, most first."""
        rated = self._by(lambda row: row.rate if row.count > 0 else None)
        return self._named([f"{row.name} {tenths_text(rate, self._language)}" for row, rate in rated])

    @property
    def by_participation(self) -> str:
        """Members who filed, in percent, most first."""
        shared = self._by(lambda row: row.participation if row.authors else None)
        return self._of_bot(self._named([f"{row.name} {percent_text(share, self._language)}" for row, share in shared]))

    @property
    def unknown_members(self) -> str:
        """Units of which rates cannot be told."""
        return self._named([row.name for row in self._rows if not row.members])

    @property
    def clusters(self) -> list[str]:
        """ "Cụm 7: 1. BV Từ Liêm 132 (120,0%), 2. …", a line for each, by the order of the board."""
        names = dict.fromkeys(row.cluster for row in self._rows if row.cluster)
        return [self._t(say("detail.cluster", name=name, units=self._cluster(name))) for name in names]

    def _cluster(self, name: str) -> str:
        aimed = self._board.by_percent
        rows = [row for row in self._rows if row.cluster == name and row.count > 0]
        told = [
            (row, row.cluster_percent if aimed else row.cluster_count, self.number(row.count) + self._reached(row))
            for row in rows
        ]
        return self._ranked(told) or self._t(say("detail.nothing_yet", unit=counter_name(self._board.counter)))

    def _reached(self, row: Row) -> str:
        return f" ({percent_text(row.progress.percent, self._language)})" if row.progress is not None else ""

    @property
    def places(self) -> str:
        """ "Trong LĐLĐ TP Hà Nội: thứ 3 về số lượt nộp, thứ 1 về số người, thứ 2 trong Cụm 7."; "" without a rank."""
        above = self._detail.above
        own = next((row for row in above.rows if row.unit_id == self._board.unit_id), None) if above else None
        if above is None or own is None:
            return ""
        in_cluster = own.cluster_percent if above.by_percent else own.cluster_count
        places = [
            say(key, rank=self.number(rank), **more)
            for key, rank, more in (
                ("detail.place_count", own.by_count, {"unit": counter_name(above.counter)}),
                ("detail.place_percent", own.by_percent, {}),
                ("detail.place_authors", own.by_authors if above.source is None else None, {}),
                ("detail.place_cluster", in_cluster, {"cluster": own.cluster}),
            )
            if rank is not None
        ]
        return self._t(say("detail.places", above=above.short, places=tuple(places))) if places else ""

    # ------------------------------------------------ lists

    @property
    def _rows(self) -> Sequence[Row]:
        return self._board.rows

    def _by(self, figure: Callable[[Row], Decimal | None]) -> list[tuple[Row, Decimal]]:
        known = [(row, found) for row in self._rows if (found := figure(row)) is not None]
        return sorted(known, key=lambda pair: -pair[1])[:_NAMED]

    def _ranked(self, rows: Sequence[tuple[Row, int | None, str]]) -> str:
        placed = [(rank, f"{rank}. {row.name} {told}") for row, rank, told in rows if rank is not None]
        placed.sort(key=lambda one: one[0])
        return "; ".join(told for _, told in placed[:_RANKED])

    def _named(self, names: Sequence[str]) -> str:
        return "; ".join(names[:_NAMED]) + ("; …" if len(names) > _NAMED else "")
