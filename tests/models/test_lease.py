"""What processes share about a token."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from models.queries import lease
from models.store import Store

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_one_holder_at_a_time(store: Store) -> None:
    def take(holder: str, at: float) -> bool:
        return store.write_now(lease.take, "poll:telegram", holder, after(at), 30)

    assert take("a", 0)
    assert not take("b", 10)
    assert take("a", 20)  # renewed
    assert not take("b", 49)
    assert take("b", 50)  # it ran out
    assert not take("a", 51)
    store.write_now(lease.release, "poll:telegram", "a")  # not a's to give
    assert not take("a", 52)
    store.write_now(lease.release, "poll:telegram", "b")
    assert take("a", 53)


def test_of_many_who_ask_at_once_one_gets_it(store: Store) -> None:
    def take(holder: int) -> bool:
        return store.write_now(lease.take, "poll", str(holder), NOON, 30)

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(take, range(16))) == 1


def test_a_block_only_grows(store: Store) -> None:
    assert store.read_now(lease.blocked_until, "telegram") is None
    store.write_now(lease.block, "telegram", after(30))
    store.write_now(lease.block, "telegram", after(10))
    assert store.read_now(lease.blocked_until, "telegram") == after(30)
    store.write_now(lease.block, "telegram", after(60))
    assert store.read_now(lease.blocked_until, "telegram") == after(60)
    assert store.read_now(lease.blocked_until, "zalo_bot") is None


def test_moments_to_send_are_given_out_one_by_one(store: Store) -> None:
    def reserve(at: float) -> tuple[datetime, datetime | None]:
        return store.write_now(lease.reserve, "telegram", lambda: after(at), timedelta(seconds=1))

    assert [reserve(0)[0] for _ in range(3)] == [after(0), after(1), after(2)]
    assert reserve(10)[0] == after(10)  # what nobody used is gone: no burst after a silence
    store.write_now(lease.block, "telegram", after(60))
    assert reserve(20) == (after(20), after(60))
    assert reserve(20) == (after(20), after(60))  # no moment is used up while blocked
    assert reserve(60)[0] == after(60)
