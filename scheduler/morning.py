"""The morning summary: at 07:30, Monday to Saturday, in private to every officer who can be reached.

It is no notice: nothing is frozen. The dedupe key of its message makes it once for a person and a day.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from handlers import morning, rights
from handlers.morning import Summary
from models.queries import morning as mornings
from models.queries import outbox, registry
from models.queries.morning import Officer
from scheduler.press import MIDDAY, Press

BEGINS = time(7, 30)
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Morning:
    """A summary that should have been sent by now."""

    officer: Officer
    unit_id: int
    campaign_id: int
    timezone: str
    day: date  # local


def due(conn: Connection, now: datetime, channels: Collection[str]) -> list[Morning]:
    """Officers on these channels who have not got today's summary; from 07:30 until midday. Nobody whose unit takes
    part in no campaign that was open yesterday: there would be nothing to say.
    """
    zones = {campaign.timezone for campaign in registry.campaigns_open(conn, now.date())}
    days = {_local(now, zone).date() for zone in zones if _is_morning(_local(now, zone))}
    if not days:  # most minutes of the day
        return []
    serving = mornings.officers(conn, rights.kinds_for(rights.MORNING))
    officers = [officer for officer in serving if officer.channel in channels]
    done = mornings.keys_used(conn, (_key(day, officer, 1) for officer in officers for day in days))
    left = [officer for officer in officers if any(_key(day, officer, 1) not in done for day in days)]
    found = (_of(conn, officer, now) for officer in left)
    return [item for item in found if item is not None and _key(item.day, item.officer, 1) not in done]


def _of(conn: Connection, officer: Officer, now: datetime) -> Morning | None:
    chosen = mornings.campaign_for(conn, officer.serves, now.date())
    if chosen is None:
        return None
    unit_id, campaign = chosen
    local = _local(now, campaign.timezone)
    if not _is_morning(local) or not campaign.opens < local.date() <= campaign.closes:
        return None
    return Morning(officer, unit_id, campaign.id, campaign.timezone, local.date())


def _local(now: datetime, timezone: str) -> datetime:
    return now.astimezone(ZoneInfo(timezone))


def _is_morning(local: datetime) -> bool:
    return local.weekday() != _SUNDAY and BEGINS <= local.time() < MIDDAY


def _key(day: date, officer: Officer, number: int) -> str:
    return f"morning:{day.isoformat()}:{officer.person_id}:{number}"


def send(conn: Connection, item: Morning, now: datetime, press: Press) -> int:
    """Put the summary into the outbox; how many messages. One transaction; a second one puts none."""
    officer = item.officer
    numbers = mornings.summary(conn, item.unit_id, item.campaign_id, now, item.timezone)
    texts = morning.messages(press.texts, officer.language, Summary.from_numbers(numbers))
    until = datetime.combine(item.day, MIDDAY, ZoneInfo(item.timezone))
    messages = [
        outbox.NewMessage(
            channel=officer.channel,
            chat=officer.chat,
            payload={"text": text, "choices": [], "media": []},
            dedupe=_key(item.day, officer, number),
            made_at=now,
            person_id=officer.person_id,
            priority=outbox.NOTICE,
            not_after=until,
        )
        for number, text in enumerate(texts, 1)
    ]
    outbox.put(conn, messages)
    return len(messages)
