"""What is kept for a moment: worked out once, forgotten in time, and never a failure."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.cache import Cache


class Counter:
    """Counts how often it is asked; answers with that number. `failures` of its next answers are errors."""

    def __init__(self, failures: int = 0) -> None:
        self.asked, self.failures = 0, failures

    async def answer(self) -> int:
        self.asked += 1
        await asyncio.sleep(0.01)
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        return self.asked


class Clock:
    now = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_a_failure_is_not_kept_and_who_waited_tries_again() -> None:
    cache: Cache[str, int] = Cache(Clock(), 10, 5)
    counter = Counter(failures=1)
    answers = await asyncio.gather(*(cache.get("x", counter.answer) for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [OSError, int, int]
    assert answers[1:] == [2, 2]


async def test_one_who_leaves_does_not_spoil_it_for_the_others() -> None:
    cache: Cache[str, int] = Cache(Clock(), 10, 5)
    counter = Counter()
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(cache.get("x", counter.answer))
        second = tasks.create_task(cache.get("x", counter.answer))
        await asyncio.sleep(0)
        first.cancel()
    assert second.result() == 2


async def test_many_who_ask_at_once_share_one_answer_until_its_time_is_over() -> None:
    clock = Clock()
    cache: Cache[str, int] = Cache(clock, 10, 5)
    counter = Counter()
    assert await asyncio.gather(*(cache.get("x", counter.answer) for _ in range(50))) == [1] * 50
    clock.now += timedelta(seconds=9.9)
    assert await cache.get("x", counter.answer) == 1
    clock.now += timedelta(seconds=0.1)
    assert await asyncio.gather(*(cache.get("x", counter.answer) for _ in range(50))) == [2] * 50


@pytest.mark.parametrize("key", ["a", "c"])
async def test_only_what_was_asked_for_last_is_kept(key: str) -> None:
    cache: Cache[str, int] = Cache(Clock(), 10, 2)
    counters = {name: Counter() for name in "abc"}
    for name in ("a", "b", "a", "c"):  # b has waited longest
        await cache.get(name, counters[name].answer)
    assert len(cache) == 2
    await cache.get(key, counters[key].answer)
    assert counters[key].asked == 1
    await cache.get("b", counters["b"].answer)
    assert counters["b"].asked == 2
