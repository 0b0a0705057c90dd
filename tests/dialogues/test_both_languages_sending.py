"""What is said before a reminder goes out, in either language: cost, window and quota; quiet hours; a later time."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.channels import Quota
from bot.stage import PLAIN, Paper, Stage
from handlers.texts import Texts
from models.broadcast import broadcast
from models.person import account
from models.queries import meter
from models.store import Store
from tests.dialogue import Person
from tests.dialogues.before import rows
from tests.dialogues.conftest import HOUSE, NOON
from tests.dialogues.test_both_languages import speak
from tests.dialogues.test_desk import add

VI: Mapping[str, str] = {
    "language": "vi",
    "two": "Gửi cho 2 người, mất dưới 1 phút.",
    "one": "Gửi cho 1 người, mất dưới 1 phút.",
    "cost": "Kênh web: 1 tin phải trả tiền, khoảng 55 đ.",
    "quota": "Kênh web: tháng này chỉ còn 0 tin cho nhắc nhở, thiếu 2",
    "window": "1 lâu không nhắn, kênh không cho gửi",
    "quiet": "Giờ nghỉ 21h–6h không nhắn riêng ai: tin sẽ gửi lúc 6h00 21/11.",
    "quiet send": "2. Gửi lúc 6h00 21/11",
    "quiet sure": "Chắc chắn thì gõ đúng: GUI 2",
    "confirms": "gui 2",
    "planned": "Đã hẹn gửi lúc 6h00 21/11",
    "when": "Gửi lúc nào?",
    "tomorrow": "mai 7h30",
    "at": "2. Gửi lúc 7h30 21/11",
    "then": "đến giờ bot tính lại danh sách",
    "grown": "Chưa gửi: người nhận vừa tăng, nay là 10 người. Chắc chắn thì gõ đúng: 10",
}
EN: Mapping[str, str] = {
    "language": "en",
    "two": "To 2 people, takes less than a minute.",
    "one": "To 1 person, takes less than a minute.",
    "cost": "Channel web: 1 to be paid for, about 55 đ in all.",
    "quota": "Channel web: only 0 messages left this month for reminders, 2 too few",
    "window": "1 silent too long for the channel",
    "quiet": "Between 21:00 and 6:00 nobody is written to: it goes out at 06:00 21 Nov.",
    "quiet send": "2. Send at 06:00 21 Nov",
    "quiet sure": "To confirm, type: SEND 2",
    "confirms": "send 2",
    "planned": "It goes out at 06:00 21 Nov.",
    "when": "When shall it go out?",
    "tomorrow": "tomorrow 7h30",
    "at": "2. Send at 07:30 21 Nov",
    "then": "the list is made anew then",
    "grown": "Not sent: more would get it by now, 10 people. To confirm, type: 10",
}
BOTH = pytest.mark.parametrize("say", [VI, EN], ids=["vi", "en"])
TEXT = "{ten}: {don_vi} {con_thieu}."


@pytest.fixture
async def oa(sample_file: Path, tmp_path: Path, texts: Texts) -> AsyncIterator[Stage]:
    """A channel as an Official Account of Zalo: free for 48 hours, paid for until 168, then closed; with a quota."""
    store = Store.open(f"sqlite:///{shutil.copyfile(sample_file, tmp_path / 'talk.db')}")
    limits = replace(PLAIN, closed_hours=168, free_hours=48, price=55, quota=Quota("Basic", 6, 0, 0))
    async with Stage(store, NOON, house=HOUSE, texts=texts, channel=Paper(limits)) as stage:
        yield stage
    store.close()


def silent(stage: Stage, hours: int) -> None:
    """Minh wrote last so long ago."""
    since = update(account).where(account.c.external_id == "minh").values(last_seen=stage.now - timedelta(hours=hours))
    stage.store.write_now(lambda conn: conn.execute(since))


async def composed(hoa: Person, *expected: str) -> None:
    for words in ("nhac", "1", "1"):
        await hoa.says(words)
    await hoa.says(TEXT, *expected)


@BOTH
async def test_cost_window_and_quota_are_said_before(oa: Stage, say: Mapping[str, str]) -> None:
    hoa = Person(oa, "hoa")
    await speak(say, hoa)
    silent(oa, 50)
    oa.store.write_now(lambda conn: meter.add(conn, "webchat", "2026-11", received=3))
    await composed(hoa, say["two"], say["cost"], say["quota"])
    await hoa.says("0")
    silent(oa, 200)
    await composed(hoa, say["one"], say["window"])


@BOTH
async def test_at_night_it_waits_for_the_morning(stage: Stage, say: Mapping[str, str], hoa: Person) -> None:
    await speak(say, hoa)
    stage.now = stage.now.replace(hour=21, minute=15)
    await composed(hoa, say["quiet"], say["quiet send"])
    await hoa.says("2", say["quiet sure"])
    await hoa.says(say["confirms"], say["planned"])
    (made,) = rows(stage, broadcast)
    assert made.status == "planned"
    assert made.starts_at == stage.now.replace(hour=6, minute=0) + timedelta(days=1)


@BOTH
async def test_at_a_time_and_for_clearly_more_than_were_shown(
    stage: Stage, say: Mapping[str, str], hoa: Person
) -> None:
    await speak(say, hoa)
    await composed(hoa)
    await hoa.says("3", say["when"])
    await hoa.says(say["tomorrow"], say["at"])
    await hoa.says("2", say["then"], say["quiet sure"])
    for number in range(8):
        add(stage, f"tho{number}", f"Thợ Số {number}")
    await hoa.says(say["confirms"], say["grown"])
    assert rows(stage, broadcast) == []
    await hoa.says("10")
    assert [row.confirmed for row in rows(stage, broadcast)] == [10]
