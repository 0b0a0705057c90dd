"""What could not be said, where it is hard: two messages at once, a turn that fails, a chat refused as a whole."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channels import Gone, NotNow, SendError
from bot.outcomes import judge, record
from handlers.facts import Facts
from handlers.talk import Event, Said, State, Turn, reply
from models import chat as c
from models import person as p
from models.queries import claiming, erasure, expiry, outbox
from models.queries.outbox import BULK, NewMessage
from models.queries.untold import QUESTION
from models.store import Store
from models.untold import untold
from tests.bot.office import NOON, SAO_MAI, Office, add_person, registry, update

RESULT = "Sáng kiến 48 27 031 cần bổ sung."


def route(event: Event, state: State, _: Facts) -> Turn:
    if event == Said("hỏng"):
        raise RuntimeError("a step that fails")
    return Turn(state, (reply(f"nghe: {event.text if isinstance(event, Said) else ''}"),))


@pytest.fixture
def lan(store: Store) -> int:
    """Her id; two accounts, on two channels."""

    def world(conn):  # type: ignore[no-untyped-def]
        registry(conn)
        return add_person(conn, "lan", "Lan", unit_id=SAO_MAI)

    found: int = store.write_now(world)
    return found


def refused(store: Store, person_id: int, error: SendError, *texts: str, **more: object) -> None:
    """Messages to Lan of which the first is refused for this reason."""

    def work(conn):  # type: ignore[no-untyped-def]
        given = {"channel": "buttons", "chat": "lan", "made_at": NOON, "person_id": person_id} | more
        outbox.put(conn, [NewMessage(payload={"text": text}, dedupe=f"result:{text}", **given) for text in texts])
        (claimed,) = claiming.claim(conn, "buttons", "here", NOON, lease_seconds=60, limit=1)
        record(conn, claimed, judge(claimed, error, NOON, lambda: 0.0), "here", NOON)

    store.write_now(work)


async def test_two_messages_at_once_are_not_both_told_it(store: Store, lan: int) -> None:
    refused(store, lan, Gone("blocked"), RESULT)
    here, there = Office(store, route), Office(store, route)
    await asyncio.gather(*(office.deliver(update(n, "lan", Said(f"{n}"))) for n, office in enumerate((here, there))))
    said = here.said("lan")[1:]
    assert len([text for text in said if RESULT in text]) == 1
    assert len(said) == 3
    assert here.rows(untold) == []


async def test_where_anybody_may_sit_it_is_not_said(store: Store, lan: int) -> None:
    """On the filing page: whoever has a code of hers sits there as she does."""

    def page(conn):  # type: ignore[no-untyped-def]
        here = {"channel": "page", "external_id": "p1", "chat": "p1", "person_id": lan, "last_seen": NOON}
        conn.execute(p.account.insert(), here)

    store.write_now(page)
    refused(store, lan, Gone("blocked"), RESULT)
    office = Office(store, route)
    await office.say("p1", "x", channel="page")
    assert office.said("p1") == ["nghe: x"]
    await office.say("lan", "y")
    assert RESULT in office.said("lan")[1]


async def test_a_turn_that_fails_leaves_it_for_the_next(store: Store, lan: int) -> None:
    refused(store, lan, Gone("blocked"), RESULT)
    office = Office(store, route)
    with pytest.raises(Exception, match="fails"):
        await office.deliver(update(1, "lan", Said("hỏng")))
    assert len(office.rows(untold)) == 1
    await office.say("lan", "em đây")
    assert [RESULT in text for text in office.said("lan")[1:]] == [True, False]


def test_all_that_was_queued_is_kept_in_its_order(store: Store, lan: int) -> None:
    refused(store, lan, Gone("blocked"), "một", "hai", "ba")
    office = Office(store, route)
    assert [row["payload"]["text"] for row in office.rows(untold)] == ["một", "hai", "ba"]
    assert {row["status"] for row in office.rows(c.outbox)} == {"refused"}


@pytest.mark.parametrize(
    "more",
    [{"priority": BULK}, {"not_after": NOON + timedelta(hours=4)}, {"edits": "7"}, {"chat": "-9", "is_group": True}],
)
def test_reminders_edits_groups_and_what_has_an_end_are_not(store: Store, lan: int, more: dict[str, object]) -> None:
    refused(store, lan, Gone("blocked"), RESULT, **more)
    office = Office(store, route)
    assert [row["status"] for row in office.rows(c.outbox)] == ["refused"]
    assert office.rows(untold) == []


@pytest.mark.parametrize(("hours", "kept"), [(9, False), (72, False), (73, True), (24 * 365, True)])
def test_a_window_that_opens_soon_is_waited_for(store: Store, lan: int, hours: int, kept: bool) -> None:
    refused(store, lan, NotNow(NOON + timedelta(hours=hours)), RESULT)
    office = Office(store, route)
    assert [row["status"] for row in office.rows(c.outbox)] == ["refused" if kept else "queued"]
    assert len(office.rows(untold)) == kept


def test_a_question_is_marked(store: Store, lan: int) -> None:
    def work(conn):  # type: ignore[no-untyped-def]
        one = {"channel": "buttons", "chat": "lan", "made_at": NOON, "person_id": lan}
        outbox.put(conn, [NewMessage(payload={"text": "Họ và tên?", QUESTION: 3}, dedupe="in:x:0", **one)])

    store.write_now(work)
    refused(store, lan, Gone("blocked"), RESULT)
    assert [row["question"] for row in Office(store, route).rows(untold)] == [True, False]


def test_words_about_somebody_go_with_them(store: Store, lan: int) -> None:
    """A helper's card about Minh, which did not reach the helper."""
    minh = store.write_now(add_person, "minh", "Minh", unit_id=SAO_MAI)
    refused(store, minh, Gone("blocked"), RESULT)
    store.write_now(erasure.forget, minh, NOON)
    assert Office(store, route).rows(untold) == []


def test_somebody_who_never_agreed_is_forgotten_with_it(store: Store, lan: int) -> None:
    refused(store, lan, Gone("blocked"), RESULT)
    assert store.write_now(expiry.forget_strangers, NOON + timedelta(days=1), 10) == 1
    assert Office(store, route).rows(untold) == []
