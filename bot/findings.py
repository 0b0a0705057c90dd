"""What a check finds: a mark, and words that say what to do."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.talk import Say

GOOD, WARNING, BAD = "✓", "!", "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    mark: str  # GOOD | WARNING | BAD
    words: Say
