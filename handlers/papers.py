"""Files made on request (INBANGTIN, EXCEL, INMAQR): how the outbox names one, which is made just before the send."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

BULLETIN, WORKBOOK, POSTERS = "bulletin", "workbook", "posters"
ENDINGS = {BULLETIN: "pdf", WORKBOOK: "xlsx", POSTERS: "pdf"}
MANY_POSTERS = 60  # more than these are made beside the sending, with progress
MOST_POSTERS = 500  # of one PDF asked for in a chat
_NAMES = {BULLETIN: "ban-tin", WORKBOOK: "so-lieu", POSTERS: "to-roi"}
_SCHEME = "paper"
_REF = re.compile(r"paper:(bulletin|workbook|posters):(\d{1,18}):(\d{1,18}):(\d{8}T\d{6}Z):([a-z]{2})(?::(\d{1,18}))?")
_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Paper:
    """A bulletin or a workbook of a unit's board, cut at a moment, or its posters: made again it is the same."""

    kind: str
    unit_id: int
    campaign_id: int
    cut_at: datetime  # aware
    language: str
    reader: int = 0  # for whom alone it is made; 0: whoever has it may read it

    @property
    def ref(self) -> str:
        """`paper:bulletin:12:1:20261120T100000Z:vi`, `paper:workbook:12:1:20261120T100000Z:vi:7`"""
        at = self.cut_at.astimezone(UTC).strftime(_TIME)
        whose = f":{self.reader}" if self.reader else ""
        return f"{_SCHEME}:{self.kind}:{self.unit_id}:{self.campaign_id}:{at}:{self.language}{whose}"

    def file_name(self, code: str) -> str:
        """`ban-tin-48.pdf`, `so-lieu-48.xlsx`, `to-roi-48.pdf`; `code` is the unit's."""
        return f"{_NAMES[self.kind]}-{code}.{ENDINGS[self.kind]}"


@dataclass(frozen=True, slots=True)
class PostersOf:
    """How many posters the unit's PDF has: one for each unit below it, else its own -> int"""

    unit_id: int


def read_ref(ref: str) -> Paper | None:
    """None for what names no paper."""
    found = _REF.fullmatch(ref)
    if found is None:
        return None
    kind, unit_id, campaign_id, at, language, reader = found.groups()
    cut_at = datetime.strptime(at, _TIME).replace(tzinfo=UTC)
    return Paper(kind, int(unit_id), int(campaign_id), cut_at, language, int(reader or 0))
