"""Moments that are still to come, as officers type them: "18h", "mai 7h30", "7h30 ngày 25/11"."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from handlers.fold import clean
from handlers.parse import coming, hours

_HOUR = re.compile(
    r"(?:lúc |luc |at )?(\d{1,2} ?(?:(?:giờ|gio|[:hg]) ?(?:\d{1,2})?)(?: ?(?:phút|phut|p)\b)?)", re.IGNORECASE
)


def moment(text: str, now: datetime) -> datetime | None:
    """The local moment that is meant; an hour alone is the next one of that name. None for what is not understood, for
    what has passed, and for more than a year ahead.
    """
    words = " ".join(clean(text).split())
    found = _HOUR.search(words)
    read = hours.hour(found[1]) if found else None
    if found is None or read is None:
        return None
    rest = f"{words[: found.start()]} {words[found.end() :]}".strip(" ,.")
    day = coming.day(rest, now.date()) if rest else now.date()
    if day is None:
        return None
    at = datetime.combine(day, time.fromisoformat(read), now.tzinfo)
    if at > now:
        return at
    return at + timedelta(days=1) if not rest else None
