"""An update is worked on once; its failures are counted apart from its work."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from models import chat as c
from models.queries import inbound
from models.store import Store
from tests.bot.office import NOON, add_person


def claim(store: Store, external: str = "u1", account: str = "lan") -> inbound.Claimed | None:
    return store.write_now(inbound.claim, "buttons", external, account, NOON)


def fail(store: Store, error: str = "ValueError") -> tuple[int, int] | None:
    return store.write_now(
        lambda conn: inbound.count_failure(conn, "buttons", "u1", account_id="lan", error=error, now=NOON)
    )


def test_an_update_is_claimed_once_per_channel(store: Store) -> None:
    assert claim(store) is not None
    assert claim(store) is None
    assert store.write_now(inbound.claim, "plain", "u1", "lan", NOON) is not None


def test_a_claim_knows_its_sender(store: Store) -> None:
    stranger = claim(store, "u1")
    lan = store.write_now(add_person, "lan", "Lan")
    known = claim(store, "u2")
    assert stranger is not None
    assert known is not None
    assert (stranger.person_id, known.person_id) == (None, lan)


def test_failures_count_up_until_it_is_done(store: Store) -> None:
    assert [fail(store), fail(store)] == [(1, 1), (1, 2)]
    assert claim(store) is not None
    assert fail(store) is None
    assert claim(store) is None


def test_a_skipped_update_is_never_worked_on(store: Store) -> None:
    row = fail(store, "x" * 900)
    assert row is not None
    store.write_now(inbound.skip, row[0])
    assert claim(store) is None
    kept = store.read_now(lambda conn: conn.execute(select(c.inbound)).one())
    assert (kept.status, len(kept.error)) == ("skipped", 500)


def test_a_stored_raw_update_is_erased_when_it_is_worked_on(store: Store) -> None:
    """Where a platform never repeats, the raw update is stored as received before anything else."""
    row = {
        "channel": "buttons",
        "external_id": "u1",
        "status": "received",
        "raw": {"text": "bí mật"},
        "received_at": NOON,
    }

    def store_raw(conn: Connection) -> None:
        conn.execute(insert(c.inbound), row)

    store.write_now(store_raw)
    assert claim(store) is not None
    kept = store.read_now(lambda conn: conn.execute(select(c.inbound)).one())
    assert (kept.status, kept.raw) == ("done", None)
