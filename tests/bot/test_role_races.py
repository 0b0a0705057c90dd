"""Two at once: owners who revoke each other; a role that is revoked while somebody does what it allows."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, select

from handlers import effects as e
from handlers.talk import Said
from models import person as p
from models.store import Store
from tests.bot.office import SAO_MAI, WARD, add_person, registry, update
from tests.bot.test_apply import Desk


@pytest.fixture
def desks(store: Store) -> tuple[Desk, Desk]:
    """Two processes over one database."""

    def world(conn: Connection) -> None:
        registry(conn)
        add_person(conn, "an", "An", role="owner")
        add_person(conn, "ba", "Ba", role="owner")
        add_person(conn, "hoa", "Hoa", role="officer", of=WARD)

    store.write_now(world)
    return Desk(store), Desk(store)


def roles_of(desk: Desk) -> dict[str, int]:
    """Account -> the role it has now."""
    found = select(p.account.c.external_id, p.role.c.id).join(p.role, p.role.c.person_id == p.account.c.person_id)
    held = found.where(p.role.c.revoked_at.is_(None))
    return desk.store.read_now(lambda conn: {row.external_id: row.id for row in conn.execute(held)})


async def at_once(desks: tuple[Desk, Desk], first: tuple[str, e.Effect], second: tuple[str, e.Effect]) -> None:
    """Each in a process of its own, at the same moment."""
    turns = []
    for number, (desk, (account, effect)) in enumerate(zip(desks, (first, second), strict=True), 9001):
        desk.effects = (effect,)
        turns.append(desk.deliver(update(number, account, Said("x"))))
    await asyncio.gather(*turns)


async def test_of_two_owners_who_revoke_each_other_one_stays(desks: tuple[Desk, Desk]) -> None:
    had = roles_of(desks[0])
    await at_once(desks, ("an", e.RevokeRole(had["ba"])), ("ba", e.RevokeRole(had["an"])))
    assert len(roles_of(desks[0]).keys() & {"an", "ba"}) == 1
    assert [action for action, _ in desks[0].audit()] == ["role.revoke"]


async def test_what_a_role_allowed_is_done_before_it_is_revoked_or_not_at_all(desks: tuple[Desk, Desk]) -> None:
    had = roles_of(desks[0])
    await at_once(desks, ("hoa", e.MakeInvite(SAO_MAI, "members")), ("an", e.RevokeRole(had["hoa"])))
    assert "hoa" not in roles_of(desks[0])
    done = [action for action, _ in desks[0].audit()]
    assert done in (["invite.make", "role.revoke"], ["role.revoke"])
