"""Peak drives (đợt cao điểm): starting and ending one, and the bare numbers that `handlers.drive_board` reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Date, bindparam, insert, select, update

from models.queries import board, registry
from models.queries.rows import AnyRow
from models.unit import campaign, drive, unit

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Drive:
    id: int
    campaign_id: int
    unit_id: int
    name: str
    starts: date
    ends: date  # last day
    number: int | None  # how many are to come within its days
    made_at: datetime
    timezone: str  # of its campaign
    runs_at: int  # the unit that runs the campaign
    counter: str  # that ranks in it
    base: Mapping[str, Any] = field(default_factory=dict)
    """The boards at 24h00 of the day before it; empty until they are frozen, and where they were not asked for."""

    def midnight(self, day: date) -> datetime:
        """The end of a local day, 24h00."""
        return datetime.combine(day + _DAY, time(0), ZoneInfo(self.timezone))


class Overlaps(Exception):
    """Another drive of the unit has one of the days, or is to be summed up on one of them."""


_NAMES = ("id", "campaign_id", "unit_id", "name", "starts", "ends", "number", "made_at")
_BARE = (
    select(
        *(drive.c[name] for name in _NAMES),
        campaign.c.timezone,
        campaign.c.unit_id.label("runs_at"),
        campaign.c.ranked_by.label("counter"),
    )
    .join(campaign, campaign.c.id == drive.c.campaign_id)
    .where(drive.c.cancelled_at.is_(None))
    .order_by(drive.c.starts, drive.c.id)
)
_DRIVES = _BARE.add_columns(drive.c.base)
_OF = _DRIVES.where(
    drive.c.campaign_id == bindparam("b_campaign"),
    drive.c.unit_id == bindparam("b_unit"),
    drive.c.ends >= bindparam("b_from", type_=Date),
    drive.c.starts <= bindparam("b_to", type_=Date),
)
_AROUND = _BARE.where(drive.c.ends >= bindparam("b_from", type_=Date), drive.c.starts <= bindparam("b_to", type_=Date))
_BY_ID = _DRIVES.where(drive.c.id == bindparam("b_id"))
_ONE_AT_A_TIME = select(unit.c.id).where(unit.c.id == bindparam("b_unit")).with_for_update(key_share=True)
_START = insert(drive).returning(drive.c.id)
_CHANGE = update(drive).where(drive.c.id == bindparam("b_id"))
_END = _CHANGE.values(ends=bindparam("b_ends", type_=Date))
_CANCEL = _CHANGE.values(cancelled_at=bindparam("b_at", type_=drive.c.cancelled_at.type))
_AIM = _CHANGE.values(number=bindparam("b_number", type_=drive.c.number.type))
_FREEZE = _CHANGE.values(base=bindparam("b_base", type_=drive.c.base.type))


def _drive(row: AnyRow) -> Drive:
    return Drive(**row._mapping)


def on_day(conn: Connection, campaign_id: int, unit_id: int, day: date) -> Drive | None:
    """The drive that has this day."""
    return _first(conn, campaign_id, unit_id, day, day)


def to_tell(conn: Connection, campaign_id: int, unit_id: int, day: date) -> Drive | None:
    """The drive that is told of on this day: one that has it, or one that ended the day before."""
    return _first(conn, campaign_id, unit_id, day - _DAY, day)


def coming(conn: Connection, campaign_id: int, unit_id: int, day: date) -> Drive | None:
    """The drive that has this day, else the next one."""
    return _first(conn, campaign_id, unit_id, day, date.max)


def _first(conn: Connection, campaign_id: int, unit_id: int, first: date, last: date) -> Drive | None:
    binds = {"b_campaign": campaign_id, "b_unit": unit_id, "b_from": first, "b_to": last}
    row = conn.execute(_OF, binds).first()
    return _drive(row) if row is not None else None


def around(conn: Connection, first: date, last: date) -> list[Drive]:
    """Drives of all units with a day from `first` to `last`; asked for every minute, hence without their boards."""
    return [_drive(row) for row in conn.execute(_AROUND, {"b_from": first, "b_to": last})]


def by_id(conn: Connection, drive_id: int) -> Drive | None:
    row = conn.execute(_BY_ID, {"b_id": drive_id}).first()
    return _drive(row) if row is not None else None


# ---------------------------------------------------------------- what officers do


@dataclass(frozen=True, slots=True)
class NewDrive:
    campaign_id: int
    unit_id: int
    name: str
    starts: date
    ends: date
    number: int | None
    made_by: int
    made_at: datetime


def start(conn: Connection, new: NewDrive) -> int:
    """Start a drive; its id. Raises `Overlaps` where another one of the unit has one of its days or the day before its
    first: that one is for the other's closing notice. Of two who start one at once the second is told so.
    """
    conn.execute(_ONE_AT_A_TIME, {"b_unit": new.unit_id})
    if _first(conn, new.campaign_id, new.unit_id, new.starts - _DAY, new.ends + _DAY) is not None:
        raise Overlaps
    values = {name: getattr(new, name) for name in NewDrive.__slots__}
    return int(conn.execute(_START, values).scalar_one())


def end(conn: Connection, drive_id: int, last: date) -> None:
    """`last` is its last day now."""
    conn.execute(_END, {"b_id": drive_id, "b_ends": last})


def cancel(conn: Connection, drive_id: int, at: datetime) -> None:
    """A drive that has not begun is none."""
    conn.execute(_CANCEL, {"b_id": drive_id, "b_at": at})


def aim(conn: Connection, drive_id: int, number: int | None) -> None:
    """How many are to come within its days; None: no target of its own."""
    conn.execute(_AIM, {"b_id": drive_id, "b_number": number})


# ---------------------------------------------------------------- its numbers


def freeze(conn: Connection, found: Drive, known_at: datetime) -> Mapping[str, Any]:
    """The boards at 24h00 of the day before it began, kept from now on: later corrections do not move them."""
    base = base_of(conn, found, known_at)
    if not found.base:
        conn.execute(_FREEZE, {"b_id": found.id, "b_base": dict(base)})
    return base


def base_of(conn: Connection, found: Drive, known_at: datetime) -> Mapping[str, Any]:
    """`own`: the unit's numbers when it began; `above`: those of the unit above it, None where that takes no part.

    Until `known_at` the portal's numbers of that moment may have come in. What was frozen is about one counter: should
    another one rank since, both are counted anew.
    """
    if found.base and found.base["own"]["counter"] == found.counter:
        return found.base
    before = found.starts - _DAY
    at = found.midnight(before)
    return {
        "own": board.numbers(conn, found.unit_id, found.campaign_id, at, before, known_at=known_at),
        "above": _above(conn, found, at, before, known_at),
    }


def figures(
    conn: Connection,
    found: Drive,
    base: Mapping[str, Any],
    cut_at: datetime,
    until: date,
    *,
    known_at: datetime | None = None,
    last: bool = False,
) -> dict[str, Any]:
    """What `handlers.drive_board.join` needs beside the unit's own numbers at `cut_at` of the local day `until`.

    `known_at`: as `board.numbers` takes it. `last`: also what the last full day brought.
    """
    known_at = known_at or cut_at
    return {
        **{name: getattr(found, name) for name in ("id", "name", "number")},
        "starts": found.starts.isoformat(),
        "ends": found.ends.isoformat(),
        "base": base,
        "above": _above(conn, found, cut_at, until, known_at),
        "totals": _totals(conn, found, min(cut_at.date() - _DAY, found.ends), known_at) if last else None,
    }


def under_way(conn: Connection, campaign_id: int, unit_id: int, cut_at: datetime, day: date) -> dict[str, Any] | None:
    """The figures of the drive that has this day; None without one."""
    found = on_day(conn, campaign_id, unit_id, day)
    return figures(conn, found, base_of(conn, found, cut_at), cut_at, day) if found is not None else None


def _above(conn: Connection, found: Drive, cut_at: datetime, day: date, known_at: datetime) -> dict[str, Any] | None:
    """The board that the unit is a row of, if the campaign is run there or above."""
    parent = registry.units_by_id(conn, [found.unit_id])[found.unit_id].parent_id
    if parent is None or found.unit_id == found.runs_at:
        return None
    return board.numbers(conn, parent, found.campaign_id, cut_at, day, known_at=known_at)


def _totals(conn: Connection, found: Drive, last: date, known_at: datetime) -> list[int] | None:
    """The unit's totals at the end of the day before the last full day and of that day; None: no day is over."""
    if last < found.starts:
        return None
    stood = (
        board.numbers(conn, found.unit_id, found.campaign_id, found.midnight(day), day, known_at=known_at)
        for day in (last - _DAY, last)
    )
    return [numbers["filed"] + numbers["adjusted"] for numbers in stood]
