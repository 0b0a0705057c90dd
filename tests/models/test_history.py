"""What a chat was told is shown again, but for what was never sent and what was erased since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from models.queries import claiming, erasure, history, outbox, outcome
from models.queries.outbox import NewMessage
from models.queries.outcome import Delivery
from models.store import Store

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


def say(store: Store, text: str, place: int, *, chat: str = "nhom", person_id: int | None = None) -> None:
    """Put a message and send it."""
    message = NewMessage("webchat", chat, {"text": text}, f"{chat}:{text}", NOON, person_id=person_id)
    store.write_now(outbox.put, [message])
    (claimed,) = store.write_now(
        lambda conn: claiming.claim(conn, "webchat", "a", NOON, lease_seconds=60, limit=5),
    )
    store.write_now(outcome.sent, [Delivery(claimed, str(place), NOON + timedelta(seconds=place))])


def told(store: Store, limit: int) -> list[str]:
    return [str(one.payload["text"]) for one in store.read_now(history.last_told, "webchat", "nhom", limit)]


def test_a_chat_that_was_told_nothing_has_no_history(store: Store) -> None:
    say(store, "ở nhóm khác", 1, chat="nhom-khac")
    store.write_now(outbox.put, [NewMessage("webchat", "nhom", {"text": "còn chờ"}, "waits", NOON)])
    assert told(store, 10) == []


def test_the_newest_come_oldest_first_with_their_place_and_time(store: Store) -> None:
    for place, text in enumerate(("một", "hai", "ba")):
        say(store, text, place)
    assert told(store, 2) == ["hai", "ba"]
    last = store.read_now(history.last_told, "webchat", "nhom", 1)[0]
    assert (last.external_id, last.at) == ("2", NOON + timedelta(seconds=2))


def test_what_was_erased_is_not_shown_again(store: Store) -> None:
    say(store, "Tổng: 56", 1)
    say(store, "Anh/chị xem lại: lam cu ga", 2, person_id=7)
    store.write_now(erasure.erase_messages, 7)
    assert told(store, 10) == ["Tổng: 56"]
