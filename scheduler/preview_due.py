"""Which previews should be shown, made anew or reminded of now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from handlers.preview_facts import MIDDAY
from models.queries import lines, notices, previews, registry
from models.queries.chats import HAND
from models.queries.notices import DAILY, Group
from models.queries.previews import APPROVED, SHOWN, About
from models.queries.rows import AnyRow
from scheduler.daily_notice import first_day
from scheduler.hours import DAY, at_hour, is_day, is_quiet, local, midnight_after
from scheduler.showing import needs_officer

AHEAD = timedelta(minutes=15)
HAND_LATE = timedelta(hours=2)  # who posts by hand is reminded so long after the hour
EVERY = timedelta(minutes=2)  # figures that are pasted in several messages make one new preview, not one for each
LAST = timedelta(minutes=5)  # before the hour, when none may come too late
SHOW, AGAIN, REMIND = "show", "again", "remind"


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done about one group's preview of one day."""

    what: str  # show | again | remind
    about: About
    unit_id: int  # the group's


def due(conn: Connection, now: datetime) -> list[Step]:
    """By group: the first preview 15 minutes before its hour; another one when figures have come in since; one reminder
    where it needs an officer and none has decided.
    """
    today = now.date()
    groups = [group for group in notices.groups(conn, today - DAY, today + DAY) if _may_show(group, now)]
    known = previews.since(conn, today - 2 * DAY)
    campaigns = (group.campaign_id for group in groups)
    taken = notices.posted(conn, campaigns, daily=today - 2 * DAY, others=today)
    return [step for group in groups for step in _steps(conn, group, now, known, taken)]


def _may_show(group: Group, now: datetime) -> bool:
    """Not in quiet hours; unless the group wants its notice within them, and none would come without an officer."""
    if not group.wants(DAILY) or not (group.preview or needs_officer(group)):
        return False
    here = local(group, now)
    asked_for = needs_officer(group) and is_quiet(group, at_hour(group, here.date()).time())
    return asked_for or not is_quiet(group, here.time())


def begins(group: Group, day: date) -> datetime:
    """When the preview of the day is shown."""
    return at_hour(group, day) - AHEAD


def _steps(
    conn: Connection, group: Group, now: datetime, known: Mapping[About, AnyRow], taken: set[notices.Taken]
) -> Iterator[Step]:
    here = local(group, now)
    today = here.date()
    for day in (today - DAY, today):
        about = About(group.campaign_id, group.chat_id, day)
        shown = known.get(about)
        if any((DAILY, group.campaign_id, group.chat_id, later) in taken for later in {day, today}):
            continue
        what = _today(conn, group, day, here, shown) if day == today else ""
        if not what and shown is not None and _is_late(group, day, here, shown):
            what = REMIND
        if what:
            yield Step(what, about, group.unit_id)


def together(steps: Iterable[Step]) -> list[list[Step]]:
    """Those whose officers may be shown one text for all of them."""
    found: dict[tuple[str, int, int, date], list[Step]] = {}
    for step in steps:
        found.setdefault((step.what, step.about.campaign_id, step.unit_id, step.about.day), []).append(step)
    return list(found.values())


def _today(conn: Connection, group: Group, day: date, now: datetime, shown: AnyRow | None) -> str:
    end = midnight_after(group, day) if needs_officer(group) else at_hour(group, day)
    if not begins(group, day) <= now < end or not group.opens <= day <= group.closes:
        return ""
    if shown is None:
        return SHOW if is_day(group, day) and day >= first_day(group) else ""
    if shown.status not in (SHOWN, APPROVED):
        return ""
    early = shown.status == SHOWN and shown.made_at < begins(group, day)  # somebody had asked to see it before
    soon = at_hour(group, day) - LAST <= now < at_hour(group, day)
    rested = soon or now - shown.made_at >= EVERY
    return AGAIN if early or (rested and _has_changed(conn, group, shown)) else ""


def _has_changed(conn: Connection, group: Group, shown: AnyRow) -> bool:
    """Were portal figures of the unit stored since, or was the day's line set, changed or dropped?"""
    units = registry.ancestors(conn, group.unit_id)
    if previews.reported(conn, group.campaign_id, units, shown.made_at):
        return True
    frozen = previews.find(conn, About(group.campaign_id, group.chat_id, shown.day))
    line = lines.of_day(conn, group.unit_id, group.campaign_id, shown.day)
    return frozen is not None and str(frozen.numbers.get("line", "")) != line


def _is_late(group: Group, day: date, now: datetime, shown: AnyRow) -> bool:
    """It waits for an officer, the time has come, and nobody was reminded: until midday of the next day."""
    if not needs_officer(group) or shown.status != SHOWN or shown.reminded_at is not None:
        return False
    late = HAND_LATE if group.channel == HAND else timedelta(0)
    return at_hour(group, day) + late <= now < midnight_after(group, day).replace(hour=MIDDAY.hour)
