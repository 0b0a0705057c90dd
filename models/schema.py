"""All tables at once: import `metadata` from here and nothing is missing."""

from __future__ import annotations

from models import broadcast, chat, initiative, joining, meter, person, portal, secret, unit, untold, web
from models.columns import metadata

__all__ = [
    "broadcast",
    "chat",
    "initiative",
    "joining",
    "metadata",
    "meter",
    "person",
    "portal",
    "secret",
    "unit",
    "untold",
    "web",
]
