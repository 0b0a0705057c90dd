"""A day's notice as officers see it before it is posted: what a step may know of it, and how it asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

HAND = "hand"  # the channel of groups the bot cannot be in
SHOWN, APPROVED, POSTED, SKIPPED = "shown", "approved", "posted", "skipped"
MIDDAY = time(12)  # of the next day: until then a notice that had to wait for an officer may still be posted


@dataclass(frozen=True, slots=True)
class PreviewOf:
    """-> Preview | None: None also for who may not decide about it"""

    campaign_id: int
    chat_id: int
    day: date


@dataclass(frozen=True, slots=True)
class PreviewsOf:
    """Of the group, one for each campaign that is open today, made (version 1 or more) or not -> tuple[Preview, ...]"""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Undecided:
    """Today's previews of groups of these units and those below (None: all), which wait -> tuple[Preview, ...]"""

    unit_ids: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Preview:
    """One group's notice of one local day. Times are local ones."""

    campaign_id: int
    chat_id: int
    day: date
    at: datetime  # the group's hour on that day
    closes: datetime  # until then it can be decided
    unit: str  # short name
    kind: str  # officers | members
    title: str = ""
    campaign: str = ""
    by_hand: bool = False
    timed: bool = True  # the clock posts on that day
    portal: bool = False  # the notice counts what the portal says
    version: int = 0  # 0: not made yet
    status: str = SHOWN
    text: str = ""
    decided_by: int | None = None
    decider: str = ""
    decided_at: datetime | None = None
    posted_at: datetime | None = None
    over: bool = False  # a later preview or notice of the group is there
    also: tuple[Preview, ...] = ()  # the same words for other groups, for which its card stands

    @property
    def record(self) -> str:
        """What its cards carry, so that they find it for ever and know whether they are the newest."""
        return f"{self.campaign_id}.{self.chat_id}.{self.day:%Y%m%d}.{self.version}"

    def is_open(self, now: datetime) -> bool:
        return self.posted_at is None and not self.over and now < self.closes

    def is_anothers(self, person_id: int) -> bool:
        """Somebody else has decided already: whoever is first decides."""
        return self.decided_by is not None and self.decided_by != person_id


def read_record(record: str) -> tuple[PreviewOf, int] | None:
    """The preview and the version a card is about; None for what is no such record."""
    parts = record.split(".")
    if len(parts) != 4 or not all(part.isdecimal() for part in parts):
        return None
    try:
        day = datetime.strptime(parts[2], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    return PreviewOf(int(parts[0]), int(parts[1]), day), int(parts[3])


def preview_of(row: Any, day: date, also: Iterable[Any] = ()) -> Preview:
    """From a row of `models.queries.previews.find`, or of `group` where none has been made; `also`: of `shown_with`."""
    zone = ZoneInfo(row.timezone)
    hour, minute = row.hour.split(":")
    by_hand = row.channel == HAND
    midnight = datetime.combine(day + timedelta(days=1), time(0), zone)
    made = {name: getattr(row, name) for name in ("version", "status", "text", "decided_by") if hasattr(row, name)}
    moments = {name: getattr(row, name, None) for name in ("decided_at", "posted_at")}
    times = {name: moment.astimezone(zone) for name, moment in moments.items() if moment is not None}
    return Preview(
        campaign_id=row.campaign_id,
        chat_id=row.chat_id,
        day=day,
        at=datetime.combine(day, time(int(hour), int(minute)), zone),
        closes=midnight.replace(hour=MIDDAY.hour) if row.approval or by_hand else midnight,
        unit=row.unit,
        kind=row.kind,
        title=row.title,
        campaign=row.campaign,
        by_hand=by_hand,
        timed=bool(row.kinds.get("daily", True)) and str(day.isoweekday()) in row.days,
        portal=row.counts_from != "bot",
        decider=getattr(row, "decider", None) or "",
        also=tuple(preview_of(other, day) for other in also),
        over=bool(getattr(row, "outdated", False) or getattr(row, "passed", False)),
        **made,
        **times,
    )
