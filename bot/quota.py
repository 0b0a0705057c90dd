"""A channel's plan against what is used of it: counted, and kept back for replies (told of by `bot.quota_alarm`).

A message counts in the transaction that stores it as received or records it as sent. Near the end of the month's
messages bulk stops first, then notices; replies go on to the last. What was held back is refused with an outcome of its
own (`models.queries.meter`): a notice goes to its officers to be copied, private words are kept for the person.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels import Quota
from models.queries import meter, outbox, untold
from models.queries.meter import Usage, month_of

LEVELS = (70, 90, 100)  # percent
STALE = timedelta(days=1)  # a reply that could not be sent for so long is worth nothing any more


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
