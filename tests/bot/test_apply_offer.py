"""A frozen notice that waits for an officer: who may decide about it, and that it is posted once."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from handlers.effects import DecideOffer
from handlers.talk import say
from models import chat as c
from models.queries import offers
from models.queries.offers import NewOffer
from models.store import Store
from tests.bot.office import CAMPAIGN, NOON, OTHER_WARD, SAO_MAI, TEXTS, WARD, add_person, registry
from tests.bot.test_apply import NOT_ALLOWED, Desk

LEAD, BESIDE = 1, 2
TEXT = "Kết quả sáng kiến tuần 16/11–22/11/2026"
MEANWHILE, GONE = (TEXTS.render("vi", say(key)) for key in ("preview.meanwhile", "preview.gone"))
POST = DecideOffer(LEAD, "post")


def world(conn: Connection) -> None:
    """Two groups of the ward, for which one card stands."""
    registry(conn)
    add_person(conn, "lan", "Tran Thi Lan", unit_id=SAO_MAI)
    add_person(conn, "hoa", "Hoa", role="officer", of=WARD)
    add_person(conn, "binh", "Binh", role="officer", of=WARD)
    add_person(conn, "cuc", "Cuc", role="officer", of=OTHER_WARD)
    waiting(conn)


def waiting(conn: Connection, channel: str = "buttons") -> None:
    for number in (LEAD, BESIDE):
        here = {"channel": channel, "external_id": f"-{number}", "unit_id": WARD, "kind": "officers"}
        conn.execute(insert(c.chat), here | {"id": number, "linked_at": NOON, "standing": "member", "approval": True})
        slot = {"campaign_id": CAMPAIGN, "kind": "weekly", "day": date(2026, 11, 16), "chat_id": number}
        frozen = {"unit_id": WARD, "cut_at": NOON, "made_at": NOON, "numbers": {}, "text": TEXT}
        conn.execute(insert(c.notice), slot | frozen | {"id": number})
    offers.put(conn, [NewOffer(number, LEAD, (), NOON + timedelta(days=1)) for number in (LEAD, BESIDE)])


def posted(desk: Desk) -> list[tuple[str, str]]:
    return [(row["chat"], row["payload"]["text"]) for row in desk.rows(c.outbox) if row["is_group"]]


def status(desk: Desk) -> list[str]:
    return [row["status"] for row in desk.rows(c.offer)]


@pytest.fixture
def desk(store: Store) -> Desk:
    store.write_now(world)
    return Desk(store)


@pytest.mark.parametrize("who", ["lan", "cuc", "nobody"])
async def test_who_has_not_the_right_decides_nothing(desk: Desk, who: str) -> None:
    for decision in ("post", "skip"):
        assert await desk.do(who, DecideOffer(LEAD, decision)) == NOT_ALLOWED
    assert (posted(desk), status(desk)) == ([], ["waiting", "waiting"])


async def test_not_after_its_time_and_not_as_if_it_were_posted_by_hand(desk: Desk) -> None:
    assert await desk.do("hoa", DecideOffer(LEAD, "posted")) == GONE
    desk.later(days=1)
    assert await desk.do("hoa", POST) == MEANWHILE
    assert await desk.do("hoa", DecideOffer(7, "post")) == GONE
    assert (posted(desk), status(desk)) == ([], ["waiting", "waiting"])


async def test_all_groups_of_the_card_get_the_frozen_words_once(desk: Desk) -> None:
    assert await desk.do("hoa", POST) == "xong"
    assert posted(desk) == [("-1", TEXT), ("-2", TEXT)]
    assert desk.audit() == [("offer.post", WARD), ("offer.post", WARD)]
    assert len(desk.said("binh")) == 1  # told who has decided
    assert await desk.do("hoa", POST) == MEANWHILE
    assert await desk.do("binh", DecideOffer(LEAD, "skip")) == MEANWHILE
    assert len(posted(desk)) == 2


async def test_two_officers_press_at_the_same_moment_in_two_processes(postgres_store: Store) -> None:
    postgres_store.write_now(world)
    other = Store.open(postgres_store.url)
    hoas, binhs = Desk(postgres_store), Desk(other)
    binhs._ids = count(1000)
    try:
        answers: list[Any] = await asyncio.gather(hoas.do("hoa", POST), binhs.do("binh", POST))
    finally:
        other.close()
    assert MEANWHILE in answers
    assert posted(hoas) == [("-1", TEXT), ("-2", TEXT)]
    assert len({row["decided_by"] for row in hoas.rows(c.offer)}) == 1
