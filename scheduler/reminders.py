"""What a broadcast under way asks for: who gets it, when it starts, and the words of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from handlers.broadcast import Figures, of_unit, to_group, to_person
from handlers.broadcast_facts import Reach
from handlers.texts import Texts
from models.queries import broadcasts, meter, unit_figures
from models.queries.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Reminders:
    """`gather`, `left` and `fill` are what `scheduler.casting.Rules` takes under these names."""

    texts: Texts
    reach: tuple[Reach, ...]  # the channels this installation serves

    def gather(self, conn: Connection, row: AnyRow, now: datetime) -> None:
        """Write down who gets a broadcast that waited for its time, as things are now."""
        reach = {one.name: (one.closed_hours, one.free_hours) for one in self.reach}
        broadcasts.gather(conn, row, broadcasts.terms(now, ZoneInfo(row.timezone), reach))

    def left(self, conn: Connection, channel: str, now: datetime) -> int | None:
        """How many messages of the channel's month a reminder may still use; None: there is no limit."""
        here = next((one for one in self.reach if one.name == channel and one.monthly is not None), None)
        if here is None or here.monthly is None:
            return None
        return meter.left_for_bulk(conn, channel, here.monthly, here.kept, now)

    def fill(self, conn: Connection, row: AnyRow, chosen: Sequence[AnyRow], now: datetime) -> Mapping[int, str]:
        """The words for each of these recipients, by its id. Figures are looked up, and put in, once for a unit."""
        local = now.astimezone(ZoneInfo(row.timezone))
        units = {one.unit_id for one in chosen if one.unit_id is not None}
        found = unit_figures.of_units(conn, row.campaign_id, units, local)
        filled: dict[tuple[int | None, str], str] = {}
        words: dict[int, str] = {}
        for one in chosen:
            key = (one.unit_id, one.language)
            if key not in filled:
                there = found.get(one.unit_id)
                filled[key] = self._of_unit(row.text, there, one.language, local) if there else row.text
            made = filled[key]
            words[one.id] = (
                to_group(self.texts, one.language, made)
                if one.is_group
                else to_person(self.texts, one.language, made, one.name or "")
            )
        return words

    def _of_unit(self, text: str, there: unit_figures.UnitFigures, language: str, local: datetime) -> str:
        figures = Figures(there.name, there.count, there.target, there.ends, local.date())
        return of_unit(self.texts, language, text, figures)
