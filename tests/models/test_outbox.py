"""What leaves first, what waits, and what happens to what was left behind."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from models.chat import outbox as table
from models.queries import claiming, outbox, outcome
from models.queries.outbox import BULK, NOTICE, REPLY, Claimed, NewMessage
from models.queries.outcome import Delivery
from models.store import Store

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def message(dedupe: str, chat: str = "lan", **more: Any) -> NewMessage:
    return NewMessage("telegram", chat, {"text": dedupe}, dedupe, more.pop("made_at", NOON), **more)


def claim(conn: Connection, holder: str = "a", at: datetime = NOON, limit: int = 25) -> list[Claimed]:
    return claiming.claim(conn, "telegram", holder, at, lease_seconds=60, limit=limit)


def texts(messages: list[Claimed]) -> list[str]:
    return [str(m.payload["text"]) for m in messages]


def row(conn: Connection, dedupe: str) -> Any:
    return conn.execute(select(table).where(table.c.dedupe == dedupe)).one()


def test_the_same_key_is_stored_once(store: Store) -> None:
    first = store.write_now(outbox.put, [message("in:1:0"), message("in:1:1")])
    again = store.write_now(outbox.put, [message("in:1:1"), message("in:1:2")])
    assert len(first) == 2
    assert len(again) == 1
    assert again[0] > first[1] > first[0]


def test_nothing_to_put(store: Store) -> None:
    assert store.write_now(outbox.put, []) == []
    store.write_now(outbox.put_bulk, [])
    assert store.write_now(claim) == []


def test_bulk_is_stored_once_too(store: Store) -> None:
    store.write_now(outbox.put, [message("b:3", "3")])
    store.write_now(outbox.put_bulk, [message(f"b:{n}", str(n)) for n in range(10)])
    assert sorted(texts(store.write_now(claim))) == [f"b:{n}" for n in range(10)]


def test_ids_rise_in_the_order_given_however_many(store: Store) -> None:
    ids = store.write_now(outbox.put, [message(f"b:{n}", chat=str(n)) for n in range(3000)])
    rows = store.read_now(lambda c: c.execute(select(table.c.id, table.c.dedupe).order_by(table.c.id)).all())
    assert ids == [r.id for r in rows]
    assert [r.dedupe for r in rows] == [f"b:{n}" for n in range(3000)]


def test_replies_leave_before_notices_and_bulk(store: Store) -> None:
    store.write_now(
        outbox.put,
        [
            message("bulk", "minh", priority=BULK),
            message("notice", "group", priority=NOTICE, is_group=True),
            message("reply", "lan", priority=REPLY),
        ],
    )
    assert texts(store.write_now(claim, limit=2)) == ["reply", "notice"]
    assert texts(store.write_now(claim)) == ["bulk"]


def test_one_message_of_a_chat_at_a_time(store: Store) -> None:
    store.write_now(outbox.put, [message("1"), message("2"), message("hoa", "hoa")])
    first = store.write_now(claim)
    assert texts(first) == ["1", "hoa"]
    assert store.write_now(claim) == []  # the first is still on its way
    store.write_now(outcome.sent, [Delivery(first[0], "77", NOON)])
    assert texts(store.write_now(claim)) == ["2"]
    assert store.read_now(row, "1").external_id == "77"


def test_a_first_message_that_must_wait_blocks_those_behind_it_but_not_what_goes_before(store: Store) -> None:
    store.write_now(
        outbox.put, [message("later", priority=NOTICE, not_before=after(60)), message("bulk", priority=BULK)]
    )
    assert store.write_now(claim) == []
    store.write_now(outbox.put, [message("reply")])
    assert texts(store.write_now(claim)) == ["reply"]
    assert store.read_now(claiming.next_due, "telegram", NOON) == after(60)


def test_a_lease_that_ran_out_is_given_again_and_marked(store: Store) -> None:
    store.write_now(outbox.put, [message("1")])
    assert len(store.write_now(claim, "a")) == 1
    assert store.write_now(claim, "b", after(59)) == []
    [taken] = store.write_now(claim, "b", after(61))
    assert taken.attempts == 2
    assert taken.first_tried_at == NOON
    assert store.read_now(row, "1").maybe_sent is True
    # what the first holder still says about it no longer counts, except that it is out
    store.write_now(outcome.refuse, taken.id, "a", after(62), "late")
    assert store.read_now(row, "1").status == "sending"
    store.write_now(outcome.sent, [Delivery(taken, "78", after(63))])
    assert store.read_now(row, "1").status == "sent"
    assert store.read_now(row, "1").lease_until is None


def test_what_is_past_its_time_is_never_sent(store: Store) -> None:
    store.write_now(outbox.put, [message("old", not_after=after(10)), message("new")])
    assert texts(store.write_now(claim, "a", after(11))) == ["new"]
    assert store.read_now(row, "old").status == "expired"


def test_a_newer_message_takes_the_place_of_a_queued_one(store: Store) -> None:
    store.write_now(outbox.put, [message("bar:1", replaces="bar"), message("bar:1", "hoa", replaces="bar")])
    store.write_now(outbox.put, [message("bar:2", replaces="bar", made_at=after(1))])
    store.write_now(outbox.put, [message("bar:2", replaces="bar", made_at=after(2))])  # a repeat drops nothing
    assert texts(store.write_now(claim, "a", after(3))) == ["bar:2"]
    assert store.read_now(row, "bar:1").outcome == "replaced"


def test_a_reply_put_with_a_lease_is_its_makers_to_send(store: Store) -> None:
    mine: dict[str, Any] = {"leased_by": "a", "lease_until": after(60)}
    ids = store.write_now(outbox.put, [message("1", **mine), message("2", **mine)])
    assert store.write_now(claim, "b") == []
    free, behind = store.read_now(claiming.held, ids, "a")
    assert texts(free) == ["1", "2"]
    assert behind == []
    assert store.read_now(claiming.held, ids, "b") == ([], [])
    assert texts(store.write_now(claim, "b", after(61))) == ["1"]  # its maker died


def test_a_leased_reply_waits_behind_an_earlier_one_that_failed(store: Store) -> None:
    store.write_now(outbox.put, [message("first", not_before=after(5))])
    ids = store.write_now(outbox.put, [message("second", leased_by="a", lease_until=after(60))])
    free, behind = store.read_now(claiming.held, ids, "a")
    assert free == []
    assert texts(behind) == ["second"]
    store.write_now(outcome.release, ids, "a", NOON)
    assert store.read_now(row, "second").attempts == 0
    assert texts(store.write_now(claim, "b", after(6))) == ["first"]


def test_a_reply_for_later_is_queued_even_if_leased(store: Store) -> None:
    ids = store.write_now(outbox.put, [message("undo", leased_by="a", lease_until=after(60), not_before=after(30))])
    assert store.read_now(claiming.held, ids, "a") == ([], [])
    assert texts(store.write_now(claim, "b", after(30))) == ["undo"]


def test_again_keeps_the_doubt_once_there_was_one(store: Store) -> None:
    store.write_now(outbox.put, [message("1")])
    [taken] = store.write_now(claim)
    store.write_now(outcome.again, taken.id, "a", after(1), "time-out", maybe_sent=True)
    assert store.write_now(claim) == []
    store.write_now(claim, "a", after(1))
    store.write_now(outcome.again, taken.id, "a", after(2), "refused connection")
    kept = store.read_now(row, "1")
    assert (kept.status, kept.maybe_sent, kept.outcome) == ("queued", True, "refused connection")


def test_a_lease_can_be_prolonged_only_by_its_holder(store: Store) -> None:
    store.write_now(outbox.put, [message("1")])
    [taken] = store.write_now(claim)
    assert not store.write_now(outcome.extend, taken.id, "b", after(120))
    assert store.write_now(outcome.extend, taken.id, "a", after(120))
    assert store.write_now(claim, "b", after(61)) == []


def test_two_processes_never_claim_the_same(postgres_url: str) -> None:
    one, two = Store.open(postgres_url), Store.open(postgres_url)
    one.write_now(outbox.put, [message(f"{chat}:{n}", f"{chat}") for n in range(2) for chat in range(200)])
    taken: dict[str, list[Claimed]] = {"a": [], "b": []}

    def drain(store: Store, holder: str) -> None:
        while got := store.write_now(claim, holder, limit=7):
            taken[holder] += got

    threads = [threading.Thread(target=drain, args=args) for args in ((one, "a"), (two, "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken["a"]
    assert taken["b"]
    # each chat's first, once; a process that finds all rows locked stops early, but none is taken twice
    assert sorted(texts(taken["a"] + taken["b"])) == sorted(f"{chat}:0" for chat in range(200))
    one.close()
    two.close()


def test_a_claim_stays_quick_with_50000_chats_waiting(store: Store) -> None:
    """25,000 are due, 25,000 are for tomorrow: what must wait is passed over in the index, without reading its row."""
    tomorrow = after(86400)
    bulk = [message(f"b:{n}", str(n), priority=BULK, not_before=(NOON, tomorrow)[n % 2]) for n in range(50_000)]
    store.write_now(outbox.put_bulk, bulk)
    store.write_now(outbox.put, [message("reply")])
    spent = []
    for turn in range(5):
        begun = time.perf_counter()
        claimed = store.write_now(claim)
        spent.append(time.perf_counter() - begun)
        assert len(claimed) == 25
        assert (texts(claimed)[0] == "reply") is (turn == 0)
    assert min(spent) < 0.02  # seconds; 3 to 6 ms on an idle machine
