"""What the functions of `bot/apply.py` share: the turn they belong to, what they may use, how they refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection

from bot.directory import Directory
from bot.replies import Writer
from bot.roles import held
from handlers import rights
from handlers.broadcast_facts import Reach
from handlers.facts import Facts, Role
from handlers.forms.register import CONSENT_VERSION
from handlers.talk import Reply, State
from handlers.telling import Reached, Telling
from models.queries import consents, invites, people, portal
from models.queries.previews import About
from models.queries.rows import AnyRow

PostNotice = Callable[[Connection, int, datetime, int], Mapping[str, Any]]
"""`(conn, chat_id, now, person_id)`: post the notice of this moment; gives values for the reply."""


class Previews(Protocol):
    """What is done with a day's notice before it is posted (`scheduler.preview.PreviewDesk`)."""

    def renew(
        self, conn: Connection, about: About, version: int, now: datetime, channel: str
    ) -> tuple[str, list[list[dict[str, str]]]] | None:
        """Make it anew; text and pictures, None where another version stands."""

    def post(self, conn: Connection, about: About, now: datetime, by: int) -> bool:
        """Post it as it was shown; False where the day's slot is taken."""

    def bring_out(self, conn: Connection, row: AnyRow, now: datetime) -> bool:
        """Post a notice that waited for an approval (a row of `models.queries.offers`), as it was frozen; False where
        its group is not linked any more.
        """


class Messenger(Protocol):
    """Writes to others than the person whose turn it is (`scheduler.desk.DeskPost`)."""

    def address(self, conn: Connection, person_id: int, channel: str = "", chat: str = "") -> Reached | None:
        """Where to write to a person; this chat if it can be reached. None for nowhere."""

    def in_charge(self, rows: list[AnyRow], channel: str, but: int) -> list[Reached]:
        """Of these accounts one for each person, `but` one; if there is one, on the channel."""

    def tell(self, conn: Connection, telling: Telling, now: datetime) -> None:
        """Queue it; from now on a number answers it, unless the person is answering something else."""

    def keep(self, conn: Connection, person_id: int, shown: Reply, key: str, now: datetime) -> None:
        """For somebody who cannot be reached: said first when that person next writes."""


Results = Mapping[str, Any] | None
"""Values an effect brings about, put into the replies by name."""


class NotAllowed(Exception):
    """The person may not do this, or not any more. Nothing of the turn happens; `key` is the text that says so."""

    def __init__(self, key: str = "not_allowed") -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Tools:
    """What effects use beside their transaction."""

    registry: Directory
    writer: Writer
    post_notice: PostNotice
    previews: Previews
    messenger: Messenger
    consent_text: Callable[[State, Facts], str]  # as it was shown
    reach: tuple[Reach, ...] = ()  # the channels, for what goes to many
    guests: frozenset[str] = frozenset()  # channels from which no role is used
    invite_life: timedelta = invites.LIFE


@dataclass(frozen=True, slots=True)
class Act:
    """The turn an effect belongs to. `state` is where the talk stood before it."""

    conn: Connection
    now: datetime
    tools: Tools
    channel: str
    account: str  # the platform's ids
    chat: str
    thread: str
    facts: Facts
    state: State
    update: str = ""  # the platform's id of the update, or ours of a file that was read
    files: list[str] = field(default_factory=list)  # stored files to be deleted once this is committed
    ahead: tuple[int, ...] = ()  # people whose talks were locked before all else
    menus: set[int] = field(default_factory=set)  # people whose words, or language, have changed

    @property
    def person_id(self) -> int:
        return self.facts.person.id

    def known_person(self) -> int:
        """The person's id; raises `NotAllowed` for a stranger (in groups nothing is kept of those)."""
        if not self.person_id:
            raise NotAllowed
        return self.person_id

    def must(self, what: str, unit_id: int | None, campaign_id: int | None = None, key: str = "not_allowed") -> None:
        """Raises `NotAllowed` unless the person's roles as they stand now allow the act (`handlers.rights`) in the unit
        (None: in the whole installation), which takes part in the campaign, if one is named; they stay as they are
        until this transaction is over.
        """
        if not self.may(what, unit_id, campaign_id):
            raise NotAllowed(key)

    def may(self, what: str, unit_id: int | None, campaign_id: int | None = None, *, by: int | None = None) -> bool:
        """As `must`, answered; `by` is somebody else whose roles count."""
        roles = self._roles(by)
        unit = self.tools.registry.unit(self.conn, unit_id, self.now)
        known = (unit_id is None or unit is not None) and self.takes_part(unit_id, campaign_id)
        return known and rights.may(roles, what, unit, campaign_id)

    def takes_part(self, unit_id: int | None, campaign_id: int | None) -> bool:
        """Is the unit, or one above it, the one that runs the campaign? True where either is not named."""
        unit = self.tools.registry.unit(self.conn, unit_id, self.now)
        if unit is None or campaign_id is None:
            return True
        return portal.runs(self.conn, campaign_id, (unit.id, *unit.above))

    def must_have_agreed(self) -> None:
        """Raises `NotAllowed` for who has not agreed (any more) that words are kept (Luật 91/2025/QH15)."""
        if not consents.has_agreed(self.conn, self.known_person(), CONSENT_VERSION):
            raise NotAllowed("consent.needed")

    def must_give(self, given: Role) -> None:
        """Raises `NotAllowed` unless the person may give this role, or take it away."""
        if not self.may_give(given):
            raise NotAllowed

    def may_give(self, given: Role, *, by: int | None = None) -> bool:
        return rights.may_give(self._roles(by), given)

    def may_somewhere(self, what: str) -> bool:
        """Do the person's roles allow the act in any unit?"""
        return rights.may_somewhere(self._roles(), what)

    def _roles(self, by: int | None = None) -> tuple[Role, ...]:
        """As they stand now; none of the person's own where the channel cannot say that it is that person."""
        if by is None and self.channel in self.tools.guests:
            return ()
        return held(self.conn, self.tools.registry, by or self.person_id, self.now, firmly=True)

    def note(self, action: str, *, unit_id: int | None = None, campaign_id: int | None = None, **details: Any) -> None:
        """An audit row of what the person did; `campaign_id`: it was about this campaign and no other."""
        where = {"unit_id": unit_id, "campaign_id": campaign_id}
        people.note(self.conn, self.person_id or None, action, self.now, **where, **details)
