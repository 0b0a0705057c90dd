"""Sending on Telegram: what arrives, and each thing that may go wrong as one of our errors."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels import (
    Button,
    Gone,
    Moved,
    Outgoing,
    RateLimited,
    Rejected,
    SendError,
    Temporary,
    Unauthorized,
    Unsure,
)
from bot.channels.telegram_api import BotApi, capabilities
from bot.channels.telegram_http import NotConnected
from bot.channels.telegram_menu import GROUP_ADMINS, PRIVATE, Menu, set_menus
from bot.channels.telegram_out import TelegramChannel, as_send_error
from bot.channels.text import LOCAL_FILE
from handlers.talk import Media
from tests.channels.conftest import GROUP, LAN, MINH, TOPICS
from tests.servers.telegram import TelegramServer

YES_NO = ((Button("Đồng ý", "q:3:yes"), Button("Không", "q:3:no")),)
HELLO = Outgoing(str(LAN), "Họ và tên của anh/chị?")
RATES = capabilities(per_second=25, chat_interval=1, group_interval=3)


# ------------------------------------------------------------ what arrives


async def test_a_question_with_buttons(server: TelegramServer, channel: TelegramChannel) -> None:
    words = "<b>Đồng ý</b> chứ? *_[ ` & https://example.vn"
    sent = await channel.send(Outgoing(str(LAN), words, YES_NO))
    (message,) = server.sent(LAN)
    assert (message["text"], str(message["message_id"])) == (words, sent.external_id)
    assert message["reply_markup"]["inline_keyboard"] == [
        [{"text": "Đồng ý", "callback_data": "q:3:yes"}, {"text": "Không", "callback_data": "q:3:no"}]
    ]


async def test_a_topic_and_a_topic_that_is_gone(server: TelegramServer, channel: TelegramChannel) -> None:
    await channel.send(Outgoing(str(TOPICS), "trong chủ đề", thread="7", silent=True))
    await channel.send(Outgoing(str(TOPICS), "chủ đề đã xóa", thread="8"))
    first, second = server.sent(TOPICS)
    assert (first["message_thread_id"], first["silent"]) == (7, True)
    assert "message_thread_id" not in second


async def test_an_edit_in_place(server: TelegramServer, channel: TelegramChannel) -> None:
    first = await channel.send(replace(HELLO, buttons=YES_NO))
    for _ in range(2):  # the second changes nothing, which is no failure
        again = await channel.send(Outgoing(str(LAN), "Đã gửi 20/60", edits=first.external_id))
        assert again == first
    (message,) = server.sent(LAN)
    assert message["text"] == "Đã gửi 20/60"
    assert "reply_markup" not in message


async def test_an_edit_of_what_is_gone_is_sent_anew(server: TelegramServer, channel: TelegramChannel) -> None:
    sent = await channel.send(replace(HELLO, edits="999999"))
    assert [str(message["message_id"]) for message in server.sent(LAN)] == [sent.external_id]


async def test_files_by_id_and_from_our_disk(server: TelegramServer, channel: TelegramChannel, tmp_path: Path) -> None:
    known = server.keep(b"\xff\xd8\xff gi", "m.jpg")["file_id"]
    (tmp_path / "bang.pdf").write_bytes(b"%PDF-1.7 b")
    media = (Media("photo", known), Media("file", f"{LOCAL_FILE}{tmp_path / 'bang.pdf'}", name="Bảng điểm.pdf"))
    await channel.send(Outgoing(str(LAN), "Kết quả", YES_NO, media))
    photo, document = server.sent(LAN)
    assert photo["photo"][0]["file_id"] == known
    assert "caption" not in photo
    assert (document["caption"], document["document"]["file_name"]) == ("Kết quả", "Bảng điểm.pdf")
    assert "reply_markup" in document
    assert server.files[document["document"]["file_id"]]["data"] == b"%PDF-1.7 b"


async def test_a_picture_of_ours_goes_up_once(server: TelegramServer, channel: TelegramChannel, tmp_path: Path) -> None:
    path = tmp_path / "anh-nhac.jpg"
    path.write_bytes(b"\xff\xd8\xff mot")
    reminder = Outgoing(str(LAN), "Còn 3 ngày", media=(Media("photo", f"{LOCAL_FILE}{path}", name="anh-nhac.jpg"),))

    async def sent() -> str:
        await channel.send(reminder)
        return str(server.sent(LAN)[-1]["photo"][0]["file_id"])

    first = await sent()
    assert [await sent(), await sent()] == [first, first]
    assert len(server.files) == 1
    del server.files[first]  # Telegram knows it no more
    again = await sent()
    assert again != first
    assert await sent() == again
    path.write_bytes(b"\xff\xd8\xff hai, khac")
    assert server.files[await sent()]["data"] == b"\xff\xd8\xff hai, khac"
    assert len(server.sent(LAN)) == 6


@pytest.mark.parametrize("ref", ["/etc/hostname", "../x", f"{LOCAL_FILE}/nowhere/at.all", ""])
async def test_a_ref_is_never_a_path_by_chance(server: TelegramServer, channel: TelegramChannel, ref: str) -> None:
    with pytest.raises(Rejected):
        await channel.send(Outgoing(str(LAN), "x", media=(Media("file", ref),)))
    assert server.sent(LAN) == []


# ------------------------------------------------------------ what goes wrong

Break = Callable[[TelegramServer], object]
REFUSALS: list[tuple[str, Break, Outgoing, type[SendError]]] = [
    ("429", lambda s: s.fail("sendMessage", "429", retry_after=7), HELLO, RateLimited),
    ("500 in HTML", lambda s: s.fail("sendMessage", "500"), HELLO, Unsure),
    ("502 in HTML", lambda s: s.fail("sendMessage", "502"), HELLO, Temporary),
    ("accepted, then 502", lambda s: s.fail("sendMessage", "502-after"), HELLO, Temporary),
    ("no answer", lambda s: s.fail("sendMessage", "timeout"), HELLO, Unsure),
    ("reset", lambda s: s.fail("sendMessage", "reset"), HELLO, Unsure),
    ("accepted, then reset", lambda s: s.fail("sendMessage", "reset-after"), HELLO, Unsure),
    ("blocked", lambda s: s.block(LAN, tell=False), HELLO, Gone),
    ("account gone", lambda s: s.deactivate(LAN), HELLO, Gone),
    ("never started", lambda s: s.user(LAN, "Lan"), HELLO, Gone),
    ("kicked", lambda s: s.bot_standing(LAN, GROUP, "kicked"), Outgoing(str(GROUP), "x"), Gone),
    ("unknown chat", lambda _: None, Outgoing("404", "x"), Gone),
    ("moved", lambda s: s.migrate(GROUP, -100500), Outgoing(str(GROUP), "x"), Moved),
    ("too long", lambda _: None, Outgoing(str(LAN), "x" * 4097), Rejected),
    ("empty", lambda _: None, Outgoing(str(LAN), " "), Rejected),
    ("65 bytes in a button", lambda _: None, replace(HELLO, buttons=((Button("A", "x" * 65),),)), Rejected),
    ("caption too long", lambda _: None, Outgoing(str(LAN), "x" * 1025, media=(Media("photo", "AgAC"),)), Rejected),
    ("unknown file", lambda _: None, Outgoing(str(LAN), "x", media=(Media("photo", "AgAC"),)), Rejected),
]


@pytest.mark.parametrize(("label", "break_", "message", "error"), REFUSALS, ids=[row[0] for row in REFUSALS])
async def test_what_goes_wrong_is_one_of_ours(
    server: TelegramServer,
    channel: TelegramChannel,
    label: str,
    break_: Break,
    message: Outgoing,
    error: type[SendError],
) -> None:
    break_(server)
    with pytest.raises(error) as caught:
        await channel.send(message)
    assert type(caught.value) is error
    assert server.token not in "".join(traceback.format_exception(caught.value)) + repr(caught.value)


async def test_the_seconds_and_the_new_chat_are_told(server: TelegramServer, channel: TelegramChannel) -> None:
    server.fail("sendMessage", "429", retry_after=7)
    with pytest.raises(RateLimited) as limited:
        await channel.send(HELLO)
    assert limited.value.after == 7
    server.migrate(GROUP, -100500)
    with pytest.raises(Moved) as moved:
        await channel.send(Outgoing(str(GROUP), "x"))
    assert moved.value.new_chat == "-100500"
    await channel.send(Outgoing(moved.value.new_chat, "x"))


async def test_nobody_listens() -> None:
    channel = TelegramChannel("4827:hush", RATES, "http://127.0.0.1:9")
    with pytest.raises(Temporary) as caught:
        await channel.send(HELLO)
    await channel.close()
    assert "hush" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("token", ["4827:wrong", "not-even-a-token"])
async def test_a_wrong_token(server: TelegramServer, token: str) -> None:
    channel = TelegramChannel(token, RATES, server.url)
    with pytest.raises(Unauthorized) as caught:
        await channel.send(HELLO)
    await channel.close()
    assert token not in "".join(traceback.format_exception(caught.value))


TABLE = [
    (RetryAfter(3), RateLimited),
    (NetworkError("Too Many Requests (429). Parsing the server response b'' failed"), RateLimited),
    (ChatMigrated(-100500), Moved),
    (Forbidden("Forbidden: bot can't initiate conversation with a user"), Gone),
    (BadRequest("Chat not found"), Gone),
    (BadRequest("Not enough rights to send text messages to the chat"), Gone),
    (BadRequest("Can't parse entities"), Rejected),
    (NetworkError("Request Entity Too Large (413). Parsing the server response b'' failed"), Rejected),
    (InvalidToken("The token `4827:hush` was rejected by the server."), Unauthorized),
    (Conflict("terminated by other getUpdates request"), Unsure),
    (TimedOut(), Unsure),
    (NetworkError("ServerDisconnectedError"), Unsure),
    (NetworkError("Gateway Timeout (504). Parsing the server response b'' failed"), Unsure),
    (NotConnected("ClientConnectorError"), Temporary),
    (NetworkError("Bad Gateway (502). Parsing the server response b'<html>' failed"), Temporary),
    (TelegramError("not a Bot API answer"), Unsure),
    (KeyError("message_id"), Unsure),
]


@pytest.mark.parametrize(("error", "kind"), TABLE, ids=[repr(error)[:50] for error, _ in TABLE])
def test_the_error_table(error: Exception, kind: type[SendError]) -> None:
    ours = as_send_error(error)
    assert type(ours) is kind
    assert "hush" not in str(ours)
    assert "<html>" not in str(ours)


# ------------------------------------------------------------ presses, files, menus


async def test_a_press_is_answered_and_a_late_one_is_no_fault(server: TelegramServer, channel: TelegramChannel) -> None:
    message = server.post(LAN, {"text": "?"})
    server.press(LAN, message, "q:1:yes")
    (callback,) = server.callbacks
    await channel.acknowledge(callback)
    assert server.answered == [callback]
    server.callback_life = 0.0
    server.fail("answerCallbackQuery", "reset")
    for query in (callback, callback, "unknown"):
        await channel.acknowledge(query)
    assert server.answered == [callback]


async def test_a_file_comes_whole_and_a_large_one_not_at_all(server: TelegramServer, channel: TelegramChannel) -> None:
    photo = server.keep(b"\xff\xd8\xff" + bytes(300_000), "m.jpg")
    assert await channel.fetch(Media("photo", photo["file_id"])) == b"\xff\xd8\xff" + bytes(300_000)
    large = server.keep(b"x", "phim.mp4", size=21 << 20)
    lying = server.keep(bytes((20 << 20) + 1), "phim.mp4", size=5)
    for file in (large, lying):
        with pytest.raises(Rejected):
            await channel.fetch(Media("file", file["file_id"]))
    server.fail("getFile", "502")
    with pytest.raises(Temporary):
        await channel.fetch(Media("photo", photo["file_id"]))
    with pytest.raises(Rejected):
        await channel.fetch(Media("photo", "unknown"))


@pytest.fixture
async def api(server: TelegramServer) -> AsyncIterator[BotApi]:
    async with BotApi(server.token, server.url) as api:
        yield api


async def test_menus_by_language_and_place(server: TelegramServer, api: BotApi) -> None:
    menus = [
        Menu(PRIVATE, "", (("sk", "Nộp sáng kiến"), ("xem", "Sáng kiến của tôi"))),
        Menu(PRIVATE, "en", (("sk", "File an initiative"),)),
        Menu(GROUP_ADMINS, "", (("gắnnhóm", "không hợp lệ"),)),
    ]
    with capture_logs() as logs:
        await set_menus(api, menus)
    assert [line["reason"] for line in logs] == ["400 Bad Request: BOT_COMMAND_INVALID"]
    shown = {key: [command["command"] for command in commands] for key, commands in server.commands.items()}
    private = '{"type": "all_private_chats"}'
    assert shown == {(private, ""): ["sk", "xem"], (private, "en"): ["sk"]}


async def test_minh_is_reached_while_lan_has_blocked(server: TelegramServer, channel: TelegramChannel) -> None:
    server.block(LAN)
    with pytest.raises(Gone):
        await channel.send(HELLO)
    await channel.send(replace(HELLO, chat=str(MINH)))
    assert len(await server.wait_sent(MINH, 1)) == 1
