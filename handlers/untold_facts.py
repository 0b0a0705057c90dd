"""What could not be said to people, as a step may know of it: what comes first, and whom officers tell in person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.talk import Card, Choice, Media

PAGE = 4  # people on a page of the list


@dataclass(frozen=True, slots=True)
class Late:
    """A message that did not reach the person whose turn it is. `day`: local, of when it was to be said."""

    text: str
    day: date
    choices: tuple[Choice, ...] = ()
    card: Card | None = None
    media: tuple[Media, ...] = ()


def late_of(payload: Mapping[str, Any], day: date, *, here: bool) -> Late:
    """From a payload of the outbox. Files stay behind where it is said on another channel (not `here`)."""
    found = [(label, str(data).split(":")) for label, _, data in payload.get("choices") or ()]
    cards = [(label, data) for label, data in found if data[0] == "c" and len(data) == 5]
    card = Card(cards[0][1][1], cards[0][1][2], int(cards[0][1][3])) if cards else None
    choices = tuple(Choice(data[4], str(label)) for label, data in cards)
    items: Sequence[Mapping[str, Any]] = payload.get("media") or () if here else ()
    media = tuple(Media(one["kind"], one["ref"], name=one.get("name") or "") for one in items)
    return Late(str(payload.get("text") or ""), day, choices, card, media)


@dataclass(frozen=True, slots=True)
class InPerson:
    """Somebody who is to be told something in person."""

    id: int
    name: str  # "" where none was given
    unit: str
    phone: str
    since: date
    words: tuple[str, ...]  # what to say; "" for what is nobody else's to read


@dataclass(frozen=True, slots=True)
class UntoldPeople:
    """A page of those in the units the person looks after, longest wait first -> (tuple[InPerson, ...], how many)"""

    page: int


@dataclass(frozen=True, slots=True)
class UntoldOf:
    """-> InPerson | None; None where there is nothing (any more) or the person may not see it."""

    person_id: int


@dataclass(frozen=True, slots=True)
class UntoldCount:
    """How many people there are in the list -> int"""


UntoldQuery = UntoldPeople | UntoldOf | UntoldCount


@dataclass(frozen=True, slots=True)
class ToldInPerson:
    """All that was to be told to somebody has been, face to face."""

    person_id: int
