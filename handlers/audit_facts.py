"""The trail of acts: what a step may know of it, how it asks, and how what was narrowed down is named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

SERVER = 0  # in the place of a person: the command line
PAGE = 5
_DAY = "%y%m%d"
_RECORD = re.compile(r"(\d{1,18})\.(\d{0,18})\.(\d{6})?\.(\d{6})?\.(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which acts are looked at: all within reach, or fewer."""

    unit_id: int = 0  # of this unit and all below it; 0: of all in reach
    person_id: int | None = None  # who acted; SERVER; None: whoever
    first: date | None = None  # local days, both of them within
    last: date | None = None

    @property
    def anyhow(self) -> bool:
        return self == Narrowed()

    def record(self, before: int = 0) -> str:
        """As a card carries it, with the last act shown: `12.34.261118.261120.99`."""
        days = (f"{day:{_DAY}}" if day else "" for day in (self.first, self.last))
        who = "" if self.person_id is None else self.person_id
        return f"{self.unit_id}.{who}.{'.'.join(days)}.{before}"


def read_record(record: str) -> tuple[Narrowed, int]:
    """What a card carries, and the act before which it begins (0: the newest); all, for what is none of ours."""
    found = _RECORD.fullmatch(record)
    if found is None:
        return Narrowed(), 0
    unit_id, who, first, last, before = found.groups()
    try:
        days = [datetime.strptime(day, _DAY).date() if day else None for day in (first, last)]  # noqa: DTZ007 - a day
    except ValueError:
        return Narrowed(), 0
    return Narrowed(int(unit_id), int(who) if who else None, days[0], days[1]), int(before)


# ---------------------------------------------------------------- what is told


@dataclass(frozen=True, slots=True)
class Logged:
    """One act. What its details name is looked up: `other` (a person), `group`, `drive`."""

    id: int
    at: datetime  # local
    action: str
    by: str = ""  # who acted; "" for whose name is gone, and for nobody
    nobody: str = ""  # server: the command line · stranger: somebody in a group of whom nothing is kept
    unit: str = ""  # short name
    code: str = ""  # the unit's
    other: str = ""
    nameless: bool = False  # whom it was about was known, and is not any more
    group: str = ""
    drive: str = ""
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Of a role that was given or taken away."""
        return str(self.details.get("kind") or "officer")

    @property
    def cluster(self) -> str:
        return str(self.details.get("cluster") or "")


@dataclass(frozen=True, slots=True)
class LogPage:
    rows: tuple[Logged, ...] = ()
    more: bool = False
    unit: str = ""  # what it is narrowed to, by name
    person: str = ""


@dataclass(frozen=True, slots=True)
class LogOf:
    """The newest acts, or those older than `before`, in the units in which the person may see them -> LogPage"""

    narrowed: Narrowed = Narrowed()
    before: int = 0


@dataclass(frozen=True, slots=True)
class Actor:
    id: int
    name: str
    unit: str = ""  # short name, of a role


@dataclass(frozen=True, slots=True)
class ActorsLike:
    """Who has or had a role there and is called like this, at most four -> tuple[Actor, ...]"""

    text: str


AuditQuery = LogOf | ActorsLike

# ---------------------------------------------------------------- the workbook

_REF = re.compile(r"audit:(\d{1,18}):([0-9:]{5,60}):([a-z]{2})")


@dataclass(frozen=True, slots=True)
class LogSheet:
    """All that was narrowed down as a workbook, as the outbox names it: for whoever may see it when it is made."""

    person_id: int
    narrowed: Narrowed
    language: str

    @property
    def ref(self) -> str:
        """`audit:7:12:34:261118:261120:0:vi`"""
        return f"audit:{self.person_id}:{self.narrowed.record().replace('.', ':')}:{self.language}"


def read_sheet(ref: str) -> LogSheet | None:
    """None for what names no such workbook."""
    found = _REF.fullmatch(ref)
    return LogSheet(int(found[1]), read_record(found[2].replace(":", "."))[0], found[3]) if found else None
