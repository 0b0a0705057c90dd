"""A reminder under way, as An steers it in the chat, and those it did not reach, as Hoa is told."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.registry.sample import CHANNEL
from bot.stage import PLAIN, Paper, Stage
from handlers.talk import Pressed
from handlers.texts import Texts
from models.broadcast import broadcast, recipient
from models.person import account, audit, person, role
from models.queries import registry
from models.store import Store
from models.unit import campaign
from tests.dialogue import Person
from tests.dialogues.before import add_officer, heard, rows
from tests.dialogues.conftest import HOUSE, NOON

WORKERS = 12


@pytest.fixture
def reminder(stage: Stage) -> int:
    """An's to twelve workers of May Sao Mai, confirmed at five past nine in the evening; its id."""
    stage.now = stage.now.replace(hour=21, minute=5)
    return stage.store.write_now(_put, stage)


def _put(conn: Connection, stage: Stage) -> int:
    unit = registry.unit_by_code(conn, "48")
    company = registry.unit_by_code(conn, "4827")
    assert unit is not None
    assert company is not None
    an = conn.scalar(select(account.c.person_id).where(account.c.external_id == "an"))
    values = {"campaign_id": conn.scalars(select(campaign.c.id)).first(), "unit_id": unit.id, "text": "Nhắn SK để nộp."}
    values |= {"audience": {}, "status": "running", "made_by": an, "made_at": stage.now, "starts_at": stage.now}
    values |= {"started_at": stage.now, "channel": CHANNEL, "chat": "an"}
    (id_,) = conn.execute(insert(broadcast).values(**values).returning(broadcast.c.id)).one()
    for number in range(WORKERS):
        who = {
            "name": f"Trần Thị {number:02d}",
            "phone": "0912 000 111",
            "unit_id": company.id,
            "created_at": stage.now,
        }
        (whose,) = conn.execute(insert(person).values(**who).returning(person.c.id)).one()
        here = {"channel": CHANNEL, "chat": f"chị-{number}", "person_id": whose}
        conn.execute(insert(account).values(**here, external_id=f"chị-{number}", last_seen=stage.now))
        day = stage.now.date()
        conn.execute(insert(recipient).values(**here, broadcast_id=id_, unit_id=company.id, day=day))
    return int(id_)


def status(stage: Stage) -> tuple[str, str]:
    (row,) = rows(stage, broadcast)
    return row.status, row.paused_why


async def begin(stage: Stage) -> None:
    """The message about it comes to An."""
    await stage.settle()


# ---------------------------------------------------------------- refused


async def test_a_worker_learns_nothing_of_it(stage: Stage, minh: Person, reminder: int) -> None:
    for key in ("pause", "missed", "m1"):
        await minh.does(Pressed(f"c:cast:{reminder}:1:{key}"), "Không tìm thấy tin nhắc này.")
    await minh.does(Pressed(f"c:cast_end:{reminder}:1:yes"), "Không tìm thấy tin nhắc này.")
    assert status(stage) == ("running", "")


async def test_an_officer_of_another_unit_neither_steers_it_nor_sees_whom_it_missed(
    stage: Stage, an: Person, reminder: int
) -> None:
    khanh = add_officer(stage, "Khánh", "khanh")
    stage.store.write_now(lambda conn: conn.execute(_moved_to(conn, "khanh", "51")))
    miss(stage)
    for key in ("pause", "cancel", "look", "missed", "sheet"):
        await khanh.does(Pressed(f"c:cast:{reminder}:1:{key}"), "Không tìm thấy tin nhắc này.")
    await khanh.does(Pressed(f"c:cast_end:{reminder}:1:yes"), "Không tìm thấy tin nhắc này.")
    assert [row.action for row in rows(stage, audit) if row.action.startswith("broadcast.")] == []


def _moved_to(conn: Connection, who: str, code: str) -> Any:
    unit = registry.unit_by_code(conn, code)
    assert unit is not None
    whose = select(account.c.person_id).where(account.c.external_id == who).scalar_subquery()
    return update(role).where(role.c.person_id == whose).values(unit_id=unit.id)


async def test_what_is_no_reminder_is_not_found(an: Person) -> None:
    for record in ("999999", "x"):
        await an.does(Pressed(f"c:cast:{record}:1:pause"), "Không tìm thấy tin nhắc này.")


# ---------------------------------------------------------------- steered


async def test_an_pauses_it_and_lets_it_go_on(stage: Stage, an: Person, reminder: int) -> None:
    await begin(stage)
    first = heard(stage, "an")[-1]
    assert "nghỉ đêm, 06:00 sáng gửi tiếp.\n░░░░░░░░░░░░ 0% (0/12)\nĐã nhận: 0" in first
    assert "1. Tạm dừng   2. Dừng hẳn   0. Xong" in first
    await an.says("1", "đang tạm dừng", "1. Gửi tiếp", "2. Dừng hẳn")
    assert status(stage) == ("paused", "asked")
    await an.does(Pressed(f"c:cast:{reminder}:1:pause"), "đang tạm dừng")  # again, by an old button: nothing new
    stage.now += timedelta(hours=9)
    await stage.settle()
    assert heard(stage, "chị-3") == []
    await an.says("gui tiep", "1. Tạm dừng")
    assert status(stage) == ("done", "")
    assert heard(stage, "chị-3") == ["Nhắn SK để nộp.\nTắt nhắc: TATNHAC"]
    assert heard(stage, "an")[-1].startswith("Đã gửi xong tin nhắc cho Nam Từ Liêm: 12/12 đã nhận.")
    acts = [row.action for row in rows(stage, audit) if row.action.startswith("broadcast.")]
    assert acts == ["broadcast.pause", "broadcast.resume"]


async def test_where_the_message_is_edited_an_answer_need_not_repeat_it(
    sample_file: Path, tmp_path: Path, texts: Texts
) -> None:
    store = Store.open(f"sqlite:///{shutil.copyfile(sample_file, tmp_path / 'talk.db')}")
    night = NOON.replace(hour=21, minute=5)
    async with Stage(
        store, night, house=HOUSE, texts=texts, channel=Paper(replace(PLAIN, buttons=8, edits=True))
    ) as stage:
        an, number = Person(stage, "an"), store.write_now(_put, stage)
        await begin(stage)
        await an.does(Pressed(f"c:cast:{number}:1:pause"), "Đã tạm dừng. Tiến độ ở tin phía trên")
        assert len(an.heard[0].buttons) == 0
        assert heard(stage, "an")[-1].startswith("Tin nhắc cho Nam Từ Liêm đang tạm dừng.")  # the edit
        await an.does(Pressed(f"c:cast:{number}:2:resume"), "Gửi tiếp. Tiến độ ở tin phía trên")
        other = Person(stage, "hoa")
        await other.does(Pressed(f"c:cast:{number}:3:pause"), "đang tạm dừng", "[Gửi tiếp]")
    store.close()


async def test_an_cancels_it_once_she_is_sure(stage: Stage, an: Person, reminder: int) -> None:
    await begin(stage)
    await an.says("dung han", "Dừng hẳn? 12 người còn lại sẽ không nhận được tin này.", "1. Có, dừng hẳn", "0. Không")
    await an.says("0")
    assert status(stage) == ("running", "")
    await an.does(Pressed(f"c:cast:{reminder}:1:cancel"), "Dừng hẳn?")
    await an.says("1", "Đã dừng hẳn. Không gửi thêm cho ai nữa.")
    assert status(stage) == ("cancelled", "")
    assert heard(stage, "an")[-1].startswith("Đã dừng hẳn tin nhắc cho Nam Từ Liêm: 0/12 đã nhận trước đó.")
    assert "Không nhận: 12 chưa gửi thì dừng" in heard(stage, "an")[-1]
    await an.does(Pressed(f"c:cast_end:{reminder}:1:yes"), "Đã dừng hẳn tin nhắc")
    assert heard(stage, "chị-3") == []


async def test_in_english(stage: Stage, an: Person) -> None:
    await an.says("ngonngu")
    await an.says("English")
    stage.now = stage.now.replace(hour=21, minute=5)
    stage.store.write_now(_put, stage)
    await begin(stage)
    assert "rests for the night, goes on at 06:00." in heard(stage, "an")[-1]
    await an.says("pause", "The reminder for Nam Từ Liêm is paused.", "1. Go on   2. Stop for good")
    await an.says("2", "Stop for good? The 12 people left will not get it.")
    await an.says("yes, stop it", "Stopped for good. Nobody else will get it.")


# ---------------------------------------------------------------- those not reached


def miss(stage: Stage, number: int = 6) -> None:
    """So many of them blocked the bot, and it has been told."""
    who = select(recipient.c.id).order_by(recipient.c.id).limit(number).scalar_subquery()
    gone = update(recipient).where(recipient.c.id.in_(who)).values(status="gone", reason="blocked")
    sent = update(recipient).where(recipient.c.status == "waiting").values(status="sent")
    stage.store.write_now(lambda conn: [conn.execute(one) for one in (gone, sent)] and None)


async def test_an_pages_through_them_and_hoa_is_told(stage: Stage, an: Person, hoa: Person, reminder: int) -> None:
    miss(stage)
    await begin(stage)
    told = heard(stage, "an")[-1]
    assert "6/12 đã nhận.\nKhông nhận: 6 đã chặn bot" in told
    assert "6 người thuộc đơn vị anh/chị không nhận được, cần báo trực tiếp." in heard(stage, "hoa")[-1]
    await an.does(
        Pressed(f"c:cast:{reminder}:1:missed"),
        "Cần báo trực tiếp (tin nhắc cho Nam Từ Liêm), 1–4 trong 6 người:",
        "Trần Thị 00, May Sao Mai, 0912 000 111 (đã chặn bot)",
        "1. Xem tiếp   2. Tệp Excel",
    )
    await an.says("1", "5–6 trong 6 người:", "Trần Thị 05")
    await hoa.does(Pressed(f"c:cast:{reminder}:1:missed"), "1–4 trong 6 người:")
    await an.says("tep excel", "chỉ dùng để liên hệ")
    assert [media.name for media in an.heard[-1].media] == [f"bao-truc-tiep-{reminder}.xlsx"]
