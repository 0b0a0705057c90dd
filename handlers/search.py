"""Finding a unit by what a person types: without accents, abbreviated, misspelt, or only a part of its name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice, takewhile
from math import log
from typing import overload

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from handlers.fold import fold

MOST = 5  # proposals
LONGEST = 120  # characters of what was typed that are looked at
MOST_WORDS = 12
_COVERED = 0.55  # how much of what was typed, by weight of its words, a name must bear to be proposed
_NEAR_BEST = 0.7  # and of what the best one bears
_SQUEEZED = 78.0  # ratio from which words typed without blanks are taken for a name
_SHORTLIST = 60
_LIKE = 60.0  # ratio from which a name looks like what was typed

# What people write short. Names and what was typed are both brought to the short form before they are compared.
_SHORT_FORMS = {
    ("lien", "doan", "lao", "dong"): "ldld",
    ("cong", "doan", "co", "so"): "cdcs",
    ("cong", "doan"): "cd",
    ("cong", "ty"): "cty",
    ("ct",): "cty",
    ("tong", "cong", "ty"): "tct",
    ("trach", "nhiem", "huu", "han"): "tnhh",
    ("co", "phan"): "cp",
    ("mot", "thanh", "vien"): "mtv",
    ("benh", "vien"): "bv",
    ("truong",): "tr",
    ("trung", "hoc", "pho", "thong"): "thpt",
    ("trung", "hoc", "co", "so"): "thcs",
    ("tieu", "hoc"): "th",
    ("mam", "non"): "mn",
    ("hop", "tac", "xa"): "htx",
    ("khu", "cong", "nghiep"): "kcn",
    ("xay", "dung"): "xd",
    ("quan",): "q",
    ("huyen",): "h",
    ("phuong",): "p",
    ("thi", "xa"): "tx",
    ("thanh", "pho"): "tp",
    ("viet", "nam"): "vn",
    ("ha", "noi"): "hn",
}
_LONGEST_FORM = max(map(len, _SHORT_FORMS))
# Words that say what kind of unit it is: people leave them out, and out of initials ("NTL" for LĐLĐ quận Nam Từ Liêm).
_KIND_WORDS = frozenset(
    ("ldld", "cdcs", "cd", "cty", "tct", "tnhh", "cp", "mtv", "q", "h", "p", "tx", "tp", "xa", "nganh", "cac")
)
_CHATTER = frozenset(
    ("toi", "em", "minh", "chi", "anh", "lam", "o", "tai", "la", "cua", "ben", "thuoc", "a", "nhe", "nha", "day")
)


@dataclass(frozen=True, slots=True)
class Named:
    """A unit as it may be called. `aliases` are folded (`fold.fold`)."""

    unit_id: int
    name: str
    short: str
    code: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """`units`: ids, best first, at most 5. `exact`: the first is just what was typed, and no other is."""

    units: tuple[int, ...] = ()
    exact: bool = False


def shorten(text: str) -> tuple[str, ...]:
    """The words of a folded text in their short forms: `lien doan lao dong quan ba dinh` -> ldld, q, ba, dinh."""
    words = text.split()
    out: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST_FORM, len(words) - place), 0, -1):
            form = _SHORT_FORMS.get(tuple(words[place : place + length]))
            if form:
                break
        out.append(form or words[place])
        place += length if form else 1
    return tuple(out)


def core(words: Iterable[str]) -> list[str]:
    """A name without the words that only say what kind of unit it is."""
    return [word for word in words if word not in _KIND_WORDS]


class Names(Sequence[Named]):
    """Units prepared for searching; make it once for as long as the registry stays the same."""

    def __init__(self, units: Iterable[Named]) -> None:
        self.units = tuple(units)
        self.calls: list[tuple[str, ...]] = []  # per unit: its name, short name and aliases in short form
        self.words: dict[str, set[int]] = {}  # word -> places of the units that bear it
        self.whole: dict[str, set[int]] = {}  # a whole name -> places
        self.cores: dict[str, set[int]] = {}  # a whole name without its kind words -> places
        self.codes: dict[str, int] = {}
        self.initials: dict[str, set[int]] = {}
        for place, named in enumerate(self.units):
            self._add(place, named)
        self.vocabulary = sorted(word for word in self.words if not word.isdigit())  # numbers are not guessed at
        self.squeezed: dict[str, set[int]] = {}  # names without blanks -> places
        for call, places in self.whole.items():
            self.squeezed.setdefault(call.replace(" ", ""), set()).update(places)
        self.squeezed_names = list(self.squeezed)

    def _add(self, place: int, named: Named) -> None:
        calls = dict.fromkeys(shorten(text) for text in (fold(named.name), fold(named.short), *named.aliases))
        self.calls.append(tuple(" ".join(words) for words in calls))
        self.codes[named.code] = place
        for words in calls:
            self.whole.setdefault(" ".join(words), set()).add(place)
            for word in words:
                self.words.setdefault(word, set()).add(place)
            own = core(words)
            if own:
                self.cores.setdefault(" ".join(own), set()).add(place)
            if len(own) > 2:  # two letters are too often a word, or somebody's name
                self.initials.setdefault("".join(word[0] for word in own), set()).add(place)

    def weight(self, word: str) -> float:
        """Rare words tell more; one that no unit bears weighs like a fairly rare one."""
        bearers = len(self.words.get(word, ())) or 1 + len(self.units) // 20
        return 0.2 + log((1 + len(self.units)) / bearers)

    def beginning_with(self, start: str) -> Iterable[str]:
        place = bisect_left(self.vocabulary, start)
        return takewhile(lambda word: word.startswith(start), islice(self.vocabulary, place, None))

    def __len__(self) -> int:
        return len(self.units)

    @overload
    def __getitem__(self, index: int) -> Named: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Named]: ...
    def __getitem__(self, index: int | slice) -> Named | Sequence[Named]:
        return self.units[index]


def rank(text: str, names: Sequence[Named]) -> Found:
    """The units that `text` may mean. Pass `Names` rather than a list where more than one search is made."""
    known = names if isinstance(names, Names) else Names(names)
    folded = fold(text[:LONGEST])
    if not folded:
        return Found()
    digits = folded.replace(" ", "")
    if digits in known.codes:
        return Found((known[known.codes[digits]].unit_id,), exact=True)
    if digits.isdigit() and folded not in known.words:
        return Found()  # a code that nobody has: what looks like it is another unit's
    words = shorten(folded)[:MOST_WORDS]
    same = _same(words, known)
    places = [*same, *(place for place in _alike(words, known) if place not in same)]
    return Found(tuple(known[place].unit_id for place in places[:MOST]), exact=len(same) == 1)


def _same(words: tuple[str, ...], names: Names) -> list[int]:
    """Units whose whole name, short name, alias or initials were typed."""
    whole, kinds = " ".join(words), _KIND_WORDS.intersection(words)
    places = names.whole.get(whole) or names.squeezed.get(whole.replace(" ", "")) or set()
    if not places:
        # "quan thanh xuan" is not "phuong thanh xuan": the kind of unit, if it was typed, must be the unit's
        bearers = names.cores.get(" ".join(core(words)), set())
        places = {place for place in bearers if all(place in names.words.get(kind, ()) for kind in kinds)}
    own = core(words)
    if not places and len(own) == 1 and own[0] not in names.words:
        places = names.initials.get(own[0], set())
    return sorted(places)


def _alike(words: tuple[str, ...], names: Names) -> list[int]:
    told = tuple(word for word in words if word not in _CHATTER) or words
    scores = _score(told, names)
    if not scores:
        return _squeezed(told, names)
    best = max(scores.values())
    near = (place for place, score in scores.items() if score >= best * _NEAR_BEST)
    shortlist = nlargest(_SHORTLIST, near, key=scores.__getitem__)
    typed = " ".join(told)

    def nearness(place: int) -> tuple[float, float, float]:
        calls = names.calls[place]
        sets = max(fuzz.token_set_ratio(typed, call) for call in calls)
        return (round(scores[place], 1), sets, max(fuzz.ratio(typed, call) for call in calls))

    return sorted(shortlist, key=nearness, reverse=True)


def _score(words: tuple[str, ...], names: Names) -> dict[int, float]:
    """Place -> share of the typed words, by weight, that the unit bears; only what is enough to be proposed."""
    total = sum(names.weight(word) for word in words)
    scores: dict[int, float] = {}
    for word in dict.fromkeys(words):
        share = names.weight(word) / total
        seen: set[int] = set()
        for known, likeness in _readings(word, names):
            fresh = names.words[known] - seen
            seen |= fresh
            for place in fresh:
                scores[place] = scores.get(place, 0.0) + share * likeness
    return {place: score for place, score in scores.items() if score >= _COVERED}


def _readings(word: str, names: Names) -> list[tuple[str, float]]:
    """The words of the vocabulary that may be meant, best first: itself, one that begins so, a typing error."""
    found = {word: 1.0} if word in names.words else {}
    if word.isdigit():
        return list(found.items())
    if len(word) >= 3:
        for known in names.beginning_with(word):
            found.setdefault(known, 0.9)
    if len(word) >= 3:
        errors, price = (2, 0.25) if len(word) >= 6 else (1, 0.25 if len(word) > 3 else 0.5)
        for known, distance, _ in process.extract(
            word, names.vocabulary, scorer=OSA.distance, score_cutoff=errors, limit=8
        ):
            found.setdefault(known, 1 - price * distance)
    return sorted(found.items(), key=lambda pair: -pair[1])


def _squeezed(words: tuple[str, ...], names: Names) -> list[int]:
    """Words run together or parted wrongly: "namtuliem", "may saomai"."""
    typed = "".join(words)
    if len(typed) < 5:
        return []
    close = process.extract(typed, names.squeezed_names, scorer=fuzz.ratio, score_cutoff=_SQUEEZED, limit=MOST)
    return list(dict.fromkeys(place for name, _, _ in close for place in sorted(names.squeezed[name])))


def nearest(text: str, names: Names, most: int) -> tuple[int, ...]:
    """Ids of the units whose names look most like `text`, kind words aside, best first: only to be asked about."""
    typed = " ".join(core(shorten(fold(text[:LONGEST])))) or fold(text[:LONGEST])
    scored = [(_likeness(typed, calls), place) for place, calls in enumerate(names.calls)]
    near = nlargest(most, ((score, -place) for score, place in scored if score >= _LIKE))
    return tuple(names[-place].unit_id for _, place in near)


def _likeness(typed: str, calls: tuple[str, ...]) -> float:
    return max(fuzz.ratio(typed, " ".join(core(call.split())) or call) for call in calls)
