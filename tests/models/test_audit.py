"""The trail of acts: in order, page by page, narrowed down; a long one is not read whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text

from models.person import audit as table
from models.queries import audit
from models.queries.audit import SERVER, Within
from models.store import Store
from models.unit import campaign as campaigns
from models.unit import unit
from tests.bot.office import CAMPAIGN, NOON, OTHER_WARD, SAO_MAI, SAO_VANG, WARD, add_person, registry

EVER, ENDLESS = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def within(
    units: list[int] | None, who: int | None = None, since: datetime = EVER, until: datetime = ENDLESS
) -> Within:
    return Within(units, since, until, who)


def _acts(conn: Connection) -> dict[str, int]:
    """Nine acts of three people in three minutes, three at a time at the very same moment."""
    registry(conn)
    known = {name: add_person(conn, name, name.title(), role="owner") for name in ("an", "hoa")} | {"": 0}
    for at, (who, where) in enumerate(
        ((who, where) for where in (SAO_MAI, SAO_VANG, None) for who in ("an", "hoa", "")), 1
    ):
        moment = NOON + timedelta(minutes=(at - 1) // 3)
        row = {"at": moment, "person_id": known[who] or None, "action": f"act.{at}", "unit_id": where, "details": {}}
        conn.execute(insert(table), row)
    return known


def acts(rows: list[Any]) -> list[int]:
    return [int(row.action.removeprefix("act.")) for row in rows]


def test_pages_follow_each_other_without_gap_or_repeat(store: Store) -> None:
    store.write_now(_acts)

    def read(conn: Connection) -> list[int]:
        shown: list[int] = []
        before: int | None = None
        while rows := audit.listed(conn, within(None), before=before, most=2):
            shown += acts(rows)
            before = rows[-1].id
        return shown

    assert store.read_now(read) == [9, 8, 7, 6, 5, 4, 3, 2, 1]


def _small_units(conn: Connection, many: int) -> None:
    rows = [
        {"id": 1000 + n, "code": f"9{n:03}", "name": f"Tổ {n}", "short_name": f"Tổ {n}", "folded": f"to {n}"}
        for n in range(many)
    ]
    if rows:
        conn.execute(insert(unit), [row | {"type": "x", "parent_id": WARD} for row in rows])


@pytest.mark.parametrize("many", [0, audit.FEW])
def test_narrowed_down(store: Store, many: int) -> None:
    """Whether units are gathered one by one or the trail is walked back makes no difference."""
    known = store.write_now(_acts)
    store.write_now(_small_units, many)

    def read(what: Within) -> list[int]:
        return acts(store.read_now(audit.listed, what, most=99))

    assert read(within([WARD])) == [6, 5, 4, 3, 2, 1]
    assert read(within([SAO_VANG])) == [6, 5, 4]
    assert read(within([OTHER_WARD])) == []
    assert read(within([OTHER_WARD, WARD], known["hoa"])) == [5, 2]
    assert read(within(None, SERVER)) == [9, 6, 3]
    assert read(within(None, None, NOON + timedelta(minutes=1), NOON + timedelta(minutes=2))) == [6, 5, 4]
    parts = store.read_now(lambda conn: [acts(rows) for rows in audit.everything(conn, within([WARD]))])
    assert parts == [[6, 5, 4, 3, 2, 1]]


def test_who_serves_one_campaign_sees_its_acts_and_those_of_none(store: Store) -> None:
    def acted(conn: Connection) -> None:
        registry(conn)
        campaign = conn.execute(select(campaigns).where(campaigns.c.id == CAMPAIGN)).one()._asdict()
        conn.execute(insert(campaigns), campaign | {"id": 2, "code": "AT"})
        for n, (unit_id, about) in enumerate(
            ((WARD, None), (WARD, 1), (WARD, 2), (SAO_MAI, 1), (OTHER_WARD, 1), (OTHER_WARD, 2)), 1
        ):
            row = {"at": NOON, "person_id": None, "action": f"act.{n}", "unit_id": unit_id, "details": {}}
            conn.execute(insert(table), row | {"campaign_id": about})

    store.write_now(acted)

    def read(*bound: tuple[int, int], units: tuple[int, ...]) -> list[int]:
        return acts(store.read_now(audit.listed, Within(units, EVER, ENDLESS, bound=bound), most=99))

    assert read((WARD, 1), units=(WARD,)) == [4, 2, 1]
    assert read((WARD, 2), units=(WARD,)) == [3, 1]
    assert read((WARD, 2), units=(WARD, OTHER_WARD)) == [6, 5, 3, 1]
    assert read(units=(WARD, OTHER_WARD)) == [6, 5, 4, 3, 2, 1]


LONG = 20_000


def _long(conn: Connection) -> None:
    """A year's acts of a hundred people in a hundred units; at Sao Mai hardly any."""
    registry(conn)
    _small_units(conn, 100)
    people = [add_person(conn, f"p{n}", f"Người {n}") for n in range(100)]
    units = sorted(conn.execute(select(unit.c.id).where(unit.c.code.like("9%"))).scalars())
    conn.execute(
        insert(table),
        [
            {
                "at": NOON + timedelta(minutes=n),
                "person_id": people[n * 7 % 100],
                "action": "line.set",
                "unit_id": SAO_MAI if n % 5000 == 0 else units[n % 100],
                "details": {},
            }
            for n in range(LONG)
        ],
    )


def plan(conn: Connection, kind: tuple[str, str, str]) -> str:
    """How the database would read a page in the middle of it, as it says itself."""
    here = {"b_units": [WARD], "b_since": EVER, "b_at": NOON + timedelta(minutes=9000), "b_id": 9000, "b_most": 6}
    if kind[0] == "few":
        here["b_units"] = [SAO_MAI]
    bound = {"b_bound": [WARD], "b_free": [], "b_only": [CAMPAIGN]} if kind[1] == "bound" else {}
    who = conn.execute(select(table.c.person_id).limit(1)).scalar_one()
    statement = audit._LISTED[kind].params(**here, **bound, b_person=who)
    words = str(statement.compile(dialect=conn.dialect, compile_kwargs={"literal_binds": True}))
    how = "EXPLAIN QUERY PLAN" if conn.dialect.name == "sqlite" else "EXPLAIN"
    return "\n".join(str(row) for row in conn.execute(text(f"{how} {words}".replace(":", "\\:"))))


def test_a_page_of_a_long_trail_is_found_by_an_index(store: Store) -> None:
    store.write_now(_long)
    store.write_now(lambda conn: conn.execute(text("ANALYZE")))
    for kind, index in (
        (("all", "every", "any"), "ix_audit_at"),
        (("many", "every", "any"), "ix_audit_at"),
        (("many", "bound", "any"), "ix_audit_at"),
        (("few", "every", "any"), "ix_audit_unit"),
        (("all", "every", "one"), "ix_audit_person"),
        (("many", "every", "one"), "ix_audit_person"),
    ):
        steps = store.read_now(plan, kind)
        assert index in steps, (kind, steps)
        assert "SCAN audit'" not in steps
        assert "Seq Scan on audit" not in steps
