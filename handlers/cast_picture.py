"""How the outbox names a reminder's picture on another channel than the one it came by: fetched before it is sent."""

from __future__ import annotations

import re

NAME = "anh-nhac"
_REF = re.compile(r"reminder:([0-9]{1,18}):(vi|en)")
_SUFFIX = re.compile(r"\.(jpg|png|gif|webp)$")


def make_ref(broadcast_id: int, language: str) -> str:
    """`reminder:12:vi`: the picture of broadcast 12, for somebody who reads Vietnamese."""
    return f"reminder:{broadcast_id}:{language}"


def read_ref(ref: str) -> tuple[int, str] | None:
    """Broadcast and language; None for what names something else."""
    found = _REF.fullmatch(ref)
    return (int(found[1]), found[2]) if found else None


def name_of(ref: str) -> str:
    """What the file is called there. Telegram makes all pictures JPEG; the ref of a web chat says what it is."""
    found = _SUFFIX.search(ref)
    return f"{NAME}.{found[1] if found else 'jpg'}"
