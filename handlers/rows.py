"""What a board is made of: targets, units with their figures, and what happened to them. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handlers.figures import Progress, per_hundred, percent, progress


@dataclass(frozen=True, slots=True)
class Goal:
    """A target (chỉ tiêu) of the board's own unit."""

    number: int
    count: int  # what goes against it
    ends: date  # last day of its phase, or of the campaign
    set_by: str = ""
    phase: str = ""  # the phase's name; "": the whole campaign
    starts: date | None = None  # first day of its phase, or of the campaign; None: frozen without it
    measure: str = "count"  # count | participation: `number` is then percent of members, `count` people who filed

    @property
    def progress(self) -> Progress | None:
        """Of a target on the count; one on participation is told by itself (`handlers.taking_part`)."""
        return progress(self.count, self.number) if self.measure == "count" else None


@dataclass(frozen=True, slots=True)
class Row:
    """One child unit with everything below it. `filed` and `adjusted` are cumulative."""

    unit_id: int
    name: str
    filed: int = 0
    adjusted: int = 0
    in_phase: int = 0  # of both, what falls into the running phase
    came: int | None = None  # since the last notice, where the counter is not lượt nộp and it is known
    whole: int | None = None  # target for the whole campaign
    phase: int | None = None  # target for the running phase
    target: int | None = None  # the one it is compared by
    toward: int = 0  # what counts against it
    new: int | None = None  # filed since the last notice; None: it was not in that one
    corrected: int | None = None  # adjusted since
    rank: int | None = None  # in the order of the notice: by percent where targets exist, else by count
    by_count: int | None = None
    by_percent: int | None = None  # None without a target
    moved_count: int | None = None  # places gained (▲) or lost (▼, below 0) since the last notice
    moved_percent: int | None = None
    cluster: str = ""  # cụm/khối thi đua
    cluster_count: int | None = None  # ranks among the rows of its cluster
    cluster_percent: int | None = None
    authors: int | None = None  # distinct people who filed; None: not counted
    by_authors: int | None = None
    members: int | None = None  # đoàn viên; None: not known

    @property
    def count(self) -> int:
        """By the counter that ranks (`Board.counter`)."""
        return self.filed + self.adjusted

    @property
    def rate(self) -> Decimal | None:
        """Filings per 100 members."""
        return per_hundred(self.count, self.members)

    @property
    def participation(self) -> Decimal | None:
        """Members who filed, in percent, never 100 before everybody did."""
        return percent(self.authors, self.members) if self.authors is not None and self.members else None

    @property
    def change(self) -> int | None:
        return None if self.new is None else self.new + (self.corrected or 0)

    @property
    def progress(self) -> Progress | None:
        return progress(self.toward, self.target)


@dataclass(frozen=True, slots=True)
class Note:
    """Why a unit's figure was adjusted since the last notice."""

    unit_id: int
    unit: str
    reason: str
    delta: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A unit that has ended but keeps its figures (domain.md §2)."""

    unit_id: int
    name: str
    count: int
    successor: str = ""  # short name of the unit that took it over
    last: date | None = None  # its last day


@dataclass(frozen=True, slots=True)
class Coverage:
    """Base units (those without units below them): how many take part."""

    units: int = 0
    aimed: int = 0  # have a target
    filed: int = 0  # have a filing
    neither: int = 0
