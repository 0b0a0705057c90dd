"""What an import would change: the file's records laid over what there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.registry import schema
from bot.registry.cells import shown
from bot.registry.problems import Problem
from bot.registry.rows import Record
from bot.registry.schema import Key, Table, Value
from handlers.talk import say
from models.queries.registry_rows import Registry

Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Item:
    """A row as it will be. `record` is the file's row, None where the file does not name it."""

    values: Values
    id: int | None = None
    before: Values | None = None
    record: Record | None = None

    def has(self, column: str) -> bool:
        """Is its value known? (A cell that could not be read is a problem already; nothing more is said about it.)"""
        return column in self.values and self.values[column] is not None

    def names(self, column: str) -> bool:
        """Does the file say something in this column?"""
        return self.record is not None and self.has(column) and column in self.record.values

    @property
    def differences(self) -> dict[str, tuple[Value, Value]]:
        """Column -> (old, new); of a new row nothing."""
        before = self.before
        if before is None:
            return {}
        return {key: (before[key], value) for key, value in self.values.items() if not _same(before[key], value)}


def _same(old: Value, new: Value) -> bool:
    if isinstance(old, tuple) and isinstance(new, tuple):
        return sorted(old) == sorted(new)
    return old == new


@dataclass(frozen=True, slots=True)
class Merged:
    """Per table all rows by key, as they would be after the import; and the problems that laying them over met."""

    tables: Mapping[str, dict[Key, Item]]
    problems: list[Problem] = field(default_factory=list)

    def of(self, table: Table) -> dict[Key, Item]:
        return self.tables[table.key]


@dataclass(frozen=True, slots=True)
class Counts:
    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be written, by table key. `warnings` do not stop an import."""

    new: Mapping[str, tuple[Item, ...]]
    changed: Mapping[str, tuple[Item, ...]]
    counts: Mapping[str, Counts]
    warnings: tuple[Problem, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(self.new.values()) and not any(self.changed.values())


def merge(records: Iterable[Record], stored: Registry) -> Merged:
    """Lay the records over what is stored. A key that comes twice in the file is a problem of the second row."""
    merged = Merged(
        {table: {key: Item(s.row, s.id, s.row) for key, s in rows.items()} for table, rows in stored.items()}
    )
    for record in records:
        key = record.key
        if key is None:
            continue
        rows = merged.of(record.table)
        present = rows.get(key)
        if present and present.record:
            what = say("registry.bad.twice", row_key=_shown(key), other=present.record.row, sheet=present.record.sheet)
            merged.problems.append(record.problem(record.table.identity[0], what))
        else:
            rows[key] = _laid(record, present)
    return merged


def _laid(record: Record, present: Item | None) -> Item:
    """A column the sheet does not have keeps its value; of a new row it takes the column's default."""
    if present:
        return Item({**present.values, **record.values}, present.id, present.before, record)
    defaults = {c.key: c.default for c in record.table.columns if c.key not in record.bad}
    return Item({**defaults, **record.values}, record=record)


def _shown(key: Key) -> str:
    return " · ".join(shown(part) for part in key if part is not None)


def plan(merged: Merged, warnings: Iterable[Problem] = ()) -> Plan:
    """What must be written so that all is as `merged` says."""
    new: dict[str, tuple[Item, ...]] = {}
    changed: dict[str, tuple[Item, ...]] = {}
    counts: dict[str, Counts] = {}
    for table in schema.TABLES:
        items = [item for item in merged.of(table).values() if item.record]
        new[table.key] = tuple(item for item in items if item.before is None)
        changed[table.key] = tuple(item for item in items if item.differences)
        fresh, other = len(new[table.key]), len(changed[table.key])
        counts[table.key] = Counts(fresh, other, len(items) - fresh - other)
    return Plan(new, changed, counts, tuple(warnings))
