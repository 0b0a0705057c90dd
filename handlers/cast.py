"""A broadcast that was confirmed (NHAC): how far it is, who was not reached, and what may be decided about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

GREW = "grew"  # why it paused: more would get it than were confirmed
PAUSE, RESUME, CANCEL = "pause", "resume", "cancel"
NIGHT, MORNING = time(21), time(6)  # in between nobody is written to in private
PAGE = 4  # people on one page of those not reached


@dataclass(frozen=True, slots=True)
class Cast:
    """A broadcast between its confirmation and its report. Counts are recipients."""

    id: int
    unit_id: int
    unit: str  # short name: it and everything below is spoken to
    status: str  # planned | running | paused | cancelled | done
    version: int  # rises with every change of the status
    of: int
    left: int  # those that are done with in no way
    sent: int
    blocked: int
    gone: int
    failed: int
    skipped: int  # cancelled before, erased, had a reminder that day, or wanted none
    quota: int = 0  # not sent: what the channel has left this month is kept for replies
    confirmed: int = 0  # how many were to get it when it was confirmed
    paused_why: str = ""  # asked | failures | grew
    rests_until: str = ""  # "06:00" while private messages are not sent at night
    per_second: int = 0  # of late; 0: not known
    started_at: datetime | None = None
    ended_at: datetime | None = None
    told_in: tuple[int, str] = (0, "")  # who is told how it goes, and on which channel
    may_steer: bool = True  # False: an officer of units below, who sees whom to tell in person

    @property
    def done(self) -> int:
        return self.of - self.left

    @property
    def missed(self) -> int:
        """Those who were to be reached and were not: officers tell them in person."""
        return self.blocked + self.gone + self.failed + self.quota

    @property
    def seconds_left(self) -> int:
        """0 where the rate is not known."""
        return -(-self.left // self.per_second) if self.per_second else 0


@dataclass(frozen=True, slots=True)
class CastOf:
    """-> Cast | None: None also for who may neither steer it nor tell anybody it missed"""

    broadcast_id: int


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody a broadcast did not reach."""

    name: str  # "" where none was given
    unit: str
    phone: str
    why: str  # blocked | gone | failed | quota


@dataclass(frozen=True, slots=True)
class MissedOf:
    """Page `page` (from 0) of those a broadcast did not reach in the units the person runs -> MissedPage"""

    broadcast_id: int
    page: int = 0


CastQuery = CastOf | MissedOf


@dataclass(frozen=True, slots=True)
class MissedPage:
    people: tuple[Missed, ...]
    of: int  # on all pages


@dataclass(frozen=True, slots=True)
class MissedList:
    """All of them as a workbook, as the outbox names it: for the units this person runs."""

    broadcast_id: int
    person_id: int
    language: str

    @property
    def ref(self) -> str:
        """`missed:12:7:vi`"""
        return f"missed:{self.broadcast_id}:{self.person_id}:{self.language}"


_LIST = re.compile(r"missed:(\d{1,18}):(\d{1,18}):([a-z]{2})")


def read_list(ref: str) -> MissedList | None:
    """None for what names no such list."""
    found = _LIST.fullmatch(ref)
    return MissedList(int(found[1]), int(found[2]), found[3]) if found else None


@dataclass(frozen=True, slots=True)
class SteerCast:
    """Pause, resume or cancel a broadcast, as it was shown: nothing where it has changed meanwhile."""

    broadcast_id: int
    version: int
    to: str  # pause | resume | cancel


def cast_of(
    row: Any, counts: Any, now: datetime, rests_until: datetime | None = None, *, may_steer: bool = True
) -> Cast:
    """From a row of `models.queries.casting.find` and its `Counts`."""
    seconds = (now - row.told_at).total_seconds() if row.told_at is not None else 0.0
    fresh = counts.done - row.told_done
    return Cast(
        id=row.id,
        unit_id=row.unit_id,
        unit=row.unit_name,
        status=row.status,
        version=row.version,
        of=counts.of,
        left=counts.left,
        sent=counts.sent,
        blocked=counts.blocked,
        gone=counts.gone - counts.blocked - counts.quota,
        quota=counts.quota,
        confirmed=row.confirmed or 0,
        failed=counts.failed,
        skipped=counts.skipped,
        paused_why=row.paused_why,
        rests_until=f"{rests_until:%H:%M}" if rests_until is not None else "",
        per_second=round(fresh / seconds) if seconds >= 1 and fresh > 0 else 0,
        started_at=row.started_at,
        ended_at=row.ended_at,
        told_in=(row.made_by or 0, row.channel),
        may_steer=may_steer,
    )


def rests_until(row: Any, now: datetime) -> datetime | None:
    """Of a row of `casting.find`: the campaign's local morning, while it is night there; None by day."""
    local = now.astimezone(ZoneInfo(row.timezone))
    if MORNING <= local.time() < NIGHT:
        return None
    day = local.date() + timedelta(days=1) if local.time() >= NIGHT else local.date()
    return datetime.combine(day, MORNING, ZoneInfo(row.timezone))
