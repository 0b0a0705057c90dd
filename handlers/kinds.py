"""The kinds of notice a group may get, as settings and stored rows name them."""

from __future__ import annotations

DAILY = "daily"  # the day's counts, at the group's hour
WEEKLY = "weekly"  # on Monday: last week against the week before
DRIVE = "drive"  # each morning of a peak drive (đợt cao điểm): what is left of it, what is needed today
CLOSING = "closing"  # when a phase or the campaign has ended: figures to 24h of the last day
MILESTONE = "milestone"  # the first, 100th, 1.000th …, a target reached: once ever

FOR_GROUPS = (DAILY, WEEKLY, DRIVE, CLOSING, MILESTONE)


def family(kind: str) -> str:
    """The kind of a stored notice as groups switch it on and off: each milestone is stored under a name of its own."""
    return MILESTONE if kind.startswith(("m:", "goal:")) else kind
