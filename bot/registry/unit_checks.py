"""Checks of units against each other: parents, successors, dates, and that an alias belongs to one unit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from bot.registry.plan import Item, Merged
from bot.registry.problems import Problem
from bot.registry.schema import UNITS
from handlers.fold import fold
from handlers.talk import say


def check_units(merged: Merged) -> Iterator[Problem]:
    units = {str(item.values["code"]): item for item in merged.of(UNITS).values()}
    for item in units.values():
        yield from _check_dates(item)
        yield from _check_links(item, units)
    yield from _check_cycles(units)
    yield from _check_aliases(units)


def _check_dates(item: Item) -> Iterator[Problem]:
    first, last = item.values.get("valid_from"), item.values.get("valid_to")
    if item.record and isinstance(first, date) and isinstance(last, date) and last < first:
        yield item.record.problem("valid_to", say("registry.bad.ends_first"))


def _check_links(item: Item, units: dict[str, Item]) -> Iterator[Problem]:
    for column, missing, itself in (
        ("parent", "registry.bad.no_parent", "registry.bad.own_parent"),
        ("successor", "registry.bad.no_successor", "registry.bad.own_successor"),
    ):
        code = item.values.get(column)
        if item.record is None or code is None:
            continue
        if code == item.values["code"]:
            yield item.record.problem(column, say(itself))
        elif code not in units:
            yield item.record.problem(column, say(missing, cell=code))


def _check_cycles(units: dict[str, Item]) -> Iterator[Problem]:
    """One problem for each ring, at its first row in the file."""
    done: set[str] = set()
    for start in units:
        path: list[str] = []
        here: str | None = start
        while here in units and here not in done and here not in path:
            path.append(here)
            here = cast("str | None", units[here].values.get("parent"))
        if here in path:
            ring = path[path.index(here) :]
            yield from _ring(ring, units)
        done.update(path)


def _ring(ring: list[str], units: dict[str, Item]) -> Iterator[Problem]:
    if len(ring) == 1:  # its own parent: said already
        return
    records = [record for code in ring if (record := units[code].record)]
    first = min(records, key=lambda record: record.row)
    yield first.problem("parent", say("registry.bad.cycle", path=" → ".join([*ring, ring[0]])))


def _check_aliases(units: dict[str, Item]) -> Iterator[Problem]:
    """An alias belongs to one unit, and is not the name of another: else nobody could be sure whom it means."""
    owners: dict[str, Item] = {}  # folded alias -> who has it
    named: dict[str, list[Item]] = {}  # folded name or short name -> who bears it
    for item in units.values():
        for column in ("name", "short_name"):
            named.setdefault(fold(str(item.values.get(column, ""))), []).append(item)
    for item in sorted(units.values(), key=lambda item: item.record is not None):
        for alias in cast("tuple[str, ...]", item.values.get("aliases") or ()):
            owner, bearers = owners.setdefault(fold(alias), item), named.get(fold(alias), [])
            if owner is not item:
                yield from _clash(item, alias, owner)
            elif bearers and not any(bearer is item for bearer in bearers):
                yield from _clash(item, alias, bearers[0])


def _clash(item: Item, alias: str, other: Item) -> Iterator[Problem]:
    if item.record:
        yield item.record.problem("aliases", say("registry.bad.alias", cell=alias, other=_label(other)))
    elif other.record:  # a unit of the file takes a name that is another's alias already
        yield other.record.problem("name", say("registry.bad.name_taken", cell=alias, other=_label(item)))


def _label(item: Item) -> str:
    return f"{item.values['code']} {item.values.get('short_name', '')}".strip()
