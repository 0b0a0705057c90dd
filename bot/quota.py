"""A channel's plan against what is used of it: counted, kept back for replies, told to the administrators.

A message counts in the transaction that stores it as received or records it as sent. Near the end of the month's
messages bulk stops first, then notices; replies go on to the last. What was held back is refused with an outcome of its
own (`models.queries.meter`): a notice goes to its officers to be copied, private words are kept for the person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import Quota
from bot.replies import Address, Writer
from handlers import rights
from handlers.figures import groups as grouped
from handlers.split import split
from handlers.talk import reply, say
from models.queries import meter, outbox, people, untold
from models.queries.meter import Usage
from models.queries.rows import AnyRow
from models.store import Store

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")  # whose months the plan counts
LEVELS = (70, 90, 100)  # percent
LOOK_EVERY = 30.0  # seconds
STALE = timedelta(days=1)  # a reply that could not be sent for so long is worth nothing any more
UNSENT_KEPT = timedelta(days=30)

log = structlog.get_logger(__name__)


def month_of(now: datetime) -> str:
    """`2026-11`"""
    return f"{now.astimezone(ZONE):%Y-%m}"


def most_allowed(quota: Quota, used: int) -> int:
    """The highest priority number that may still be sent."""
    left = quota.messages - used
    if left * 100 <= quota.messages * quota.keep_replies:
        return outbox.REPLY
    return outbox.NOTICE if left * 100 <= quota.messages * quota.keep_notices else outbox.BULK


def hold_back(conn: Connection, channel: str, quota: Quota, now: datetime) -> None:
    """Refuse what is due and may not be sent any more; what is owed to a person is kept for them."""
    used = meter.messages(conn, channel, month_of(now)) if quota.messages else 0
    most = most_allowed(quota, used) if quota.messages else outbox.BULK
    untold.keep(conn, meter.hold_back(conn, channel, most, now - STALE, now))


def parts(quota: Quota, usage: Usage) -> dict[str, tuple[int, int]]:
    """(used, most) of what the plan limits, by name."""
    found = {
        "messages": (usage.messages, quota.messages),
        "people": (usage.people, quota.people),
        "groups": (usage.groups, quota.groups),
    }
    return {name: pair for name, pair in found.items() if pair[1]}


def level(used: int, most: int) -> int:
    """The highest of `LEVELS` that is reached; 0 below them."""
    return max((one for one in LEVELS if used * 100 >= most * one), default=0)


@dataclass(frozen=True)
class Meters:
    """Tells what must be told: administrators of each level once a month, officers of what could not be posted."""

    store: Store
    clock: Callable[[], datetime]
    writer: Writer
    quotas: Mapping[str, Quota]
    wake_sender: Callable[[], None]

    async def run(self) -> None:
        """Until cancelled."""
        while self.quotas:
            try:
                await self.work()
            except SQLAlchemyError as error:  # a database that is away for a moment
                log.warning("quota.unreadable", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY)

    async def work(self) -> None:
        """One look. Raises what the store raises."""
        told = 0
        for channel, quota in self.quotas.items():
            told += await self.store.write(self._tell_levels, channel, quota)
        told += await self.store.write(self._tell_officers)
        if told:
            self.wake_sender()

    def _tell_levels(self, conn: Connection, channel: str, quota: Quota) -> int:
        now = self.clock()
        month, told = month_of(now), 0
        for what, (used, most) in parts(quota, meter.usage(conn, channel, month)).items():
            reached = level(used, most)
            fresh = [one for one in LEVELS if one <= reached and meter.once(conn, _mark(channel, month, what, one))]
            if fresh:
                told += self._tell_admins(conn, channel, quota, what, (used, most, fresh[-1], now))
        return told

    def _tell_admins(
        self, conn: Connection, channel: str, quota: Quota, what: str, about: tuple[int, int, int, datetime]
    ) -> int:
        used, most, reached, now = about
        stage = "full" if reached == LEVELS[-1] else "near"
        admins = self._each_once(people.admins(conn))
        for row in admins:
            values = {"used": grouped(used, row.language), "most": grouped(most, row.language), "plan": quota.plan}
            head = say(f"quota.{what}_{stage}", **values, percent=reached)
            words = [head, say("quota.stops" if stage == "near" else "quota.stopped")] if what == "messages" else [head]
            key = f"{_mark(channel, month_of(now), what, reached)}:{row.person_id}"
            self._put(conn, row, self.writer.texts.reply(row.language, reply(*words)).text, key, now)
        return len(admins)

    def _tell_officers(self, conn: Connection) -> int:
        """Notices that were held back since the last look: one message that says so, one that is the notice."""
        now, told = self.clock(), 0
        rows = [row for row in meter.unsent(conn, now - UNSENT_KEPT) if row.outcome == meter.QUOTA]
        for row in rows:
            text = str(row.payload.get("text") or "")
            told += self._offer(conn, row, text, now) if text else 0
        meter.told(conn, [row.id for row in rows])
        return told

    def _offer(self, conn: Connection, row: AnyRow, text: str, now: datetime) -> int:
        kinds = rights.kinds_for(rights.POST)
        found = people.officers(conn, row.unit_id, kinds, row.campaign_id) or people.admins(conn)
        officers = self._each_once(found)
        for officer in officers:
            head = say("unsent.offered", group=row.title or say("unsent.some_group"))
            said = self.writer.texts.reply(officer.language, reply(head)).text
            limit = self.writer.capabilities[officer.channel].text_limit
            for number, part in enumerate((said, *split(text, limit))):
                self._put(conn, officer, part, f"unsent:{row.id}:{officer.person_id}:{number}", now)
        return len(officers)

    def _each_once(self, rows: Sequence[AnyRow]) -> list[AnyRow]:
        """A person on one account that can be written to, rather where nothing is counted."""
        first: dict[int, AnyRow] = {}
        able = self.writer.capabilities
        served = [row for row in rows if row.channel in able and able[row.channel].calls]
        for row in sorted(served, key=lambda row: row.channel in self.quotas):
            first.setdefault(row.person_id, row)
        return list(first.values())

    def _put(self, conn: Connection, to: AnyRow, text: str, key: str, now: datetime) -> None:
        address = Address(to.channel, to.chat, person_id=to.person_id)
        payload: dict[str, Any] = {"text": text}
        outbox.put(conn, [self.writer.message(payload, address, key=key, now=now, leased=False)])


def _mark(channel: str, month: str, what: str, reached: int) -> str:
    return f"{channel}:{month}:{what}:{reached}"
