"""Even spacing, fairness and cancelled waiters."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import pytest

from bot.pace import ChatPace, Pace


async def test_the_first_messages_are_no_burst() -> None:
    pace, loop, times = Pace(100), asyncio.get_running_loop(), list[float]()

    async def one() -> None:
        await pace.turn(0)
        times.append(loop.time())

    await asyncio.gather(*(one() for _ in range(20)))
    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert min(gaps) > 0.009
    await asyncio.sleep(0.1)  # nor is there one after a silence
    await asyncio.gather(*(one() for _ in range(3)))
    assert times[-1] - times[-3] > 0.018


async def test_a_stall_is_not_made_up_for() -> None:
    pace, loop, times = Pace(100), asyncio.get_running_loop(), list[float]()

    async def one(number: int) -> None:
        await pace.turn(0)
        times.append(loop.time())
        if number == 0:
            time.sleep(0.1)  # something else holds the loop

    await asyncio.gather(*(one(number) for number in range(10)))
    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert min(gaps) > 0.009


async def test_who_waits_with_the_best_priority_goes_next() -> None:
    pace, went = Pace(100), list[str]()

    async def one(name: str, priority: int) -> None:
        await pace.turn(priority)
        went.append(name)

    await asyncio.gather(one("now", 9), one("bulk", 9), one("notice", 5), one("reply", 0), one("reply 2", 0))
    assert went == ["now", "reply", "reply 2", "notice", "bulk"]


async def test_a_cancelled_waiter_takes_no_turn() -> None:
    pace = Pace(50)
    await pace.turn(0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await pace.turn(0)
    async with asyncio.timeout(0.1):
        await pace.turn(5)


async def test_a_chat_of_its_own_pace() -> None:
    chats, loop = ChatPace(private=0.05, group=0.2), asyncio.get_running_loop()
    begun = loop.time()
    await chats.wait("lan")
    chats.used("lan", is_group=False)
    chats.used("-5", is_group=True)
    await chats.wait("minh")
    assert loop.time() - begun < 0.04
    await chats.wait("lan")
    assert loop.time() - begun > 0.049
    await chats.wait("-5")
    assert loop.time() - begun > 0.199
