"""Reminders as a step may know of them, and how it asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom a reminder speaks to: see `models.queries.audiences`."""

    name: str  # everyone | draft | never | zero | below | groups
    percent: int | None = None
    kinds: tuple[str, ...] = ()  # officers | members


@dataclass(frozen=True, slots=True)
class Reach:
    """What matters about a channel before something is sent to many: see `bot.channels.Capabilities`."""

    name: str
    per_second: float
    closed_hours: int | None = None
    free_hours: int | None = None
    price: int = 0
    dear_hours: int | None = None
    dear_price: int = 0
    monthly: int | None = None
    edits: bool = False
    kept: int = 20  # percent of `monthly` that is no reminder's to use


@dataclass(frozen=True, slots=True)
class AudienceOf:
    """Who would get it at that moment, and how one of them would read the text -> AudienceNow"""

    unit_id: int
    campaign_id: int
    rule: Rule
    at: datetime
    text: str = ""
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class ChannelNow:
    """How many of a channel get it, what that takes and costs."""

    name: str
    people: int
    groups: int
    seconds: float  # at the pace of the channel
    paid: int = 0  # people outside the free window
    cost: int = 0  # đồng for all of them
    quota_left: int | None = None  # messages this month; None: no limit


@dataclass(frozen=True, slots=True)
class AudienceNow:
    channels: tuple[ChannelNow, ...]
    left_out: tuple[tuple[str, int], ...]  # why, how many
    example: str = ""  # the text with the figures of one unit of those who get it
    example_unit: str = ""

    @property
    def people(self) -> int:
        return sum(one.people for one in self.channels)

    @property
    def groups(self) -> int:
        return sum(one.groups for one in self.channels)

    @property
    def number(self) -> int:
        return self.people + self.groups

    @property
    def seconds(self) -> float:
        """Channels send side by side."""
        return max((one.seconds for one in self.channels), default=0)


@dataclass(frozen=True, slots=True)
class BroadcastsOf:
    """Broadcasts of these units and those below (None: of all), newest first; one more than fits a page, so that it is
    known whether there are more -> tuple[Made, ...]
    """

    unit_ids: tuple[int, ...] | None
    page: int


@dataclass(frozen=True, slots=True)
class BroadcastOf:
    """One of these units and those below (None: any) -> Made | None"""

    broadcast_id: int
    unit_ids: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Made:
    """A broadcast in a list."""

    id: int
    unit_id: int
    campaign_id: int
    unit: str  # short name
    rule: Rule
    text: str
    status: str  # planned | running | paused | cancelled | done
    starts_at: datetime  # local


ROOM = 3  # broadcasts on a page

BroadcastQuery = AudienceOf | BroadcastsOf | BroadcastOf
