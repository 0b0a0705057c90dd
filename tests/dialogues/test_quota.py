"""A channel whose plan counts messages: reminders stop first, then notices; people are answered to the last."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.channels import Quota
from bot.quota import level, most_allowed
from bot.stage import PLAIN, Paper, Stage
from handlers.texts import Texts
from models.chat import outbox
from models.queries import meter
from models.queries.outbox import BULK, NOTICE, REPLY, NewMessage, put
from models.store import Store
from tests import stories
from tests.dialogue import Person
from tests.dialogues.conftest import HOUSE, NOON

OFFICERS = "nhom-can-bo"
QUOTA = Quota("Basic", messages=100, people=50, groups=3)


@pytest.fixture
async def metered(sample_file: Path, tmp_path: Path, texts: Texts) -> AsyncIterator[Stage]:
    store = Store.open(f"sqlite:///{shutil.copyfile(sample_file, tmp_path / 'talk.db')}")
    able = replace(PLAIN, quota=QUOTA, joins_replies=True)
    async with Stage(store, NOON, house=HOUSE, texts=texts, channel=Paper(able)) as stage:
        yield stage
    store.close()


def used(stage: Stage) -> int:
    return stage.store.read_now(meter.messages, "webchat", "2026-11")


def spend(stage: Stage, until: int) -> None:
    """As if so much of the month's messages were used."""
    stage.store.write_now(lambda conn: meter.add(conn, "webchat", "2026-11", received=until - used(stage)))


def queue(stage: Stage, name: str, priority: int) -> None:
    message = NewMessage("webchat", "minh", {"text": name}, dedupe=name, made_at=stage.now, priority=priority)
    stage.store.write_now(put, [message])


def outcome(stage: Stage, name: str) -> tuple[str, str | None]:
    def look(conn: Connection) -> tuple[str, str | None]:
        row = conn.execute(select(outbox.c.status, outbox.c.outcome).where(outbox.c.dedupe == name)).one()
        return row.status, row.outcome

    return stage.store.read_now(look)


@pytest.mark.parametrize(
    ("spent", "priority"), [(0, BULK), (79, BULK), (80, NOTICE), (89, NOTICE), (90, REPLY), (100, REPLY), (120, REPLY)]
)
def test_what_may_still_be_sent(spent: int, priority: int) -> None:
    assert most_allowed(QUOTA, spent) == priority


@pytest.mark.parametrize(("spent", "reached"), [(0, 0), (69, 0), (70, 70), (89, 70), (90, 90), (99, 90), (100, 100)])
def test_levels(spent: int, reached: int) -> None:
    assert level(spent, 100) == reached


def test_a_month_is_the_local_one() -> None:
    assert meter.month_of(NOON.replace(day=30, hour=23, minute=59)) == "2026-11"
    assert meter.month_of(NOON.replace(day=30, hour=17)) == "2026-11"


async def test_each_message_of_the_bot_counts_and_all_of_a_turn_is_one(metered: Stage) -> None:
    lan = Person(metered, "lan")
    await stories.first_filing(lan)
    assert used(metered) == len(lan.heard) == 7


async def test_reminders_stop_first_then_notices_and_replies_never(metered: Stage) -> None:
    for spent, sent in ((70, (BULK, NOTICE, REPLY)), (80, (NOTICE, REPLY)), (90, (REPLY,)), (99, (REPLY,))):
        spend(metered, spent)
        for priority in (BULK, NOTICE, REPLY):
            spend(metered, spent)
            queue(metered, f"{spent}-{priority}", priority)
            await metered.settle()
            expected = ("sent", None) if priority in sent else ("refused", "quota")
            assert outcome(metered, f"{spent}-{priority}") == expected, (spent, priority)


async def test_a_reply_that_waited_a_day_behind_a_plan_that_is_used_up_is_kept_for_the_person(metered: Stage) -> None:
    spend(metered, 100)
    queue(metered, "sớm", REPLY)
    metered.store.write_now(
        lambda conn: conn.execute(outbox.update().values(first_tried_at=metered.now.replace(day=18)))
    )
    await metered.settle()
    assert outcome(metered, "sớm") == ("refused", "quota")
    await Person(metered, "minh").says("xem", "sớm")


async def test_the_owner_is_told_three_times_and_no_more(metered: Stage) -> None:
    told = metered.channel.chats["an"]
    for spent in (50, 70, 75, 89, 90, 95, 100, 130):
        spend(metered, spent)
        for _ in range(2):
            await metered.parts.quota_alarm.work()
            await metered.settle()
    assert [re.findall(r"đã dùng (\d+%|hết)", shown.text) for shown in told] == [["70%"], ["90%"], ["hết"]]
    assert "(70/100, cả nhận và gửi)" in told[0].text
    assert "CHUAGUI" in told[2].text
    assert "Dùng tới 80% thì nhắc nhở dừng, tới 90% thì bản tin dừng" in told[0].text
    assert "Nhắc nhở và bản tin đã dừng" in told[1].text


@pytest.mark.parametrize(
    ("spent", "words"),
    [
        (79, "Dùng tới 80% thì nhắc nhở dừng"),
        (85, "Nhắc nhở đã dừng; dùng tới 95%"),
        (95, "Nhắc nhở và bản tin đã dừng"),
    ],
)
async def test_an_administrator_is_told_what_has_stopped_by_now(metered: Stage, spent: int, words: str) -> None:
    """With other shares kept than the plan's levels."""
    kept = replace(QUOTA, keep_notices=20, keep_replies=5)
    spend(metered, spent)
    await replace(metered.parts.quota_alarm, quotas={"webchat": kept}).work()
    await metered.settle()
    assert words in metered.channel.chats["an"][0].text


async def test_that_zalo_itself_says_no_is_told_once_a_day(metered: Stage) -> None:
    told = metered.channel.chats["an"]
    for hours in (0, 1, 24):
        when = metered.now + timedelta(hours=hours)
        metered.store.write_now(meter.note_refusal, "zalo_oa", when, "zalo_error.211")
        for _ in range(2):
            await metered.parts.quota_alarm.work()
            await metered.settle()
    assert [shown.text.split(". ")[0] for shown in told] == [
        "Hôm nay Zalo OA đã từ chối gửi tin: OA đã dùng hết hạn mức"
    ] * 2


async def test_people_and_groups_are_counted_against_the_plan_too(metered: Stage) -> None:
    now = metered.store.read_now(meter.usage, "webchat", "2026-11")
    assert (now.people > 2, now.groups) == (True, 2)
    few = replace(metered.parts.quota_alarm, quotas={"webchat": replace(QUOTA, people=now.people + 1, groups=2)})
    await few.work()
    await metered.settle()
    texts = [shown.text for shown in metered.channel.chats["an"]]
    assert any(f"đã có {now.people}/{now.people + 1} người" in text for text in texts)
    assert any("2/2 nhóm" in text for text in texts)


async def test_a_notice_that_could_not_be_sent_comes_to_its_officer_to_be_copied(metered: Stage) -> None:
    hoa = Person(metered, "hoa")
    spend(metered, 92)
    await hoa.says("chua gui", "bản tin nào cũng gửi được")
    metered.now = metered.now.replace(hour=17, minute=0)
    before = len(metered.channel.chats["hoa"])
    await metered.tick()
    assert metered.channel.chats[OFFICERS] == []
    for _ in range(2):
        await metered.parts.quota_alarm.work()
        await metered.settle()
    texts = [shown.text for shown in metered.channel.chats["hoa"][before:]]
    heads = [text for text in texts if "chưa gửi được" in text]
    notices = [text for text in texts if "Kết quả sáng kiến thứ Sáu 20/11/2026" in text]
    assert len(heads) >= 1
    assert len(notices) >= 1
    answer = await hoa.says("CHUAGUI", "1. 20/11 – ")
    number = re.findall(r"(\d)\. 20/11 – Nhóm 15 chủ tịch", answer)[0]
    assert await hoa.says(number) in notices


@pytest.mark.parametrize(
    ("status", "came_of_it", "perhaps", "words"),
    [
        ("refused", "gave up after a day: Temporary: no route", False, "chưa gửi được: web không nhận tin"),
        ("refused", "unknown after 7 tries: Unsure: TimeoutError", True, "không rõ tin đã vào nhóm hay chưa"),
        ("expired", "too late", False, "chưa gửi được: web không nhận tin"),
    ],
)
async def test_so_does_one_that_the_platform_did_not_take(
    metered: Stage, status: str, came_of_it: str, perhaps: bool, words: str
) -> None:
    hoa, heard = Person(metered, "hoa"), metered.channel.chats["hoa"]
    text = "Kết quả sáng kiến thứ Sáu 20/11/2026 " + "x" * 20

    def lost(conn: Connection) -> None:
        how = {"is_group": True, "priority": NOTICE, "not_before": metered.now + timedelta(days=1)}
        put(conn, [NewMessage("webchat", OFFICERS, {"text": text}, "bản tin", metered.now, **how)])
        done = {"status": status, "outcome": came_of_it + "x" * 240, "maybe_sent": perhaps, "done_at": metered.now}
        conn.execute(outbox.update().where(outbox.c.dedupe == "bản tin").values(**done))

    metered.store.write_now(lost)
    for _ in range(2):
        await metered.parts.quota_alarm.work()
        await metered.settle()
    assert len(heard) == 2
    assert words in heard[0].text
    assert heard[1].text == text
    answer = await hoa.says("CHUAGUI", "1. 20/11 – Nhóm 15 chủ tịch")
    assert "1 bản tin" in answer
    assert await hoa.says("1") == text


async def test_what_was_lost_long_ago_is_only_looked_up(metered: Stage) -> None:
    def lost(conn: Connection) -> None:
        queued = NewMessage("webchat", OFFICERS, {"text": "cũ"}, "cũ", metered.now, is_group=True, priority=NOTICE)
        put(conn, [queued])
        done = {"status": "expired", "outcome": "too late", "done_at": metered.now - timedelta(days=3)}
        conn.execute(outbox.update().where(outbox.c.dedupe == "cũ").values(**done))

    metered.store.write_now(lost)
    await metered.parts.quota_alarm.work()
    await metered.settle()
    assert metered.channel.chats["hoa"] == []
    await Person(metered, "hoa").says("CHUAGUI", "1. 20/11 – Nhóm 15 chủ tịch")


async def test_a_worker_has_no_such_list(metered: Stage) -> None:
    await Person(metered, "minh").says("chuagui", "dành cho cán bộ")
