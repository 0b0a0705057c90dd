"""What is told about a channel's plan (`bot.quota`): to administrators how far it is used up, and that the platform
says no; to officers what was not posted because of it, or because the platform was away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import Quota
from bot.quota import LEVELS, level, most_allowed, parts
from bot.replies import Address, Writer
from handlers import rights
from handlers.channel_names import title
from handlers.figures import groups as grouped
from handlers.split import split
from handlers.talk import Say, reply, say
from models.queries import meter, outbox, people
from models.queries.rows import AnyRow
from models.store import Store

LOOK_EVERY = 30.0  # seconds
OFFERED_WITHIN = timedelta(days=2)  # older ones are only looked up (CHUAGUI)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class QuotaAlarm:
    """Tells what must be told: administrators of each level once a month, officers of what could not be posted."""

    store: Store
    clock: Callable[[], datetime]
    writer: Writer
    quotas: Mapping[str, Quota]
    wake_sender: Callable[[], None]

    async def run(self) -> None:
        """Until cancelled."""
        while True:
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
        if await self.store.read(self._anything_new):  # nearly never: nothing is written then
            told += await self.store.write(self._tell_refusals)
            told += await self.store.write(self._tell_officers)
        if told:
            self.wake_sender()

    def _tell_levels(self, conn: Connection, channel: str, quota: Quota) -> int:
        now = self.clock()
        month, told = meter.month_of(now), 0
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
            words = [head, _stopped(quota, used)] if what == "messages" else [head]
            key = f"{_mark(channel, meter.month_of(now), what, reached)}:{row.person_id}"
            self._put(conn, row, self.writer.texts.reply(row.language, reply(*words)).text, key, now)
        return len(admins)

    def _anything_new(self, conn: Connection) -> bool:
        return bool(meter.refusals(conn) or meter.to_offer(conn, self.clock() - OFFERED_WITHIN))

    def _tell_refusals(self, conn: Connection) -> int:
        """That a platform says no by itself, whatever we have counted: once a day for each reason."""
        told = 0
        for name, words in meter.refusals(conn):
            meter.refusal_told(conn, name)
            head = say("quota.said", channel=title(name.split(":")[1]), reason=say(words))
            for row in self._each_once(people.admins(conn)):
                text = self.writer.texts.reply(row.language, reply(head)).text
                self._put(conn, row, text, f"{name}:{row.person_id}", self.clock())
                told += 1
        return told

    def _tell_officers(self, conn: Connection) -> int:
        """Notices that did not get out since the last look: one message that says so, one that is the notice."""
        now, told = self.clock(), 0
        rows = meter.to_offer(conn, now - OFFERED_WITHIN)
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
            head = _why(row)
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


def _why(row: AnyRow) -> Say:
    """Why an officer is given this notice to copy, and whether it may stand in the group already."""
    how = "perhaps" if row.maybe_sent else "offered" if row.outcome.startswith(meter.QUOTA) else "not_taken"
    group = row.title or say("unsent.some_group")
    return say(f"unsent.{how}", group=group, channel=title(row.channel))


def _stopped(quota: Quota, used: int) -> Say:
    """What has stopped by now, and what will."""
    later = {"bulk": 100 - quota.keep_notices, "notices": 100 - quota.keep_replies}
    match most_allowed(quota, used):
        case outbox.BULK:
            return say("quota.stops", **later)
        case outbox.NOTICE:
            return say("quota.bulk_stopped", **later)
    return say("quota.stopped")


def _mark(channel: str, month: str, what: str, reached: int) -> str:
    return f"{channel}:{month}:{what}:{reached}"
