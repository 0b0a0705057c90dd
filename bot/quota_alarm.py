"""What is told about a channel's plan (`bot.quota`): to administrators how far it is used up, to officers what was not
posted because of it.
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
from bot.quota import LEVELS, level, parts
from bot.replies import Address, Writer
from handlers import rights
from handlers.figures import groups as grouped
from handlers.split import split
from handlers.talk import reply, say
from models.queries import meter, outbox, people
from models.queries.rows import AnyRow
from models.store import Store

LOOK_EVERY = 30.0  # seconds
UNSENT_KEPT = timedelta(days=30)

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
            words = [head, say("quota.stops" if stage == "near" else "quota.stopped")] if what == "messages" else [head]
            key = f"{_mark(channel, meter.month_of(now), what, reached)}:{row.person_id}"
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
