"""Checks that need more than one cell: units against each other, dates against dates, targets against all of it.

Every check looks at the registry as it would be after the import, and complains only about rows of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import cast
from zoneinfo import available_timezones

from bot.registry import schema
from bot.registry.plan import Item, Merged
from bot.registry.problems import Problem
from bot.registry.schema import CAMPAIGNS, FIELDS, GROUPS, PHASES, TARGETS, UNITS, Table
from bot.registry.unit_checks import check_units
from handlers.fold import fold
from handlers.talk import Say, say


def check(merged: Merged) -> Iterator[Problem]:
    """All that is wrong between rows."""
    yield from check_units(merged)
    yield from _check_campaigns(merged)
    yield from _check_phases(merged)
    yield from _check_lists(merged)
    yield from _check_targets(merged)


def warn(merged: Merged) -> Iterator[Problem]:
    """What may be meant, or may be a typing error: types of unit that are neither known nor in use."""
    units = merged.of(UNITS).values()
    known = {fold(name) for name in schema.KNOWN_TYPES}
    known |= {fold(str(item.before["type"])) for item in units if item.before}
    told: set[str] = set()
    for item in units:
        folded = fold(str(item.values.get("type", "")))
        if item.record and item.names("type") and folded not in known and folded not in told:
            told.add(folded)
            what = say("registry.warn.type", cell=item.values["type"], names="; ".join(schema.KNOWN_TYPES))
            yield item.record.problem("type", what)


def _said(item: Item, column: str, what: Say) -> Iterator[Problem]:
    if item.record:
        yield item.record.problem(column, what)


def _rows(merged: Merged, table: Table) -> Iterable[Item]:
    return merged.of(table).values()


def _day(item: Item, column: str) -> date:
    return cast(date, item.values[column])


def _in_order(item: Item, first: str, last: str, key: str) -> Iterator[Problem]:
    if item.has(first) and item.has(last) and _day(item, last) < _day(item, first):
        yield from _said(item, last, say(key))


# ---------------------------------------------------------------- campaigns, phases, lists


def _check_campaigns(merged: Merged) -> Iterator[Problem]:
    zones = available_timezones()
    for item in _rows(merged, CAMPAIGNS):
        yield from _in_order(item, "opens", "closes", "registry.bad.ends_first")
        yield from _in_order(item, "applied_from", "applied_to", "registry.bad.ends_first")
        if item.names("unit") and (item.values["unit"],) not in merged.of(UNITS):
            yield from _said(item, "unit", say("registry.bad.no_unit", cell=item.values["unit"]))
        if item.names("timezone") and item.values["timezone"] not in zones:
            yield from _said(item, "timezone", say("registry.bad.timezone", cell=item.values["timezone"]))


def _unknown_campaign(merged: Merged, item: Item) -> Iterator[Problem]:
    if item.names("campaign") and (item.values["campaign"],) not in merged.of(CAMPAIGNS):
        yield from _said(item, "campaign", say("registry.bad.no_campaign", cell=item.values["campaign"]))


def _check_phases(merged: Merged) -> Iterator[Problem]:
    by_campaign: dict[object, list[Item]] = {}
    for item in _rows(merged, PHASES):
        yield from _unknown_campaign(merged, item)
        yield from _in_order(item, "starts", "ends", "registry.bad.ends_first")
        yield from _within_campaign(merged, item)
        if item.has("starts") and item.has("ends"):
            by_campaign.setdefault(item.values["campaign"], []).append(item)
    for items in by_campaign.values():
        yield from _overlaps(sorted(items, key=lambda item: _day(item, "starts")))


def _within_campaign(merged: Merged, item: Item) -> Iterator[Problem]:
    """Also when it is the campaign that moved: then the campaign's row is at fault."""
    campaign = merged.of(CAMPAIGNS).get((item.values.get("campaign"),))
    if campaign is None or not all(campaign.has(c) for c in ("opens", "closes")):
        return
    values = {"opens": f"{_day(campaign, 'opens'):%d/%m/%Y}", "closes": f"{_day(campaign, 'closes'):%d/%m/%Y}"}
    for column, outside in (
        ("starts", item.has("starts") and _day(item, "starts") < _day(campaign, "opens")),
        ("ends", item.has("ends") and _day(item, "ends") > _day(campaign, "closes")),
    ):
        if outside and item.record:
            yield from _said(item, column, say("registry.bad.outside", **values))
        elif outside:
            which = "opens" if column == "starts" else "closes"
            yield from _said(campaign, which, say("registry.bad.leaves_out", phase=item.values["code"]))


def _overlaps(items: list[Item]) -> Iterator[Problem]:
    for earlier, later in pairwise(items):
        if _day(later, "starts") <= _day(earlier, "ends"):
            at_fault, other = (later, earlier) if later.record else (earlier, later)
            column = "starts" if later.record else "ends"
            yield from _said(at_fault, column, say("registry.bad.overlap", other=other.values["code"]))


def _check_lists(merged: Merged) -> Iterator[Problem]:
    for item in _rows(merged, FIELDS):
        yield from _unknown_campaign(merged, item)
    taken: dict[tuple[object, str], Item] = {}  # campaign, type of unit -> the group that has it
    for item in sorted(_rows(merged, GROUPS), key=lambda item: item.record is not None):
        yield from _unknown_campaign(merged, item)
        for name in cast("tuple[str, ...]", item.values.get("unit_types") or ()):
            other = taken.setdefault((item.values["campaign"], fold(name)), item)
            if other is not item:
                what = say("registry.bad.type_taken", cell=name, other=other.values["code"])
                yield from _said(item, "unit_types", what)


# ---------------------------------------------------------------- targets


def _check_targets(merged: Merged) -> Iterator[Problem]:
    for item in _rows(merged, TARGETS):
        if item.record is None:
            continue
        yield from _unknown_campaign(merged, item)
        values = item.values
        if (values["unit"],) not in merged.of(UNITS):
            yield from _said(item, "unit", say("registry.bad.no_unit", cell=values["unit"]))
        elif not _runs_for(merged, str(values["unit"]), str(values["campaign"])):
            what = say("registry.bad.not_below", cell=values["unit"], campaign=values["campaign"])
            yield from _said(item, "unit", what)
        known = (values["campaign"],) in merged.of(CAMPAIGNS)
        if known and values["phase"] and (values["campaign"], values["phase"]) not in merged.of(PHASES):
            what = say("registry.bad.no_phase", cell=values["phase"], campaign=values["campaign"])
            yield from _said(item, "phase", what)
        if values.get("measure") == "participation" and item.has("number") and cast(int, values["number"]) > 100:
            yield from _said(item, "number", say("registry.bad.percent", cell=values["number"]))


def _runs_for(merged: Merged, unit: str, campaign: str) -> bool:
    """Is the unit the campaign's own or below it? True also where that cannot be told."""
    found = merged.of(CAMPAIGNS).get((campaign,))
    if found is None or not found.has("unit"):
        return True
    seen: set[str] = set()
    here: str | None = unit
    while here is not None and here not in seen:
        if here == found.values["unit"]:
            return True
        seen.add(here)
        item = merged.of(UNITS).get((here,))
        if item is None or (item.record and "parent" in item.record.bad):
            return True
        here = cast("str | None", item.values.get("parent"))
    return False
