"""What turns bring about at the help desk: `bot/apply_desk.py` turns these into rows and messages to others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TakeRequest:
    """I look after it. `before`: who did until now, as I was shown it (None: nobody)."""

    id: int
    before: int | None = None


@dataclass(frozen=True, slots=True)
class FinishRequest:
    """It is done: the talk is over, and what was sent for it is not kept."""

    id: int


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """Words of whoever looks after it, to the person who asked."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class SayInTalk:
    """Words of the person who asked, to whoever looks after it."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class ProposeFiling:
    """What was typed for the person is shown to them; it is filed, and counts, only once they agree.

    `answers`: those of the filing form that are the person's own: title, body, began, confidential, unit, campaign.
    """

    id: int
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeclineProposal:
    """The person does not want it filed."""

    id: int


@dataclass(frozen=True, slots=True)
class PlaceRequester:
    """The person belongs to this unit; with `alias`, what they typed is a name of it from now on."""

    id: int
    unit_id: int
    alias: bool = False


DeskEffect = TakeRequest | FinishRequest | AnswerRequest | SayInTalk | ProposeFiling | DeclineProposal | PlaceRequester
