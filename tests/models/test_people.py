"""Who looks after whom, and what may be changed about a person."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select

from models import person as p
from models.queries import people
from models.store import Store
from tests.bot.office import NOON, OTHER_WARD, SAO_MAI, SAO_VANG, WARD, add_person, registry


@pytest.fixture(autouse=True)
def _people(store: Store) -> None:
    def world(conn: Connection) -> None:
        registry(conn)
        add_person(conn, "lan", "Lan", unit_id=SAO_MAI)
        add_person(conn, "hoa", "Hoa", role="officer", of=WARD)
        add_person(conn, "binh", "Bình", role="officer", of=SAO_VANG)
        add_person(conn, "an", "An", role="owner")

    store.write_now(world)


def person_id(store: Store, account: str) -> int:
    found = select(p.account.c.person_id).where(p.account.c.external_id == account)
    return int(store.read_now(lambda conn: conn.execute(found).scalar_one()))


def caretakers(store: Store, unit_id: int | None) -> list[str]:
    return [row.chat for row in store.read_now(people.caretakers, unit_id)]


def test_the_nearest_officers_look_after_a_unit_else_the_admins(store: Store) -> None:
    assert caretakers(store, SAO_VANG) == ["binh"]
    assert caretakers(store, SAO_MAI) == ["hoa"]
    assert caretakers(store, OTHER_WARD) == ["an"]
    assert caretakers(store, None) == ["an"]


def test_an_officer_who_cannot_be_reached_is_passed_over(store: Store) -> None:
    store.write_now(people.set_reachable, "buttons", "binh", False)
    assert caretakers(store, SAO_VANG) == ["hoa"]


@pytest.mark.parametrize(
    ("account", "allowed"),
    [
        ("lan", []),
        ("binh", [SAO_VANG]),
        ("hoa", [WARD, SAO_MAI, SAO_VANG]),
        ("an", [None, WARD, SAO_MAI, SAO_VANG, OTHER_WARD]),
    ],
)
def test_who_may_run_which_unit(store: Store, account: str, allowed: list[int | None]) -> None:
    who = person_id(store, account)
    units = (None, WARD, SAO_MAI, SAO_VANG, OTHER_WARD)
    assert [unit for unit in units if store.read_now(people.may_run, who, unit)] == allowed


def test_only_what_is_given_changes(store: Store) -> None:
    lan = person_id(store, "lan")
    with pytest.raises(ValueError, match="sample"):
        store.write_now(people.set_person, lan, {"name": "Không", "sample": True})
    store.write_now(people.set_person, lan, {"phone": "0912345678"})
    store.write_now(people.set_person, lan, {})
    row: Any = store.read_now(lambda conn: conn.execute(select(p.person).where(p.person.c.id == lan)).one())
    assert (row.name, row.phone, row.unit_id) == ("Lan", "0912345678", SAO_MAI)


def test_consent_holds_for_its_text_until_it_is_withdrawn(store: Store) -> None:
    lan = person_id(store, "lan")

    def consented(version: str) -> bool:
        row = store.read_now(people.who, "buttons", "lan", version)
        assert row is not None
        return bool(row.consented)

    def give(conn: Connection) -> None:
        people.give_consent(conn, lan, version="1", text="Đồng ý?", channel="buttons", at=NOON)

    assert not consented("1")
    store.write_now(give)
    assert consented("1")
    assert not consented("2")
    store.write_now(people.withdraw_consent, lan, NOON)
    assert not consented("1")
    assert len(store.read_now(lambda conn: conn.execute(select(p.consent)).all())) == 1
