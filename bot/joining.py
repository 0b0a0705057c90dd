"""All that one turn says as one message, for channels where each message counts (`Capabilities.joins_replies`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

BETWEEN = "\n\n"
_NUMBERED = len("10. ") + len("   ")  # what a choice takes beside its label where there are no buttons


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a turn. `settles` as of a `Reply`; `alone`: it is there to be copied."""

    payload: dict[str, Any]
    settles: bool = False
    alone: bool = False


def joined(parts: Iterable[Part], limit: int) -> list[Part]:
    """Neighbours in one, as far as `limit` characters take them. Files and words to be copied stay by themselves, and
    of two questions the numbers would mean two things.
    """
    out: list[Part] = []
    for part in parts:
        together = _together(out[-1], part, limit) if out else None
        if together is None:
            out.append(part)
        else:
            out[-1] = Part(together, part.settles)
    return out


def _together(one: Part, other: Part, limit: int) -> dict[str, Any] | None:
    pair = (one.payload, other.payload)
    if one.alone or other.alone or one.settles != other.settles or all(p.get("choices") for p in pair):
        return None
    if any(p.get("media") for p in pair) or one.payload.get("thread") != other.payload.get("thread"):
        return None
    text = BETWEEN.join(str(p["text"]) for p in pair)
    taken = sum(len(label) + _NUMBERED for p in pair for label, _, _ in p.get("choices") or ())
    return {**one.payload, **other.payload, "text": text} if len(text) + taken <= limit else None
