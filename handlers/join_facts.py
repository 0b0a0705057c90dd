"""NOITK as a step may know of it (whose a code is, what is joined to a person already), and what it brings about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Other:
    """Whoever made the code. `name` "" where none was given; `draft`: something is being written there."""

    person_id: int
    channel: str
    name: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """What came to this person by NOITK, and would go again. `since`: the local day."""

    id: int
    channels: tuple[str, ...]
    since: date
    back: int  # initiatives that go with it
    stay: int  # filed since: they stay
    roles: int


@dataclass(frozen=True, slots=True)
class JoinByCode:
    """-> Other | None: None for one that is no good."""

    code: str


@dataclass(frozen=True, slots=True)
class JoinsOf:
    """What is joined to the person, newest first -> tuple[Joined, ...]"""


JoinQuery = JoinByCode | JoinsOf


@dataclass(frozen=True, slots=True)
class MakeJoinCode:
    """A one-time code to be typed on another channel. Brings about: `code`."""


@dataclass(frozen=True, slots=True)
class JoinAccounts:
    """Whoever made the code and whoever types it are one person; both sides are told."""

    code: str


@dataclass(frozen=True, slots=True)
class PartAccounts:
    """What came with a join goes again; both sides are told."""

    join_id: int


JoinEffect = MakeJoinCode | JoinAccounts | PartAccounts
