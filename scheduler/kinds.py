"""All kinds of notice: which groups are due which, and posting one that is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from handlers.kinds import DAILY, family
from models.queries import notices
from models.queries.notices import Group, Slot
from scheduler import closing, daily_notice, drive_notice, milestones, weekly
from scheduler.hours import DAY
from scheduler.press import Due, Kind, Look, Posted, Press, publish

_ALL = (daily_notice.KIND, drive_notice.KIND, weekly.KIND, closing.KIND, milestones.KIND)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
PAST = timedelta(days=9)  # as long as what is over is still told of, and a day more than any time zone can tell


def due(conn: Connection, now: datetime) -> list[Due]:
    """Notices that the clock should post now, in order of their cut-offs; none of kinds a group does not hear of."""
    today = now.date()
    groups = notices.groups(conn, today - PAST, today + DAY)
    campaigns = (group.campaign_id for group in groups)
    taken = notices.posted(conn, campaigns, daily=today - 2 * DAY, others=today - PAST)
    found = [
        item
        for kind in KINDS.values()
        for item in kind.due(Look(conn, now, [group for group in groups if _hears(group, kind)], taken))
    ]
    return sorted(found, key=lambda item: (item.cut_at, item.chat_id, item.campaign_id))


def _hears(group: Group, kind: Kind) -> bool:
    """Only the daily notice is shown to officers before: where all must be approved, no other kind comes by itself."""
    return group.wants(kind.name) and (kind.name == DAILY or not group.approval)


def post_due(conn: Connection, item: Due, now: datetime, press: Press) -> Posted:
    """Post what `due` found, unless its slot was taken meanwhile. One transaction."""
    groups = notices.groups(conn, item.day - DAY, item.day, item.chat_id)  # told of the day after its last one, too
    group = next((group for group in groups if group.campaign_id == item.campaign_id), None)
    if group is None:
        return Posted(why="not_linked")
    found = Slot(item.campaign_id, item.day, item.chat_id, group.unit_id, item.cut_at, now, kind=item.kind)
    kind = KINDS[family(item.kind)]
    slot = kind.settle(conn, group, found)
    if slot is None:
        return Posted(why="held")
    notice_id = notices.claim(conn, slot)
    if notice_id is None:
        return Posted(why="taken")
    made = kind.make(conn, group, slot, notice_id, press, len(groups) > 1)
    return Posted((notice_id,), publish(conn, group, slot, notice_id, made, press))
