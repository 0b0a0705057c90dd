"""The weekly digest: on Monday morning, the last week (Monday to Sunday) against the week before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection

from handlers import picture, week_picture, weekly
from handlers.board import Board, compose
from handlers.kinds import WEEKLY
from handlers.weekly import Week
from models.queries import board as boards
from models.queries.notices import Group, Slot
from scheduler.hours import DAY, in_the_morning, is_quiet, local, midnight_after
from scheduler.press import Due, Kind, Look, Made, Press

LATE = timedelta(days=3)  # from Monday on: what is caught up later would stand beside the next one
_WEEK = timedelta(days=7)


def due(look: Look) -> Iterator[Due]:
    """From Monday 08:00 (or the end of quiet hours) until Wednesday is over, of campaigns that are open on Monday and
    were on some day before it. A group linked after that moment begins with the next week.
    """
    for group in look.groups:
        now = local(group, look.now)
        monday = now.date() - now.weekday() * DAY
        begins = in_the_morning(group, monday)
        if now < begins or now.date() >= monday + LATE or is_quiet(group, now.time()):
            continue
        hears = group.opens < monday <= group.closes and local(group, group.linked_at) < begins
        if hears and not look.taken(group, WEEKLY, monday):
            cut_at = midnight_after(group, monday - DAY)
            yield Due(group.chat_id, group.campaign_id, monday, cut_at, group.channel, WEEKLY)


def make(conn: Connection, group: Group, slot: Slot, notice_id: int, press: Press, named: bool) -> Made:
    """What it compares is frozen with it: the board since the Sunday before, and the fourteen days."""
    board, week = _board(conn, group, slot, named), _week(conn, group, slot)
    text = weekly.render(press.texts, group.language, board, week, press.house, group.kind)
    drawn = group.channel in press.pictures and group.picture and week_picture.is_worth_drawing(week)
    numbers = board.to_json() | {"week": week.to_json()}
    ref = picture.ref(notice_id, group.kind, group.language)
    return Made(numbers, text, ((week_picture.NAME, ref),) if drawn else ())


def _board(conn: Connection, group: Group, slot: Slot, named: bool) -> Board:
    """Sunday against the Sunday before. The portal's numbers of both may have been brought in on Monday morning."""
    before = midnight_after(group, slot.day - DAY - _WEEK)
    of, known = (conn, group.unit_id, group.campaign_id), slot.made_at
    now = boards.numbers(*of, slot.cut_at, slot.day - DAY, since=before, known_at=known)
    last = boards.numbers(*of, before, slot.day - DAY - _WEEK, known_at=known)
    return compose(now, last, named=named, sorted_by=group.sorted_by)


def _week(conn: Connection, group: Group, slot: Slot) -> Week:
    first = slot.day - _WEEK
    found = boards.daily(conn, group.campaign_id, group.unit_id, first - _WEEK, slot.day - DAY)
    filed = {one.day: one.filed - one.held for one in found if one.filed > one.held or not one.held}
    none = None if boards.by_portal(conn, group.campaign_id) else 0
    counts = [filed.get(first - _WEEK + at * DAY, none) for at in range(14)]
    return Week(first, tuple(counts[7:]), tuple(counts[:7]) if _was_whole(conn, group, slot, first - _WEEK) else ())


def _was_whole(conn: Connection, group: Group, slot: Slot, monday: date) -> bool:
    """Is the week from `monday` a measure: had the campaign begun, and was it counted already?"""
    sunday = monday - DAY
    cut_at = midnight_after(group, sunday)
    return group.opens <= monday and boards.knows(
        conn, group.unit_id, group.campaign_id, cut_at, sunday, known_at=slot.made_at
    )


KIND = Kind(WEEKLY, due, make)
