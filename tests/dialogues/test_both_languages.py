"""What roles and reminders are for, told whole in either language: An gives, Minh serves, Hoa reminds, Lan files."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels import Outgoing, Rejected, Sent
from bot.stage import PLAIN, Paper, Stage
from handlers.talk import Pressed
from handlers.texts import Texts
from models.store import Store
from tests.dialogue import Person
from tests.dialogues.before import heard
from tests.dialogues.conftest import HOUSE, NOON
from tests.dialogues.test_desk import add
from tests.dialogues.test_roles import code_in, held

VI: Mapping[str, str] = {
    "language": "vi",
    "whom": "Mã này cho ai?",
    "code": "Mã cho Phạm Văn Minh, cán bộ CĐCS Công ty May Sao Mai",
    "once": "dùng 1 lần, trong 7 ngày",
    "bad": "Mã này không đúng, đã dùng hoặc hết hạn.",
    "for": "Mã này cho: Phạm Văn Minh, cán bộ CĐCS Công ty May Sao Mai",
    "me": "1. Đúng là tôi   0. Không phải",
    "yours": "Việc theo vai của anh/chị",
    "row": "3. Phạm Văn Minh – cán bộ CĐCS Công ty May…",
    "end": "1. Thu hồi",
    "ended": "Đã thu hồi",
    "told": "đã được thu hồi",
    "not yours": "Việc này dành cho cán bộ của đơn vị.",
    "log": "Lê Văn An: thu hồi vai",
    "unfiled": "3. Người chưa nộp sáng kiến nào",
    "count": "Gửi cho 1 người",
    "try": "Đã gửi thử",
    "type": "Chắc chắn thì gõ đúng: GUI 1",
    "begun": "Bắt đầu gửi cho 1 người.",
    "bar": "░░░░░░░░░░░░ 0% (0/1)\nĐã nhận: 0",
    "steer": "1. Tạm dừng   2. Dừng hẳn",
    "report": "Đã gửi xong tin nhắc cho May Sao Mai: 1/1 đã nhận.",
    "off": "Tắt nhắc: TATNHAC",
    "is off": "Đã tắt: bot không gửi tin nhắc nữa.",
    "nobody": "Không có ai để gửi",
    "left out": "Không gửi: 1 đã tắt nhắc.",
    "stopped": "Tin nhắc cho May Sao Mai đã TỰ DỪNG vì nhiều tin bị lỗi.",
    "go on": "1. Gửi tiếp   2. Dừng hẳn",
    "end report": "Đã gửi xong tin nhắc cho May Sao Mai: 72/80 đã nhận.",
}
EN: Mapping[str, str] = {
    "language": "en",
    "whom": "Whom is the code for?",
    "code": "Code for Phạm Văn Minh, officer of CĐCS Công ty May Sao Mai",
    "once": "good once, for 7 days",
    "bad": "This code is wrong, used or expired.",
    "for": "This code is for Phạm Văn Minh: officer of CĐCS Công ty May Sao Mai.",
    "me": "1. That is me   0. Not me",
    "yours": "By your role",
    "row": "3. Phạm Văn Minh – officer of CĐCS Công ty May…",
    "end": "1. Revoke",
    "ended": "Revoked. They are told.",
    "told": "has been revoked",
    "not yours": "This is for the unit's officers.",
    "log": "Lê Văn An: revoked",
    "unfiled": "3. People who have not filed",
    "count": "To 1 person",
    "try": "Tried, see below",
    "type": "To confirm, type: SEND 1",
    "begun": "Sending to 1 person begins.",
    "bar": "░░░░░░░░░░░░ 0% (0/1)\nReceived: 0",
    "steer": "1. Pause   2. Stop for good",
    "report": "The reminder for May Sao Mai has been sent: 1 of 1 received it.",
    "off": "No reminders: TATNHAC",
    "is off": "Switched off: no more reminders.",
    "nobody": "There is nobody to send it to",
    "left out": "Left out: 1 switched reminders off.",
    "stopped": "The reminder for May Sao Mai has STOPPED ITSELF because many messages failed.",
    "go on": "1. Go on   2. Stop for good",
    "end report": "The reminder for May Sao Mai has been sent: 72 of 80 received it.",
}
BOTH = pytest.mark.parametrize("say", [VI, EN], ids=["vi", "en"])


async def speak(say: Mapping[str, str], *people: Person) -> None:
    for person in people:
        await person.says(say["language"])


async def made(an: Person, say: Mapping[str, str]) -> str:
    """A code with which Minh becomes officer of his company."""
    for words in ("moi", "2"):
        await an.says(words)
    await an.says("4827", say["whom"])
    return code_in(await an.says("Phạm Văn Minh", say["code"], say["once"]))


@BOTH
async def test_a_role_from_its_code_to_its_end(
    stage: Stage, say: Mapping[str, str], an: Person, minh: Person, hoa: Person
) -> None:
    await speak(say, an, minh, hoa)
    late = await made(an, say)
    stage.now += timedelta(days=8)
    await minh.starts(f"ma-{late}", say["bad"])
    code = await made(an, say)
    assert say["yours"] not in await minh.says("giup")
    await minh.starts(f"ma-{code}", say["for"], say["me"])
    await minh.says("1")
    assert held(stage, "minh") == [("officer", "4827")]
    await hoa.says(f"ma {code}", say["bad"])
    await minh.says("giup", say["yours"], "CAIDAT", "NHAC")
    await minh.says("dang", "nhóm" if say is VI else "group")

    await an.says("canbo", say["row"])
    await an.says("3", say["end"])
    await an.says("1")
    await an.says("1", say["ended"])
    assert held(stage, "minh") == []
    assert say["told"] in heard(stage, "minh")[-1]
    await minh.says("nhac", say["not yours"])
    await minh.does(Pressed("c:post:0:0:g1"), say["not yours"])
    await an.says("nhatky", say["log"])


@BOTH
async def test_a_reminder_to_those_of_one_unit_who_never_filed(
    stage: Stage, say: Mapping[str, str], hoa: Person, lan: Person
) -> None:
    await speak(say, hoa, lan)
    for words in ("sk 4827", "1", "Trần Thị Lan", "0"):
        await lan.says(words)
    await hoa.says("nhac")
    await hoa.says("4827", say["unfiled"])
    await hoa.says("3")
    await hoa.says("{ten}: {don_vi} còn {con_thieu}. SK 4827 nhé.", "Nguyễn Thị Hoa: CĐCS", say["count"])
    before = len(heard(stage, "lan"))
    tried = await hoa.says("1", say["try"])
    assert f"Nguyễn Thị Hoa: CĐCS Công ty May Sao Mai còn 143. SK 4827 nhé.\n{say['off']}" in tried
    await hoa.says("2", say["type"])
    assert heard(stage, "lan")[before:] == []
    await hoa.says("gui 1", say["begun"], say["bar"], say["steer"], say["report"])
    got = f"Trần Thị Lan: CĐCS Công ty May Sao Mai còn 143. SK 4827 nhé.\n{say['off']}"
    assert heard(stage, "lan")[before:] == [got]

    await lan.says("tat nhac", say["is off"])
    for words in ("nhac", "1", "4827", "3"):
        await hoa.says(words)
    await hoa.says("{ten}: còn một ngày nữa thôi.", say["nobody"], say["left out"])


# ---------------------------------------------------------------- much fails


class Torn(Paper):
    """A channel of 25 messages a second, on which some cannot be sent, whatever is tried."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__(replace(PLAIN, per_second=25))

    async def send(self, message: Outgoing) -> Sent:
        self.stage.now += timedelta(milliseconds=40)
        if message.chat.startswith("hỏng"):
            raise Rejected("too long")
        return await super().send(message)


@BOTH
async def test_a_reminder_that_fails_for_many_stops_itself_and_hoa_decides(
    sample_file: Path, tmp_path: Path, texts: Texts, say: Mapping[str, str]
) -> None:
    store = Store.open(f"sqlite:///{shutil.copyfile(sample_file, tmp_path / 'talk.db')}")
    torn = Torn()
    async with Stage(store, NOON, house=HOUSE, texts=texts, channel=torn) as torn.stage:
        stage = torn.stage
        hoa = Person(stage, "hoa")
        await speak(say, hoa)
        for number in range(80):
            add(stage, f"{'hỏng' if number % 10 == 0 else 'chị'}-{number}", f"Trần Thị {number:02d}")
        for words in ("nhac", "4827", "3", "{ten} nhớ nộp sáng kiến nhé.", "2"):
            await hoa.says(words)
        await hoa.says("80", say["stopped"], say["go on"])
        await hoa.says("1")
        assert say["end report"] in heard(stage, "hoa")[-1]
        assert [who for who in stage.channel.chats if who.startswith("hỏng")] == []
        assert len([who for who in stage.channel.chats if who.startswith("chị")]) == 72
    store.close()
