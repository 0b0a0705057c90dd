"""Updates repeated, reordered and broken; sends refused, lost and doubted: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.channels.telegram_webhook import HEADER, PATH
from models.queries import tally
from tests.servers.telegram_world import Json
from tests.whole.house import LAN, SECRET, House, all_sent, filed, messages, until, until_stored, updates
from tests.whole.people import BODY, TITLE, Someone

ALL_AT_ONCE = ("sk 4827", "1", "tran thi lan", TITLE, BODY, "2", "1")
ANSWERS = ("Đồng ý", "Họ và tên", "cải tiến việc gì", "Trước đây", "Bắt đầu làm", "xem lại", "Đã nhận")


async def says_all_at_once(lan: Someone) -> None:
    for words in ALL_AT_ONCE:
        lan.server.say(lan.id, words)
    for expected in ANSWERS:
        await lan.reads(expected)


# ------------------------------------------------------------ what comes in


async def test_seven_messages_at_once_are_answered_in_their_order(each_house: House) -> None:
    lan = each_house.someone(LAN, "Lan")
    async with each_house.open() as running:
        await says_all_at_once(lan)
        assert len(await running.store.read(filed)) == 1
        assert lan.unread == []


async def test_repeated_reordered_and_unconfirmed_updates(house: House, lan: Someone) -> None:
    async with house.open() as running:
        house.server.unruly(repeated=2, reordered=2, deaf=2)
        await says_all_at_once(lan)
        await until(lambda: not house.server.updates)
        assert len(await running.store.read(filed)) == 1
        assert len(await running.store.read(updates)) == len(ALL_AT_ONCE)
        assert lan.unread == []


async def test_malformed_and_unknown_updates_hold_nothing_up(house: House, lan: Someone) -> None:
    server = house.server
    async with house.open() as running:
        await lan.says("sk 4827", "Đồng ý")
        server.malformed(LAN)
        server.say(LAN, "1")
        server.allowed = None
        server.push("kind_of_next_year", {"from": server.users[LAN], "what": {"nobody": "knows"}})
        server.push("poll_answer", {"poll_id": "1", "user": server.users[LAN], "option_ids": [0]})
        await lan.reads("Họ và tên")
        await until(lambda: not server.updates)
        assert len(await running.store.read(updates)) == 2


async def test_odd_messages_at_any_step_lose_nothing(house: House, lan: Someone) -> None:
    server = house.server
    async with house.open() as running:
        await lan.registers()
        await lan.says(TITLE, "Trước đây")
        server.odd(LAN, contact={"phone_number": "84901234567", "first_name": "Lan"})
        await lan.reads("Trước đây")
        server.odd(LAN, dice={"emoji": "🎲", "value": 3})
        await lan.reads()
        server.edit(LAN, "sua tin cu")
        await lan.reads()
        await lan.says(BODY, "Bắt đầu làm")
        await lan.says("2", TITLE)
        await lan.says("1", "Đã nhận")
        assert [row.body for row in await running.store.read(filed)] == [BODY]


async def test_one_update_delivered_many_times_at_once_has_one_effect(each_house: House) -> None:
    lan = each_house.someone(LAN, "Lan")
    async with each_house.open_by_webhook() as running, aiohttp.ClientSession() as session:
        await lan.registers()
        await lan.writes_it_up()
        each_house.server.delivery.webhook = ""  # from here on the test delivers
        each_house.server.say(LAN, "1")
        (update,) = each_house.server.updates.values()
        statuses = await asyncio.gather(*(post(session, running.url, update) for _ in range(8)))
        assert statuses == [200] * 8
        await lan.reads("Đã nhận")
        assert len(await running.store.read(filed)) == 1
        assert await running.store.read(tally.differences) == []
        assert lan.unread == []


async def test_two_presses_of_one_button_at_once_file_once(each_house: House) -> None:
    lan = each_house.someone(LAN, "Lan")
    async with each_house.open_by_webhook() as running, aiohttp.ClientSession() as session:
        await lan.registers()
        await lan.writes_it_up()
        each_house.server.delivery.webhook = ""
        each_house.server.press(LAN, lan.last, "Nộp")
        each_house.server.press(LAN, lan.last, "Nộp")
        both = each_house.server.updates.values()
        assert await asyncio.gather(*(post(session, running.url, update) for update in both)) == [200, 200]
        await lan.reads("Đã nhận")
        await lan.reads("Câu này đã qua.")
        assert len(await running.store.read(filed)) == 1
        await until(lambda: len(each_house.server.answered) == 2)


async def post(session: aiohttp.ClientSession, url: str, update: Json) -> int:
    async with session.post(url + PATH, json=update, headers={HEADER: SECRET}) as answer:
        return answer.status


# ------------------------------------------------------------ receiving


async def test_a_second_poller_is_survived(house: House, lan: Someone) -> None:
    server = house.server
    async with house.open() as running, aiohttp.ClientSession() as session:
        await lan.says("sk 4827", "Đồng ý")
        async with session.post(f"{server.url}/bot{server.token}/getUpdates", json={"timeout": 0}) as answer:
            assert (await answer.json())["ok"]
        await lan.says("1", "Họ và tên")
        assert len(await running.store.read(updates)) == 2


async def test_a_webhook_left_behind_is_removed(house: House, lan: Someone) -> None:
    house.server.delivery.webhook = "http://127.0.0.1:9/telegram"
    async with house.open():
        await lan.says("sk 4827", "Đồng ý")
    assert house.server.delivery.webhook == ""


@pytest.mark.parametrize("kind", ["500", "502", "reset", "429"])
async def test_a_poll_that_fails_is_tried_again(house: House, lan: Someone, kind: str) -> None:
    async with house.open():
        await lan.says("sk 4827", "Đồng ý")
        house.server.fail("getUpdates", kind)
        house.server.say(LAN, "1")
        house.server.say(LAN, "tran thi lan")
        await lan.reads("Họ và tên")
        await lan.reads("cải tiến việc gì")


async def test_a_token_that_is_not_good_is_said_by_the_health_page(house: House) -> None:
    async with house.open(telegram_token="4827:another") as running, aiohttp.ClientSession() as session:

        async def said() -> dict[str, Any]:
            async with session.get(f"{running.url}/health/ready") as answer:
                return dict((await answer.json())["checks"])

        async with asyncio.timeout(5):
            while (await said())["telegram"] == "ok":
                await asyncio.sleep(0.02)
        assert await said() == {"database": "ok", "telegram": "failed"}


# ------------------------------------------------------------ sending


@pytest.mark.parametrize("kind", ["429", "500", "502", "reset"])
async def test_a_send_that_failed_goes_again_and_the_order_is_kept(house: House, lan: Someone, kind: str) -> None:
    async with house.open() as running:
        await lan.registers()
        house.server.fail("sendMessage", kind, times=1)
        for words in (TITLE, BODY, "2"):
            house.server.say(LAN, words)
        await lan.reads("Trước đây")
        await lan.reads("Bắt đầu làm")
        await lan.reads("xem lại")
        assert lan.unread == []
        rows = await until_stored(running.store, all_sent)
        assert [row.maybe_sent for row in rows[3:]] == [kind != "429", False, False]


@pytest.mark.parametrize("kind", ["reset-after", "502-after"])
async def test_an_answer_lost_after_the_message_went_out_may_repeat_that_one(
    house: House, lan: Someone, kind: str
) -> None:
    async with house.open() as running:
        await lan.registers()
        house.server.fail("sendMessage", kind)
        await lan.says(TITLE, "Trước đây")
        await lan.says(BODY, "Trước đây")  # the repeat: nobody can know that it had gone out
        await lan.reads("Bắt đầu làm")
        await until_stored(running.store, all_sent)
        assert lan.unread == []


async def test_what_telegram_refuses_is_named_and_holds_up_nobody(house: House, lan: Someone, minh: Someone) -> None:
    async with house.open() as running:
        await lan.registers()
        house.server.fail("sendMessage", "403")
        house.server.say(LAN, TITLE)
        refused = await until_stored(running.store, lambda conn: [m for m in messages(conn) if m.status == "refused"])
        assert refused[0].outcome == "Gone: Forbidden: bot was blocked by the user"
        await minh.says("sk 4827", "Đồng ý")
        await lan.says(BODY, "Trước đây")  # she can be reached again: the question she has not seen is asked first
        await lan.says(BODY, "Bắt đầu làm")


async def test_a_press_whose_answer_is_late_does_no_harm(house: House, lan: Someone) -> None:
    house.server.callback_life = 0.0
    async with house.open():
        await lan.says("sk 4827", "Đồng ý")
        await lan.presses("Đồng ý", "Họ và tên")
        await lan.says("tran thi lan", "cải tiến việc gì")
    assert house.server.answered == []


async def test_what_was_not_sent_when_the_bot_stopped_is_sent_by_the_next(house: House, lan: Someone) -> None:
    async with house.open() as running:
        await lan.registers()
        house.server.fail("sendMessage", "500", times=3)
        house.server.say(LAN, TITLE)
        await until_stored(running.store, lambda conn: [m for m in messages(conn) if m.outcome])
    house.server.faults.planned.clear()
    assert lan.unread == []
    async with house.open() as running:
        await lan.reads("Trước đây")
        await until_stored(running.store, all_sent)
