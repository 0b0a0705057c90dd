"""Linked groups with their settings: what a step may know of them, and how it asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LinkedGroups:
    """The groups linked to these units and to those below (None: all there are) -> tuple[GroupSettings, ...]"""

    unit_ids: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class SettingsOf:
    """-> GroupSettings | None: None also for who may not set it"""

    chat_id: int


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """A linked group and what an officer may set of it (columns of `chat`)."""

    chat_id: int
    title: str  # "" where the platform told none
    unit: str  # short name
    kind: str  # officers | members
    by_hand: bool = False  # the bot is not in it: an officer posts there
    hour: str = "17:00"
    days: str = "1234567"
    kinds: Mapping[str, bool] = field(default_factory=dict)
    sorted_by: str = "percent"
    picture: bool = True
    preview: bool = True
    approval: bool = False
    quiet_from: str = "21:00"
    quiet_to: str = "06:00"
    language: str = "vi"

    def wants(self, kind: str) -> bool:
        """A kind that was never switched off is wanted."""
        return bool(self.kinds.get(kind, True))
