"""All tables at once: import `metadata` from here and nothing is missing."""

from __future__ import annotations

from models import chat, initiative, person, portal, unit
from models.columns import metadata

__all__ = ["chat", "initiative", "metadata", "person", "portal", "unit"]
