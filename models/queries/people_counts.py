"""How many people and how many base units take part (domain.md §5, §7): read only where it is shown, for it costs as
much as there are filings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, String, bindparam, case, cast, func, literal, or_, select

from models.columns import Instant
from models.initiative import initiative
from models.queries.registry import superseded
from models.queries.tally import below
from models.unit import tally, target, unit

# ---------------------------------------------------------------- people

counted = (
    (initiative.c.filed_at < bindparam("b_cut", type_=Instant))
    & (initiative.c.filed_day <= bindparam("b_day", type_=Date))
    & (initiative.c.status != "idea")
)
who = case(
    (counted & initiative.c.author_id.is_not(None), literal("person:") + cast(initiative.c.author_id, String)),
    (
        counted & initiative.c.on_behalf_of.is_not(None),
        literal("named:") + cast(initiative.c.unit_id, String) + literal(":") + initiative.c.on_behalf_of,
    ),
)
# LEFT JOIN, and what is counted decided within the count: so SQLite looks up each unit's filings, where it would else
# read the campaign's for each of them.
filings = below.outerjoin(
    initiative,
    (initiative.c.unit_id == below.c.id) & (initiative.c.campaign_id == bindparam("b_campaign")),
)
_AUTHORS_BY_TOP = select(below.c.top, func.count(who.distinct())).select_from(filings).group_by(below.c.top)
_AUTHORS = select(func.count(who.distinct())).select_from(filings)


@dataclass(frozen=True, slots=True)
class Authors:
    """Tác giả: distinct people with a filing. Who filed in two child units is one person of the whole."""

    total: int
    by_unit: Mapping[int, int]  # child unit (or the unit itself, for what it filed directly) -> people


def authors(conn: Connection, campaign_id: int, unit_id: int, cut_at: datetime, day: date) -> Authors:
    """Who filed before `cut_at`, on days up to `day`, by the unit that each filing belongs to now.

    Somebody for whom another filed (nộp hộ) is told apart by name and unit. People who had themselves erased, and
    co-authors, who are names only, are not counted: nobody can tell whether they are distinct.
    """
    binds = {"b_campaign": campaign_id, "b_unit": unit_id, "b_cut": cut_at, "b_day": day}
    by_unit = {top: int(found) for top, found in conn.execute(_AUTHORS_BY_TOP, binds) if found}
    return Authors(int(conn.execute(_AUTHORS, binds).scalar_one()), by_unit)


# ---------------------------------------------------------------- base units

_DAY = bindparam("b_day", type_=Date)
_child = unit.alias("child")


def _valid(table: Any) -> Any:
    return or_(table.c.valid_from.is_(None), table.c.valid_from <= _DAY) & or_(
        table.c.valid_to.is_(None), table.c.valid_to >= _DAY
    )


_base = (
    select(
        below.c.top,
        select(target.c.id)
        .where(
            target.c.unit_id == below.c.id,
            target.c.campaign_id == bindparam("b_campaign"),
            target.c.valid_from <= _DAY,
            target.c.number > 0,
            ~superseded,
        )
        .exists()
        .label("aimed"),
        (
            select(func.coalesce(func.sum(tally.c.filed + tally.c.adjusted), 0))
            .where(tally.c.unit_id == below.c.id, tally.c.campaign_id == bindparam("b_campaign"), tally.c.day <= _DAY)
            .scalar_subquery()
            > 0
        ).label("filed"),
    )
    .join(unit, unit.c.id == below.c.id)
    .where(_valid(unit), ~select(_child.c.id).where(_child.c.parent_id == unit.c.id, _valid(_child)).exists())
    .subquery("base")
)


def _how_many(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


_COVERAGE = select(
    _base.c.top,
    func.count(),
    _how_many(_base.c.aimed),
    _how_many(_base.c.filed),
    _how_many(~_base.c.aimed & ~_base.c.filed),
).group_by(_base.c.top)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Base units (those without units below them): how many have a target, a filing, neither."""

    units: int = 0
    aimed: int = 0
    filed: int = 0
    neither: int = 0


def coverage(conn: Connection, campaign_id: int, unit_id: int, day: date) -> dict[int, Coverage]:
    """By child unit: the base units that exist on `day`, with targets and filings of the campaign up to it.

    A unit without units below it is one base unit, under its own id.
    """
    rows = conn.execute(_COVERAGE, {"b_campaign": campaign_id, "b_unit": unit_id, "b_day": day})
    return {top: Coverage(*(int(number) for number in numbers)) for top, *numbers in rows}


def add_people(conn: Connection, numbers: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a board (`models.queries.board.numbers`) with `authors`, of each row too, and `coverage`."""
    campaign_id, unit_id, day = numbers["campaign_id"], numbers["unit_id"], date.fromisoformat(numbers["day"])
    people = authors(conn, campaign_id, unit_id, datetime.fromisoformat(numbers["cut_at"]), day)
    covered = coverage(conn, campaign_id, unit_id, day).values()
    whole = Coverage(*(sum(getattr(part, name) for part in covered) for name in ("units", "aimed", "filed", "neither")))
    rows = [row | {"authors": people.by_unit.get(row["unit_id"], 0)} for row in numbers["rows"]]
    return {**numbers, "rows": rows, "authors": people.total, "coverage": asdict(whole)}
