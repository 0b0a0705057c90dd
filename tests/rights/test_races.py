"""A role that is taken away between a press and its commit: what it allowed is not done, and the person is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, update

from bot.turn import Route
from handlers import effects as e
from handlers import file_effects as files
from handlers.facts import Facts
from handlers.talk import Event, State, Turn, reply, say
from models import chat as c
from models import person as p
from models import portal
from models.store import Store
from tests.bot.office import CAMPAIGN, NOON, SAO_MAI, TEXTS, WARD, Office, add_person, registry

ACTS: dict[str, e.Effect] = {
    "a group's code": e.MakeInvite(SAO_MAI, "members"),
    "a group": e.LinkByHand(SAO_MAI, "members", "x"),
    "a line": files.SetLine(SAO_MAI, CAMPAIGN, NOON.date(), "Hạng 3"),
    "figures": e.StoreFigures(WARD, CAMPAIGN, NOON, NOON.date(), ((SAO_MAI, 5),)),
    "an officer's code": e.GiveCode("officer", "A B", SAO_MAI),
}
LEFT = (p.invite, c.chat, c.notice_line, portal.portal_report, p.audit)
NOT_ALLOWED = TEXTS.render("vi", say("not_allowed"))


def world(conn: Connection) -> None:
    registry(conn)
    add_person(conn, "hoa", "Hoa", role="officer", of=WARD)


def revoke(conn: Connection) -> None:
    conn.execute(update(p.role).values(revoked_at=NOON))


def pressing(what: e.Effect, meanwhile: Callable[[Facts], None] = lambda _: None) -> Route:
    """The talk decides to do it, with the roles it has read; then something happens elsewhere."""

    def route(event: Event, state: State, facts: Facts) -> Turn:
        meanwhile(facts)
        return Turn(state, (reply("xong"),), (what,))

    return route


@pytest.mark.parametrize("what", ACTS)
async def test_taken_away_after_the_turn_has_read_it(postgres_store: Store, what: str) -> None:
    def taken_away(facts: Facts) -> None:
        assert facts.person.roles, "it was still there when the turn began"
        postgres_store.write_now(revoke)

    postgres_store.write_now(world)
    office = Office(postgres_store, pressing(ACTS[what], taken_away))
    await office.say("hoa", "x")
    assert office.said("hoa") == [NOT_ALLOWED]
    assert [row for table in LEFT for row in office.rows(table)] == []


@pytest.mark.parametrize("what", ACTS)
async def test_on_sqlite_it_is_taken_away_before_the_turn_or_after_it(sqlite_store: Store, what: str) -> None:
    """The one writer lets nobody in between: everything of the turn is there, or nothing."""
    sqlite_store.write_now(world)
    office = Office(sqlite_store, pressing(ACTS[what]))
    await asyncio.gather(office.say("hoa", "x"), sqlite_store.write(revoke))
    left = [row for table in LEFT for row in office.rows(table)]
    assert office.said("hoa") == (["xong"] if left else [NOT_ALLOWED])
    await office.say("hoa", "x")
    assert office.said("hoa")[-1] == NOT_ALLOWED
    assert [row for table in LEFT for row in office.rows(table)] == left
