"""The notice of a peak drive: each of its mornings, counted to last midnight; the day after, what it brought."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import time

from sqlalchemy import Connection

from handlers import drive_words, picture
from handlers.board import Board
from handlers.drive_board import since_start
from handlers.kinds import DRIVE
from handlers.notice import SHORT
from models.queries import board as boards
from models.queries import drives
from models.queries.drives import Drive
from models.queries.notices import Group, Slot
from scheduler.hours import DAY, in_the_morning, is_quiet, local, midnight_after
from scheduler.press import MIDDAY, Due, Kind, Look, Made, Press

MORNING = time(7, 30)
EVENING = time(20)  # a drive that was started during its first day is opened until then

# ---------------------------------------------------------------- what is due


def due(look: Look) -> Iterator[Due]:
    """From 7:30 (or the end of quiet hours) until midday on each day of a drive and on the day after its last one; the
    opening until the evening. A group that was linked after 7:30 starts the next morning.
    """
    today = look.now.date()  # a day wider on both sides than any time zone can tell
    found = drives.around(look.conn, today - 2 * DAY, today + DAY) if look.groups else []
    for group in look.groups:
        yield from _due(group, look, [one for one in found if _is_of(one, group)])


def _is_of(found: Drive, group: Group) -> bool:
    return (found.campaign_id, found.unit_id) == (group.campaign_id, group.unit_id)


def _due(group: Group, look: Look, found: Iterable[Drive]) -> Iterator[Due]:
    now = local(group, look.now)
    today = now.date()
    for one in found:
        if not (one.starts <= today <= one.ends + DAY) or look.taken(group, DRIVE, today):
            continue
        begins = max(in_the_morning(group, today, MORNING), one.made_at)
        latest = EVENING if today == one.starts else MIDDAY
        if now < begins or now.time() >= latest or is_quiet(group, now.time()) or group.linked_at > begins:
            continue
        cut_at = midnight_after(group, today - DAY)
        yield Due(group.chat_id, group.campaign_id, today, cut_at, group.channel, DRIVE)


# ---------------------------------------------------------------- making one


def make(conn: Connection, group: Group, slot: Slot, notice_id: int, press: Press, named: bool) -> Made:
    """Words for the group; a picture when the drive is summed up. Raises LookupError if it was dropped meanwhile."""
    found = drives.to_tell(conn, group.campaign_id, group.unit_id, slot.day)
    if found is None:
        raise LookupError("the drive was dropped")
    board = _board(conn, found, group, slot, named=named)
    text = drive_words.render(press.texts, group.language, board, press.house, short=group.kind == SHORT)
    summed_up = board.drive is not None and board.drive.is_over
    drawn = summed_up and group.channel in press.pictures and group.picture and picture.is_worth_drawing(board)
    ref = picture.ref(notice_id, group.kind, group.language)
    return Made(board.to_json(), text, ((picture.NAME, ref),) if drawn else ())


def _board(conn: Connection, found: Drive, group: Group, slot: Slot, *, named: bool) -> Board:
    base = drives.freeze(conn, found, slot.made_at)
    until = slot.day - DAY
    began = found.midnight(found.starts - DAY)
    numbers = boards.numbers(
        conn, found.unit_id, found.campaign_id, slot.cut_at, until, since=began, known_at=slot.made_at
    )
    told = drives.figures(conn, found, base, slot.cut_at, until, known_at=slot.made_at, last=True)
    return since_start(numbers, told, slot.day, named=named, sorted_by=group.sorted_by)


KIND = Kind(DRIVE, due, make)
