"""Telegram's JSON, one line a case, and what the bot hears."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.telegram_parse import Malformed, Me, parse
from handlers.talk import Edited, Event, Joined, Media, Odd, Pressed, Said, Sent, Started

ME = Me(4827, "SangKienBot")
LAN = {"id": 11, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
BOT = {"id": 99, "is_bot": True, "first_name": "Other"}
SELF = {"id": 4827, "is_bot": True, "first_name": "Sáng kiến"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
PRIVATE = {"id": 11, "type": "private", "first_name": "Lan"}
GROUP = {"id": -100500, "type": "supergroup", "title": "Công đoàn Từ Liêm"}
SMALL_GROUP = {"id": -500, "type": "group", "title": "Công đoàn Từ Liêm"}
CHANNEL = {"id": -100900, "type": "channel", "title": "Kênh"}


def file(name: str, size: int = 5, **more: Any) -> dict[str, Any]:
    return {"file_id": name, "file_unique_id": name, "file_size": size} | more


def message(chat: dict[str, Any] = PRIVATE, **body: Any) -> dict[str, Any]:
    sender = {} if "from" in body else {"from": LAN}
    return {"message_id": 5, "date": 1_790_000_000, "chat": chat} | sender | body


def update(**kind: Any) -> dict[str, Any]:
    return {"update_id": 700} | kind


def member(status: str, chat: dict[str, Any] = GROUP, **more: Any) -> dict[str, Any]:
    new = {"user": SELF, "status": status} | more
    return update(
        my_chat_member={
            "chat": chat, "from": LAN, "date": 1, "new_chat_member": new,
            "old_chat_member": {"user": SELF, "status": "left"},
        }
    )  # fmt: skip


SMALL, LARGE = file("small", width=90, height=60), file("large", 900, width=1280, height=900)

HEARD: list[tuple[str, dict[str, Any], Event]] = [
    ("words", update(message=message(text="lam cu ga")), Said("lam cu ga")),
    ("composed letters", update(message=message(text="Hoa\u0300")), Said("Hoà")),
    ("a command", update(message=message(text="/sk 4827")), Said("sk 4827")),
    ("a command to this bot", update(message=message(GROUP, text="/KETQUA@sangkienbot")), Said("KETQUA")),
    ("a command with lines", update(message=message(text="/sk dòng một\ndòng hai")), Said("sk dòng một\ndòng hai")),
    ("a slash that is no command", update(message=message(text="/ 3 tháng")), Said("/ 3 tháng")),
    ("a mention in a group", update(message=message(GROUP, text="@SangKienBot ketqua")), Said("ketqua")),
    ("a mention in private stays", update(message=message(text="@SangKienBot")), Said("@SangKienBot")),
    ("start", update(message=message(text="/start")), Started("")),
    ("start by a link", update(message=message(text="/start u4827")), Started("u4827")),
    ("startgroup", update(message=message(GROUP, text="/start@SangKienBot g17")), Started("g17")),
    ("a photo, the largest", update(message=message(photo=[LARGE, SMALL], caption="gá")),
     Sent(Media("photo", "large", "gá", "", 900))),
    ("of an album", update(message=message(photo=[SMALL], media_group_id="9")), Sent(Media("photo", "small", size=5))),
    ("a file", update(message=message(document=file("d", file_name="qđ.pdf"))),
     Sent(Media("file", "d", name="qđ.pdf", size=5))),
    ("a video is a file", update(message=message(video=file("v", width=1, height=1, duration=1))),
     Sent(Media("file", "v", size=5))),
    ("a voice", update(message=message(voice=file("o", duration=3))), Sent(Media("voice", "o", size=5))),
    ("a recording", update(message=message(audio=file("a", duration=3, file_name="a.m4a"))),
     Sent(Media("voice", "a", name="a.m4a", size=5))),
    ("a GIF is no file", update(message=message(
        animation=file("g", width=1, height=1, duration=1), document=file("g"))), Odd("animation")),
    ("a sticker", update(message=message(sticker=file(
        "s", type="regular", width=1, height=1, is_animated=False, is_video=False))), Odd("sticker")),
    ("a contact", update(message=message(contact={"phone_number": "09", "first_name": "Minh"})), Odd("contact")),
    ("a place", update(message=message(location={"latitude": 21.0, "longitude": 105.8})), Odd("location")),
    ("a kind of tomorrow", update(message=message(hologram={"depth": 3})), Odd("unknown")),
    ("an edit", update(edited_message=message(text="sửa", edit_date=2)), Edited("sửa")),
    ("an edited caption", update(edited_message=message(photo=[SMALL], caption="sửa")), Edited("sửa")),
    ("a press", update(callback_query={"id": "77", "from": LAN, "chat_instance": "1", "data": "q:3:yes",
                                       "message": message(text="?")}), Pressed("q:3:yes")),
    ("added", member("member"), Joined("member")),
    ("promoted, by a server that knows fewer rights", member("administrator", can_be_edited=True), Joined("admin")),
    ("kicked", member("kicked", until_date=0), Joined("left")),
    ("removed", member("left"), Joined("left")),
    ("blocked", member("kicked", PRIVATE, until_date=0), Joined("blocked")),
    ("let in again", member("member", PRIVATE), Joined("member")),
]  # fmt: skip


@pytest.mark.parametrize(("label", "raw", "event"), HEARD, ids=[row[0] for row in HEARD])
def test_heard(label: str, raw: dict[str, Any], event: Event) -> None:
    incoming = parse(raw, ME)
    assert incoming is not None
    assert (incoming.event, incoming.external_id, incoming.channel) == (event, "700", "telegram")
    assert incoming.account == "11"


NOT_FOR_US = [
    ("another bot's command", update(message=message(GROUP, text="/sk@OtherBot 4827"))),
    ("another bot", update(message=message(GROUP, text="hi", **{"from": BOT}))),
    ("a channel post", update(channel_post=message(CHANNEL, text="tin"))),
    ("a channel speaking in a group", update(message=message(GROUP, text="x", sender_chat=CHANNEL))),
    ("its copy in the discussion", update(message=message(GROUP, text="x", is_automatic_forward=True))),
    ("somebody joined", update(message=message(GROUP, new_chat_members=[LAN]))),
    ("a new title", update(message=message(GROUP, new_chat_title="Tên mới"))),
    ("a kind of tomorrow in a group", update(message=message(GROUP, hologram={"depth": 3}))),
    ("a live location moves", update(edited_message=message(location={"latitude": 21.0, "longitude": 105.8}))),
    ("a press on a game", update(callback_query={"id": "7", "from": LAN, "chat_instance": "1"})),
    ("our standing in a channel", member("administrator", CHANNEL)),
    ("a kind of update of tomorrow", update(thought={"from": LAN})),
]


@pytest.mark.parametrize(("label", "raw"), NOT_FOR_US, ids=[row[0] for row in NOT_FOR_US])
def test_not_for_us(label: str, raw: dict[str, Any]) -> None:
    assert parse(raw, ME) is None


def test_a_malformed_update_is_told_by_place_not_by_words() -> None:
    with pytest.raises(Malformed) as caught:
        parse(update(message={"text": "bí mật của Lan", "from": LAN}), ME)
    assert "message.chat: missing" in str(caught.value)
    assert "bí mật" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_topic_is_answered_in_its_topic_and_general_without() -> None:
    in_topic = parse(update(message=message(GROUP, text="x", message_thread_id=7, is_topic_message=True)), ME)
    a_reply = parse(update(message=message(GROUP, text="x", message_thread_id=7)), ME)
    assert in_topic is not None
    assert a_reply is not None
    assert (in_topic.thread, a_reply.thread) == ("7", "")


def test_a_group_message_tells_its_group() -> None:
    incoming = parse(update(message=message(GROUP, text="/ketqua")), ME)
    assert incoming is not None
    assert (incoming.chat, incoming.is_group, incoming.group_title) == ("-100500", True, "Công đoàn Từ Liêm")
    assert (incoming.admin, incoming.language) == (None, "vi")


def test_an_anonymous_admin_is_the_group_and_known_to_be_an_admin() -> None:
    raw = update(message=message(GROUP, text="/gannhom A1", sender_chat=GROUP, **{"from": ANONYMOUS}))
    incoming = parse(raw, ME)
    assert incoming is not None
    assert (incoming.account, incoming.admin, incoming.event) == ("-100500", True, Said("gannhom A1"))


def test_a_press_on_a_message_that_is_gone() -> None:
    old = {"chat": GROUP, "message_id": 3, "date": 0}
    query = {"id": "77", "from": LAN, "chat_instance": "1", "data": "c:x:1:0:ok", "message": old}
    incoming = parse(update(callback_query=query), ME)
    assert incoming is not None
    assert (incoming.chat, incoming.is_group, incoming.callback) == ("-100500", True, "77")


@pytest.mark.parametrize(
    ("chat", "body"),
    [(SMALL_GROUP, {"migrate_to_chat_id": -100500}), (GROUP, {"migrate_from_chat_id": -500})],
    ids=["told in the old chat", "told in the new chat"],
)
def test_a_group_moves(chat: dict[str, Any], body: dict[str, Any]) -> None:
    incoming = parse(update(message=message(chat, **body, **{"from": ANONYMOUS})), ME)
    assert incoming is not None
    assert (incoming.chat, incoming.moved_to, incoming.event) == ("-500", "-100500", Odd("moved"))
