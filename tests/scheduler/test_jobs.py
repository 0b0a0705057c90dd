"""The timetable in a running event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from handlers.facts import House
from handlers.texts import Texts
from models.chat import chat
from models.store import Store
from scheduler import jobs
from scheduler.jobs import Timetable, Work
from scheduler.press import Press
from tests.scheduler.district import SAO_MAI, at, found

TEXTS, LIMITS = Texts.load(), {"webchat": 4096}


class Bench:
    """A clock that stands where it is put, and a sender that counts how often it is woken."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.district, self.now, self.woken = found(store), now, 0

    def _wake(self) -> None:
        self.woken += 1

    def work(self, limits: Mapping[str, int] = LIMITS) -> Work:
        return Work(self.district.store, lambda: self.now, self._wake, Press(TEXTS, limits, House()), draft_days=30)

    def start(self) -> Timetable:
        return jobs.start(self.work())


@pytest.fixture
def bench(store: Store) -> Bench:
    return Bench(store, at(20, 17))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.02)


async def test_one_groups_failure_does_not_hold_back_the_others(bench: Bench) -> None:
    bad, good = bench.district.group(), bench.district.group()
    bench.district.run(lambda conn: conn.execute(update(chat).where(chat.c.id == bad).values(channel="zalo")))
    work = bench.work(limits={"webchat": 4096, "zalo": 10})  # no text can be split so small
    with capture_logs() as logs:
        assert await work.post_notices() == 1
    assert [row.chat_id for row in bench.district.notices()] == [good]
    assert [(line["event"], line["log_level"]) for line in logs] == [
        ("notice.failed", "error"),
        ("notice.posted", "info"),
    ]
    assert await work.post_notices() == 0  # the bad one stays due and is tried each minute
    assert bench.woken == 1


async def test_groups_of_a_channel_that_is_switched_off_are_left_alone(bench: Bench) -> None:
    bench.district.group(channel="telegram")
    assert await bench.work().post_notices() == 0
    assert (bench.district.notices(), bench.woken) == ([], 0)
    assert await bench.work(limits={"telegram": 4096}).post_notices() == 1


async def test_what_fell_due_while_we_were_down_is_posted_at_start_once(bench: Bench) -> None:
    bench.district.group()
    bench.district.file(SAO_MAI, at(20, 9))
    for _ in range(2):  # a restart
        timetable = bench.start()
        await until(lambda: bench.woken == 1)
        await asyncio.sleep(0.1)
        await timetable.stop()
    assert len(bench.district.notices()) == 1
    assert bench.woken == 1


async def test_two_processes_post_once(postgres_store: Store) -> None:
    bench, other = Bench(postgres_store, at(20, 17)), Store.open(postgres_store.url)
    for _ in range(3):
        bench.district.group()
    second = replace(bench.work(), store=other)
    try:
        counts: list[int] = await asyncio.gather(bench.work().post_notices(), second.post_notices())
    finally:
        other.close()
    assert sum(counts) == 3
    assert len(bench.district.sent()) == 3


async def test_the_timetable_asks_every_minute_and_forgives_an_hours_delay(bench: Bench) -> None:
    timetable = bench.start()
    try:
        planned = {job.id: job for job in timetable.planned()}
        assert str(planned["notices"].trigger) == "cron[minute='*', second='0']"
        assert str(planned["upkeep"].trigger) == "cron[minute='30', second='30']"
        for name in ("notices", "upkeep"):
            assert (planned[name].misfire_grace_time, planned[name].coalesce, planned[name].max_instances) == (
                3600,
                True,
                1,
            )
    finally:
        await timetable.stop()


async def test_stopping_waits_for_the_run_under_way(bench: Bench) -> None:
    bench.district.group()
    timetable = bench.start()
    await asyncio.sleep(0)  # the run at start is under way, or about to be
    await timetable.stop()
    assert len(bench.district.notices()) in (0, 1)
    assert len(bench.district.sent()) == len(bench.district.notices())


async def test_a_job_that_fails_or_is_missed_is_logged() -> None:
    async def broken() -> None:
        raise RuntimeError("the disk is full")

    with capture_logs() as logs:
        timetable = Timetable(broken, broken)
        timetable.begin()
        await until(lambda: bool(logs))
        await timetable.stop()
    assert logs[0]["event"] == "job.failed"
    assert logs[0]["job"] == "notices_at_start"
