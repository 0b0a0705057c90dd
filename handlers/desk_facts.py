"""What a step may look up about what people ask of the support team and the officers (GIUP)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """What somebody asks for, as those who may see to it are shown it. Accounts are in none of it."""

    id: int
    kind: str  # help | voice | unit
    asked_at: datetime
    person_id: int  # who asks
    name: str  # "" for somebody who has not said it
    phone: str = ""
    unit: Mapping[str, Any] | None = None  # as `register.unit_json` has it; None: not known
    words: str = ""  # what was typed for a unit; of one for help, what the person has written since
    taken_by: int | None = None
    taker: str = ""
    taken_at: datetime | None = None
    done: bool = False
    reachable: bool = True
    consented: bool = True
    proposed: bool = False  # something was typed for the person, who has not agreed yet
    voice: Mapping[str, Any] | None = None  # the message as its `channel` names it

    @property
    def asks_for_unit(self) -> bool:
        return self.kind == "unit" or self.unit is None

    @property
    def can_be_typed(self) -> bool:
        """Is enough known of the person to file for them?"""
        return self.consented and bool(self.name) and self.unit is not None


def request_of(row: Any, unit: Mapping[str, Any] | None) -> HelpRequest:
    """From a row of `models.queries.requests.find`."""
    return HelpRequest(
        id=row.id,
        kind=row.kind,
        asked_at=row.asked_at,
        person_id=row.person_id,
        name=row.name or "",
        phone=row.phone or "",
        unit=unit,
        words=row.words,
        taken_by=row.taken_by,
        taker=row.taker or "",
        taken_at=row.taken_at,
        done=row.done_at is not None,
        reachable=row.reachable,
        consented=row.consented,
        proposed=bool(row.proposal),
        voice=row.media or None,
    )


@dataclass(frozen=True, slots=True)
class Talk:
    """What a person asked for, as that person sees it."""

    id: int
    helper: str  # who looks after it; "" for nobody, and for somebody without a name
    since: datetime  # when it was taken, else asked for
    taken: bool = False
    done: bool = False
    proposal: Mapping[str, Any] | None = None  # what was typed for them: answers of the filing form, `n` its number


@dataclass(frozen=True, slots=True)
class RequestOf:
    """-> HelpRequest | None; None where the person may not see to it."""

    id: int


@dataclass(frozen=True, slots=True)
class OpenRequests:
    """What is not done yet in the units the person helps, oldest first -> tuple[HelpRequest, ...] of a page, and how
    many there are.
    """

    first: int  # how many are passed over
    most: int


@dataclass(frozen=True, slots=True)
class TalkOf:
    """One of the person's own requests; 0: the newest for help, or that somebody looks after -> Talk | None"""

    id: int = 0


DeskQuery = RequestOf | OpenRequests | TalkOf
