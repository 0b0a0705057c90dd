"""What the public board knows: read from the database through the same door as KETQUA, kept for ten seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.cache import Cache
from bot.directory import ZONE
from handlers.board import FILED, Board, compose
from handlers.scoreboard import DAYS, Day, Place, Programme, PublicBoard, Standing, every_day, standing
from handlers.search import Named, Names, rank
from models.queries import board as boards
from models.queries import registry
from models.queries import scoreboard as queries
from models.queries.portal_board import Cut
from models.store import Store

SECONDS = 10.0  # one computation per unit in this time
_MOST_PAGES = 512
_MOST_PROGRAMMES = 20
_INDEX_SECONDS = 3600.0  # names are prepared again when the registry or the day changes
_MOST_INDEXES = 4  # a programme may have 30,000 names


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: `exact` when the first is just what was typed."""

    places: tuple[Place, ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class _Index:
    """The units of a programme prepared for searching."""

    names: Names
    places: Mapping[int, Place]


@dataclass(frozen=True, slots=True)
class _Moment:
    """The moment a board shows: now, or for a programme that is over the end of its last day."""

    programme: queries.Programme
    today: date
    day: date
    cut_at: datetime
    now: datetime

    @staticmethod
    def of(programme: queries.Programme, now: datetime) -> _Moment:
        local = now.astimezone(ZoneInfo(programme.timezone))
        if local.date() <= programme.closes:
            return _Moment(programme, local.date(), local.date(), local, local)
        over = datetime.combine(programme.closes + timedelta(days=1), time(0), local.tzinfo)
        return _Moment(programme, local.date(), programme.closes, over, local)


class Scoreboard:
    """Answers from memory what was read less than ten seconds ago."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._boards: Cache[tuple[str, str], PublicBoard | None] = Cache(clock, SECONDS, _MOST_PAGES)
        self._lists: Cache[None, tuple[Programme, ...]] = Cache(clock, SECONDS, 1)
        self._indexes: Cache[tuple[str, int, date], _Index] = Cache(clock, _INDEX_SECONDS, _MOST_INDEXES)

    async def programmes(self) -> tuple[Programme, ...]:
        """Those that have begun, the longest to run first."""
        return await self._lists.get(None, lambda: self._store.read(_programmes, self._clock()))

    async def board(self, campaign: str, unit: str = "") -> PublicBoard | None:
        """Where a unit (by its code; "": the one that runs it) stands in a campaign (by its code); None for unknown
        codes and for a unit that does not belong to the campaign's.
        """
        if not (campaign + unit).isprintable():  # a database may not even look for such a code
            return None
        return await self._boards.get((campaign, unit), lambda: self._store.read(_read, campaign, unit, self._clock()))

    async def search(self, campaign: str, text: str) -> Found:
        """The campaign's units that `text` may mean, best first, at most five."""
        known = await self._store.read(_version, campaign, self._clock())
        if known is None:
            return Found((), exact=False)
        version, moment = known
        key = (campaign, version, moment.day)
        index = await self._indexes.get(key, lambda: self._store.read(_index, moment.programme.unit_id, moment.day))
        found = rank(text, index.names)
        return Found(tuple(index.places[unit_id] for unit_id in found.units), found.exact)


# ---------------------------------------------------------------- a unit's board


def _programmes(conn: Connection, now: datetime) -> tuple[Programme, ...]:
    begun = queries.begun(conn, now.astimezone(ZONE).date(), _MOST_PROGRAMMES)
    return tuple(_programme(row) for row in begun)


def _programme(row: queries.Programme) -> Programme:
    return Programme(row.code, row.name, row.opens, row.closes, row.unit_code, row.unit_short)


def _read(conn: Connection, campaign: str, code: str, now: datetime) -> PublicBoard | None:
    programme = queries.programme(conn, campaign)
    unit = registry.unit_by_code(conn, code or programme.unit_code) if programme is not None else None
    if programme is None or unit is None:
        return None
    above = registry.ancestors(conn, unit.id)
    if programme.unit_id not in above:
        return None
    moment = _Moment.of(programme, now)
    known = registry.units_by_id(conn, above)
    path = [known[unit_id] for unit_id in above[1 : above.index(programme.unit_id) + 1]]
    board = _board(conn, moment, unit.id)
    return PublicBoard(
        programme=_programme(programme),
        unit=_place(unit),
        board=board,
        today=moment.today,
        path=tuple(_place(above) for above in reversed(path)),
        codes={child.id: child.code for child in registry.children(conn, unit.id, moment.day)},
        days=_days(conn, moment, unit.id),
        standing=_standing(conn, moment, unit) if path else None,
        ended=_end(unit, moment.day),
        successor=_successor(conn, unit, moment.day),
    )


def _place(unit: registry.Unit) -> Place:
    return Place(unit.code, unit.name, unit.short_name, unit.parent_short)


def _board(conn: Connection, moment: _Moment, unit_id: int) -> Board:
    """The board KETQUA shows; while the programme runs, each figure with what came on this day."""
    campaign = moment.programme.id
    numbers = boards.numbers(conn, unit_id, campaign, moment.cut_at, moment.day, known_at=moment.now)
    board = compose(numbers)
    if moment.today != moment.day or board.waiting:
        return board
    if board.counter != FILED:
        return _since_midnight(conn, moment, unit_id)
    came = queries.on_day(conn, Cut(campaign, unit_id, moment.cut_at, moment.day))
    rows = []
    for row in board.rows:
        new, corrected = came.get(row.unit_id, (0, 0))
        rows.append(replace(row, new=new, corrected=corrected))
    filed, adjusted = (sum(part[at] for part in came.values()) for at in (0, 1))
    return replace(board, rows=tuple(rows), new=filed, corrected=adjusted)


def _since_midnight(conn: Connection, moment: _Moment, unit_id: int) -> Board:
    """Of valid ones or authors no day's figures are kept: today's are what has changed since its first moment."""
    campaign, began = moment.programme.id, datetime.combine(moment.day, time(0), moment.cut_at.tzinfo)
    before = boards.numbers(conn, unit_id, campaign, began, moment.day - timedelta(days=1))
    return compose(boards.numbers(conn, unit_id, campaign, moment.cut_at, moment.day, since=began), before)


def _days(conn: Connection, moment: _Moment, unit_id: int) -> tuple[Day, ...]:
    opens, last = moment.programme.opens, moment.day
    first = max(opens, last - timedelta(days=DAYS - 1))
    found = boards.daily(conn, moment.programme.id, unit_id, first, last)
    return every_day([Day(day.day, day.filed - day.held, day.adjusted) for day in found], first, last)


def _standing(conn: Connection, moment: _Moment, unit: registry.Unit) -> Standing | None:
    if unit.parent_id is None:
        return None
    of = (unit.parent_id, moment.programme.id, moment.cut_at, moment.day)
    numbers = boards.numbers(conn, *of, known_at=moment.now)
    return standing(compose(numbers), unit.id)


def _end(unit: registry.Unit, day: date) -> date | None:
    """The last day of a unit that is no more."""
    return unit.valid_to if unit.valid_to is not None and unit.valid_to < day else None


def _successor(conn: Connection, unit: registry.Unit, day: date) -> Place | None:
    """What took the place of a unit that is no more."""
    if _end(unit, day) is None or unit.successor_id is None:
        return None
    return _place(registry.units_by_id(conn, [unit.successor_id])[unit.successor_id])


# ---------------------------------------------------------------- searching


def _version(conn: Connection, campaign: str, now: datetime) -> tuple[int, _Moment] | None:
    programme = queries.programme(conn, campaign)
    return (registry.version(conn), _Moment.of(programme, now)) if programme is not None else None


def _index(conn: Connection, root: int, day: date) -> _Index:
    belong = registry.subtree(conn, root)
    units = [unit for unit in registry.all_units(conn) if unit.id in belong and unit.is_valid(day)]
    aliases = registry.all_aliases(conn)
    names = Names(
        Named(unit.id, unit.name, unit.short_name, unit.code, tuple(folded for _, folded in aliases.get(unit.id, ())))
        for unit in units
    )
    return _Index(names, {unit.id: _place(unit) for unit in units})
