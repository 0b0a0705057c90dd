"""Even spacing, fairness and cancelled waiters."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.pace import MARGIN, ChatPace, Pace, SharedPace


async def test_the_first_messages_are_no_burst() -> None:
    pace, loop, times = Pace(100), asyncio.get_running_loop(), list[float]()

    async def one() -> None:
        async with pace.turn(0):
            times.append(loop.time())

    await asyncio.gather(*(one() for _ in range(20)))
    assert times[-1] - times[0] > 0.189
    await asyncio.sleep(0.1)  # nor is there one after a silence
    await asyncio.gather(*(one() for _ in range(3)))
    assert times[-1] - times[-3] > 0.018


async def test_a_stall_is_made_up_for_but_no_second_sees_more() -> None:
    """Twenty messages a second; something holds the loop for a tenth of one."""
    pace, loop, times = Pace(20), asyncio.get_running_loop(), list[float]()

    async def one(number: int) -> None:
        async with pace.turn(0):
            times.append(loop.time())
            if number == 3:
                time.sleep(0.1)

    began = loop.time()
    await asyncio.gather(*(one(number) for number in range(41)))
    assert loop.time() - began < 3
    assert all(later - sooner > 0.999 for sooner, later in zip(times, times[20:], strict=False))


async def test_a_message_that_is_not_answered_yet_counts() -> None:
    pace, went = Pace(5), list[str]()

    async def slow() -> None:
        async with pace.turn(0):
            await asyncio.sleep(1.3)
            went.append("slow")

    async def quick() -> None:
        async with pace.turn(1):
            went.append("quick")

    await asyncio.gather(*(slow() for _ in range(5)), quick())
    assert went == ["slow"] * 5 + ["quick"]


async def test_who_waits_with_the_best_priority_goes_next() -> None:
    pace, went = Pace(100), list[str]()

    async def one(name: str, priority: int) -> None:
        async with pace.turn(priority):
            went.append(name)

    await asyncio.gather(one("now", 9), one("bulk", 9), one("notice", 5), one("reply", 0), one("reply 2", 0))
    assert went == ["now", "reply", "reply 2", "notice", "bulk"]


async def take(pace: Pace, priority: int = 0) -> None:
    async with pace.turn(priority):
        pass


async def test_a_cancelled_waiter_takes_no_turn() -> None:
    pace = Pace(50)
    await take(pace)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await take(pace)
    async with asyncio.timeout(0.1):
        await take(pace, 5)


class Token:
    """What the database is to several processes: spans one after the other."""

    def __init__(self, per_second: float) -> None:
        self._gap = (1 + MARGIN) / per_second
        self._next = 0.0
        self.reserved: list[int] = []

    async def reserve(self, moments: int, pause: float) -> float:
        await asyncio.sleep(0.003)
        now = asyncio.get_running_loop().time()
        at = max(self._next + pause, now)
        self._next = at + moments * self._gap
        self.reserved.append(moments)
        return at - now


async def test_two_processes_share_the_moments_of_a_token() -> None:
    token, loop, times = Token(200), asyncio.get_running_loop(), list[float]()
    paces = SharedPace(200, token.reserve), SharedPace(200, token.reserve)

    async def one(pace: Pace) -> None:
        async with pace.turn(9):
            times.append(loop.time())

    async with asyncio.timeout(5):
        await asyncio.gather(*(one(pace) for pace in paces for _ in range(150)))
    times.sort()
    assert all(later - sooner >= 1 for sooner, later in zip(times, times[200:], strict=False))
    assert times[-1] - times[0] < 300 / 200 * 1.1
    assert len(token.reserved) < 100


async def test_what_was_answered_late_has_all_wait_so_much_longer_once() -> None:
    token, loop, times = Token(100), asyncio.get_running_loop(), list[float]()
    paces = SharedPace(100, token.reserve), SharedPace(100, token.reserve)

    async def one(pace: Pace, seconds: float) -> None:
        async with pace.turn(9):
            times.append(loop.time())
            await asyncio.sleep(seconds)

    async with asyncio.timeout(5):
        late = (one(paces[0], 0.2) for _ in range(5))
        await asyncio.gather(*late, *(one(paces[1], 0) for _ in range(60)), *(one(paces[0], 0) for _ in range(60)))
    times.sort()
    whole = times[-1] - times[0]
    assert 124 * 0.0102 + 0.15 < whole < 124 * 0.0102 + 0.4


async def test_whoever_was_to_reserve_and_is_cancelled_keeps_nobody_waiting() -> None:
    token = Token(50)
    pace = SharedPace(50, token.reserve)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await take(pace)
    async with asyncio.timeout(0.2):
        await asyncio.gather(take(pace), take(pace, 5))


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
