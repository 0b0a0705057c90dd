"""The report on a phase or a campaign that has ended, the morning after its last day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection

from handlers import closing, picture
from handlers.board import Board, compose
from handlers.closing import Ending, History
from handlers.kinds import CLOSING
from handlers.looking_back import GroupCount
from handlers.pace import DayCount
from models.queries import author_groups, people_counts, registry
from models.queries import board as boards
from models.queries.notices import Group, Slot
from models.queries.registry import Phase
from scheduler.hours import DAY, in_the_morning, is_quiet, local, midnight_after
from scheduler.press import Due, Kind, Look, Made, Press

LATE = timedelta(days=7)  # after the last day; what is caught up later nobody waits for


def due(look: Look) -> Iterator[Due]:
    """From 08:00 (or the end of quiet hours) of the day after the last one, for seven days. A group linked after that
    moment is not told of what was over before.
    """
    phases: dict[int, list[Phase]] = {}
    for group in look.groups:
        if group.campaign_id not in phases:
            phases[group.campaign_id] = registry.phases(look.conn, group.campaign_id)
        now = local(group, look.now)
        for day in _ends(group, phases[group.campaign_id]):
            begins = in_the_morning(group, day + DAY)
            late = now < begins or now.date() > day + LATE or is_quiet(group, now.time())
            if late or local(group, group.linked_at) >= begins or look.taken(group, CLOSING, day):
                continue
            yield Due(group.chat_id, group.campaign_id, day, midnight_after(group, day), group.channel, CLOSING)


def _ends(group: Group, phases: list[Phase]) -> list[date]:
    """Last days of phases and of the campaign; a phase that ends with the campaign is told of in one report."""
    return sorted({group.closes, *(phase.ends for phase in phases if phase.ends <= group.closes)})


def make(conn: Connection, group: Group, slot: Slot, notice_id: int, press: Press, named: bool) -> Made:
    """Figures cut at 24h00 of the last day, which the report names; the board's picture goes with it."""
    ending = _ending(conn, group, slot.day)
    board = _board(conn, group, slot, ending, named=named)
    history = _history(conn, group, slot)
    text = closing.render(press.texts, group.language, board, ending, history, press.house, group.kind)
    drawn = group.channel in press.pictures and group.picture and picture.is_worth_drawing(board)
    ref = picture.ref(notice_id, group.kind, group.language)
    numbers = board.to_json() | {"ending": ending.to_json(), "history": history.to_json()}
    return Made(numbers, text, ((picture.NAME, ref),) if drawn else ())


def _ending(conn: Connection, group: Group, day: date) -> Ending:
    if day == group.closes:
        return Ending(group.opens, day)
    phase = next(phase for phase in registry.phases(conn, group.campaign_id) if phase.ends == day)
    return Ending(phase.starts, day, phase.name)


def _board(conn: Connection, group: Group, slot: Slot, ending: Ending, *, named: bool) -> Board:
    """With authors and base units. The units are compared by the targets of what has ended, where they have such."""
    numbers = boards.numbers(conn, group.unit_id, group.campaign_id, slot.cut_at, slot.day, known_at=slot.made_at)
    if ending.phase and any(row["phase"] for row in numbers["rows"]):
        numbers["rows"] = [row | {"whole": None} for row in numbers["rows"]]
    counted = people_counts.add_people(conn, numbers)
    return compose(counted, named=named, sorted_by=group.sorted_by)


def _history(conn: Connection, group: Group, slot: Slot) -> History:
    days = boards.daily(conn, group.campaign_id, group.unit_id, group.opens, slot.day)
    groups = author_groups.by_group(conn, group.campaign_id, group.unit_id, slot.cut_at, slot.day)
    return History(
        [DayCount(one.day, one.filed, one.adjusted, one.held) for one in days],
        [GroupCount(name, count) for name, count in groups],
    )


KIND = Kind(CLOSING, due, make)
