"""What the Zalo Bot platform sends, documented and seen, and what it means."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.zalo_bot_parse import external_id, keys_of, line_of, parse, updates
from handlers.talk import LOST, Media, Odd, Said, Sent

NAMES = ("Bot Sáng Kiến", "bot.sangkien")
LAN = {"id": "6ede9afa11b88fe6d6a9", "display_name": "Tran Thi Lan", "is_bot": False}
URL = "https://photo-x.zdn.vn/abc.jpg"


def raw(kind: str = "text", group: bool = False, **about: Any) -> dict[str, Any]:
    chat = {"id": "g1", "chat_type": "GROUP"} if group else {"id": LAN["id"], "chat_type": "PRIVATE"}
    message = {"message_id": "2d75a1c0", "date": 1790000000123, "from": LAN, "chat": chat}
    return {"event_name": f"message.{kind}.received", "message": message | about}


def event(update: dict[str, Any]) -> Any:
    incoming = parse(update, "4827", NAMES)
    return incoming.event if incoming else None


TEXT = raw(text="1")


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        (TEXT, 1),
        ({"ok": True, "result": TEXT}, 1),
        ({"ok": True, "result": [TEXT, TEXT]}, 2),
        ([TEXT], 1),
        ({"ok": True, "result": {}}, 0),
        ({"ok": True}, 0),
        (None, 0),
        ("x", 0),
        ({"result": None}, 0),
    ],
)
def test_both_envelopes_and_whatever_else_comes(answer: Any, count: int) -> None:
    assert updates(answer) == [TEXT] * count


STRANGE = {"kind": "reaction", "message": {"icon": "tim", "from": LAN}}


@pytest.mark.parametrize("answer", [STRANGE, {"ok": True, "result": STRANGE}, {"result": [STRANGE]}, [STRANGE]])
def test_an_update_that_names_no_event_is_one_all_the_same(answer: Any) -> None:
    """The platform gives it only once."""
    assert updates(answer) == [STRANGE]
    assert event(STRANGE) is None


def test_of_an_update_nobody_knows_the_log_names_the_fields_only() -> None:
    assert keys_of(STRANGE) == ["kind", "message", "message.from", "message.icon"]
    assert len(keys_of({f"{number}" * 90: 1 for number in range(10, 99)})) == 30
    assert max(map(len, keys_of({"x" * 90: 1}))) == 40


def test_who_said_it_where_and_under_which_id() -> None:
    incoming = parse(TEXT, "4827", NAMES)
    assert incoming is not None
    assert (incoming.channel, incoming.external_id) == ("zalo_bot", "4827:2d75a1c0")
    assert (incoming.account, incoming.chat, incoming.is_group) == (LAN["id"], LAN["id"], False)
    assert incoming.admin is None
    assert incoming.event == Said("1")


def test_a_group_is_answered_where_it_is() -> None:
    incoming = parse(raw(group=True, text="@Bot Sáng Kiến ketqua"), "4827", NAMES)
    assert incoming is not None
    assert (incoming.account, incoming.chat, incoming.is_group) == (LAN["id"], "g1", True)


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("@Bot Sáng Kiến gannhom AB3K9Q", "gannhom AB3K9Q"),
        ("@bot sáng kiến, ketqua", "ketqua"),
        ("ketqua @Bot Sáng Kiến", "ketqua"),
        ("@bot.sangkien ketqua", "ketqua"),
        ("@Bot Sa\u0301ng Kie\u0302\u0301n ketqua", "ketqua"),  # letters not composed
        ("@Tên Khác /gannhom AB3K9Q", "/gannhom AB3K9Q"),
        ("ketqua", "ketqua"),  # an answer to a message of the bot
    ],
)
def test_the_mention_is_not_part_of_the_words(typed: str, heard: str) -> None:
    assert event(raw(group=True, text=typed)) == Said(heard)


def test_in_private_words_are_as_they_are() -> None:
    assert event(raw(text="@Bot Sáng Kiến /sk")) == Said("@Bot Sáng Kiến /sk")


@pytest.mark.parametrize("about", [{"photo_url": URL}, {"photo": URL}, {"photo": [{"url": URL}]}])
def test_a_picture_under_either_name(about: dict[str, Any]) -> None:
    assert event(raw("image", caption="truoc khi cai tien", **about)) == Sent(Media("photo", URL, "truoc khi cai tien"))


def test_a_picture_without_an_address_keeps_its_words() -> None:
    assert event(raw("image", caption="truoc")) == Odd(LOST, "truoc")


def test_voice_sticker_and_what_the_platform_does_not_pass_on() -> None:
    voice = "https://voice.zdn.vn/a.aac"
    assert event(raw("voice", voice_url=voice)) == Sent(Media("voice", voice))
    assert event(raw("sticker", sticker="x")) == Odd("sticker")
    assert event(raw("unsupported")) == Odd("unsupported")
    assert event(raw("hologram")) == Odd("hologram")


@pytest.mark.parametrize(
    "update",
    [
        {"event_name": "message.unsupported.received"},
        {"event_name": "message.unsupported.received", "message": None},
        {"event_name": "bot.renamed", "message": {"text": "x"}},
        {"event_name": 7, "message": TEXT["message"]},
        raw(text="  "),
        raw(text="x") | {"message": {"text": "x"}},
        {"event_name": "message.text.received", "message": TEXT["message"] | {"from": {"id": "b", "is_bot": True}}},
        {},
    ],
)
def test_where_there_is_nothing_for_the_bot(update: dict[str, Any]) -> None:
    assert event(update) is None


def test_an_id_is_the_same_for_a_repeat_and_fits_its_column() -> None:
    assert external_id(TEXT, "4827") == external_id(dict(reversed(TEXT.items())), "4827")
    assert external_id(TEXT, "4828") != external_id(TEXT, "4827")
    without = {"event_name": "message.unsupported.received"}
    assert external_id(without, "4827") == external_id(dict(without), "4827")
    long = external_id(raw(message_id="x" * 200), "4827")
    assert len(long) <= 80
    assert long != external_id(raw(message_id="x" * 201), "4827")


def test_one_persons_updates_stand_in_one_line() -> None:
    assert line_of(TEXT) == line_of(raw(group=True, text="y")) == LAN["id"]
    assert line_of({"event_name": "x"}) == ""
