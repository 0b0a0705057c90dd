"""One-time codes: nobody can read them back, and one person uses each."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import person as p
from models.queries import invites
from models.store import Store
from tests.bot.office import NOON, WARD, add_person, registry


@pytest.fixture(autouse=True)
def _units(store: Store) -> None:
    store.write_now(registry)


def made(store: Store, **also: object) -> str:
    given = {"kind": "officer", "unit_id": WARD, "now": NOON} | also
    return store.write_now(lambda conn: invites.make(conn, **given))  # type: ignore[arg-type]


def test_a_code_is_short_and_has_no_letters_that_look_alike() -> None:
    codes = {invites.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {8}
    assert not set("".join(codes)) & set("01OILU")


def test_only_a_hash_of_it_is_kept(store: Store) -> None:
    code = made(store)
    kept = store.read_now(lambda conn: str(conn.execute(select(p.invite)).all()))
    assert code not in kept


def test_a_code_is_found_however_it_is_typed_while_it_is_good(store: Store) -> None:
    code = made(store)
    typed = f" {code[:4].lower()}-{code[4:]} "
    assert store.read_now(invites.find, "XXXXXXXX", NOON) is None
    found = store.read_now(invites.find, typed, NOON + timedelta(days=6))
    assert found is not None
    assert (found.kind, found.unit_id) == ("officer", WARD)
    assert store.read_now(invites.find, typed, NOON + timedelta(days=8)) is None
    assert store.write_now(invites.take, typed, None, NOON + timedelta(days=8)) is None


async def test_of_many_who_use_it_at_once_one_gets_it(store: Store) -> None:
    code = made(store)
    people = [store.write_now(add_person, f"p{n}", f"Người {n}") for n in range(10)]
    taken = await asyncio.gather(*(store.write(invites.take, code, person, NOON) for person in people))
    assert len([row for row in taken if row is not None]) == 1
    assert store.write_now(invites.take, code, people[0], NOON) is None
