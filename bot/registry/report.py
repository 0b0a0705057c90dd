"""What an import did or would do, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.registry import schema
from bot.registry.cells import shown
from bot.registry.plan import Item, Plan
from bot.registry.problems import Problem
from bot.registry.schema import Table, Value
from handlers.talk import say
from handlers.texts import Texts


def changes(plan: Plan, texts: Texts, language: str) -> Iterator[str]:
    """A line for each row that is new, and for each that changes a line with old → new."""
    for table in schema.TABLES:
        for item in plan.new[table.key]:
            yield texts.render(
                language, say("registry.out.new", table=table.title(language), row=_label(table, item, language))
            )
        for item in plan.changed[table.key]:
            what = "; ".join(
                f"{column.heading(language)}: {' → '.join(_value(column.word(one, language)) for one in both)}"
                for key, both in item.differences.items()
                for column in (table.column(key),)
            )
            values = {"table": table.title(language), "row": _label(table, item, language), "changes": what}
            yield texts.render(language, say("registry.out.changed", **values))


def counts(plan: Plan, texts: Texts, language: str) -> Iterator[str]:
    """A line for each table the file holds."""
    for table in schema.TABLES:
        count = plan.counts[table.key]
        if count.new or count.changed or count.unchanged:
            values = {"new": count.new, "changed": count.changed, "unchanged": count.unchanged}
            yield texts.render(language, say("registry.out.counts", table=table.title(language), **values))


def problems(found: Iterable[Problem], texts: Texts, language: str) -> Iterator[str]:
    return (problem.render(texts, language) for problem in found)


def _label(table: Table, item: Item, language: str) -> str:
    named = (*table.identity, *(key for key in ("short_name", "name", "number") if key in item.values))
    usual = {column.key: column.default for column in table.columns if column.options}  # goes without saying
    known = [key for key in named if item.values.get(key) is not None and item.values[key] != usual.get(key)]
    parts = [_value(table.column(key).word(item.values[key], language)) for key in known]
    return " · ".join(parts[: len(table.identity) + 1])


def _value(value: Value) -> str:
    if value is None or value == ():
        return "–"
    if isinstance(value, bool):
        return "x" if value else "–"
    return shown(value)
