"""Where a board's figures come from when the bot has not counted them itself, and how that is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from handlers.figures import groups
from handlers.moments import clock, day_text
from handlers.talk import Say, Words, say

PORTAL = "Cổng"
SHORT_DAYS = 3  # of the days without figures so many are named one by one
MOST_NAMED = 15  # units


@dataclass(frozen=True, slots=True)
class Behind:
    """A unit whose figure is older than the board's newest; `day` None: it has none."""

    unit_id: int
    unit: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The portal's (Cổng) numbers a board is made of. Frozen with it; who brought them is found by `report`."""

    kind: str = "portal"  # portal | both: the bot's own total is told apart
    name: str = PORTAL
    report: int | None = None  # the one that brought the newest figure; None: nothing was ever brought in
    as_of: datetime | None = None  # aware, local: when the portal showed it
    day: date | None = None  # local, of `as_of`
    entered_at: datetime | None = None
    lines: int = 0  # of that report
    missing: tuple[date, ...] = ()  # days without any figure since the last notice's
    stale: tuple[Behind, ...] = ()
    bot: int | None = None  # what the bot itself has received, for kind "both"

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Source:
        known = {name: data[name] for name in Source.__slots__ if name in data}
        for name in ("as_of", "entered_at"):
            known[name] = datetime.fromisoformat(known[name]) if known.get(name) else None
        known["day"] = _day(known.get("day"))
        known["missing"] = tuple(date.fromisoformat(day) for day in known.get("missing", ()))
        known["stale"] = tuple(
            Behind(unit["unit_id"], unit["unit"], _day(unit.get("day"))) for unit in known.get("stale", ())
        )
        return Source(**known)

    @property
    def called(self) -> Words:
        return say("source.portal") if self.name == PORTAL else self.name

    def is_of(self, day: date) -> bool:
        """Are there figures of this local day?"""
        return self.day == day

    def without(self) -> frozenset[int]:
        """Units that have no figure at all: of these nobody can say that nothing was filed."""
        return frozenset(unit.unit_id for unit in self.stale if unit.day is None)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def moment(source: Source, day: date, language: str) -> Say:
    """ "16h30", on a board of another day "16h30 ngày 19/11"."""
    if source.as_of is None or source.day is None:
        raise ValueError("nothing was ever brought in")
    time = clock(source.as_of, source.day, language)
    if source.is_of(day):
        return say("source.moment", time=time)
    return say("source.moment_of", time=time, day=short_day(source.day, day, language))


def short_day(day: date, today: date, language: str) -> str:
    """ "19/11", with its year where that is another one."""
    text = day_text(day, language)
    return text.removesuffix(f"/{day.year}").removesuffix(f" {day.year}") if day.year == today.year else text


# ---------------------------------------------------------------- what a notice says of it


def lines(board_day: date, source: Source | None, language: str, *, over: bool = False) -> list[Say]:
    """What is said of the portal's numbers above the total: none today, days left out, the bot's own apart. `over`: the
    board is read on a later day than its own.
    """
    if source is None:
        return []
    missing = _missing(board_day, source, language)
    return [*waiting(board_day, source, language, over=over), *missing, *apart(source, language)]


def waiting(day: date, source: Source, language: str, *, over: bool = False) -> Iterator[Say]:
    """That there are no figures of the day, or none at all."""
    if source.as_of is None:
        yield say("source.waiting_first", source=source.called)
    elif not source.is_of(day):
        at = moment(source, day, language)
        if over:
            yield say("source.waiting_that_day", source=source.called, moment=at, day=short_day(day, day, language))
        else:
            yield say("source.waiting", source=source.called, moment=at)


def _missing(day: date, source: Source, language: str) -> Iterator[Say]:
    days = source.missing
    if not days:
        return
    first, last = (short_day(one, day, language) for one in (days[0], days[-1]))
    if len(days) > SHORT_DAYS and (days[-1] - days[0]).days == len(days) - 1:
        yield say("source.missing_span", source=source.called, first=first, last=last)
    else:
        yield say("source.missing", source=source.called, days=tuple(short_day(one, day, language) for one in days))


def apart(source: Source | None, language: str) -> Iterator[Say]:
    """What the bot itself has received, where both are told."""
    if source is not None and source.bot is not None:
        yield say("source.bot", number=groups(source.bot, language))


def behind(board_day: date, source: Source | None, language: str, *, over: bool = False) -> Say | None:
    """Units without a figure of the day, where others have one, by the day of theirs: for officers (domain.md §8)."""
    if source is None or not source.stale or not source.is_of(board_day):
        return None
    by_day: dict[date | None, list[str]] = {}
    for unit in source.stale[:MOST_NAMED]:
        by_day.setdefault(unit.day, []).append(unit.unit)
    named: tuple[Say, ...] = tuple(
        say("source.behind_none", units=tuple(units))
        if day is None
        else say("source.behind_units", units=tuple(units), day=short_day(day, board_day, language))
        for day, units in by_day.items()
    )
    rest = len(source.stale) - MOST_NAMED
    more = say("notice.and_others", names=named, n=rest, number=groups(rest, language)) if rest > 0 else named
    if over:
        return say("source.behind_that_day", source=source.called, units=more)
    return say("source.behind", source=source.called, units=more)
