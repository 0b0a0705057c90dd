"""What a step may know (Facts) and may ask to be looked up (Query): plain values, filled in by `bot/facts.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from handlers.audit_facts import AuditQuery
from handlers.broadcast_facts import BroadcastQuery
from handlers.cast import CastQuery
from handlers.desk_facts import DeskQuery
from handlers.drive import DriveQuery
from handlers.group_facts import LinkedGroups, SettingsOf
from handlers.join_facts import JoinQuery
from handlers.lines import LineOf
from handlers.morning_facts import MorningOf
from handlers.offer_facts import OfferOf, OffersOf
from handlers.papers import PostersOf
from handlers.portal_facts import PortalQuery
from handlers.preview_facts import PreviewOf, PreviewsOf, Undecided
from handlers.role_facts import RoleQuery
from handlers.unsent_facts import UnsentNotices
from handlers.untold_facts import UntoldQuery
from handlers.why_facts import WhyQuery

# ---------------------------------------------------------------- values


@dataclass(frozen=True, slots=True)
class Unit:
    """A union unit (đơn vị) as the talk shows it."""

    id: int
    code: str  # short numeric code to type, e.g. "4827"
    name: str
    short: str  # at most 18 characters
    parent: str = ""  # the parent's short name
    type: str = ""
    above: tuple[int, ...] = ()  # ids of the units above it, nearest first: whose campaigns it takes part in


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a campaign's list: field of activity (lĩnh vực) or author group (nhóm đối tượng)."""

    code: str
    name: str
    unit_types: tuple[str, ...] = ()  # author groups: the types of unit whose people belong to it


@dataclass(frozen=True, slots=True)
class Campaign:
    """A programme that takes initiatives on `today`, for the person's unit or for any."""

    id: int
    code: str
    name: str
    unit_id: int  # the unit that runs it: it and everything below may file
    opens: date
    closes: date  # last day of entry
    applied_from: date  # the window in which an initiative must first have been applied
    applied_to: date
    timezone: str = "Asia/Ho_Chi_Minh"
    fields: tuple[Listed, ...] = ()
    groups: tuple[Listed, ...] = ()
    unit: Unit | None = None  # the unit that runs it, as it is named


@dataclass(frozen=True, slots=True)
class Role:
    kind: str  # support | officer | admin | owner
    unit: Unit | None = None  # it and everything below; None: a cluster, or (owner) the whole installation
    cluster: str = ""  # cụm thi đua
    members: tuple[Unit, ...] = ()  # the units of the cluster as it is today
    campaign_id: int | None = None  # holds for this campaign only
    id: int = 0

    @property
    def roots(self) -> tuple[Unit, ...]:
        """The units whose trees it reaches."""
        return (self.unit,) if self.unit else self.members


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str = ""
    unit: Unit | None = None
    consented: bool = False  # to the present text version
    roles: tuple[Role, ...] = ()
    phone: str = ""
    position: str = ""
    education: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat the event came from. A group may be linked to a unit."""

    id: int
    is_group: bool = False
    unit: Unit | None = None
    kind: str = ""  # officers | members, "" when not linked
    language: str = "vi"
    hour: str = "17:00"  # local time of the daily notice
    campaign_id: int | None = None


@dataclass(frozen=True, slots=True)
class Initiative:
    """One filed initiative or kept idea (ý tưởng), as its author may see it."""

    id: int
    code: str  # digits, e.g. "4827031"; read aloud as "48 27 031"
    title: str
    status: str  # see models.initiative.STATUSES
    filed_on: date
    unit: Unit
    campaign_id: int
    body: str = ""
    began: Mapping[str, Any] = field(default_factory=dict)
    benefit_vnd: int | None = None
    benefit_kind: str = ""  # money | not_money | unknown | "" (not asked yet)
    photos: int = 0
    coauthors: tuple[tuple[str, int], ...] = ()  # name, share in percent
    confidential: bool = False
    effect: str = ""  # of a confidential one, in place of the description
    behalf: str = ""  # whose it is, when it was filed for somebody else
    open: bool = True  # nobody has judged it: it may be completed
    details: Mapping[str, Any] = field(default_factory=dict)  # type, field, place, conditions, decision…


@dataclass(frozen=True, slots=True)
class House:
    """Who runs this installation and how it is reached (settings)."""

    controller: str = ""  # who decides over the data, named in the consent
    contact: str = ""
    data_url: str = ""  # the page that tells people their rights
    bot_link: str = ""  # a link that opens the private chat ("" where the channel has none)
    bot_name: str = "Bot Sáng kiến"
    mention: str = ""  # what words in a group must begin with to be heard; "": commands are heard as they are
    voices: bool = True  # may people be told to send a voice message?
    calls: bool = True  # does the channel bring them news? False: they are told where to look
    support: str = ""  # the support team (Tổ hỗ trợ) as notices name it
    public_url: str = ""  # by which people reach this server, for links to files; "" for none
    filing_url: str = ""  # of the page on which anybody files, without a unit's code; "" where it is off
    board_url: str = ""  # the public board, without a campaign; "" where there is none


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a step may know. `answers` holds what it asked for (`Need`), by query."""

    now: datetime  # aware
    today: date  # the campaign's local day
    person: Person
    chat: Chat
    channel: str = "webchat"
    house: House = House()
    campaigns: tuple[Campaign, ...] = ()
    mine: tuple[Initiative, ...] = ()  # the person's newest initiatives and ideas, newest first, at most 10
    idle_minutes: int = 0  # since the person's last message
    edits: bool = False  # the channel changes messages in place
    unseen: bool = False  # what was asked last never reached the person
    answers: Mapping[Query, Any] = field(default_factory=dict)


# ---------------------------------------------------------------- what may be looked up


@dataclass(frozen=True, slots=True)
class UnitByCode:
    """-> Unit | None"""

    code: str


@dataclass(frozen=True, slots=True)
class UnitsLike:
    """Units whose name, short name or alias is like `text`, best first -> tuple[Unit, ...] (at most 5).

    `exact` says that the first one matched whole: `UnitsFound.exact`.
    """

    text: str


@dataclass(frozen=True, slots=True)
class UnitsFound:
    units: tuple[Unit, ...] = ()
    exact: bool = False  # the first one's name, short name, code or alias is what was typed


@dataclass(frozen=True, slots=True)
class TitlesLike:
    """The most similar title filed in the unit -> tuple[str title, str code] | None. Never its author."""

    unit_id: int
    title: str


@dataclass(frozen=True, slots=True)
class InitiativeByCode:
    """One of the person's own -> Initiative | None"""

    code: str


@dataclass(frozen=True, slots=True)
class BoardOf:
    """The board of this moment in words (`notice.board_text`) -> str | None

    The unit's own board if it has units below it, else the one of its parent, in which it is a row.
    """

    unit_id: int
    campaign_id: int
    language: str = "vi"
    kind: str = "members"  # as a notice of this kind of group: members are shown no laggards


@dataclass(frozen=True, slots=True)
class Loudspeaker:
    """The unit's own board of this moment as a script to read aloud (`loudspeaker.script`) -> str | None"""

    unit_id: int
    campaign_id: int
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class DetailOf:
    """The unit's own board of this moment with what is behind it (`in_detail.render`) -> str | None"""

    unit_id: int
    campaign_id: int
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class LastNotice:
    """The text of the newest notice of this kind about the unit, as posted -> str | None"""

    unit_id: int
    kind: str = "members"
    campaign_id: int | None = None  # of this campaign only


@dataclass(frozen=True, slots=True)
class InviteByCode:
    """A one-time code, if it is still good -> Invite | None"""

    code: str


@dataclass(frozen=True, slots=True)
class Invite:
    kind: str  # support | officer | admin | owner | group
    unit: Unit | None
    group_kind: str = ""  # officers | members, for kind "group"
    cluster: str = ""
    campaign: str = ""  # the only one the role is for
    to_name: str = ""  # whom it is for


Query = (
    UnitByCode
    | BroadcastQuery
    | UnitsLike
    | TitlesLike
    | InitiativeByCode
    | BoardOf
    | Loudspeaker
    | DetailOf
    | LastNotice
    | DriveQuery
    | LinkedGroups
    | SettingsOf
    | PreviewOf
    | PreviewsOf
    | Undecided
    | OfferOf
    | OffersOf
    | UnsentNotices
    | InviteByCode
    | DeskQuery
    | LineOf
    | MorningOf
    | PostersOf
    | PortalQuery
    | RoleQuery
    | WhyQuery
    | CastQuery
    | UntoldQuery
    | AuditQuery
    | JoinQuery
)
