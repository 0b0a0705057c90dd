"""What an Official Account's events mean: those of the fact sheet, and what nobody promised."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.zalo_oa_parse import events, external_id, parse
from handlers.talk import Event, Joined, Media, Odd, Pressed, Said, Sent, Started
from tests.channels.zalo_oa import LAN, TEAM, TEAM_CHAT

OA = "388600000000000001"
URL = "https://photo-1.zdn.vn/a.jpg"


def message(kind: str, *, to: str = OA, **content: Any) -> dict[str, Any]:
    return {
        "app_id": "360800000000000001",
        "event_name": f"user_send_{kind}",
        "timestamp": "1790000000123",
        "user_id_by_app": "552100000000000001",
        "sender": {"id": LAN},
        "recipient": {"id": to},
        "message": {"msg_id": "96d3cdf3af150460", **content},
    }


def attached(kind: str, *payloads: dict[str, Any], text: str = "") -> dict[str, Any]:
    words = {"text": text} if text else {}
    return message(kind, attachments=[{"type": kind, "payload": payload} for payload in payloads], **words)


FILE = {"name": "Số liệu.xlsx", "size": "2048", "type": "xlsx", "checksum": "0" * 32, "url": URL}


@pytest.mark.parametrize(
    ("raw", "event"),
    [
        (message("text", text="1"), Said("1")),
        (message("text", text="Đồng ý"), Said("Đồng ý")),
        (message("text", text="q:3:yes"), Pressed("q:3:yes")),
        (message("text", text="c:review:17:2:yes"), Pressed("c:review:17:2:yes")),
        (message("text", text="q: là gì?"), Said("q: là gì?")),
        (attached("image", {"url": URL}, text="trước khi cải tiến"), Sent(Media("photo", URL, "trước khi cải tiến"))),
        (attached("file", FILE), Sent(Media("file", URL, "", "Số liệu.xlsx", 2048))),
        (attached("audio", {"url": URL}), Sent(Media("voice", URL))),
        (attached("image", {}), Odd("image")),
        *(
            (attached(kind, {"url": URL}), Odd(kind))
            for kind in ("sticker", "link", "location", "business_card", "gif")
        ),
    ],
)
def test_what_somebody_wrote(raw: dict[str, Any], event: Event) -> None:
    incoming = parse(raw, OA)
    assert incoming is not None
    assert (incoming.event, incoming.account, incoming.chat) == (event, LAN, LAN)
    assert (incoming.external_id, incoming.is_group) == ("96d3cdf3af150460", False)


@pytest.mark.parametrize(
    ("name", "event"),
    [("follow", Started()), ("unfollow", Joined("blocked")), ("user_withdraw", Joined("withdrawn"))],
)
def test_coming_and_going(name: str, event: Event) -> None:
    raw = {"event_name": name, "oa_id": OA, "timestamp": "1790000000123", "follower": {"id": LAN}}
    incoming = parse(raw, OA)
    assert incoming is not None
    assert (incoming.event, incoming.chat) == (event, LAN)
    again = {**raw, "timestamp": "1790000009999"}
    assert external_id(raw) == incoming.external_id != external_id(again)


@pytest.mark.parametrize("text", ["[@388600000000000001] KETQUA", "@Công đoàn Từ Liêm KETQUA", "KETQUA"])
def test_in_a_group_of_the_account(text: str) -> None:
    raw = message("group_text", to=TEAM, text=text) | {"oa_id": OA}
    incoming = parse(raw, OA, ("Công đoàn Từ Liêm",))
    assert incoming is not None
    assert (incoming.event, incoming.chat, incoming.account) == (Said("KETQUA"), TEAM_CHAT, LAN)
    assert incoming.is_group


def test_a_new_group_makes_itself_known_and_a_deleted_one_is_left() -> None:
    for name, standing in (("create_group", "admin"), ("delete_group", "left")):
        raw = {"event_name": name, "oa_id": OA, "group_id": TEAM, "timestamp": "1", "users": [{"id": LAN}]}
        incoming = parse(raw, OA)
        assert incoming is not None
        assert (incoming.event, incoming.chat, incoming.is_group) == (Joined(standing), TEAM_CHAT, True)


def test_several_pictures_of_one_message_are_several_with_the_words_once() -> None:
    raw = attached("image", {"url": URL}, {"url": f"{URL}2"}, text="trước và sau")
    found = [parse(one, OA) for one in events(raw)]
    shown = [(one.external_id, one.event) for one in found if one]
    assert shown == [
        ("96d3cdf3af150460.0", Sent(Media("photo", URL, "trước và sau"))),
        ("96d3cdf3af150460.1", Sent(Media("photo", f"{URL}2"))),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        {"event_name": "oa_send_text", "sender": {"id": OA}, "recipient": {"id": LAN}, "message": {"text": "1"}},
        {"event_name": "oa_send_group_text", "sender": {"id": OA}, "recipient": {"id": TEAM}, "message": {"text": "1"}},
        {"event_name": "user_received_message", "sender": {"id": LAN}, "message": {"msg_ids": ["1"]}},
        {"event_name": "anonymous_send_text", "sender": {"id": "x"}, "message": {"text": "xin chao"}},
        {"event_name": "user_join_group", "group_id": TEAM, "users": [{"id": LAN}]},
        {"event_name": "user_leave_group", "group_id": TEAM, "users": [{"id": LAN}]},
        message("text", to="another-account", text="1"),
        {"event_name": "follow", "oa_id": "another-account", "follower": {"id": LAN}},
        message("text", text="  "),
        {"event_name": "something_new", "sender": {"id": LAN}},
        {"event_name": "follow"},
        {"event_name": ["user_send_text"], "message": "1", "sender": 7},
        {"event_name": "user_send_text", "message": {"text": {"a": 1}}, "sender": {"id": {}}},
        {},
    ],
)
def test_what_is_passed_over(raw: dict[str, Any]) -> None:
    assert parse(raw, OA) is None
    assert 0 < len(external_id(raw)) <= 80
