"""How a notice of any kind is put out: its unique row, numbers and words frozen, messages queued (design.md §5).

Nothing is sent here: all of it is rows, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from handlers.facts import House
from handlers.split import split
from handlers.texts import Texts
from models.queries import notices, outbox
from models.queries.notices import Group, Slot

MIDDAY = time(12)  # yesterday's notice is worth posting until then


@dataclass(frozen=True, slots=True)
class Press:
    """What every notice is made with."""

    texts: Texts
    limits: Mapping[str, int]  # characters of a message, by channel: other channels' groups are left alone
    house: House
    pictures: Collection[str] = ()  # channels whose groups get a picture beside the text


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that should have been posted by now."""

    chat_id: int
    campaign_id: int
    day: date  # the campaign's local day
    cut_at: datetime  # aware, local
    channel: str
    kind: str = notices.DAILY
    officers_of: int | None = None  # the unit whose officers bring it out; None: the clock posts it


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at to find out what is due: the linked groups, and which slots are taken already."""

    conn: Connection
    now: datetime
    groups: Sequence[Group]
    posted: Collection[notices.Taken]

    def taken(self, group: Group, kind: str, day: date) -> bool:
        return (kind, group.campaign_id, group.chat_id, day) in self.posted


@dataclass(frozen=True, slots=True)
class Made:
    """A notice as it is frozen. `pictures`: file names and how the outbox names the pictures, behind the words."""

    numbers: Mapping[str, Any]
    text: str
    pictures: tuple[tuple[str, str], ...] = field(default=())


def as_found(_: Connection, __: Group, slot: Slot) -> Slot | None:
    return slot


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice: what is due of it, and how one is made once its slot is claimed."""

    name: str
    due: Callable[[Look], Iterable[Due]]
    make: Callable[[Connection, Group, Slot, int, Press, bool], Made]
    """`(conn, group, slot, notice id, press, named)`; `named`: several campaigns are open, it says which it is of."""
    settle: Callable[[Connection, Group, Slot], Slot | None] = as_found
    """A last look in the transaction that posts: the slot as it is to be claimed, None where it no longer is."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a notice. `notices` is empty when nothing was posted; `why` then says so."""

    notices: tuple[int, ...] = ()
    messages: int = 0  # rows put into the outbox
    why: str = ""  # taken | held | just_posted | not_linked | no_campaign | nobody


def publish(conn: Connection, group: Group, slot: Slot, notice_id: int, made: Made, press: Press) -> int:
    """Freeze a claimed notice and queue its messages; how many."""
    notices.freeze(conn, notice_id, made.numbers, made.text)
    return queue(conn, group, slot, made, press)


def queue(conn: Connection, group: Group, slot: Slot, made: Made, press: Press) -> int:
    """Put a frozen notice into the outbox, once however often it is done; how many messages were new."""
    parts = split(made.text, press.limits[group.channel])
    messages = [_message(group, slot, str(number), text=part) for number, part in enumerate(parts, 1)]
    # pictures are messages of their own behind the words: one that cannot be drawn or sent does not hold them back
    for number, (name, ref) in enumerate(made.pictures, 1):
        part = f"picture{number}" if number > 1 else "picture"
        messages.append(_message(group, slot, part, media=[{"kind": "photo", "ref": ref, "name": name}]))
    return len(outbox.put(conn, messages))


def _message(
    group: Group, slot: Slot, part: str, *, text: str = "", media: Collection[Mapping[str, str]] = ()
) -> outbox.NewMessage:
    day = slot.made_at.astimezone(ZoneInfo(group.timezone)).date()
    return outbox.NewMessage(
        channel=group.channel,
        chat=group.external_id,
        payload={"text": text, "choices": [], "media": list(media), "thread": group.thread, "numbered": True},
        dedupe=f"{slot.kind}:{slot.campaign_id}:{slot.day.isoformat()}:{slot.chat_id}:{slot.repeat}:{part}",
        made_at=slot.made_at,
        is_group=True,
        priority=outbox.NOTICE,
        not_after=datetime.combine(day + timedelta(days=1), MIDDAY, ZoneInfo(group.timezone)),
    )
