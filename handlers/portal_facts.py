"""What is looked up to take in the portal's numbers (SOCONG): whose they may be, and which units the rows name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PortalPlace:
    """A board an officer may bring numbers for: a unit in a campaign."""

    unit_id: int
    unit: str  # short name
    campaign_id: int
    campaign: str
    counts_from: str  # bot | portal | both
    closes: date
    timezone: str


@dataclass(frozen=True, slots=True)
class PortalPlaces:
    """For an officer of these units (None: of all) -> tuple[PortalPlace, ...]: campaigns that are open, or closed not
    long ago, and none of them which the officer may not bring numbers for.
    """

    unit_ids: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class PortalUnit:
    """A unit with what is known of its number."""

    id: int
    short: str
    total: int | None = None  # newest; None: it has none yet
    day: date | None = None  # of that
    as_of: datetime | None = None
    before: int = 0  # the newest of a day before the one asked for
    best: int | None = None  # the most that came on one day; None: not known


@dataclass(frozen=True, slots=True)
class PortalMatch:
    """The units a name may mean, best first; `exact`: the first one is meant."""

    units: tuple[PortalUnit, ...] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class PortalRows:
    """Which units below one (or itself) these names mean -> tuple[PortalMatch, ...], one for each name."""

    unit_id: int
    campaign_id: int
    day: date
    names: tuple[str, ...]


PortalQuery = PortalPlaces | PortalRows
