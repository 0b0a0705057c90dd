"""Files made of a board on request (INBANGTIN, EXCEL): how the outbox names one, which is made just before the send."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

BULLETIN, WORKBOOK = "bulletin", "workbook"
ENDINGS = {BULLETIN: "pdf", WORKBOOK: "xlsx"}
_SCHEME = "paper"
_REF = re.compile(r"paper:(bulletin|workbook):(\d{1,18}):(\d{1,18}):(\d{8}T\d{6}Z):([a-z]{2})")
_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Paper:
    """A bulletin or a workbook of the board of a unit, cut at a moment: made again it is the same."""

    kind: str
    unit_id: int
    campaign_id: int
    cut_at: datetime  # aware
    language: str

    @property
    def ref(self) -> str:
        """`paper:bulletin:12:1:20261120T100000Z:vi`"""
        at = self.cut_at.astimezone(UTC).strftime(_TIME)
        return f"{_SCHEME}:{self.kind}:{self.unit_id}:{self.campaign_id}:{at}:{self.language}"

    def file_name(self, code: str) -> str:
        """`ban-tin-48.pdf`, `so-lieu-48.xlsx`; `code` is the unit's."""
        return f"{'ban-tin' if self.kind == BULLETIN else 'so-lieu'}-{code}.{ENDINGS[self.kind]}"


def read_ref(ref: str) -> Paper | None:
    """None for what names no paper."""
    found = _REF.fullmatch(ref)
    if found is None:
        return None
    kind, unit_id, campaign_id, at, language = found.groups()
    return Paper(kind, int(unit_id), int(campaign_id), datetime.strptime(at, _TIME).replace(tzinfo=UTC), language)
