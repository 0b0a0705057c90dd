"""What reminders bring about: `bot/apply_broadcast.py` turns these into rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.broadcast_facts import Rule
from handlers.talk import Media


@dataclass(frozen=True, slots=True)
class SendBroadcast:
    """Send it, at once or (`starts_at`) later. Brings about: `whom`, how many get it (when it goes at once).

    `confirmed` is the number of recipients that was typed. Of a later one nobody is chosen before its time.
    """

    unit_id: int
    campaign_id: int
    rule: Rule
    text: str
    media: Media | None
    starts_at: datetime | None
    confirmed: int


@dataclass(frozen=True, slots=True)
class TryBroadcast:
    """Send it to oneself, exactly as one of its recipients sees it."""

    unit_id: int
    campaign_id: int
    rule: Rule
    text: str
    media: Media | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CancelBroadcast:
    """Drop one that has not begun."""

    broadcast_id: int


@dataclass(frozen=True, slots=True)
class SetReminders:
    """The person wants reminders, or none any more: what waits for him is not sent."""

    wanted: bool


BroadcastEffect = SendBroadcast | TryBroadcast | CancelBroadcast | SetReminders
