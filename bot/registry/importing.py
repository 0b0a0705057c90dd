"""The whole of an import: read, check, compare, write. All or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import Connection

from bot.registry import schema
from bot.registry.checks import check, warn
from bot.registry.plan import Item, Plan, merge, plan
from bot.registry.problems import Problem, Refused
from bot.registry.rows import Reading, Track, read_sheets
from bot.registry.sheets import Sheet
from handlers.fold import fold
from models.queries import registry, registry_rows
from models.queries.registry_rows import Stored


def read(sheets: Iterable[Sheet], relative_to: date | None = None, track: Track = iter) -> Reading:
    """The records of a file and what is wrong with single cells. Needs no database."""
    return read_sheets(sheets, relative_to, track)


def compare(conn: Connection, reading: Reading) -> Plan:
    """What the file would change. Raises Refused with *all* problems, of cells and between rows, in file order."""
    merged = merge(reading.records, registry_rows.load(conn))
    problems = [*reading.problems, *merged.problems, *check(merged)]
    if problems:
        raise Refused(_in_order(problems, reading))
    return plan(merged, warn(merged))


def _in_order(problems: Iterable[Problem], reading: Reading) -> list[Problem]:
    order = {sheet: place for place, sheet in enumerate(reading.sheets)}
    unique = {repr(problem): problem for problem in problems}
    return sorted(unique.values(), key=lambda problem: (order.get(problem.sheet, -1), problem.row))


def write(conn: Connection, planned: Plan, now: datetime) -> None:
    """Write what is planned, and a line about it in the audit. The caller's transaction makes it all or nothing."""
    if planned.is_empty:
        return
    for table in schema.TABLES:
        new, changed = planned.new[table.key], planned.changed[table.key]
        if new or changed:
            registry_rows.write(conn, table.key, [_row(i) for i in new], [_stored(i) for i in changed], now)
    registry.note_change(conn, now, {key: [count.new, count.changed] for key, count in planned.counts.items()})


def _stored(item: Item) -> Stored:
    assert item.id is not None  # noqa: S101  (a changed row has one)
    return Stored(item.id, _row(item))


def _row(item: Item) -> Mapping[str, object]:
    """With the folded columns by which names are searched."""
    values = dict(item.values)
    if "aliases" not in values:
        return values
    aliases = values["aliases"] if isinstance(values["aliases"], tuple) else ()
    return {**values, "folded": fold(str(values["name"])), "aliases_folded": tuple(map(fold, aliases))}
