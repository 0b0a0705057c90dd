"""The whole bot on the played Zalo Bot platform: pictures both ways, groups, faults, restarts, a plan that runs out."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select
from structlog.testing import capture_logs

from bot.app import App, Running
from bot.channels.zalo_bot_in import OTHER_POLLS
from bot.config import Settings
from bot.media import CAME
from models.chat import inbound, outbox
from models.initiative import evidence, initiative
from models.queries import meter
from models.queries.outbox import BULK, NOTICE, NewMessage, put
from scheduler.clock import system_clock
from tests import stories
from tests.lines import zalo_bot
from tests.lines.line import JPEG, Caller
from tests.lines.zalo_bot import GROUP, ZaloBotLine
from tests.whole.house import officer_code, until, until_stored

PNG = b"\x89PNG"
Open = Callable[..., Any]


@pytest.fixture
async def line() -> AsyncIterator[ZaloBotLine]:
    async with zalo_bot.by_polling() as line:
        yield line


@pytest.fixture
async def posted() -> AsyncIterator[ZaloBotLine]:
    async with zalo_bot.by_webhook() as line:
        yield line


@pytest.fixture
def house(registry_file: Path, tmp_path: Path) -> Open:
    """Opens the bot on a line; opened anew, it is the bot after a restart."""
    url = f"sqlite:///{shutil.copyfile(registry_file, tmp_path / 'whole.db')}"

    @asynccontextmanager
    async def opened(line: ZaloBotLine, **more: Any) -> AsyncIterator[Running]:
        common = {"database_url": url, "http_port": 0, "media_dir": tmp_path / "media"}
        named = {"controller": "Công đoàn phường Từ Liêm", "contact": "0243 123 456"}
        settings = Settings(_env_file=None, **common | named | dict(line.settings()) | more)
        async with App(settings) as running:
            await line.opened(running)
            yield running

    return opened


async def becomes(running: Running, who: Caller, kind: str = "officer") -> None:
    code = await running.store.write(officer_code) if kind == "officer" else await running.store.write(_owner_code)
    await who.says(f"MA {code}", "Đồng ý")
    await who.says("1", "Họ và tên")
    await who.says("Nguyễn Thị Hoa" if kind == "officer" else "Lê Văn An")
    await who.says("1")


def _owner_code(conn: Connection) -> str:
    from models.queries import invites

    return invites.make(conn, kind="owner", unit_id=None, now=system_clock())


def filed(conn: Connection) -> list[Any]:
    return list(conn.scalars(select(initiative.c.code).order_by(initiative.c.id)))


# ------------------------------------------------------------ pictures


async def test_a_picture_is_fetched_at_once_and_kept_though_its_address_dies(
    line: ZaloBotLine, house: Open, tmp_path: Path
) -> None:
    async with house(line) as running:
        lan = Caller(line, running.store, "lan")
        await stories.registers(lan)
        await lan.says(stories.TITLE)
        await lan.sends("photo", stories.BODY, "Bắt đầu làm")
        line.server.expired.update(line.server.pictures)
        await lan.says("2", "1 ảnh")
        await lan.says("1", "Đã nhận")
        (kept,) = (tmp_path / "media" / CAME).iterdir()
        assert kept.read_bytes() == JPEG
    async with house(line) as running:  # what is not evidence yet is looked for at start
        (stored,) = await until_stored(
            running.store, lambda conn: list(conn.scalars(select(evidence.c.stored).where(evidence.c.stored != "")))
        )
    assert (tmp_path / "media" / stored).read_bytes() == JPEG
    assert list((tmp_path / "media" / CAME).iterdir()) == []


async def test_an_album_is_answered_once(line: ZaloBotLine, house: Open) -> None:
    async with house(line) as running:
        lan = Caller(line, running.store, "lan")
        await stories.registers(lan)
        await lan.says(stories.TITLE)
        for _ in range(3):
            line.server.photo("lan", JPEG)
        await lan.sends("photo", stories.BODY, "Bắt đầu làm")
        assert len(lan.heard) == 5
        await lan.says("1", "4 ảnh")


@pytest.mark.parametrize("broken", ["expired", "not a picture", "another host"])
async def test_a_picture_that_cannot_be_fetched_is_told_and_its_words_are_heard(
    line: ZaloBotLine, house: Open, broken: str
) -> None:
    allowed = "*.zdn.vn" if broken == "another host" else line.server.url
    async with house(line, zalo_image_hosts=allowed) as running:
        lan = Caller(line, running.store, "lan")
        await stories.registers(lan)
        await lan.says(stories.TITLE)
        if broken == "expired":
            line.server.expired.add(f"p{int(line.server.number(), 16) + 1}.jpg")
        line.server.photo("lan", b"<html>" if broken == "not a picture" else JPEG, stories.BODY)
        await until(lambda: len(line.server.texts("lan")) == 5)
        answer = line.server.texts("lan")[-1]
        assert "không tải được" in answer
        assert "Bắt đầu làm cách mới" in answer


async def test_erasing_a_person_erases_the_pictures_of_the_draft(
    line: ZaloBotLine, house: Open, tmp_path: Path
) -> None:
    async with house(line) as running:
        lan = Caller(line, running.store, "lan")
        await stories.registers(lan)
        await lan.says(stories.TITLE)
        await lan.sends("photo", "", "Trước đây")
        assert len(list((tmp_path / "media" / CAME).iterdir())) == 1
        await lan.says("xoadulieu", "1.")
        await lan.says("1")
        await until(lambda: not list((tmp_path / "media" / CAME).iterdir()))


# ------------------------------------------------------------ groups


async def test_a_notice_goes_to_the_group_with_a_picture_that_zalo_fetches(posted: ZaloBotLine, house: Open) -> None:
    async with house(posted) as running:
        hoa = Caller(posted, running.store, "hoa")
        await becomes(running, hoa)
        await stories.first_filing(Caller(posted, running.store, "lan"))
        group = Caller(posted, running.store, "hoa", await posted.new_group("hoa"))
        await stories.links_a_group(hoa, group)
        explained = [text for text in posted.server.texts(GROUP) if "chỉ đọc tin có nhắc tên bot" in text]
        assert len(explained) == 1
        assert "@Bot Sáng Kiến KETQUA" in explained[0]
        words, picture = posted.server.sent(GROUP)[-2:]
        assert "Kết quả sáng kiến" in words["text"]
        assert picture["photo"].startswith(PNG)


async def test_a_name_that_zalo_does_not_tell_stands_in_the_settings(line: ZaloBotLine, house: Open) -> None:
    del line.server.me["display_name"]
    async with house(line, zalo_bot_name=" @Bot Sáng Kiến ") as running:
        hoa = Caller(line, running.store, "hoa")
        await becomes(running, hoa)
        await stories.links_a_group(hoa, Caller(line, running.store, "hoa", await line.new_group("hoa")))
        assert any("@Bot Sáng Kiến KETQUA" in text for text in line.server.texts(GROUP))


async def test_without_a_public_address_the_words_stand_alone(line: ZaloBotLine, house: Open) -> None:
    async with house(line) as running:
        hoa = Caller(line, running.store, "hoa")
        await becomes(running, hoa)
        await stories.first_filing(Caller(line, running.store, "lan"))
        await stories.links_a_group(hoa, Caller(line, running.store, "hoa", await line.new_group("hoa")))
        assert "Kết quả sáng kiến" in line.server.texts(GROUP)[-1]
        assert all("text" in message for message in line.server.sent(GROUP))


async def test_what_is_odd_is_answered_in_private_and_never_in_a_group(line: ZaloBotLine, house: Open) -> None:
    server = line.server
    async with house(line) as running:
        server.user("lan", "Lan")
        server.group(GROUP, "Nhóm")
        server.unsupported("lan", chat=GROUP)
        server.unsupported("lan", empty=True)
        server.push({"event_name": "bot.renamed", "message": {}})
        server.say("lan", "chao ca nha")
        await until(lambda: len(server.sent("lan")) == 1)
        for _ in range(3):  # links, forwarded one after the other
            server.unsupported("lan")
        await until(lambda: len(server.sent("lan")) == 2)
        await asyncio.sleep(2.5)
        assert len(server.sent("lan")) == 2
        assert server.sent(GROUP) == []
        statuses = await running.store.read(lambda conn: set(conn.scalars(select(inbound.c.status))))
        assert statuses == {"done"}


async def test_of_an_update_nobody_knows_the_log_tells_the_fields(line: ZaloBotLine, house: Open) -> None:
    with capture_logs() as lines:
        async with house(line):
            line.server.push({"message": {"text": "lời của Lan"}})
            await until(lambda: any(told["event"] == "zalo_bot_update_unknown" for told in lines))
    (told,) = [told for told in lines if told["event"] == "zalo_bot_update_unknown"]
    assert told["keys"] == ["message", "message.text"]
    assert "lời của Lan" not in str(lines)


# ------------------------------------------------------------ faults


async def test_nothing_is_lost_or_doubled_while_everything_goes_wrong(posted: ZaloBotLine, house: Open) -> None:
    server = posted.server
    server.duplicates = 100
    server.wrapped = True
    server.photo_field = "photo"
    async with house(posted) as running:
        for kind in ("502", "504", "403", "reset"):
            server.fail("sendMessage", kind)
            minh = Caller(posted, running.store, f"minh{kind}")
            await minh.says("sk 4827", "May Sao Mai")
        lan = Caller(posted, running.store, "lan")
        await stories.first_filing(lan)
        await until(server.updates.empty)
        assert len(await running.store.read(filed)) == 1
        assert len(server.texts("lan")) == 7
    assert set(server.posted) == {200}


async def test_what_was_received_before_a_stop_is_answered_after_it(line: ZaloBotLine, house: Open) -> None:
    """The platform has forgotten it: it stands in the database, as a killed process would leave it."""
    server = line.server
    server.user("lan", "Lan")
    async with house(line) as running:
        raw = server.say("lan", "sk 4827")
        server.updates.get_nowait()
        assert raw is not None
        row = {"channel": "zalo_bot", "external_id": f"4827:{raw['message']['message_id']}", "status": "received"}
        await running.store.write(
            lambda conn: conn.execute(inbound.insert(), row | {"raw": raw, "received_at": system_clock()})
        )
    async with house(line) as running:
        await until(lambda: server.texts("lan"))
        assert "May Sao Mai" in server.texts("lan")[0]
        await until_stored(running.store, lambda conn: conn.scalar(select(inbound.c.id).where(inbound.c.raw.is_(None))))


async def test_of_two_processes_one_polls_and_the_other_says_why_it_does_not(
    line: ZaloBotLine, registry_file: Path, tmp_path: Path, postgres_url: str
) -> None:
    from tests.registry_only import load_registry

    load_registry(postgres_url, system_clock())
    common = {"database_url": postgres_url, "http_port": 0, "media_dir": tmp_path / "media", "controller": "Công đoàn"}
    settings = Settings(_env_file=None, **common | dict(line.settings()))
    async with App(settings) as first, App(settings) as second:
        lan = Caller(line, first.store, "lan")
        await stories.first_filing(lan)
        problems = []

        async def ready(running: Running) -> int:
            import aiohttp

            async with aiohttp.ClientSession() as session, session.get(f"{running.url}/health/ready") as answer:
                return answer.status

        problems = sorted([await ready(first), await ready(second)])
        assert problems == [200, 503]
        assert len(await first.store.read(filed)) == 1
    assert "another process" in OTHER_POLLS


# ------------------------------------------------------------ a plan that runs out


async def test_a_month_of_messages_runs_down_and_people_are_answered_to_the_last(
    line: ZaloBotLine, house: Open
) -> None:
    """Of 3.000: bulk stops at 2.400, notices at 2.700; the platform itself counts, and takes no more than its plan."""
    server = line.server
    server.plan["messages"] = 3000
    async with house(line) as running:
        an, hoa, lan = (Caller(line, running.store, name) for name in ("an", "hoa", "lan"))
        await becomes(running, an, "owner")
        await becomes(running, hoa)
        group = Caller(line, running.store, "hoa", await line.new_group("hoa"))
        await stories.links_a_group(hoa, group)
        await stories.first_filing(lan)
        await Caller(line, running.store, "minh").says("alo")

        async def talk_until(used: int) -> None:
            """The days before are leapt over, by the platform's count and by ours."""
            leap = max(used - 6 - server.counted, 0)
            server.counted += leap
            month = meter.month_of(system_clock())
            await running.store.write(lambda conn: meter.add(conn, "zalo_bot", month, received=leap))
            while server.counted < used:
                lan.heard = await line.read("lan", "")
                await lan.says("xem", "48 27")

        async def try_to_send(name: str, priority: int) -> str:
            message = NewMessage("zalo_bot", "minh", {"text": name}, name, system_clock(), priority=priority)
            await running.store.write(put, [message])
            running.parts.sender.wake()
            return str(
                await until_stored(
                    running.store,
                    lambda conn: conn.scalar(
                        select(outbox.c.status).where(outbox.c.dedupe == name, outbox.c.status.in_(("sent", "refused")))
                    ),
                )
            )

        assert await try_to_send("nhắc 1", BULK) == "sent"
        await talk_until(2101)
        await running.parts.quota_alarm.work()
        await talk_until(2401)
        assert await try_to_send("nhắc 2", BULK) == "refused"
        assert await try_to_send("tin 1", NOTICE) == "sent"
        await talk_until(2701)
        await running.parts.quota_alarm.work()
        before = len(server.sent(GROUP))
        words = {"text": "Kết quả sáng kiến thứ Sáu"}
        notice = NewMessage("zalo_bot", GROUP, words, "bản tin", system_clock(), is_group=True, priority=NOTICE)
        await running.store.write(put, [notice])
        running.parts.sender.wake()
        await until_stored(running.store, lambda conn: meter.unsent(conn, system_clock().replace(day=1)))
        await running.parts.quota_alarm.work()
        assert len(server.sent(GROUP)) == before
        await talk_until(2999)
        used = await running.store.read(meter.messages, "zalo_bot", meter.month_of(system_clock()))
        assert used == server.counted
        await running.store.write(lambda conn: meter.add(conn, "zalo_bot", meter.month_of(system_clock()), received=1))
        await running.parts.quota_alarm.work()
        await asyncio.sleep(0)
        levels = [re.findall(r"đã dùng (\d+%|hết)", text) for text in await _all_to(running, "an")]
        assert [found[0] for found in levels if found] == ["70%", "90%", "hết"]
        offered = [text for text in await _all_to(running, "hoa") if "Kết quả sáng kiến" in text]
        assert len(offered) == 1


async def _all_to(running: Running, chat: str) -> list[str]:
    """What was sent to somebody or still waits, for the plan is used up."""
    rows = await running.store.read(
        lambda conn: conn.execute(select(outbox.c.payload).where(outbox.c.chat == chat).order_by(outbox.c.id)).all()
    )
    return [str(row.payload["text"]) for row in rows]
