"""The played Bot API itself: both client libraries take its answers, and it is as strict as Telegram."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError, TelegramMigrateToChat, TelegramRetryAfter
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup
from telegram import error
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.channels.telegram_api import ApiError, BotApi
from tests.channels.conftest import GROUP, LAN, MINH
from tests.servers.telegram import TelegramServer

KEYBOARD = {"inline_keyboard": [[{"text": "Có", "callback_data": "q:1:yes"}]]}


async def test_aiogram_takes_its_answers(server: TelegramServer) -> None:
    bot = Bot(server.token, session=AiohttpSession(api=TelegramAPIServer.from_base(server.url)))
    try:
        assert (await bot.get_me()).username == "SangKienTestBot"
        markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Có", callback_data="q:1:yes")]])
        message = await bot.send_message(LAN, "Có không?", reply_markup=markup)
        await bot.edit_message_text("Có chứ?", chat_id=LAN, message_id=message.message_id)
        await bot.send_photo(LAN, BufferedInputFile(b"\xff\xd8\xff", "m.jpg"), caption="gá")
        server.press(LAN, server.sent(LAN)[0], "Có")
        server.photo(LAN, b"\xff\xd8\xff 4827")
        server.add_to_group(LAN, GROUP, payload="g17", admin=True)
        pressed, photo, joined, started = await bot.get_updates(timeout=1)
        assert pressed.callback_query
        assert await pressed.callback_query.as_(bot).answer()
        assert photo.message
        assert photo.message.photo
        file = await bot.get_file(photo.message.photo[-1].file_id)
        data = await bot.download_file(file.file_path or "")
        assert data is not None
        assert data.read() == b"\xff\xd8\xff 4827"
        assert joined.my_chat_member is not None
        assert started.message
        assert started.message.text == "/start@SangKienTestBot g17"
        server.migrate(GROUP, -100500)
        with pytest.raises(TelegramMigrateToChat):
            await bot.send_message(GROUP, "x")
        server.fail("sendMessage", "429", retry_after=3)
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(LAN, "x")
        await bot.set_webhook("https://bot.example/telegram", secret_token="abc")
        with pytest.raises(TelegramConflictError):
            await bot.get_updates()
        assert (await bot.get_webhook_info()).url == "https://bot.example/telegram"
        assert await bot.delete_webhook(drop_pending_updates=True)
        with pytest.raises(TelegramBadRequest, match="chat not found"):
            await bot.send_message(404, "x")
    finally:
        await bot.session.close()


async def test_python_telegram_bot_takes_its_answers(server: TelegramServer) -> None:
    request = HTTPXRequest(httpx_kwargs={"trust_env": False})
    bot = ExtBot(server.token, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot", request=request)
    async with bot:
        message = await bot.send_message(LAN, "Có không?")
        await bot.edit_message_text("Có chứ?", LAN, message.message_id)
        sent = await bot.send_document(LAN, b"%PDF-1.7", filename="qđ.pdf", caption="Quyết định")
        assert sent.document
        assert sent.document.file_name == "qđ.pdf"
        server.say(LAN, "sk")
        server.bot_standing(LAN, GROUP, "administrator")
        updates = await bot.get_updates(timeout=1)
        assert [bool(update.message) for update in updates] == [True, False]
        file = await bot.get_file(sent.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"%PDF-1.7"
        with pytest.raises(error.BadRequest, match="not modified"):
            await bot.edit_message_text("Có chứ?", LAN, message.message_id)
        server.block(LAN)
        with pytest.raises(error.Forbidden):
            await bot.send_message(LAN, "x")


Call = Callable[[BotApi], Awaitable[object]]
STRICT: list[tuple[str, Call, int, str]] = [
    ("no chat", lambda api: api.call("sendMessage", text="x"), 400, "chat_id is empty"),
    ("a name for a chat", lambda api: api.call("sendMessage", chat_id="Lan", text="x"), 400, "chat not found"),
    ("a number for a text", lambda api: api.call("sendMessage", chat_id=LAN, text=5), 400, "type String"),
    ("too long", lambda api: api.call("sendMessage", chat_id=LAN, text="x" * 4097), 400, "message is too long"),
    ("a topic that is not", lambda api: api.call("sendMessage", chat_id=LAN, text="x", message_thread_id=1), 400,
     "message thread not found"),
    ("a keyboard that is none", lambda api: api.call("sendMessage", chat_id=LAN, text="x", reply_markup="{"), 400,
     "can't parse"),
    ("64 bytes are letters of 3", lambda api: api.call("sendMessage", chat_id=LAN, text="x", reply_markup={
        "inline_keyboard": [[{"text": "A", "callback_data": "ề" * 22}]]}), 400, "BUTTON_DATA_INVALID"),
    ("nine in a row", lambda api: api.call("sendMessage", chat_id=LAN, text="x", reply_markup={
        "inline_keyboard": [[{"text": "A", "callback_data": "x"}] * 9]}), 400, "too long"),
    ("an answer to nobody", lambda api: api.call("answerCallbackQuery", callback_query_id="1"), 400, "too old"),
    ("an edit of nothing", lambda api: api.call("editMessageText", chat_id=LAN, message_id=9, text="x"), 400,
     "not found"),
    ("an unknown method", lambda api: api.call("sendThought", chat_id=LAN), 404, "Not Found"),
    ("a bad secret", lambda api: api.call("setWebhook", url="https://a.vn", secret_token="ề"), 400, "secret token"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "call", "code", "words"), STRICT, ids=[row[0] for row in STRICT])
async def test_it_refuses_what_telegram_refuses(
    server: TelegramServer, label: str, call: Call, code: int, words: str
) -> None:
    async with BotApi(server.token, server.url) as api:
        with pytest.raises(ApiError) as caught:
            await call(api)
    assert caught.value.code == code
    assert words in caught.value.description
    assert server.sent(LAN) == []


async def test_it_enforces_the_pace_it_is_given(server: TelegramServer) -> None:
    server.pace(per_second=3, group_per_minute=2)
    async with BotApi(server.token, server.url) as api:
        for chat in (GROUP, GROUP):
            await api.call("sendMessage", chat_id=chat, text="x")
        with pytest.raises(ApiError) as group:
            await api.call("sendMessage", chat_id=GROUP, text="x")
        await api.call("sendMessage", chat_id=LAN, text="x")
        with pytest.raises(ApiError) as overall:
            await api.call("sendMessage", chat_id=MINH, text="x")
    assert (group.value.code, overall.value.code) == (429, 429)
    assert group.value.retry_after > 50
    assert overall.value.retry_after == 1


async def test_updates_wait_until_they_are_confirmed(server: TelegramServer) -> None:
    numbers = [server.say(LAN, f"{n}") for n in range(150)]
    async with BotApi(server.token, server.url) as api:
        first = await api.call("getUpdates")
        assert [update["update_id"] for update in first] == numbers[:100]
        assert await api.call("getUpdates", limit=100) == first
        rest = await api.call("getUpdates", offset=numbers[99] + 1)
        assert [update["update_id"] for update in rest] == numbers[100:]
        last = await api.call("getUpdates", offset=-1)
        assert [update["update_id"] for update in last] == numbers[-1:]
    assert len(server.updates) == 1


async def test_a_long_poll_ends_when_somebody_speaks(server: TelegramServer) -> None:
    async with BotApi(server.token, server.url) as api, asyncio.TaskGroup() as group:
        poll = group.create_task(api.call("getUpdates", timeout=20))
        await asyncio.sleep(0.05)
        server.say(LAN, "đây")
        async with asyncio.timeout(2):
            assert len(await poll) == 1


async def test_it_takes_hundreds_of_messages_a_second(server: TelegramServer) -> None:
    async with BotApi(server.token, server.url) as api:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for n in range(300):
                group.create_task(api.call("sendMessage", chat_id=LAN, text=f"{n}", reply_markup=KEYBOARD))
        seconds = time.perf_counter() - began
    assert len(server.sent(LAN)) == 300
    assert seconds < 3


async def test_as_a_process_of_its_own_it_is_played_over_http() -> None:
    command = [sys.executable, "-m", "tests.servers.telegram"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            async with aiohttp.ClientSession(url) as control:
                async with control.post("/control/user", json={"user": LAN, "first_name": "Lan"}) as answer:
                    assert answer.status == 200
                async with control.post("/control/say", json={"user": LAN, "text": "SK"}) as answer:
                    assert await answer.json() > 0
                async with control.post("/control/say", json={"user": 404, "text": "SK"}) as answer:
                    assert answer.status == 400
                async with control.post("/control/close") as answer:
                    assert answer.status == 404
                async with BotApi("4827:test-token-of-nobody", url) as api:
                    await api.call("sendMessage", chat_id=LAN, text="Họ và tên?")
                async with control.get("/control/sent", params={"chat": LAN}) as answer:
                    sent = json.loads(await answer.read())
        finally:
            process.terminate()
    assert [message["text"] for message in sent] == ["Họ và tên?"]
