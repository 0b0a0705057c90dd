"""The daily notice: which groups are due one, and posting it by hand (design.md §5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from handlers import drive_board, notice, picture
from handlers.board import Board, compose
from handlers.ranks import PERCENT
from models.queries import board as boards
from models.queries import drives, lines, notices, previews
from models.queries.chats import HAND
from models.queries.counters import add_counters
from models.queries.notices import DAILY, Group, Slot
from models.queries.previews import APPROVED, SKIPPED, About
from models.queries.rows import AnyRow
from scheduler.hours import DAY, at_hour, is_day, is_quiet, local, midnight_after
from scheduler.press import MIDDAY, Due, Kind, Look, Made, Posted, Press, publish

ON_TIME = timedelta(minutes=2)  # a tick this late still cuts at the group's hour, so that all groups name the same one
_AGAIN = timedelta(minutes=1)  # asked for twice within it, a notice is posted once


# ---------------------------------------------------------------- what is due


def due(look: Look) -> Iterator[Due]:
    """Today's from the group's hour on; yesterday's, cut at 24h00, until midday if nothing was posted since. A group
    hears from the first hour after it was linked, on the days of the week it has chosen, of campaigns open on the day
    (their last day included). What a day without a notice brought is in the next one's change.

    One that an officer has approved is posted as it was shown, one that he has skipped is not; nor is one that needs an
    approval it has not got. Groups the bot cannot be in are an officer's own to post to.
    """
    decided = previews.since(look.conn, look.now.date() - 2 * DAY)
    for group in look.groups:
        if group.channel != HAND:
            yield from _due(group, look, decided)


def _due(group: Group, look: Look, decided: Mapping[About, AnyRow]) -> Iterator[Due]:
    now = local(group, look.now)
    today = now.date()
    for day in (today - DAY, today):
        if not (group.opens <= day <= group.closes) or day < first_day(group) or not is_day(group, day):
            continue
        if any(look.taken(group, DAILY, later) for later in {day, today}):
            continue
        cut_at = _cut(group, day, now)
        shown = decided.get(About(group.campaign_id, group.chat_id, day))
        if cut_at is not None and _may_post(group, shown):
            cut_at = local(group, shown.cut_at) if shown is not None and shown.status == APPROVED else cut_at
            yield Due(group.chat_id, group.campaign_id, day, cut_at, group.channel)


def _may_post(group: Group, shown: AnyRow | None) -> bool:
    """By the clock: `shown` is the preview of the day, if there is one."""
    if group.approval:
        return shown is not None and shown.status == APPROVED
    return shown is None or shown.status != SKIPPED


def _settle(conn: Connection, group: Group, slot: Slot) -> Slot | None:
    """What an officer decided in the meantime holds."""
    about = About(slot.campaign_id, slot.chat_id, slot.day)
    previews.lock(conn, about)
    shown = previews.find(conn, about)
    if not _may_post(group, shown):
        return None
    return replace(slot, cut_at=shown.cut_at) if shown is not None and shown.status == APPROVED else slot


def first_day(group: Group) -> date:
    """A group linked at its hour or after it starts tomorrow."""
    linked = local(group, group.linked_at)
    return linked.date() + (DAY if linked >= at_hour(group, linked.date()) else timedelta(0))


def _cut(group: Group, day: date, now: datetime) -> datetime | None:
    """The cut-off of the day's notice if it is posted now; None when it is not its time (yet or any more)."""
    hour = at_hour(group, day)
    if hour <= now < hour + ON_TIME:
        return hour
    if now < hour or _held(group, day, now):
        return None
    if day < now.date():
        return midnight_after(group, day) if now.time() < MIDDAY else None
    return now.replace(second=0, microsecond=0)


def _held(group: Group, day: date, now: datetime) -> bool:
    """A late one waits until quiet hours end; a group that chose an hour within them gets it the same day."""
    asked_for = is_quiet(group, at_hour(group, day).time()) and day == now.date()
    return is_quiet(group, now.time()) and not asked_for


# ---------------------------------------------------------------- posting


def make(conn: Connection, group: Group, slot: Slot, notice_id: int, press: Press, named: bool) -> Made:
    """Numbers at the cut-off, words and picture."""
    last = notices.last(conn, group.chat_id, group.campaign_id, group.unit_id, but=notice_id)
    board = board_at(
        *(conn, group.unit_id, group.campaign_id, slot.cut_at, slot.day),
        last=last,
        named=named,
        sorted_by=group.sorted_by,
        counters=group.kind != notice.SHORT,
    )
    board = replace(board, line=lines.of_day(conn, group.unit_id, group.campaign_id, slot.day))
    text = notice.render(press.texts, group.language, board, press.house, group.kind, update=slot.repeat > 0)
    return Made(board.to_json(), text, _pictures(board, group, notice_id, press))


def _pictures(board: Board, group: Group, notice_id: int, press: Press) -> tuple[tuple[str, str], ...]:
    drawn = group.channel in press.pictures and group.picture and picture.is_worth_drawing(board)
    return ((picture.NAME, picture.ref(notice_id, group.kind, group.language)),) if drawn else ()


def as_shown(shown: AnyRow, group: Group, notice_id: int, press: Press) -> Made:
    """The notice exactly as the officers saw it before: numbers, words, cut-off."""
    board = Board.from_json(shown.numbers)
    return Made(shown.numbers, shown.text, _pictures(board, group, notice_id, press))


def _make_due(conn: Connection, group: Group, slot: Slot, notice_id: int, press: Press, named: bool) -> Made:
    about = About(slot.campaign_id, slot.chat_id, slot.day)
    shown = previews.find(conn, about)
    previews.mark_posted(conn, about)
    if shown is not None and shown.status == APPROVED:
        return as_shown(shown, group, notice_id, press)
    return make(conn, group, slot, notice_id, press, named)


KIND = Kind(DAILY, due, _make_due, _settle)


def post(conn: Connection, chat_id: int, now: datetime, press: Press, *, posted_by: int | None = None) -> Posted:
    """Post the notice of this moment, asked for by a person. One transaction.

    It takes the day's slot, so that the clock posts no other; a repeat says "cập nhật HH:MM". Asked twice within a
    minute it is posted once. With several campaigns open there is a notice for each.
    """
    found: list[tuple[int, int]] = []
    linked = [g for g in notices.groups(conn, now.date() - DAY, now.date() + DAY, chat_id) if g.channel != HAND]
    today = [group for group in linked if group.opens <= local(group, now).date() <= group.closes]
    for group in today:
        made = _post_now(conn, group, now, press, posted_by, named=len(today) > 1)
        found.extend([made] if made is not None else [])
    if found:
        return Posted(tuple(notice_id for notice_id, _ in found), sum(made for _, made in found))
    if today:
        return Posted(why="just_posted")
    return Posted(why="no_campaign" if linked or notices.is_linked(conn, chat_id) else "not_linked")


def _post_now(
    conn: Connection, group: Group, now: datetime, press: Press, posted_by: int | None, *, named: bool
) -> tuple[int, int] | None:
    """Notice id and number of messages; None when the group has a notice of this very minute."""
    cut_at = local(group, now)  # to the second: what was filed a moment ago is in
    while True:
        # the number before the look: whoever took the number before this one is seen by the look
        repeat = notices.next_repeat(conn, group.campaign_id, cut_at.date(), group.chat_id)
        last = notices.last(conn, group.chat_id, group.campaign_id, group.unit_id)
        if last is not None and last.cut_at > cut_at - _AGAIN:
            return None
        slot = Slot(
            *(group.campaign_id, cut_at.date(), group.chat_id, group.unit_id, cut_at, now),
            posted_by=posted_by,
            repeat=repeat,
        )
        notice_id = notices.claim(conn, slot)
        if notice_id is not None:
            previews.mark_posted(conn, About(slot.campaign_id, slot.chat_id, slot.day))
            made = make(conn, group, slot, notice_id, press, named)
            return notice_id, publish(conn, group, slot, notice_id, made, press)
        # somebody took this number just now, and it is visible from here on: look again


# ---------------------------------------------------------------- boards


def board_at(
    conn: Connection,
    unit_id: int,
    campaign_id: int,
    cut_at: datetime,
    day: date,
    *,
    last: AnyRow | None = None,
    named: bool = False,
    sorted_by: str = PERCENT,
    counters: bool = True,
) -> Board:
    """The unit's ranked board at a cut-off of a local day, with what changed since the notice `last`. The named
    counters, which a members' notice does not show, cost as much as there are filings.
    """
    since = last.cut_at if last is not None else None
    numbers = boards.numbers(conn, unit_id, campaign_id, cut_at, day, since=since)
    numbers = add_counters(conn, numbers) if counters else numbers
    before = last.numbers if last is not None else None
    board = compose(numbers, before, named=named, sorted_by=sorted_by)
    return drive_board.join(board, drives.under_way(conn, campaign_id, unit_id, cut_at, day), day)
