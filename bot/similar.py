"""The filing of a unit whose title is most like a new one: shown to the worker, who decides (conversation.md §2)."""

from __future__ import annotations

from collections import Counter, OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from rapidfuzz import fuzz, process
from sqlalchemy import Connection

from handlers.facts import TitlesLike
from handlers.fold import fold
from models.queries import similar
from models.queries.rows import AnyRow

NEWEST = 5_000  # titles of a unit that are compared
FEW = 300  # titles of a unit that are compared in less time than a second transaction takes
MOST_UNITS = 200  # whose titles are kept in memory
MOST_TOLD = 2_000  # answers that are remembered
KEPT = timedelta(minutes=10)  # then a unit's titles are read anew: some were withdrawn, some ideas filed
OVERLAP = 100  # rows read again each time: on PostgreSQL a lower id may be committed after a higher one

SHARED = 0.6  # of the shorter title's telling words, at least
LEAST = 3  # shared words; two of two are not enough to call titles alike
MISSPELT = 85.0  # percent of `fuzz.ratio`: the same title with typing errors
# Words that titles share whatever they are about.
_FILLERS = frozenset(
    (  # noqa: SIM905 - a list of words reads better as a line of text
        "ap bi cac cach cai cho co cua da de di duoc giai hon khi khoi khong ky la lam len mot nen nho nhu phai phap "
        "ra rat sang su kien tai thi tien trong tu ung va vao ve viec voi y"
    ).split()
)


class Titles:
    """Titles by unit, prepared for searching. Only new ones are read; safe to share between threads."""

    def __init__(self) -> None:
        self._shelves: OrderedDict[int, _Shelf] = OrderedDict()
        self._told: OrderedDict[TitlesLike, tuple[tuple[str, str] | None, datetime]] = OrderedDict()
        self._lock = Lock()

    def most_alike(self, conn: Connection, query: TitlesLike, now: datetime) -> tuple[str, str] | None:
        """Title and code of the most similar filing of the unit, None where none is alike enough."""
        with self._lock:
            places = self._shelf(conn, query.unit_id, now).search(fold(query.title))
        found = next((row for row in places if similar.is_shown(conn, row[1])), None)
        with self._lock:
            self._told[query] = (found, now)
            while len(self._told) > MOST_TOLD:
                self._told.popitem(last=False)
        return found

    def told(self, conn: Connection, query: TitlesLike, now: datetime) -> tuple[bool, tuple[str, str] | None]:
        """(True, what was answered to this query) a short while ago: when a worker has seen the summary and files, what
        is kept with the filing is what was shown. (False, None) where nothing was, or it may not be shown any more.
        """
        with self._lock:
            found, when = self._told.get(query, (None, None))
        if when is None or now - when > KEPT or (found and not similar.is_shown(conn, found[1])):
            return False, None
        return True, found

    def at_once(self, conn: Connection, query: TitlesLike, now: datetime) -> tuple[bool, tuple[str, str] | None]:
        """As `told`; and where the unit has few titles, all of them in memory, what is found among them now."""
        told, answer = self.told(conn, query, now)
        if told:
            return True, answer
        with self._lock:
            shelf = self._shelves.get(query.unit_id)
            few = shelf is not None and now - shelf.since <= KEPT and len(shelf.rows) <= FEW
        return (True, self.most_alike(conn, query, now)) if few else (False, None)

    def _shelf(self, conn: Connection, unit_id: int, now: datetime) -> _Shelf:
        shelf = self._shelves.pop(unit_id, None)
        if shelf is None or now - shelf.since > KEPT or len(shelf.rows) >= 2 * NEWEST:
            shelf = _Shelf(now)
        self._shelves[unit_id] = shelf
        while len(self._shelves) > MOST_UNITS:
            self._shelves.popitem(last=False)
        shelf.add(similar.titles(conn, unit_id, NEWEST, max(0, shelf.newest - OVERLAP)))
        return shelf


class _Shelf:
    """One unit's titles, with the places of each telling word."""

    def __init__(self, since: datetime) -> None:
        self.since = since
        self.newest = 0  # id
        self.rows: list[tuple[str, str]] = []  # title, code
        self._ids: set[int] = set()
        self._folded: list[str] = []
        self._words: list[frozenset[str]] = []
        self._places: dict[str, list[int]] = {}
        self._same: dict[str, int] = {}

    def add(self, rows: list[AnyRow]) -> None:
        for row in rows:
            if row.id not in self._ids:
                place = len(self.rows)
                self._ids.add(row.id)
                self.newest = max(self.newest, row.id)
                self.rows.append((row.title, row.code))
                self._folded.append(row.folded)
                self._words.append(_telling(row.folded))
                self._same[row.folded] = place
                for word in self._words[place]:
                    self._places.setdefault(word, []).append(place)

    def search(self, folded: str) -> list[tuple[str, str]]:
        """The most similar titles, best first, at most three."""
        if folded in self._same:
            return [self.rows[self._same[folded]]]
        places = {*self._sharing(_telling(folded)), *self._misspelt(folded)}
        best = sorted(places, key=lambda place: _likeness(folded, self._folded[place]), reverse=True)
        return [self.rows[place] for place in best[:3]]

    def _sharing(self, words: frozenset[str]) -> list[int]:
        shared: Counter[int] = Counter()
        for word in words:
            shared.update(self._places.get(word, ()))
        return [
            place
            for place, count in shared.most_common(50)
            if count >= LEAST and count >= SHARED * min(len(words), len(self._words[place]))
        ]

    def _misspelt(self, folded: str) -> list[int]:
        close = process.extract(folded, self._folded, scorer=fuzz.ratio, score_cutoff=MISSPELT, limit=3)
        return [place for _, _, place in close]


def _telling(folded: str) -> frozenset[str]:
    return frozenset(word for word in folded.split() if word not in _FILLERS)


def _likeness(one: str, other: str) -> float:
    return fuzz.token_set_ratio(one, other) + fuzz.token_sort_ratio(one, other)
