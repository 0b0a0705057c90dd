"""How the outbox names a voice message that came by another channel: it is fetched just before it is sent."""

from __future__ import annotations

import re

NAME = "tin-thoai.ogg"
_REF = re.compile(r"voice:([0-9]{1,18}):(vi|en):([0-9]{1,18})")


def make_ref(request_id: int, language: str, reader: int) -> str:
    """`voice:12:vi:7`: what was sent with request 12, for person 7, who reads Vietnamese."""
    return f"voice:{request_id}:{language}:{reader}"


def read_ref(ref: str) -> tuple[int, str, int] | None:
    """Request, language and for whom; None for what names something else."""
    found = _REF.fullmatch(ref)
    return (int(found[1]), found[2], int(found[3])) if found else None
