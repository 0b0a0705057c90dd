"""What a turn brings about: `bot/apply.py` turns these values into rows, in order, in the turn's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from handlers.broadcast_effects import BroadcastEffect
from handlers.cast import SteerCast
from handlers.desk_effects import DeskEffect
from handlers.file_effects import DropLine, MakePosters, MakeUploadLink, ReadFigures, SetLine
from handlers.join_facts import JoinEffect
from handlers.role_effects import GiveCode, RevokeRole, WithdrawCode, WrongCode
from handlers.talk import Media
from handlers.untold_facts import ToldInPerson


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """The person agreed to the text of this version; time and channel are kept with it (Luật 91/2025/QH15)."""

    version: str


@dataclass(frozen=True, slots=True)
class SetPerson:
    """Name, unit_id, phone, position, education or language of the person: only what is given changes."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AskForUnit:
    """The person's unit is not in the registry: an officer's queue."""

    words: str


@dataclass(frozen=True, slots=True)
class AskForHelp:
    """The support team is asked to call back, or to type what a voice message says."""

    kind: str  # help | voice
    media: Media | None = None


@dataclass(frozen=True, slots=True)
class FileInitiative:
    """File (or, with `idea`, only keep) one initiative. `draft` makes it happen once. Brings about: `code`.

    `answers` are the form's answers by field name; the ones it reads are listed in `handlers/forms/initiative.py`.
    """

    draft: str
    campaign_id: int
    unit_id: int
    answers: Mapping[str, Any]
    media: tuple[Media, ...] = ()
    idea: bool = False
    from_idea: int | None = None  # the idea that becomes this initiative


@dataclass(frozen=True, slots=True)
class Complete:
    """Add to a filed initiative that nobody has judged: benefit, co-authors, decision, type, field, place, …"""

    initiative_id: int
    values: Mapping[str, Any] = field(default_factory=dict)
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class MakeConfidential:
    """Erase the description, its queued texts and raw updates; only title and effect remain (domain.md §3)."""

    initiative_id: int
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The author takes it back: no longer to be judged; it stays in lượt nộp (domain.md §5)."""

    initiative_id: int


@dataclass(frozen=True, slots=True)
class MoveToUnit:
    """The author named the wrong unit: counted as điều chỉnh in both."""

    initiative_id: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class UseInvite:
    """Take a one-time code: the person gets the role it is for, and whoever made it is told."""

    code: str


@dataclass(frozen=True, slots=True)
class MakeInvite:
    """A one-time code for linking a group to the unit. Brings about: `code`."""

    unit_id: int
    group_kind: str  # officers | members


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Link this group to the unit its code was made for."""

    code: str


@dataclass(frozen=True, slots=True)
class SetGroup:
    """Settings of a linked group (`models.queries.chats.GROUP_FIELDS`): only what is given changes."""

    chat_id: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UnlinkGroup:
    """The group belongs to no unit any more: nothing is posted there. What was posted stays."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class LinkByHand:
    """A group the bot cannot be in is one of the unit's: an officer posts there what he gets in private."""

    unit_id: int
    group_kind: str  # officers | members
    title: str  # "": it is called by its unit and kind


@dataclass(frozen=True, slots=True)
class PostNotice:
    """Post the notice of this moment into the linked group; takes the day's slot, a repeat is marked as update."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class StartDrive:
    """Start a peak drive of the unit. `ends` is its last day, `number` how many are to come in it (None: not set)."""

    unit_id: int
    campaign_id: int
    name: str
    starts: date
    ends: date
    number: int | None


@dataclass(frozen=True, slots=True)
class EndDrive:
    """End it early: today is its last day; one that has not begun is dropped."""

    drive_id: int


@dataclass(frozen=True, slots=True)
class AimDrive:
    """Another target for a drive that is not over; None: no target of its own."""

    drive_id: int
    number: int | None


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """Cumulative numbers of the portal for a unit's board. `aliases`: names to be remembered, as (unit, name)."""

    unit_id: int
    campaign_id: int
    as_of: datetime  # aware
    day: date  # local, of `as_of`
    rows: tuple[tuple[int, int], ...]  # unit, number
    aliases: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainFigure:
    """Why a unit's number of this moment is lower than before: duplicate | typing | other."""

    unit_id: int
    campaign_id: int
    as_of: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RenewPreview:
    """Make the day's preview (anew, in place of `version`; 0: the first). Brings about: `notice`, its text."""

    campaign_id: int
    chat_id: int
    day: date
    version: int


@dataclass(frozen=True, slots=True)
class DecidePreview:
    """Decide about a day's notice as it was shown; the other officers are told."""

    campaign_id: int
    chat_id: int
    day: date
    version: int
    decision: str  # approve: at its hour · post: now · posted: an officer did it by hand · skip: not today
    also: tuple[tuple[int, int], ...] = ()  # chat and version of those that get the same words


@dataclass(frozen=True, slots=True)
class DecideOffer:
    """Bring out the frozen notices that one card stands for, or not; the other officers are told."""

    lead: int  # id of the notice that the card is named after
    decision: str  # post: into the groups · posted: an officer did it by hand · skip


@dataclass(frozen=True, slots=True)
class ForgetPerson:
    """Erase the person: initiatives stay as counts without a name (domain.md §10)."""


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """No further use of the person's data; asked again before the next filing."""


@dataclass(frozen=True, slots=True)
class ChatStanding:
    """The bot was added, promoted, removed or blocked in this chat."""

    standing: str


Effect = (
    GiveConsent
    | SetPerson
    | AskForUnit
    | AskForHelp
    | DeskEffect
    | JoinEffect
    | FileInitiative
    | Complete
    | MakeConfidential
    | Withdraw
    | MoveToUnit
    | UseInvite
    | MakeInvite
    | LinkGroup
    | SetGroup
    | UnlinkGroup
    | LinkByHand
    | PostNotice
    | SetLine
    | DropLine
    | StartDrive
    | EndDrive
    | AimDrive
    | ReadFigures
    | MakeUploadLink
    | MakePosters
    | StoreFigures
    | ExplainFigure
    | RenewPreview
    | DecidePreview
    | BroadcastEffect
    | DecideOffer
    | GiveCode
    | WithdrawCode
    | RevokeRole
    | WrongCode
    | ForgetPerson
    | WithdrawConsent
    | ChatStanding
    | SteerCast
    | ToldInPerson
)
