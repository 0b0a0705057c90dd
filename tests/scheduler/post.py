"""What the timetable does each minute, for tests of one kind of notice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from handlers.facts import House
from handlers.kinds import FOR_GROUPS
from handlers.texts import Texts
from scheduler import kinds
from scheduler.press import Due, Posted, Press
from tests.scheduler.district import District

TEXTS, HOUSE, LIMITS = Texts.load(), House(), {"webchat": 4096}


def only(kind: str) -> dict[str, bool]:
    """The setting of a group that wants one kind of notice."""
    return {name: name == kind for name in FOR_GROUPS}


def due(district: District, now: datetime) -> list[Due]:
    return list(district.run(kinds.due, now))


def tick(district: District, now: datetime, pictures: Collection[str] = ()) -> list[Posted]:
    press = Press(TEXTS, LIMITS, HOUSE, pictures)
    return [district.run(kinds.post_due, item, now, press) for item in due(district, now)]


def texts(district: District) -> list[Any]:
    """Of all notices, in the order in which they were posted."""
    return [row.text for row in district.notices()]
