"""Lan files over Telegram: from her phone's JSON to the receipt on it."""

from __future__ import annotations

import aiohttp
import pytest

from bot.channels.telegram_webhook import HEADER, PATH
from models.queries import tally
from tests.whole.house import LAN, SECRET, House, accounts, all_sent, filed, until, until_stored, updates
from tests.whole.people import BODY, JPEG, TITLE, Someone, code_of


async def test_by_typing(each_house: House) -> None:
    lan = each_house.someone(LAN, "Lan")
    async with each_house.open() as running:
        code = await lan.files()
        assert len(each_house.server.sent(LAN)) == 7
        (row,) = await running.store.read(filed)
        assert (row.title, row.body, row.status) == (TITLE, BODY, "waiting")
        assert code.startswith("48 27 ")
        assert await running.store.read(tally.differences) == []
        await until(lambda: not each_house.server.updates)  # confirmed
        receipt = (await until_stored(running.store, all_sent))[-1]
        assert receipt.external_id == str(lan.last["message_id"])


async def test_by_pressing(house: House, lan: Someone) -> None:
    async with house.open() as running:
        await lan.says("/start 4827", "May Sao Mai")
        await lan.presses("Đồng ý", "Họ và tên")
        await lan.says("Trần Thị Lan", "cải tiến việc gì")
        await lan.says(TITLE, "Trước đây")
        await lan.says(BODY, "[Tuần này]", "[Chưa làm thử]")
        await lan.presses("Tháng này", "[Nộp]", "[Sửa]", "[Bỏ]")
        await lan.presses("Nộp", "Đã nhận. Mã sáng kiến: 48 27 ")
        assert len(await running.store.read(filed)) == 1
        await until(lambda: len(house.server.answered) == 3)  # no spinner stays


async def test_an_old_button_is_told_so_and_the_question_is_asked_again(house: House, lan: Someone) -> None:
    async with house.open():
        consent = await lan.says("sk 4827", "[Đồng ý]")
        await lan.presses("Đồng ý", "Họ và tên")
        await lan.presses("Đồng ý", "Câu này đã qua.", "Họ và tên", message=consent)
        await lan.says("tran thi lan", "cải tiến việc gì")
        await until(lambda: len(house.server.answered) == 2)


async def test_a_link_from_a_poster_and_the_words_with_a_slash(house: House, lan: Someone) -> None:
    async with house.open():
        await lan.says("/start", "SK")
        await lan.says("/sk 4827", "May Sao Mai", "[Đồng ý]")
        await lan.says("/giup", "Tổ hỗ trợ")
        await lan.says("đồng ý", "Họ và tên")


async def test_by_webhook(each_house: House) -> None:
    server = each_house.server
    lan = each_house.someone(LAN, "Lan")
    async with each_house.open_by_webhook() as running:
        await lan.files()
        assert len(await running.store.read(filed)) == 1
        await until(lambda: not server.updates)
        assert server.calls["getupdates"] == 0


@pytest.mark.parametrize("secret", ["", "guessed"])
async def test_without_the_secret_nobody_gets_in(house: House, secret: str) -> None:
    async with house.open_by_webhook() as running, aiohttp.ClientSession() as session:
        headers = {HEADER: secret} if secret else {}
        async with session.post(running.url + PATH, json={"update_id": 1}, headers=headers) as answer:
            assert answer.status == 401
        assert await running.store.read(updates) == []


async def test_what_telegram_repeats_by_webhook_is_answered_and_does_nothing(house: House, lan: Someone) -> None:
    async with house.open_by_webhook() as running, aiohttp.ClientSession() as session:
        await lan.registers()
        await lan.writes_it_up()
        house.server.say(LAN, "1")
        update = dict(next(reversed(house.server.updates.values())))  # what is about to be delivered
        await lan.reads("Đã nhận")
        await until(lambda: not house.server.updates)
        async with session.post(running.url + PATH, json=update, headers={HEADER: SECRET}) as answer:
            assert answer.status == 200
        assert len(await running.store.read(filed)) == 1
        assert lan.unread == []


async def test_the_menu_of_commands_is_set_for_each_language_and_place(house: House) -> None:
    async with house.open():
        await until(lambda: len(house.server.commands) == 6)
    private = {language: rows for (scope, language), rows in house.server.commands.items() if "all_private" in scope}
    assert [row["command"] for row in private[""]][:2] == ["sk", "xem"]
    assert private[""][0]["description"] != private["en"][0]["description"]
    admins = next(rows for (scope, _), rows in house.server.commands.items() if "administrators" in scope)
    assert {"dang", "gannhom"} <= {row["command"] for row in admins}


async def test_a_photo_is_fetched_and_kept_with_the_initiative(house: House, lan: Someone) -> None:
    async with house.open() as running:
        await lan.registers()
        await lan.says(TITLE, "Có ảnh thì gửi luôn")
        house.server.photo(LAN, JPEG, caption=BODY)
        await lan.reads("Bắt đầu làm")
        await lan.says("2", "1 ảnh")
        code_of(await lan.says("1", "Đã nhận"))
        assert len(await running.store.read(filed)) == 1
    async with house.open():  # what is not kept yet is looked for at start and every half minute
        await until(lambda: list((house.folder / "media").glob("*.jpg")))
    (kept,) = (path for path in (house.folder / "media").iterdir() if path.is_file())
    assert kept.read_bytes() == JPEG


async def test_the_talk_goes_on_after_a_restart(house: House, lan: Someone) -> None:
    async with house.open():
        await lan.registers()
        await lan.says(TITLE)
    house.server.say(LAN, BODY)  # while the bot is down
    async with house.open() as running:
        await lan.reads("Bắt đầu làm")
        await lan.says("2", "xem lại")
        await lan.says("1", "Đã nhận")
        assert len(await running.store.read(filed)) == 1


async def test_before_consent_only_ids_and_language_are_kept(house: House, lan: Someone) -> None:
    async with house.open() as running:
        await lan.says("sk 4827 lam cu ga may tui ao", "[Đồng ý]")
        (row,) = await until_stored(running.store, accounts)
        assert (row.channel, row.external_id) == ("telegram", str(LAN))
    assert b"cu ga may tui" not in (house.folder / "whole.db").read_bytes()
