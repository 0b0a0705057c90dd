"""Two processes on one PostgreSQL, each with a clock of its own that jumps over the hours, killed and started again at
the hour: over ten made days each group gets every notice that is due, once. `make faults` has two hundred of them.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from handlers.kinds import CLOSING, DAILY, WEEKLY
from models.chat import chat
from models.store import Store
from models.unit import tally
from tests.faults.clockwork import Clockwork
from tests.faults.sizes import WHOLE
from tests.scheduler.district import AN_PHAT, SAO_MAI, TAN_PHU, WARD, District, at, found

GROUPS = 200 if WHOLE else 84  # one at each hour, of each unit and kind
DAYS = [date(2026, 11, 19) + timedelta(days=n) for n in range(10)]  # Thursday to Saturday of the next week
MONDAY, PHASE_ENDS = date(2026, 11, 23), date(2026, 11, 21)
HOURS = ("17:00", "17:00", "17:00", "08:00", "20:30", "22:30", "00:15")
UNITS = (WARD, SAO_MAI, AN_PHAT, TAN_PHU)
MOMENTS = ((0, 16), (6, 5), (8, 3), (10, 5), (17, 2), (20, 35), (22, 32))  # each process is there give or take
KILLS = {(19, 17), (22, 8), (23, 8), (24, 10), (26, 17)}  # a report, the digests, the milestone, two evenings


@pytest.mark.timeout(180)
async def test_each_group_gets_each_notice_once(postgres_url: str) -> None:
    store = Store.open(postgres_url)
    prepare(found(store))
    seed = os.environ.get("SANGKIEN_TEST_SEED") or secrets.token_hex(4)
    print(f"\nseed {seed}", flush=True)
    luck = random.Random(seed)
    processes = Clockwork(postgres_url), Clockwork(postgres_url)
    try:
        await asyncio.gather(*(process.start() for process in processes))
        for day in DAYS:
            for hour, minute in MOMENTS:
                killed = luck.choice(processes) if (day.day, hour) in KILLS else None
                await asyncio.gather(*(tick(one, day, hour, minute, luck, one is killed) for one in processes))
    finally:
        await asyncio.gather(*(process.kill() for process in processes))
    check(District(store), DAYS)
    store.close()


async def tick(process: Clockwork, day: date, hour: int, minute: int, luck: random.Random, killed: bool) -> None:
    """Its clock jumps to about that moment (never before it; milestones are looked for at full five minutes)."""
    late = 0 if minute % 5 == 0 else luck.uniform(0, 100)
    moment = at(day.day, hour, minute) + timedelta(seconds=late)
    await process.begin(moment)
    if killed:  # in the midst of posting
        await asyncio.sleep(luck.uniform(0, 0.3))
        await process.kill()
        await process.start()
        await process.begin(moment)
    await process.finish()


def prepare(district: District) -> None:
    """A ward with ninety-nine filings and a hundredth on Tuesday 24/11, a phase that ends on Saturday 21/11."""
    district.phase("Giai đoạn 1", date(2026, 11, 1), PHASE_ENDS)
    for unit_id, filed in ((SAO_MAI, 60), (TAN_PHU, 39)):
        values = {"unit_id": unit_id, "campaign_id": district.campaign, "day": date(2026, 11, 10), "adjusted": 0}
        district.run(lambda conn, values: conn.execute(insert(tally), values), values | {"filed": filed})
    district.file(TAN_PHU, at(24, 9, 58))
    district.run(lambda conn: conn.execute(insert(chat), [group(n) for n in range(GROUPS)]))


def group(number: int) -> dict[str, Any]:
    return {
        "channel": "webchat",
        "external_id": f"group-{number}",
        "unit_id": UNITS[number % len(UNITS)],
        "kind": "members" if number % 3 else "officers",
        "linked_at": at(18, 23, 59),  # the first notice is the next day's
        "preview": False,
        "hour": HOURS[number % len(HOURS)],
        "standing": "member",
    }


def check(district: District, days: list[date]) -> None:
    """Every slot that should be taken is, no other; one message each, frozen with words."""
    groups = {row.id: row.unit_id for row in district.rows(chat)}
    expected = [(DAILY, day, one) for day in days for one in groups]
    expected += [(WEEKLY, MONDAY, one) for one in groups]
    expected += [(CLOSING, PHASE_ENDS, one) for one in groups]
    expected += [("m:100", date(2026, 1, 1), one) for one, unit_id in groups.items() if unit_id == WARD]
    rows = district.notices()
    assert Counter((row.kind, row.day, row.chat_id) for row in rows) == Counter(expected)
    assert all(row.text and row.repeat == 0 for row in rows)
    messages = Counter(message.dedupe.rsplit(":", 1)[0] for message in district.sent())
    assert set(messages.values()) == {1}
    assert len(messages) == len(expected)
