"""The Official Account through the whole bot, over HTTP: what only this channel has, and what goes wrong on it."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select, update

from bot.app import App, Running
from bot.config import Settings
from bot.zalo_oa import capabilities_of
from models.chat import chat
from models.chat import outbox as outbox_table
from models.initiative import initiative
from models.person import account, request
from models.queries import lease, outbox
from models.queries.outbox import NewMessage
from models.store import Store
from scheduler.clock import system_clock
from tests import stories
from tests.bot.office import add_person
from tests.lines.line import Caller
from tests.lines.zalo_oa import GROUP, NUMBERS, ZaloOaLine, by_webhook
from tests.servers.zalo_oa import ZaloOaServer
from tests.whole.house import officer_code, until, until_stored

LAN, MINH, HOA = NUMBERS["lan"], NUMBERS["minh"], NUMBERS["hoa"]
CS = "/v3.0/oa/message/cs"


class Account:
    """The line, the bot at its other end, and the people who write."""

    def __init__(self, line: ZaloOaLine, running: Running, media: Path) -> None:
        self.line, self.running, self.media = line, running, media

    @property
    def server(self) -> ZaloOaServer:
        return self.line.server

    @property
    def store(self) -> Store:
        return self.running.store

    def phone(self, name: str, chat: str = "") -> Caller:
        return Caller(self.line, self.store, name, chat)

    async def officer(self) -> Caller:
        hoa = self.phone("hoa")
        await hoa.says(f"MA {await self.store.write(officer_code)}", "Đồng ý")
        await hoa.says("1", "Họ và tên")
        await hoa.says("Nguyễn Thị Hoa", "Nam Từ Liêm")
        await hoa.says("1")
        return hoa


@pytest.fixture
async def oa(registry_file: Path, tmp_path: Path) -> AsyncIterator[Account]:
    url = f"sqlite:///{shutil.copyfile(registry_file, tmp_path / 'whole.db')}"
    async with by_webhook() as line:
        settings = {"database_url": url, "media_dir": tmp_path / "media", "support": "chị Hoa"}
        named = {"controller": "Công đoàn phường Từ Liêm", "contact": "0243 123 456"}
        async with App(Settings(_env_file=None, **settings | named | dict(line.settings()))) as running:
            await line.opened(running)
            yield Account(line, running, tmp_path / "media")


async def test_who_follows_is_greeted_and_who_leaves_is_not_written_to(oa: Account) -> None:
    lan = oa.phone("lan")
    oa.server.follow(LAN)
    await oa.server.wait_sent(LAN, 1)
    await lan.catches_up()
    assert "đây là Bot Sáng kiến" in lan.heard[0]
    oa.server.unfollow(LAN)
    await until_stored(
        oa.store, lambda conn: conn.scalar(select(account.c.id).where(account.c.reachable.is_(False))) is not None
    )
    assert len(oa.server.sent(LAN)) == 1
    await lan.says("sk 4827", "May Sao Mai")


async def test_who_withdraws_at_zalo_is_erased_as_by_xoadulieu(oa: Account) -> None:
    lan = oa.phone("lan")
    await stories.first_filing(lan)
    await stories.next_filing(lan)  # with a photo
    assert list(oa.media.rglob("*.jpg"))
    oa.server.events.happens("user_withdraw", oa_id=oa.server.oa_id, follower={"id": LAN})
    await until(lambda: not list(oa.media.rglob("*.jpg")))
    rows = oa.store.read_now(lambda conn: conn.execute(select(initiative)).all())
    assert [(one.title, one.author_id) for one in rows[-2:]] == [("", None)] * 2
    mine = select(account.c.id).where(account.c.external_id == LAN)
    assert oa.store.read_now(lambda conn: conn.execute(mine).all()) == []
    assert len(oa.server.sent(LAN)) == len(lan.heard)
    await lan.says("sk 4827", "May Sao Mai", "Đồng ý")  # a stranger


async def test_every_event_that_comes_twice_is_done_once(oa: Account) -> None:
    oa.server.events.repeats = 100
    lan = oa.phone("lan")
    await stories.first_filing(lan)
    await oa.server.events.all_taken()
    assert len(oa.server.sent(LAN)) == len(lan.heard) == 7
    rows = oa.store.read_now(lambda conn: conn.execute(select(initiative)).all())
    assert len([one for one in rows if one.title == stories.TITLE]) == 1
    assert len(oa.server.events.answers) == 14


async def test_a_press_is_an_answer_and_an_old_one_is_told_so(oa: Account) -> None:
    lan = oa.phone("lan")
    await lan.says("sk 4827", "[Đồng ý]", "1. Đồng ý")
    asked = oa.server.sent(LAN)[-1]
    oa.server.press(LAN, asked, "Đồng ý")
    assert "Họ và tên" in (await oa.server.wait_sent(LAN, 2))[-1]["text"]
    oa.server.press(LAN, asked, "Không")
    assert "đã qua" in (await oa.server.wait_sent(LAN, 3))[-1]["text"]


async def test_figures_of_the_portal_come_as_a_file(oa: Account) -> None:
    hoa = await oa.officer()
    await hoa.says("so cong 0h00", "Excel")  # an hour that has come, whenever this runs
    oa.server.document(HOA, "so-lieu.csv", "Đơn vị,Lũy kế\nMay Sao Mai,118\nMay Sao Vàng,57\n".encode())
    answers = await oa.server.wait_sent(HOA, len(hoa.heard) + 2)
    assert "tổng 118" in answers[-1]["text"]


async def test_a_voice_message_waits_for_the_support_team(oa: Account) -> None:
    lan = oa.phone("lan")
    await stories.registers(lan)
    oa.server.voice(LAN)
    answers = await oa.server.wait_sent(LAN, len(lan.heard) + 1)
    assert "Tổ hỗ trợ" in answers[-1]["text"]
    (asked,) = oa.store.read_now(lambda conn: conn.execute(select(request)).all())
    assert (asked.kind, asked.media["kind"]) == ("voice", "voice")
    assert asked.media["ref"].startswith("kept:")


@pytest.mark.parametrize("kind", ["sticker", "link", "location", "business_card", "gif", "video"])
async def test_what_no_form_takes_is_answered_once_and_the_question_stands(oa: Account, kind: str) -> None:
    lan = oa.phone("lan")
    await stories.registers(lan)
    oa.server.odd(LAN, kind)
    await oa.server.wait_sent(LAN, len(lan.heard) + 1)
    await lan.catches_up()
    await lan.says(stories.TITLE, "Trước đây làm thế nào")


async def test_a_picture_that_is_not_to_be_had_is_said_and_its_words_count(oa: Account) -> None:
    lan = oa.phone("lan")
    await stories.registers(lan)
    oa.server.photo(LAN, caption=stories.TITLE)
    oa.server.files.clear()
    answers = await oa.server.wait_sent(LAN, len(lan.heard) + 1)
    assert "Trước đây làm thế nào" in answers[-1]["text"]


async def test_a_token_that_dies_between_two_messages_is_renewed_unnoticed(oa: Account) -> None:
    lan = oa.phone("lan")
    await lan.says("sk 4827", "May Sao Mai")
    oa.server.fail(CS, "-220")
    await lan.says("1", "Họ và tên")
    assert oa.server.grants.renewed == 1


async def test_what_waits_for_money_does_not_hold_back_the_talk(oa: Account) -> None:
    """Three days after Lan wrote, a message to her costs, and there is no money. Then she writes, and it is free."""
    lan = oa.phone("lan")
    await stories.registers(lan)
    before = system_clock() - timedelta(days=3)
    oa.store.write_now(lambda conn: conn.execute(update(account).values(last_seen=before)))
    oa.server.fail(CS, "-321")
    late = NewMessage("zalo_oa", LAN, {"text": "Tổ hỗ trợ trả lời"}, "late", system_clock())
    await oa.store.write(outbox.put, [late])
    waiting = select(outbox_table.c.id).where(outbox_table.c.not_before > system_clock() + timedelta(minutes=30))
    await until_stored(oa.store, lambda conn: conn.scalar(waiting))
    answers = await lan.says(stories.TITLE, "Trước đây làm thế nào")
    assert answers.startswith("Tổ hỗ trợ trả lời")


async def test_a_group_without_its_package_holds_up_nobody_and_the_owner_is_told(oa: Account) -> None:
    hoa = await oa.officer()
    group = oa.phone("hoa", await oa.line.new_group("hoa"))
    await group.catches_up()
    await stories.links_a_group(hoa, group)
    await oa.store.write(add_person, MINH, "Minh", role="owner", channel="zalo_oa")
    oa.server.user(MINH)
    oa.server.interacts(MINH)
    oa.server.why_not[GROUP] = -224
    for _ in range(2):
        oa.server.say(HOA, "ketqua", GROUP)
    (told,) = await oa.server.wait_sent(MINH, 1)
    assert "gói dịch vụ của OA chưa đủ" in told["text"]
    assert "gói OA phải có nhóm chat GMF" in told["text"]
    oa.server.say(LAN, "sk 4827")
    (answer,) = await oa.server.wait_sent(LAN, 1)
    assert "May Sao Mai" in answer["text"]
    assert oa.store.read_now(lease.blocked_until, "zalo_oa") is None
    assert len(oa.server.sent(MINH)) == 1


async def test_a_quota_of_hers_that_is_new_when_she_writes_does_not_hold_up_the_talk_till_morning(oa: Account) -> None:
    lan = oa.phone("lan")
    await stories.registers(lan)
    oa.server.fail(CS, "-218")
    oa.server.say(LAN, stories.TITLE)
    waiting = select(outbox_table.c.id).where(outbox_table.c.not_before > system_clock() + timedelta(minutes=30))
    await until_stored(oa.store, lambda conn: conn.scalar(waiting))
    oa.server.say(LAN, stories.BODY)
    first, second = (await oa.server.wait_sent(LAN, len(lan.heard) + 2))[-2:]
    assert "Trước đây làm thế nào" in first["text"]
    assert "Bắt đầu làm" in second["text"]


async def test_zalo_is_answered_at_once_though_sending_hangs(oa: Account) -> None:
    oa.server.fail(CS, "timeout")
    oa.server.say(LAN, "sk 4827")
    oa.server.say(MINH, "sk 4827")
    await oa.server.events.all_taken()
    assert oa.server.events.answers == [200, 200]
    assert oa.server.events.longest < 2


async def test_the_notice_of_a_group_has_its_picture(oa: Account) -> None:
    await stories.first_filing(oa.phone("lan"))
    hoa = await oa.officer()
    group = oa.phone("hoa", await oa.line.new_group("hoa"))
    await group.catches_up()
    await stories.links_a_group(hoa, group)
    await until(lambda: any("image" in one for one in oa.server.sent(GROUP)))
    (picture,) = [one["image"] for one in oa.server.sent(GROUP) if "image" in one]
    assert picture["data"].startswith(b"\x89PNG")
    oa.server.events.happens("delete_group", oa_id=oa.server.oa_id, group_id=GROUP)
    left = select(chat.c.id).where(chat.c.external_id == f"gmf:{GROUP}", chat.c.standing == "left")
    assert await until_stored(oa.store, lambda conn: conn.scalar(left))


async def test_health_is_bad_until_an_event_is_signed_as_the_settings_say(oa: Account) -> None:
    async def ready() -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(f"{oa.running.url}/health/ready") as answer:
            return answer.status, str((await answer.json())["checks"]["zalo_oa"])

    async with aiohttp.ClientSession() as session:  # anybody may post
        answer = await session.post(oa.server.events.url, json={"event_name": "follow"})
        assert (answer.status, await ready()) == (401, (200, "ok"))
    good, oa.server.events.secret = oa.server.events.secret, "a-secret-the-settings-do-not-know"
    oa.server.say(LAN, "sk 4827")
    await until(lambda: oa.server.events.answers)
    assert (oa.server.events.answers[0], await ready()) == (401, (503, "failed"))
    async with aiohttp.ClientSession() as session, session.get(f"{oa.running.url}/metrics") as answer:
        assert re.search(r'sangkien_events{channel="zalo_oa",what="refused"} [1-9]', await answer.text())
    oa.server.events.secret = good  # Zalo brings it again
    await oa.server.wait_sent(LAN, 1)
    assert await ready() == (200, "ok")
    assert oa.running.platforms == ("Zalo OA",)


async def test_a_pdf_goes_as_a_file_and_a_workbook_as_a_link(oa: Account) -> None:
    await stories.first_filing(oa.phone("lan"))
    await oa.officer()
    oa.server.say(HOA, "inbangtin")
    await until(lambda: any("file" in one for one in oa.server.sent(HOA)))
    (file,) = [one["file"] for one in oa.server.sent(HOA) if "file" in one]
    assert (file["name"].endswith(".pdf"), file["data"][:5]) == (True, b"%PDF-")
    said = len(oa.server.sent(HOA))
    oa.server.say(HOA, "excel")
    await until(lambda: any("/tep/" in one["text"] for one in oa.server.sent(HOA)[said:]))
    assert [one for one in oa.server.sent(HOA)[said:] if "file" in one] == []


async def test_before_a_reminder_it_is_known_who_costs_and_who_cannot_be_reached(oa: Account) -> None:
    lan, minh = oa.phone("lan"), oa.phone("minh")
    for one in (lan, minh):
        await stories.registers(one)
    hoa = await oa.officer()
    for person, days in ((LAN, 3), (MINH, 8)):
        seen = update(account).where(account.c.external_id == person).values(last_seen=system_clock() - timedelta(days))
        oa.store.write_now(lambda conn, seen=seen: conn.execute(seen))
    await hoa.says("nhac", "Nhắc người của đơn vị nào?")
    await hoa.says("1", "Nhắc ai")
    await hoa.says("1", "Viết tin nhắc")
    shown = await hoa.says("Anh/chị nhớ nộp sáng kiến trước thứ Sáu nhé")
    for part in ("Gửi cho 1 người", "Không gửi: 1 lâu không nhắn", "1 tin phải trả tiền, khoảng 55 đ"):
        assert part in shown


def test_the_windows_and_the_price_are_the_settings() -> None:
    able = capabilities_of(Settings(_env_file=None))
    assert (able.free_hours, able.closed_hours, able.price) == (48, 168, 55)
    with_template = capabilities_of(Settings(_env_file=None, zalo_oa_template_id="7", zalo_oa_buttons=3))
    assert (with_template.closed_hours, with_template.buttons) == (None, 3)
    assert (able.dear_hours, with_template.dear_hours, with_template.dear_price) == (None, 168, 55)
    dear = capabilities_of(Settings(_env_file=None, zalo_oa_template_id="7", zalo_oa_template_price=200))
    assert (dear.price, dear.dear_price) == (55, 200)
