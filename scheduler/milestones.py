"""Milestones: what was passed since yesterday, each told once ever to a group.

The unique row of `notice` is what makes it once: each milestone is a kind of its own ("m:1000", "goal:0:1300") on a day
that never changes, the campaign's first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from handlers import milestones
from handlers.board import Board, compose
from handlers.kinds import MILESTONE
from handlers.milestones import Milestone
from models.queries import board as boards
from models.queries import notices, registry
from models.queries.notices import Group, Slot
from scheduler.hours import is_quiet, local
from scheduler.press import Due, Kind, Look, Made, Press

EVERY = 5  # minutes between two looks, each of which costs two boards of every unit that has a group
LOOK_BACK = timedelta(hours=24)  # what was passed earlier is no news: after a long outage, or before there was a bot


def due(look: Look) -> Iterator[Due]:
    """The greatest one that was passed in the last 24 hours, after the group was linked; not in quiet hours. Which
    smaller ones were passed with it is found out again when it is posted: they are taken without a word.
    """
    if look.now.minute % EVERY:
        return
    seen: dict[tuple[int, int, datetime], list[Milestone]] = {}
    for group in look.groups:
        now = local(group, look.now)
        if not (group.opens <= now.date() <= group.closes) or is_quiet(group, now.time()):
            continue
        since = _since(group, now)
        key = (group.unit_id, group.campaign_id, since)
        if key not in seen:
            seen[key] = milestones.passed(*_boards(look.conn, group, now, since))
        names = [_name(look.conn, group, one) for one in seen[key]]
        fresh = _fresh(look.conn, group, names)
        if fresh:
            yield Due(group.chat_id, group.campaign_id, group.opens, now, group.channel, fresh[0])


def _since(group: Group, now: datetime) -> datetime:
    return max(now - LOOK_BACK, local(group, group.linked_at))


def _boards(conn: Connection, group: Group, now: datetime, since: datetime) -> tuple[Board, Board]:
    """At this moment, and at the one since which news are told."""
    at = (boards.numbers(conn, group.unit_id, group.campaign_id, cut, cut.date()) for cut in (now, since))
    board, before = (compose(numbers) for numbers in at)
    return board, before


def _name(conn: Connection, group: Group, milestone: Milestone) -> str:
    """The kind under which it is stored. A target is the same as long as its phase and number are."""
    goal = milestone.goal
    if goal is None:
        return f"m:{milestone.number}"
    known = registry.phases(conn, group.campaign_id) if goal.phase else []
    phase = next((one.id for one in known if (one.name, one.ends) == (goal.phase, goal.ends)), 0)
    return f"goal:{phase}:{milestone.number}"


def _fresh(conn: Connection, group: Group, names: list[str]) -> list[str]:
    """Those not told yet, in the order given."""
    told = notices.kinds_taken(conn, group.campaign_id, group.chat_id, group.opens, names) if names else frozenset()
    return [name for name in names if name not in told]


def make(conn: Connection, group: Group, slot: Slot, _notice_id: int, press: Press, _named: bool) -> Made:
    """Words only. What was passed at the same time is taken with it, so that it is not told a minute later."""
    now = local(group, slot.cut_at)
    board, before = _boards(conn, group, now, _since(group, now))
    passed = {_name(conn, group, one): one for one in milestones.passed(board, before)}
    for name in passed:
        notices.claim(conn, replace(slot, kind=name))
    milestone = passed[slot.kind]
    text = milestones.render(press.texts, group.language, board, milestone, press.house)
    return Made(board.to_json() | {"milestone": milestone.number}, text)


KIND = Kind(MILESTONE, due, make)
