"""A notice that is due where an officer brings it out: what a step may know of it. The daily one is a preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.preview_facts import HAND

WAITING, POSTED, SKIPPED = "waiting", "posted", "skipped"


@dataclass(frozen=True, slots=True)
class OfferOf:
    """By the notice its card is named after -> Offer | None: None also for who may not decide about it"""

    lead: int


@dataclass(frozen=True, slots=True)
class OffersOf:
    """Of groups of these units and those below them (None: all), made lately, the newest first -> tuple[Offer, ...]"""

    unit_ids: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class ToGroup:
    """One of the groups it is for."""

    title: str
    unit: str  # short name
    kind: str  # officers | members


@dataclass(frozen=True, slots=True)
class Offer:
    """Frozen words for one group or several, decided about together. Times are local ones."""

    lead: int
    kind: str  # of notice, as it is stored
    groups: tuple[ToGroup, ...]
    by_hand: bool
    text: str
    made_at: datetime
    closes: datetime
    status: str = WAITING
    decided_by: int | None = None
    decider: str = ""
    decided_at: datetime | None = None
    sending: str = ""  # of one that is posted by the bot: sent | queued | refused | expired; of several the worst
    outcome: str = ""

    def is_open(self, now: datetime) -> bool:
        """Who has posted by hand may say so later, too."""
        return self.status != POSTED and (self.by_hand or now < self.closes)

    def is_anothers(self, person_id: int) -> bool:
        """Whoever is first decides."""
        return self.decided_by is not None and self.decided_by != person_id


_WORST = ("refused", "expired", "queued", "sent")


def offer_of(rows: Sequence[Any], sent: Sequence[Any] = ()) -> Offer:
    """From all rows of a card (`models.queries.offers`), and what became of their messages (`what_became.sending`)."""
    first = rows[0]
    zone = ZoneInfo(first.timezone)
    worst = min(sent, key=lambda one: _WORST.index(one.status), default=None)
    return Offer(
        lead=first.shown_with,
        kind=first.notice_kind,
        groups=tuple(ToGroup(row.title, row.unit, row.kind) for row in rows),
        by_hand=first.channel == HAND,
        text=first.text,
        made_at=first.made_at.astimezone(zone),
        closes=first.closes.astimezone(zone),
        status=first.status,
        decided_by=first.decided_by,
        decider=first.decider or "",
        decided_at=first.decided_at.astimezone(zone) if first.decided_at is not None else None,
        sending=worst.status if worst is not None else "",
        outcome=worst.outcome if worst is not None else "",
    )
