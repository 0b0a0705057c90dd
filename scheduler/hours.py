"""A group's hours: days of the week, the hour of its notice, quiet hours. All times are the campaign's local ones."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.queries.notices import Group

DAY = timedelta(days=1)
MORNING = time(8)  # what no group has chosen an hour for comes then: weekly digest, reports


def local(group: Group, moment: datetime) -> datetime:
    """The moment on the clock of the group's campaign."""
    return moment.astimezone(ZoneInfo(group.timezone))


def at_hour(group: Group, day: date) -> datetime:
    """When the group wants its notice of the day."""
    return _at(group, day, _time(group.hour))


def midnight_after(group: Group, day: date) -> datetime:
    """24h00 of the day (domain.md §6)."""
    return _at(group, day + DAY, time(0))


def is_day(group: Group, day: date) -> bool:
    """Is it a day of the week on which the group wants the daily notice?"""
    return str(day.isoweekday()) in group.days


def is_quiet(group: Group, moment: time) -> bool:
    """Within the quiet hours, which may go over midnight; the same hour twice means there are none."""
    first, last = _time(group.quiet_from), _time(group.quiet_to)
    if first <= last:
        return first <= moment < last
    return moment >= first or moment < last


def in_the_morning(group: Group, day: date, wanted: time = MORNING) -> datetime:
    """`wanted` of the day, or the end of quiet hours where it is quiet then (on the same day, whatever they say)."""
    return _at(group, day, max(_time(group.quiet_to), wanted) if is_quiet(group, wanted) else wanted)


def _time(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


def _at(group: Group, day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, ZoneInfo(group.timezone))
