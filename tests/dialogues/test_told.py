"""What could not be said to somebody: told in person meanwhile, and the first thing said when they write again."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from bot.channels import Gone, Outgoing, SendError, Sent
from bot.registry.sample import CHANNEL
from bot.stage import PLAIN, Paper, Stage
from handlers.talk import Pressed
from handlers.texts import Texts
from models.chat import outbox
from models.person import account, consent
from models.store import Store
from models.untold import untold
from tests.dialogue import Person
from tests.dialogues.before import heard, rows
from tests.dialogues.conftest import HOUSE, NOON
from tests.dialogues.test_desk import BODY, TITLE, add, filed_by, newest, no_longer

THU_SAYS = "Vũ Thị Thu, Tổ hỗ trợ: Anh gửi lại ảnh nhỏ hơn nhé"


class Door(Paper):
    """Paper that some people do not take: `shut` says why."""

    def __init__(self, buttons: int = 0) -> None:
        super().__init__(replace(PLAIN, buttons=buttons))
        self.shut: dict[str, SendError] = {}

    async def send(self, message: Outgoing) -> Sent:
        if message.chat in self.shut:
            raise self.shut[message.chat]
        return await super().send(message)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
async def stage(sample_file: Path, tmp_path: Path, texts: Texts, door: Door) -> AsyncIterator[Stage]:
    store = Store.open(f"sqlite:///{shutil.copyfile(sample_file, tmp_path / 'talk.db')}")
    async with Stage(store, NOON, house=HOUSE, texts=texts, channel=door) as stage:
        yield stage
    store.close()


@pytest.fixture
def thu(stage: Stage) -> Person:
    return add(stage, "thu", "Vũ Thị Thu", "support")


def blocks(door: Door, who: str) -> None:
    door.shut[who] = Gone("bot was blocked by the user")


async def answered_in_vain(door: Door, minh: Person, thu: Person) -> None:
    """Minh asked for help, then blocked the bot; Thu, who did not know, answers."""
    await minh.says("giup")
    await thu.says("1")
    await thu.says("tra loi")
    blocks(door, "minh")
    await thu.says("Anh gửi lại ảnh nhỏ hơn nhé", "Đã chuyển")


# ---------------------------------------------------------------- not kept


async def test_reminders_and_what_has_an_end_of_its_own_lapse(stage: Stage, door: Door, hoa: Person) -> None:
    for words in ("nhac", "1", "1", "Còn {con_ngay} ngày nữa, {ten} nhé"):
        await hoa.says(words)
    blocks(door, "minh")
    await hoa.says("2")
    await hoa.says("gui 2", "Bắt đầu")
    blocks(door, "hoa")
    await stage.tick()
    stage.now = stage.now.replace(hour=7, minute=31) + timedelta(days=1)
    await stage.tick()  # her morning summary, too
    refused = [row.dedupe for row in rows(stage, outbox) if row.status == "refused"]
    assert any(key.startswith("morning:") for key in refused)
    assert rows(stage, untold) == []


# ---------------------------------------------------------------- said first, once


async def test_what_did_not_come_is_said_first_and_once(door: Door, minh: Person, thu: Person) -> None:
    await answered_in_vain(door, minh, thu)
    del door.shut["minh"]
    before = len(minh.heard)
    await minh.says("xem", "1 tin từ 20/11/2026 bot chưa gửi tới được anh/chị:\n" + THU_SAYS, "Sáng kiến của anh/chị")
    assert minh.heard[before].text.endswith("Muốn trả lời: nhắn GIUP.")
    assert THU_SAYS not in await minh.says("xem")
    await minh.says("giup", "Vũ Thị Thu")


async def test_it_is_said_on_whichever_account_is_used(stage: Stage, door: Door, minh: Person, thu: Person) -> None:
    await answered_in_vain(door, minh, thu)

    def another(conn: Connection) -> None:
        whose = next(row.person_id for row in conn.execute(account.select()) if row.external_id == "minh")
        here = {"channel": CHANNEL, "external_id": "minh-2", "chat": "minh-2", "person_id": whose}
        conn.execute(insert(account).values(**here, last_seen=stage.now))

    stage.store.write_now(another)
    await Person(stage, "minh-2").says("xem", THU_SAYS)
    del door.shut["minh"]
    assert THU_SAYS not in await minh.says("xem")


async def test_a_card_that_was_not_seen_is_answered_by_no_number(
    stage: Stage, door: Door, minh: Person, thu: Person
) -> None:
    """A 1 would file what was typed for him, which he has never read."""
    await minh.says("giup")
    await thu.says("1")
    for words in ("2", TITLE, BODY):
        await thu.says(words)
    blocks(door, "minh")
    await thu.says("2")
    await thu.says("1")
    await thu.says("canbao")
    assert TITLE not in await thu.says("1", "Bot có tin riêng cho người này mà chưa tới được")  # nor for other helpers
    del door.shut["minh"]
    await minh.says("1", "chưa gửi tới được", "Vũ Thị Thu", "nhắn GIUP")
    assert filed_by(stage, TITLE) is None
    await minh.says("giup", TITLE, "1. Đúng, nộp")
    await minh.says("1", "Mã sáng kiến")
    assert filed_by(stage, TITLE) is not None


async def test_a_question_that_was_not_seen_is_asked_again_and_nothing_is_agreed_to(
    stage: Stage, door: Door, lan: Person
) -> None:
    blocks(door, "lan")
    await lan.says("sk 4827")
    del door.shut["lan"]
    answer = await lan.says("1", "1. Đồng ý")
    assert "chưa gửi tới được" not in answer
    assert [row for row in rows(stage, consent) if row.channel == CHANNEL and row.given_at == stage.now] == []
    await lan.says("1", "Họ và tên")


async def test_words_for_somebody_who_is_known_to_have_left_are_kept_too(
    stage: Stage, minh: Person, thu: Person
) -> None:
    await minh.says("giup")
    await thu.says("1")
    await thu.says("tra loi")
    no_longer(stage, "minh")
    await thu.says(
        "Anh gửi lại ảnh nhỏ hơn nhé", "Bot chưa nhắn tới Phạm Văn Minh được, sẽ nói ngay khi người này nhắn lại."
    )
    assert not any(THU_SAYS in text for text in heard(stage, "minh"))
    await minh.says("xem", THU_SAYS)


async def test_of_many_the_newest_are_said(stage: Stage, door: Door, minh: Person) -> None:
    def kept(conn: Connection) -> None:
        whose = next(row.person_id for row in conn.execute(account.select()) if row.external_id == "minh")
        for number in range(7):
            one = {"person_id": whose, "about_id": whose, "channel": CHANNEL, "dedupe": f"result:{number}"}
            conn.execute(insert(untold).values(**one, payload={"text": f"Kết quả {number}"}, made_at=stage.now))

    stage.store.write_now(kept)
    answer = await minh.says(
        "xem", "Có 5 tin từ 20/11/2026", "(còn 2 tin cũ hơn không nhắc lại)", "Kết quả 2", "Kết quả 6"
    )
    assert "Kết quả 1" not in answer
    assert answer.index("Kết quả 6") < answer.index("Sáng kiến của anh/chị")


async def test_buttons_of_a_card_still_work(sample_file: Path, tmp_path: Path, texts: Texts) -> None:
    store = Store.open(f"sqlite:///{shutil.copyfile(sample_file, tmp_path / 'talk.db')}")
    door = Door(buttons=8)
    async with Stage(store, NOON, house=HOUSE, texts=texts, channel=door) as stage:
        minh, thu = Person(stage, "minh"), add(stage, "thu", "Vũ Thị Thu", "support")
        await minh.says("giup")
        await stage.settle()
        await thu.does(Pressed(f"c:request:{newest(stage).id}:0:take"))
        await thu.does(Pressed(f"c:request:{newest(stage).id}:0:answer"))
        blocks(door, "minh")
        await thu.says("Anh gửi lại ảnh nhỏ hơn nhé")
        del door.shut["minh"]
        await minh.says("xem", THU_SAYS, "[Trả lời]")
        await minh.presses("Trả lời", "Anh/chị viết")
    store.close()


async def test_in_english(stage: Stage, door: Door) -> None:
    mary, tom = (
        add(stage, "mary", "Mary Nguyen", language="en"),
        add(stage, "tom", "Tom Tran", "support", language="en"),
    )
    await answered_in_vain_by(door, mary, tom)
    await tom.says(
        "canbao", "1 person the bot cannot reach, to be told in person:", "1. Mary Nguyen · May Sao Mai · since 20 Nov"
    )
    await tom.says(
        "1", "Please call or go and see, and say:", "• Tom Tran, support team: Send it again", "1. Told in person"
    )
    await tom.says("1", "Noted: Mary Nguyen has been told in person.")
    del door.shut["mary"]
    await mary.says("xem", "1 message of 20 November 2026 could not reach you:\nTom Tran, support team: Send it again")


async def answered_in_vain_by(door: Door, asker: Person, helper: Person) -> None:
    await asker.says("help")
    await helper.says("1")
    await helper.says("1")
    blocks(door, asker.account)
    await helper.says("Send it again", "Passed on")


# ---------------------------------------------------------------- told in person meanwhile


async def test_whoever_may_help_finds_them_and_says_so(
    stage: Stage, door: Door, minh: Person, thu: Person, hoa: Person
) -> None:
    binh, worker = add(stage, "binh", "Đỗ Văn Bình", "support", code="4812"), add(stage, "tho", "Lê Thị Thợ")
    await thu.says("canbao", "Không có ai cần báo trực tiếp.")
    await answered_in_vain(door, minh, thu)
    await worker.says("canbao", "dành cho")
    await binh.says("Cần báo", "Không có ai cần báo trực tiếp.")
    (owed,) = rows(stage, untold)
    for somebody, said in ((worker, "dành cho"), (binh, "không còn gì cần báo")):
        for key in ("", "told"):
            await somebody.does(Pressed(f"c:untold_one:{owed.person_id}:0:{key}"), said)
    await hoa.says("yeucau", "Ngoài ra 1 người cần báo trực tiếp: nhắn BAOTRUCTIEP.")
    await hoa.says("0")
    await hoa.says("báo trực tiếp", "1 người bot không nhắn tới được", "1. Phạm Văn Minh · May Sao Mai · từ 20/11")
    await hoa.says("1", "Phạm Văn Minh, May Sao Mai, điện thoại", f"• {THU_SAYS}", "1. Đã báo trực tiếp")
    await hoa.says("1", "Đã ghi: Phạm Văn Minh đã được báo trực tiếp.")
    await thu.says("canbao", "Không có ai")
    await thu.does(Pressed(f"c:untold_one:{owed.person_id}:0:told"), "không còn gì cần báo")
    del door.shut["minh"]
    await minh.says("xem", THU_SAYS)  # first thing, all the same


async def test_an_answer_to_her_own_words_is_nobody_elses(stage: Stage, door: Door, minh: Person, hoa: Person) -> None:
    blocks(door, "minh")
    await minh.says("dulieu")
    await hoa.says("canbao", "1 người")
    shown = await hoa.says("1", "Bot có tin riêng cho người này mà chưa tới được")
    assert "0912" not in shown
    assert "Bot giữ" not in shown
    await hoa.says("0")
    del door.shut["minh"]
    await minh.says("xem", "chưa gửi tới được", "Phạm Văn Minh")


async def test_the_morning_summary_counts_them(
    stage: Stage, door: Door, minh: Person, thu: Person, hoa: Person
) -> None:
    assert "báo trực tiếp" not in await hoa.says("tomtat")
    await answered_in_vain(door, minh, thu)
    await hoa.says("tomtat", "Cần báo trực tiếp: 1 người (nhắn BAOTRUCTIEP).")


async def test_erased_people_are_told_nothing_and_stand_in_no_list(
    stage: Stage, door: Door, minh: Person, thu: Person
) -> None:
    await answered_in_vain(door, minh, thu)
    del door.shut["minh"]
    await minh.says("xoadulieu", THU_SAYS)
    blocks(door, "minh")
    await minh.does(Pressed("c:list:0:0:leave"))  # an answer that is lost
    assert len(rows(stage, untold)) == 1
    del door.shut["minh"]
    await minh.says("xoadulieu")
    await minh.says("1")
    assert rows(stage, untold) == []
    await thu.says("canbao", "Không có ai")
