"""All kinds of notice: which groups are due which, and posting one that is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from handlers.kinds import DAILY, family
from models.queries import notices
from models.queries.notices import Group, Slot
from scheduler import closing, daily_notice, drive_notice, milestones, weekly
from scheduler.hours import DAY
from scheduler.press import Due, Kind, Look, Made, Posted, Press, publish
from scheduler.showing import needs_officer

_ALL = (daily_notice.KIND, drive_notice.KIND, weekly.KIND, closing.KIND, milestones.KIND)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
PAST = timedelta(days=9)  # as long as what is over is still told of, and a day more than any time zone can tell


def due(conn: Connection, now: datetime) -> list[Due]:
    """Notices that are due by now, in order of their cut-offs; none of kinds a group does not hear of. Where a group's
    officers must bring it out, that is said with it.
    """
    today = now.date()
    groups = notices.groups(conn, today - PAST, today + DAY)
    campaigns = (group.campaign_id for group in groups)
    taken = notices.posted(conn, campaigns, daily=today - 2 * DAY, others=today - PAST)
    found = [
        item
        for kind in KINDS.values()
        for item in kind.due(Look(conn, now, [group for group in groups if group.wants(kind.name)], taken))
    ]
    asked = {(group.chat_id, group.campaign_id): group.unit_id for group in groups if needs_officer(group)}
    found = [replace(item, officers_of=_asked(item, asked)) for item in found]
    return sorted(found, key=lambda item: (item.cut_at, item.chat_id, item.campaign_id))


def _asked(item: Due, asked: Mapping[tuple[int, int], int]) -> int | None:
    """The daily notice has been shown before: what is due of it needs nobody any more."""
    return None if item.kind == DAILY else asked.get((item.chat_id, item.campaign_id))


def post_due(conn: Connection, item: Due, now: datetime, press: Press) -> Posted:
    """Post what `due` found, unless its slot was taken or its group's settings were changed meanwhile. One
    transaction.
    """
    found = group_of(conn, item)
    if found is None:
        return Posted(why="not_linked")
    if item.kind != DAILY and needs_officer(found[0]):
        return Posted(why="held")
    taken = take(conn, item, *found, now, press)
    if isinstance(taken, Posted):
        return taken
    return Posted((taken.notice_id,), publish(conn, found[0], taken.slot, taken.notice_id, taken.made, press))


def group_of(conn: Connection, item: Due) -> tuple[Group, bool] | None:
    """The linked group with the campaign; and whether the notice must say which campaign it is of."""
    groups = notices.groups(conn, item.day - DAY, item.day, item.chat_id)  # told of the day after its last one, too
    group = next((group for group in groups if group.campaign_id == item.campaign_id), None)
    return None if group is None else (group, len(groups) > 1)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice whose slot is taken and which is to be frozen in this transaction."""

    slot: Slot
    notice_id: int
    made: Made


def take(conn: Connection, item: Due, group: Group, named: bool, now: datetime, press: Press) -> Claimed | Posted:
    """Claim the slot and make the notice; why not, where that cannot be."""
    found = Slot(item.campaign_id, item.day, item.chat_id, group.unit_id, item.cut_at, now, kind=item.kind)
    kind = KINDS[family(item.kind)]
    slot = kind.settle(conn, group, found)
    if slot is None:
        return Posted(why="held")
    notice_id = notices.claim(conn, slot)
    if notice_id is None:
        return Posted(why="taken")
    return Claimed(slot, notice_id, kind.make(conn, group, slot, notice_id, press, named))
