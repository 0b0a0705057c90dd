"""What is looked up to answer VISAO: a posted notice with what is behind its figures, and what became of today's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from handlers.board import Board
from handlers.kinds import DAILY

# ---------------------------------------------------------------- why this number


@dataclass(frozen=True, slots=True)
class SetTarget:
    """A target as it was set, for the board's unit or one of its rows."""

    unit_id: int
    number: int
    phase: str  # "": the whole campaign
    set_by: str
    valid_from: date
    entered: date | None = None  # local day on which it was put in; None: not known


@dataclass(frozen=True, slots=True)
class Compared:
    """One row's lượt nộp on the portal (Cổng) and in the bot."""

    code: str
    unit: str
    portal: int | None  # None: the portal has no figure of it
    bot: int

    @property
    def gap(self) -> int:
        """How much more the portal has; 0 where it has no figure."""
        return 0 if self.portal is None else self.portal - self.bot


@dataclass(frozen=True, slots=True)
class Brought:
    """Who brought the portal's figures, and how many lines of them counted."""

    by: str  # "" once erased
    way: str  # pasted | file | link
    at: datetime  # aware, local
    lines: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a notice as they were frozen, and what is behind them."""

    notice_id: int
    board: Board
    kind: str = DAILY  # of notice, as it is stored
    frozen: Mapping[str, Any] = field(default_factory=dict)  # the numbers whole: some kinds have more than a board
    made_at: datetime | None = None
    code: str = ""  # the unit's
    targets: tuple[SetTarget, ...] = ()
    compared: tuple[Compared, ...] = ()  # none: the campaign has no figures of the portal
    brought: Brought | None = None
    own: bool = True  # what is behind them is for the asker too: officers of the unit, or of one above it


@dataclass(frozen=True, slots=True)
class RecentFigures:
    """What was posted lately about the unit, the newest notice of each kind (else about the nearest unit above it that
    has any, else below it), newest first -> tuple[Figures, ...] with what they print and nothing behind it
    """

    unit_id: int
    campaign_id: int | None = None  # of this campaign only


@dataclass(frozen=True, slots=True)
class FiguresOf:
    """A notice by its id -> Figures | None: None also for who is no officer of its unit, of one above it or below it"""

    notice_id: int


@dataclass(frozen=True, slots=True)
class NewFiling:
    """One filing that a notice counts as new. `title` is "" once its author has been erased."""

    code: str
    unit: str
    title: str


@dataclass(frozen=True, slots=True)
class NewFilings:
    """What came between the notice before and this one, oldest first -> Filings | None: for officers of its unit and of
    those above it
    """

    notice_id: int
    skip: int = 0
    most: int = 5


@dataclass(frozen=True, slots=True)
class Filings:
    listed: tuple[NewFiling, ...] = ()
    total: int = 0
    kind: str = DAILY  # family of the notice: it says since when they are new


# ---------------------------------------------------------------- why was nothing sent


@dataclass(frozen=True, slots=True)
class PostedNotice:
    """A notice of the day, and how far its messages have come."""

    made_at: datetime  # aware, local
    by: str | None  # who asked for it; None: the clock
    status: str  # sent | queued | refused | expired
    outcome: str = ""  # the sender's word for why it is not out
    sent_at: datetime | None = None
    until: datetime | None = None  # the sender does not try before


@dataclass(frozen=True, slots=True)
class Decided:
    """What officers decided about the day's preview."""

    status: str  # shown | approved | posted | skipped
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GroupDay:
    """A linked group with one campaign on its local day: all that decides whether the daily notice comes."""

    chat_id: int
    unit: str  # short name
    kind: str  # officers | members
    channel: str
    standing: str  # of the bot: member | admin | left
    now: datetime  # local
    hour: str
    linked_at: datetime | None  # local
    title: str = ""  # the group's; "": not known
    campaign: str = ""  # "": none is open today
    several: bool = False  # the group has several: each is named
    closed_on: date | None = None  # without an open one: the last day of the newest that was
    opens_on: date | None = None  # and the first day of the next
    days: str = "1234567"
    kinds: Mapping[str, bool] = field(default_factory=dict)
    approval: bool = False
    quiet_from: str = ""
    quiet_to: str = ""
    posted: PostedNotice | None = None  # the newest of today
    decided: Decided | None = None
    blocked_until: datetime | None = None  # the platform lets nothing through before


@dataclass(frozen=True, slots=True)
class TodayOf:
    """Today of the groups of these units and those below them (None: of all) -> tuple[GroupDay, ...]"""

    unit_ids: tuple[int, ...] | None


WhyQuery = RecentFigures | FiguresOf | NewFilings | TodayOf
