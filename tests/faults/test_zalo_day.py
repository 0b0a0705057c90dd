"""A working day on Zalo over HTTP, on the Bot Platform and the Official Account at once, by webhook, while both fail
and the process is killed: workers file, an officer posts and reminds, groups get their notice with its picture.

`make faults` has 300 workers, 20 groups and 20 kills; else it is 30, 4 and 4. The seed is printed;
`SANGKIEN_TEST_SEED` plays a run again.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import secrets
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.channels import zalo_bot_webhook, zalo_oa_webhook
from bot.channels.zalo_bot_api import ZaloBotApi
from models.queries import invites, registry
from models.store import Store
from tests.faults.crowd import beside
from tests.faults.process import bot_process
from tests.faults.sizes import WHOLE
from tests.faults.workers import Progress, Worker
from tests.faults.zalo_day import (
    AT_ONCE,
    EVENING,
    FILING,
    GROUPS,
    HOA,
    MORNING,
    NEXT_DAY,
    NO_QUOTA,
    NOTICES,
    OAUTH,
    POSTED,
    REMINDER,
    REMINDING,
    TOO_FAST,
    UNREACHABLE,
    WORKERS,
    Day,
    Trouble,
)
from tests.faults.zalo_day_checks import (
    casts,
    check_counts,
    check_filings,
    check_log,
    check_notices,
    check_reminder,
)
from tests.faults.zalo_people import (
    CS,
    GMF,
    BotPhones,
    BotPlatform,
    OaPhones,
    OaPlatform,
    Officer,
    Played,
    groups,
    link_groups,
)
from tests.lines.zalo_bot import SECRET, ZaloBotLine
from tests.lines.zalo_oa import ZaloOaLine
from tests.registry_only import load_registry


@pytest.fixture
async def day(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Day]:
    seed = os.environ.get("SANGKIEN_TEST_SEED") or secrets.token_hex(4)
    print(f"\nseed {seed}, {WORKERS} workers, {GROUPS} groups", flush=True)
    load_registry(sqlite_url, MORNING)
    store = Store.open(sqlite_url)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    async with BotPlatform() as bot, OaPlatform() as oa:
        bot.repeats = 100_000  # as often as it takes
        lines = (ZaloBotLine(bot, port), ZaloOaLine(oa, port))
        settings = {name: str(value) for line in lines for name, value in line.settings().items()}
        settings |= {"media_dir": str(tmp_path / "media"), "zalo_image_hosts": f"{bot.url},{oa.url}"}
        settings |= {"zalo_bot_per_second": "100", "zalo_oa_per_second": "100", "zalo_bot_quota_pause": "1"}
        settings |= {"zalo_bot_monthly": "100000", "zalo_bot_users": "1000", "zalo_bot_groups": "100"}
        async with bot_process(None, sqlite_url, tmp_path / "bot", **settings) as process:
            luck = random.Random(seed)
            trouble = Trouble(bot, oa, process, luck)
            found = Day(bot, oa, store, process, trouble, luck, tmp_path / "media", url, time.monotonic())
            found.connect()
            found.set_clock(MORNING)
            await process.start()
            oa.events.url = f"{url}{zalo_oa_webhook.PATH}"
            async with ZaloBotApi(bot.token, bot.url) as api:
                await zalo_bot_webhook.set_webhook(api, f"{url}{zalo_bot_webhook.PATH}", SECRET)
            yield found
    store.close()


@pytest.mark.timeout(900 if WHOLE else 180)
async def test_nothing_is_lost_and_nothing_happens_twice(day: Day) -> None:
    link_groups(day.store, day.bot, day.oa, GROUPS, MORNING.replace(minute=0))
    UNREACHABLE.settle(day.store, day.bot, day.oa, MORNING)
    admin = asyncio.create_task(day.administrator())
    progress = Progress()
    hoa = Officer(Played(BotPhones(day.bot)), HOA, 0, random.Random(), Progress())
    workers = hire(day, progress)
    await becomes_officer(day, hoa)
    async with beside(day.trouble.weather()), asyncio.TaskGroup() as group:
        group.create_task(shift(workers))
        group.create_task(kill_while_they_file(day, progress))
    await day.all_sent()
    await check_filings(day, workers)
    day.tell("all have filed")
    await posts(day)
    day.tell("posted")
    await reminds(day, hoa)
    check_reminder(day, workers)
    await becomes_evening(day)
    await becomes_next_day(day)
    await day.all_sent()
    admin.cancel()
    await day.is_up()
    assert await day.process.stop() == 0
    check_notices(day)
    check_counts(day)
    check_log(day, workers)


# ---------------------------------------------------------------- the day


async def becomes_officer(day: Day, hoa: Officer) -> None:
    code = await day.store.write(officer_code)
    await hoa.says(f"MA {code}", "Đồng ý")
    await hoa.says("1", "Họ và tên")
    await hoa.says("Nguyễn Thị Hoa", "Nam Từ Liêm")
    await hoa.says("1", "Đã ghi")


def officer_code(conn: Connection) -> str:
    unit = registry.unit_by_code(conn, "48")
    assert unit is not None
    return invites.make(conn, kind="officer", unit_id=unit.id, now=MORNING)


def hire(day: Day, progress: Progress) -> list[Worker]:
    on_bot, on_oa = Played(BotPhones(day.bot)), Played(OaPhones(day.oa))
    numbers = range(100, 100 + WORKERS)
    return [Worker(on_bot if n % 4 < 2 else on_oa, n, 1, random.Random(n), progress) for n in numbers]


async def shift(workers: list[Worker]) -> None:
    """So many at once as have their break."""
    break_room = asyncio.Semaphore(AT_ONCE)

    async def one(worker: Worker) -> None:
        async with break_room:
            await worker.work()

    async with asyncio.TaskGroup() as group:
        for worker in workers:
            group.create_task(one(worker))


async def kill_while_they_file(day: Day, progress: Progress) -> None:
    """Kills spread over the work; where it is long, answers with a receipt or with tokens never come, and the platform
    wants half a minute's rest.
    """
    if WHOLE:
        day.oa.fail(CS, "timeout-after")
    for number in range(FILING):
        while progress.steps < (number + day.luck.uniform(0.1, 0.9)) * 7 * WORKERS / FILING:
            day.process.check()
            await asyncio.sleep(0.001)
        if WHOLE and number % 4 == 0:
            day.oa.fail(OAUTH, "nothing" if number else "502-after")
        if WHOLE and number == FILING // 2:
            day.oa.fail(CS, TOO_FAST)
        await day.trouble.kill()
        day.tell(f"killed; {progress.filed}/{WORKERS} filed")


async def posts(day: Day) -> None:
    """DANG in one group, as it is typed and as the platform repeats it."""
    channel, group = groups(GROUPS)[0]
    day.bot.duplicates += 1
    day.bot.say(str(HOA), day.bot.mention("dang"), group)
    for _ in range(POSTED):
        await day.trouble.kill(groups=True)
    async with asyncio.timeout(60):
        while not day.drawn(channel, group):
            day.process.check()
            await asyncio.sleep(0.02)
    await day.all_sent()


async def reminds(day: Day, hoa: Officer) -> None:
    """Everybody is reminded, as far as the platforms allow it."""
    await hoa.says("nhac", "Nhắc người của đơn vị nào?")
    await hoa.says("1", "Nhắc ai")
    await hoa.says("1", "Viết tin nhắc")
    await hoa.says(f"{{ten}} {REMINDER}", f"{UNREACHABLE.silent} lâu không nhắn")
    sure = await hoa.says("2", "Chắc chắn thì gõ đúng: ")
    number = int(re.findall(r"gõ đúng: (\d+)", sure)[0])
    assert number == WORKERS + UNREACHABLE.refused + 1  # who left the Zalo bot; Hoa belongs to no workplace
    await hoa.says(str(number), "Bắt đầu gửi")
    for at in range(REMINDING):
        while len(day.reminded()) < (at + day.luck.uniform(0.1, 0.9)) * WORKERS / REMINDING:
            day.process.check()
            await asyncio.sleep(0.001)
        await day.trouble.kill()
        day.tell(f"killed; {len(day.reminded())} reminded")
    async with asyncio.timeout(90):
        while not (await day.store.read(casts))[0].ended_at:
            day.process.check()
            await asyncio.sleep(0.05)
    await day.all_sent()
    day.tell("reminded")


async def becomes_evening(day: Day) -> None:
    """The notices' hour: killed before, and while they are posted. The Official Account's quota ends with a group."""
    day.set_clock(EVENING)
    day.oa.fail(GMF, NO_QUOTA)
    for number in range(1 + NOTICES):
        part = (number - day.luck.uniform(0.1, 0.9)) / NOTICES
        while number and day.seen() < 1 + part * (GROUPS - 2):  # one has Hoa's, one waits for tomorrow
            day.process.check()
            await asyncio.sleep(0.001)
        await day.trouble.kill(groups=True)
        day.tell(f"killed; {day.seen()} groups have a picture")
    await groups_have_pictures(day, GROUPS - 1)


async def becomes_next_day(day: Day) -> None:
    """Quotas are new: the last group gets its notice."""
    assert day.seen() == GROUPS - 1
    day.set_clock(NEXT_DAY)
    await day.trouble.kill(groups=True)
    await groups_have_pictures(day, GROUPS)
    day.tell("all groups have their notice")


async def groups_have_pictures(day: Day, count: int) -> None:
    async with asyncio.timeout(90):
        while day.seen() < count:
            day.process.check()
            await asyncio.sleep(0.05)
