"""What a turn brings about with files and a notice's added line: see `effects`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.talk import Media


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line for the unit's daily notices of one local day, with its source."""

    unit_id: int
    campaign_id: int
    day: date
    text: str


@dataclass(frozen=True, slots=True)
class DropLine:
    """The line of that day is taken away."""

    unit_id: int
    campaign_id: int
    day: date


@dataclass(frozen=True, slots=True)
class ReadFigures:
    """A file of figures is read at once, then heard as if its rows had been pasted; `words` stand above them."""

    unit_id: int
    campaign_id: int
    media: Media
    words: str = ""


@dataclass(frozen=True, slots=True)
class MakeUploadLink:
    """A page that takes one such file within the hour. Brings about: `link`."""

    unit_id: int
    campaign_id: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class MakePosters:
    """A file of many pages is made and sent when it is there; the turn's first message tells how far it is."""

    media: Media
    code: str  # the unit's
