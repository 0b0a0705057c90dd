"""The registry in memory: units by id and code, names to search, the campaigns open today.

It is read again when its version or the day changes; between two looks at the version lies at most a second, and every
look-up looks. A snapshot is never changed, so that threads may share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from handlers.facts import Campaign, Listed, Unit, UnitsFound
from handlers.search import Named, Names, rank
from models.queries import registry

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")  # where no campaign says otherwise (domain.md §6)
FRESH = timedelta(seconds=1)


@dataclass(frozen=True)
class Snapshot:
    """The registry at one version on one local day."""

    version: int
    day: date
    units: Mapping[int, Unit]
    by_code: Mapping[str, int]
    campaigns: tuple[Campaign, ...]
    zones: Mapping[int, ZoneInfo]  # campaign id -> time zone
    clusters: Mapping[str, tuple[int, ...]]  # cụm thi đua -> its units today, in official order
    named: tuple[Named, ...]

    @cached_property
    def names(self) -> Names:
        """Made at the first search: preparing 30,000 names takes a while, and most updates search nothing."""
        return Names(self.named)


class Directory:
    """Keeps a `Snapshot` fresh. `refresh` before a turn, on a read connection; the rest answers from memory."""

    def __init__(self) -> None:
        self._snapshot: Snapshot | None = None
        self._looked = datetime.min.replace(tzinfo=ZONE)

    def is_fresh(self, now: datetime) -> bool:
        return self._snapshot is not None and now - self._looked < FRESH and self._snapshot.day == _day(now)

    def refresh(self, conn: Connection, now: datetime) -> Snapshot:
        """Read the registry again if it has changed, or if another day has begun."""
        version, day = registry.version(conn), _day(now)
        known = self._snapshot
        if known is None or (known.version, known.day) != (version, day):
            known = self._snapshot = _read(conn, version, day)
        self._looked = now
        return known

    def current(self, conn: Connection, now: datetime) -> Snapshot:
        """The snapshot as it was last refreshed; read from `conn` where there is none yet."""
        return self._snapshot or self.refresh(conn, now)

    def unit(self, conn: Connection, unit_id: int | None, now: datetime) -> Unit | None:
        """A unit by its id; one that has come since the last look is found too."""
        if unit_id is None:
            return None
        found = self.current(conn, now).units.get(unit_id)
        return found or _read(conn, registry.version(conn), _day(now)).units.get(unit_id)

    def cluster(self, conn: Connection, name: str, now: datetime) -> tuple[Unit, ...]:
        """The units of a cluster today."""
        snapshot = self.current(conn, now)
        return tuple(snapshot.units[unit_id] for unit_id in snapshot.clusters.get(name, ()))

    def zone(self, conn: Connection, campaign_id: int | None, now: datetime) -> ZoneInfo:
        """The campaign's time zone."""
        return self.current(conn, now).zones.get(campaign_id or 0, ZONE)

    def day(self, conn: Connection, campaign_id: int | None, now: datetime) -> date:
        """The campaign's local day at this moment."""
        return now.astimezone(self.zone(conn, campaign_id, now)).date()


def by_code(snapshot: Snapshot, code: str) -> Unit | None:
    """The unit with this code; for one that has ended, the unit that took its place."""
    unit_id = snapshot.by_code.get(code.strip())
    return snapshot.units.get(unit_id) if unit_id is not None else None


def like(snapshot: Snapshot, text: str) -> UnitsFound:
    """The units that a text may mean, best first."""
    found = rank(text, snapshot.names)
    return UnitsFound(tuple(snapshot.units[unit_id] for unit_id in found.units), found.exact)


def _day(now: datetime) -> date:
    return now.astimezone(ZONE).date()


def _read(conn: Connection, version: int, day: date) -> Snapshot:
    rows = {row.id: row for row in registry.all_units(conn)}
    campaigns = registry.campaigns_open(conn, day)
    units = {row.id: _unit(rows, row) for row in rows.values()}
    stands_for = {row.id: standing for row in rows.values() if (standing := _successor(rows, row, day)) is not None}
    aliases = registry.all_aliases(conn)
    return Snapshot(
        version=version,
        day=day,
        units=units,
        by_code={row.code: stands_for[row.id] for row in rows.values() if row.id in stands_for},
        campaigns=tuple(_campaign(conn, row, units[row.unit_id]) for row in campaigns),
        zones={row.id: ZoneInfo(row.timezone) for row in campaigns},
        clusters=_clusters(rows.values(), day),
        named=tuple(
            Named(row.id, row.name, row.short_name, row.code, tuple(folded for _, folded in aliases.get(row.id, ())))
            for row in rows.values()
            if stands_for.get(row.id) == row.id
        ),
    )


def _clusters(rows: Iterable[registry.Unit], day: date) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for row in rows:
        if row.cluster and row.is_valid(day):
            found[row.cluster] = (*found.get(row.cluster, ()), row.id)
    return found


def _successor(rows: Mapping[int, registry.Unit], row: registry.Unit, day: date) -> int | None:
    """The unit itself while it exists, else the one that took its place, if any does now."""
    seen: set[int] = set()
    while not row.is_valid(day):
        seen.add(row.id)
        if row.successor_id is None or row.successor_id in seen:
            return None
        row = rows[row.successor_id]
    return row.id


def _unit(rows: Mapping[int, registry.Unit], row: registry.Unit) -> Unit:
    above: list[int] = []
    parent = row.parent_id
    while parent is not None and parent not in above:
        above.append(parent)
        parent = rows[parent].parent_id
    return Unit(row.id, row.code, row.name, row.short_name, row.parent_short, row.type, tuple(above))


def _campaign(conn: Connection, row: registry.Campaign, unit: Unit) -> Campaign:
    def listed(kind: str) -> tuple[Listed, ...]:
        return tuple(Listed(item.code, item.name, item.unit_types) for item in registry.listed_of(conn, row.id, kind))

    return Campaign(
        id=row.id,
        code=row.code,
        name=row.name,
        unit_id=row.unit_id,
        opens=row.opens,
        closes=row.closes,
        applied_from=row.applied_from,
        applied_to=row.applied_to,
        timezone=row.timezone,
        fields=listed("field"),
        groups=listed("group"),
        unit=unit,
    )
