"""Effects about roles: codes that give them, and taking them away."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GiveCode:
    """A one-time code for a role of a unit, of a cluster or (owner) of everything. Brings about: `code`."""

    kind: str
    to_name: str
    unit_id: int | None = None
    cluster: str = ""
    campaign_id: int | None = None


@dataclass(frozen=True, slots=True)
class WithdrawCode:
    """A code that nobody has taken is no good any more."""

    invite_id: int


@dataclass(frozen=True, slots=True)
class RevokeRole:
    """Take a role away; whoever had it is told."""

    role_id: int


@dataclass(frozen=True, slots=True)
class WrongCode:
    """Somebody sent a code that is no good: counted, so that nobody tries for long."""
