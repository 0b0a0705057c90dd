"""Groups over Telegram: linked by an officer's code, told the day's counts, moved, left, blocked."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, select, update

from models.chat import chat, notice
from scheduler.clock import system_clock
from tests.registry_only import ZONE
from tests.whole.house import (
    GROUP,
    HOA,
    LAN,
    House,
    accounts,
    filed,
    groups,
    links_group,
    makes_officer,
    messages,
    until_stored,
)
from tests.whole.people import Chat, Someone

SUPERGROUP = -100500
PNG = b"\x89PNG\r\n\x1a\n"


async def test_the_day_of_an_officer(each_house: House) -> None:
    house = each_house
    lan, hoa, group = house.someone(LAN, "Lan"), house.someone(HOA, "Hoa"), house.group()
    async with house.open() as running:
        await makes_officer(running, hoa)
        await links_group(hoa, group)
        await lan.files()
        house.server.say(HOA, "/dang", chat=GROUP)
        posted = await group.reads("Kết quả sáng kiến", "Tổng: 1", "May Sao Mai: 1")
        (frozen,) = await running.store.read(lambda conn: conn.execute(select(notice)).all())
        assert frozen.text == posted["text"]
        shown = await group.reads()
        assert house.server.files[shown["photo"][0]["file_id"]]["data"].startswith(PNG)
        await hoa.says_in(group, "/ketqua@SangKienTestBot", "Tổng: 1")
        await lan.says_in(group, "/sk@SangKienTestBot 4827", "https://t.me/SangKienTestBot")
        assert len(await running.store.read(filed)) == 1


async def test_the_clock_posts_it_at_the_groups_hour(house: House, hoa: Someone) -> None:
    """The hour fell while the bot was down: it is caught up at start, once."""
    group = house.group()
    async with house.open() as running:
        await makes_officer(running, hoa)
        await links_group(hoa, group)
        await running.store.write(fell_due)
    async with house.open():
        await group.reads("Kết quả sáng kiến", "Tổng: 0")
    async with house.open() as running:
        assert len(await running.store.read(lambda conn: conn.execute(select(notice)).all())) == 1
        await hoa.says_in(group, "/ketqua", "Tổng: 0")
        assert group.unread == []


def fell_due(conn: Connection) -> None:
    """As if it had been linked yesterday, with an hour that is past whenever this runs."""
    midnight = system_clock().astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    conn.execute(update(chat).values(hour="00:00", linked_at=midnight - timedelta(seconds=1)))


async def test_lan_may_not_post_nor_link(house: House, lan: Someone, hoa: Someone) -> None:
    group = house.group()
    async with house.open() as running:
        await makes_officer(running, hoa)
        await links_group(hoa, group)
        await lan.files()
        await lan.says_in(group, "/dang", "Việc này")
        await lan.says_in(group, "/gannhom ABCD2345", "không đúng")
        assert await running.store.read(lambda conn: conn.execute(select(notice)).all()) == []


async def test_words_in_a_group_are_not_answered(house: House, lan: Someone, hoa: Someone) -> None:
    group = house.group()
    async with house.open() as running:
        await makes_officer(running, hoa)
        await links_group(hoa, group)
        for words in ("sáng kiến hay quá", "1", "0", "em nộp rồi ạ"):
            house.server.say(LAN if words == "1" else HOA, words, chat=GROUP)
        house.server.say(HOA, "/ketqua@OtherBot", chat=GROUP)
        await hoa.says_in(group, "/ketqua", "Tổng: 0")
        assert group.unread == []


async def test_the_group_becomes_a_supergroup_and_telegram_says_so(house: House, hoa: Someone) -> None:
    group = house.group()
    async with house.open() as running:
        await makes_officer(running, hoa)
        await links_group(hoa, group)
        house.server.migrate(GROUP, SUPERGROUP)
        await hoa.says_in(moved := Chat(house.server, SUPERGROUP), "/dang", "Kết quả sáng kiến")
        (row,) = await running.store.read(groups)
        assert (row.external_id, row.kind) == (str(SUPERGROUP), "officers")
        assert moved.unread == []


async def test_the_group_becomes_a_supergroup_and_a_send_finds_out(house: House, hoa: Someone) -> None:
    group = house.group()
    async with house.open() as running:
        await makes_officer(running, hoa)
        await links_group(hoa, group)
        house.server.migrate(GROUP, SUPERGROUP)
        house.server.updates.clear()  # both service messages are lost
        await running.store.write(fell_due)
    async with house.open() as running:
        await Chat(house.server, SUPERGROUP).reads("Kết quả sáng kiến")
        await until_stored(running.store, lambda conn: [g for g in groups(conn) if g.external_id == str(SUPERGROUP)])
        assert len(await running.store.read(groups)) == 1


async def test_the_bot_is_removed_and_let_in_again(house: House, hoa: Someone) -> None:
    group = house.group()
    async with house.open() as running:
        await makes_officer(running, hoa)
        await links_group(hoa, group)
        house.server.bot_standing(HOA, GROUP, "kicked")
        await until_stored(running.store, lambda conn: groups(conn)[0].standing == "left")
        await running.store.write(fell_due)
    async with house.open() as running:
        await hoa.says("XEM")
        assert await running.store.read(lambda conn: conn.execute(select(notice)).all()) == []  # nothing for nobody
        house.server.bot_standing(HOA, GROUP, "member")
        await hoa.says_in(group, "/dang", "Kết quả sáng kiến")
        (row,) = await running.store.read(groups)
        assert (row.standing, row.kind) == ("member", "officers")


async def test_lan_blocks_the_bot_and_comes_back(house: House, lan: Someone) -> None:
    async with house.open() as running:
        await lan.registers()
        house.server.block(LAN)
        await until_stored(running.store, lambda conn: not accounts(conn)[0].reachable)
        await lan.says("/start")
        assert (await running.store.read(accounts))[0].reachable


async def test_a_block_nobody_told_of_is_learnt_from_the_send(house: House, lan: Someone) -> None:
    async with house.open() as running:
        await lan.registers()
        house.server.say(LAN, "xem")
        house.server.block(LAN, tell=False)
        refused = await until_stored(running.store, lambda conn: [m for m in messages(conn) if m.status == "refused"])
        assert "bot was blocked by the user" in refused[0].outcome
        await until_stored(running.store, lambda conn: not accounts(conn)[0].reachable)


async def test_who_asks_for_help_is_told_to_the_officer(house: House, lan: Someone, hoa: Someone) -> None:
    async with house.open() as running:
        await makes_officer(running, hoa)
        await lan.files()
        await lan.says("GIUP", "Tổ hỗ trợ")
        await hoa.reads("Tran Thi Lan", "liên hệ lại")


async def test_a_voice_message_reaches_the_officer_who_types_it(house: House, lan: Someone, hoa: Someone) -> None:
    async with house.open() as running:
        await makes_officer(running, hoa)
        await lan.files()
        house.server.voice(LAN)
        await lan.reads("Đã chuyển tin thoại")
        told = await hoa.reads("gửi tin thoại")
        assert house.server.files[told["voice"]["file_id"]]["data"] == b"OggS voice"
