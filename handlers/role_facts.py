"""Who has which role, and codes that wait to be taken: what a step may know of them, and how it asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role somebody has, or (`pending`) one that a code would give."""

    id: int  # of the role, or of the code
    kind: str  # support | officer | admin | owner
    name: str  # whose it is, or whom the code is for; "" where nobody was named
    place: str = ""  # the unit's name
    cluster: str = ""
    campaign: str = ""  # the only one it holds for
    since: date | None = None  # local day; of a code the last day it is good
    by: str = ""  # who gave it; "" from the command line
    pending: bool = False
    mine_to_end: bool = False  # whoever asks may take it away

    @property
    def key(self) -> str:
        return f"{'c' if self.pending else 'r'}{self.id}"


@dataclass(frozen=True, slots=True)
class RolesOf:
    """Roles in these units and below (None: all there are), those who have them first, then codes that wait ->
    tuple[HeldRole, ...], one more than `most` where there are more
    """

    unit_ids: tuple[int, ...] | None
    skip: int = 0
    most: int = 4


@dataclass(frozen=True, slots=True)
class OneRole:
    """A role or a code that waits, by the key of its row -> HeldRole | None: None also for who may not see it"""

    key: str


@dataclass(frozen=True, slots=True)
class ClusterLike:
    """The cluster (cụm thi đua) a text names -> tuple[str name, tuple[Unit, ...] its units] | None"""

    text: str


@dataclass(frozen=True, slots=True)
class WrongCodes:
    """How many wrong codes the person (a stranger in a group: all such strangers) sent within the last hour -> int"""


MOST_WRONG = 10  # of them in an hour; then no code is looked at any more

RoleQuery = RolesOf | OneRole | ClusterLike | WrongCodes
