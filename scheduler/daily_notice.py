"""The daily notice: which groups are due one, and posting it (design.md §5).

Nothing is sent here: a notice is a unique row with its numbers and text, and rows in the outbox, in one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from handlers import notice, picture
from handlers.board import Board, compose
from handlers.facts import House
from handlers.split import split
from handlers.texts import Texts
from models.queries import board as boards
from models.queries import notices, outbox
from models.queries.notices import Group, Slot
from models.queries.rows import AnyRow

ON_TIME = timedelta(minutes=2)  # a tick this late still cuts at the group's hour, so that all groups name the same one
MIDDAY = time(12)  # yesterday's notice is worth posting until then
_DAY = timedelta(days=1)
_AGAIN = timedelta(minutes=1)  # asked for twice within it, a notice is posted once


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that should have been posted by now."""

    chat_id: int
    campaign_id: int
    day: date  # the campaign's local day
    cut_at: datetime  # aware, local
    channel: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a notice. `notices` is empty when nothing was posted; `why` then says so."""

    notices: tuple[int, ...] = ()
    messages: int = 0  # rows put into the outbox
    why: str = ""  # taken | just_posted | not_linked | no_campaign


# ---------------------------------------------------------------- what is due


def due(conn: Connection, now: datetime) -> list[Due]:
    """Notices that the clock should post now, in order of their days.

    Today's from the group's hour on; yesterday's, cut at 24h00, until midday if nothing was posted since. A group hears
    from the first hour after it was linked, of campaigns open on the day (their last day included).
    """
    today = now.date()
    groups = notices.groups(conn, today - 2 * _DAY, today + _DAY)  # a day wider than any time zone can tell
    posted = notices.posted(conn, (group.campaign_id for group in groups), today - 2 * _DAY)
    found = [item for group in groups for item in _due(group, now, posted)]
    return sorted(found, key=lambda item: (item.day, item.chat_id, item.campaign_id))


def _due(group: Group, now: datetime, posted: set[tuple[int, int, date]]) -> Iterator[Due]:
    local = now.astimezone(ZoneInfo(group.timezone))
    today = local.date()
    for day in (today - _DAY, today):
        if not (group.opens <= day <= group.closes) or day < _first_day(group):
            continue
        if any((group.campaign_id, group.chat_id, later) in posted for later in {day, today}):
            continue
        cut_at = _cut(group, day, local)
        if cut_at is not None:
            yield Due(group.chat_id, group.campaign_id, day, cut_at, group.channel)


def _first_day(group: Group) -> date:
    """A group linked at its hour or after it starts tomorrow."""
    linked = group.linked_at.astimezone(ZoneInfo(group.timezone))
    return linked.date() + (_DAY if linked >= _at_hour(group, linked.date()) else timedelta(0))


def _cut(group: Group, day: date, local: datetime) -> datetime | None:
    """The cut-off of the day's notice if it is posted now; None when it is not its time (yet or any more)."""
    if day < local.date():
        return _midnight_after(day, local) if local.time() < MIDDAY else None
    hour = _at_hour(group, day)
    if local < hour:
        return None
    return hour if local < hour + ON_TIME else _minute(local)


def _at_hour(group: Group, day: date) -> datetime:
    hour, minute = group.hour.split(":")
    return datetime.combine(day, time(int(hour), int(minute)), ZoneInfo(group.timezone))


def _midnight_after(day: date, local: datetime) -> datetime:
    return datetime.combine(day + _DAY, time(0), local.tzinfo)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


# ---------------------------------------------------------------- posting


@dataclass(frozen=True, slots=True)
class _Press:
    """What every notice is made with."""

    texts: Texts
    limits: Mapping[str, int]  # characters of a message, by channel
    house: House
    now: datetime
    pictures: Collection[str]  # channels whose groups get a picture beside the text
    posted_by: int | None = None


def post_due(
    conn: Connection,
    item: Due,
    now: datetime,
    *,
    texts: Texts,
    limits: Mapping[str, int],
    house: House,
    pictures: Collection[str] = (),
) -> Posted:
    """Post what `due` found, unless its slot was taken meanwhile. One transaction."""
    groups = notices.groups(conn, item.day, item.day, item.chat_id)
    group = next((group for group in groups if group.campaign_id == item.campaign_id), None)
    if group is None:
        return Posted(why="not_linked")
    slot = Slot(item.campaign_id, item.day, item.chat_id, group.unit_id, item.cut_at, now)
    notice_id = notices.claim(conn, slot)
    if notice_id is None:
        return Posted(why="taken")
    made = _make(conn, group, slot, notice_id, _Press(texts, limits, house, now, pictures), named=len(groups) > 1)
    return Posted((notice_id,), made)


def post(
    conn: Connection,
    chat_id: int,
    now: datetime,
    *,
    texts: Texts,
    limits: Mapping[str, int],
    house: House,
    pictures: Collection[str] = (),
    posted_by: int | None = None,
) -> Posted:
    """Post the notice of this moment, asked for by a person. One transaction.

    It takes the day's slot, so that the clock posts no other; a repeat says "cập nhật HH:MM". Asked twice within a
    minute it is posted once. With several campaigns open there is a notice for each.
    """
    found: list[tuple[int, int]] = []
    linked = notices.groups(conn, now.date() - _DAY, now.date() + _DAY, chat_id)
    today = [group for group in linked if group.opens <= _today(group, now) <= group.closes]
    press = _Press(texts, limits, house, now, pictures, posted_by)
    for group in today:
        made = _post_now(conn, group, press, named=len(today) > 1)
        found.extend([made] if made is not None else [])
    if found:
        return Posted(tuple(notice_id for notice_id, _ in found), sum(made for _, made in found))
    if today:
        return Posted(why="just_posted")
    return Posted(why="no_campaign" if linked or notices.is_linked(conn, chat_id) else "not_linked")


def _today(group: Group, now: datetime) -> date:
    return now.astimezone(ZoneInfo(group.timezone)).date()


def _post_now(conn: Connection, group: Group, press: _Press, *, named: bool) -> tuple[int, int] | None:
    """Notice id and number of messages; None when the group has a notice of this very minute."""
    cut_at = press.now.astimezone(ZoneInfo(group.timezone))  # to the second: what was filed a moment ago is in
    while True:
        last = notices.last(conn, group.chat_id, group.campaign_id, group.unit_id)
        if last is not None and last.cut_at > cut_at - _AGAIN:
            return None
        repeat = notices.next_repeat(conn, group.campaign_id, cut_at.date(), group.chat_id)
        slot = Slot(
            *(group.campaign_id, cut_at.date(), group.chat_id, group.unit_id, cut_at, press.now),
            posted_by=press.posted_by,
            repeat=repeat,
        )
        notice_id = notices.claim(conn, slot)
        if notice_id is not None:
            return notice_id, _make(conn, group, slot, notice_id, press, named=named)
        # somebody took this number just now, and it is visible from here on: look again


def _make(conn: Connection, group: Group, slot: Slot, notice_id: int, press: _Press, *, named: bool) -> int:
    """Numbers, words, the frozen row and the messages; how many messages."""
    last = notices.last(conn, group.chat_id, group.campaign_id, group.unit_id, but=notice_id)
    board = board_at(conn, group.unit_id, group.campaign_id, slot.cut_at, slot.day, last=last, named=named)
    text = notice.render(press.texts, group.language, board, press.house, group.kind, update=slot.repeat > 0)
    notices.freeze(conn, notice_id, board.to_json(), text)
    parts = split(text, press.limits[group.channel])
    messages = [_message(group, slot, str(number), text=part) for number, part in enumerate(parts, 1)]
    if group.channel in press.pictures and picture.is_worth_drawing(board):
        # a message of its own behind the words: one that cannot be drawn or sent does not hold them back
        ref = picture.ref(notice_id, group.kind, group.language)
        messages.append(_message(group, slot, "picture", media=[{"kind": "photo", "ref": ref, "name": picture.NAME}]))
    outbox.put(conn, messages)
    return len(messages)


def _message(
    group: Group, slot: Slot, part: str, *, text: str = "", media: Collection[Mapping[str, str]] = ()
) -> outbox.NewMessage:
    day = slot.day
    return outbox.NewMessage(
        channel=group.channel,
        chat=group.external_id,
        payload={"text": text, "choices": [], "media": list(media), "thread": group.thread, "numbered": True},
        dedupe=f"daily:{slot.campaign_id}:{day.isoformat()}:{slot.chat_id}:{slot.repeat}:{part}",
        made_at=slot.made_at,
        is_group=True,
        priority=outbox.NOTICE,
        not_after=datetime.combine(day + _DAY, MIDDAY, ZoneInfo(group.timezone)),
    )


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
) -> Board:
    """The unit's ranked board at a cut-off of a local day, with what changed since the notice `last`."""
    since = last.cut_at if last is not None else None
    numbers = boards.numbers(conn, unit_id, campaign_id, cut_at, day, since=since)
    return compose(numbers, last.numbers if last is not None else None, named=named)
