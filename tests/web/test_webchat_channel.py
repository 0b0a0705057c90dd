"""The web chat's channel: what the bot says stands in the feed, in order, until it is changed in place."""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing
from pathlib import Path

import pytest

from bot.channels import Button, Channel, Outgoing, Rejected
from bot.channels.text import LOCAL_FILE
from bot.channels.webchat import WebChat
from handlers.talk import Media
from tests.web.house import clock

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def webchat(tmp_path: Path) -> WebChat:
    return WebChat(tmp_path / "uploads", clock, keep=3)


async def test_it_refuses_what_the_page_cannot_show(webchat: WebChat) -> None:
    with pytest.raises(Rejected):
        await webchat.send(Outgoing("lan", "a" * 4097))
    with pytest.raises(Rejected):
        await webchat.send(Outgoing("lan", "ảnh", media=(Media("photo", "../../etc/passwd"),)))
    with pytest.raises(Rejected):
        await webchat.send(Outgoing("lan", "sửa", edits="tin-nao-do"))
    assert webchat.entries(["lan"], 0) == []


async def test_it_is_a_channel_whose_messages_rise_and_change_in_place(webchat: WebChat) -> None:
    channel: Channel = webchat
    first = await channel.send(Outgoing("hoa", "Đã gửi 10/60"))
    second = await channel.send(Outgoing("hoa", "Còn gì nữa không?", ((Button("1. Không", "q:1:no"),),)))
    assert int(first.external_id) < int(second.external_id)

    seen = webchat.entries(["hoa"], 0)[-1].revision
    assert await channel.send(Outgoing("hoa", "Đã gửi 60/60", edits=first.external_id)) == first
    (changed,) = webchat.entries(["hoa"], seen)
    assert (changed.id, changed.text, changed.edited) == (int(first.external_id), "Đã gửi 60/60", True)
    assert [entry.text for entry in webchat.entries(["hoa"], 0)] == ["Còn gì nữa không?", "Đã gửi 60/60"]
    assert webchat.label("hoa", "q:1:no") == "1. Không"
    await channel.acknowledge("any")


async def test_an_edit_of_a_message_from_before_a_restart_keeps_its_place(webchat: WebChat) -> None:
    await webchat.send(Outgoing("hoa", "Đã gửi 60/60", edits="1000"))
    (entry,) = webchat.entries(["hoa"], 0)
    assert (entry.id, entry.text, entry.edited) == (1000, "Đã gửi 60/60", True)


async def test_a_chat_remembers_only_its_last_messages_and_only_its_own(webchat: WebChat) -> None:
    for text in ("một", "hai", "ba", "bốn"):
        await webchat.send(Outgoing("lan", text))
    await webchat.send(Outgoing("minh", "chào Minh"))
    assert [entry.text for entry in webchat.entries(["lan"], 0)] == ["hai", "ba", "bốn"]
    assert [entry.text for entry in webchat.entries(["minh"], 0)] == ["chào Minh"]


async def test_a_page_that_has_seen_the_future_gets_everything(webchat: WebChat) -> None:
    await webchat.send(Outgoing("lan", "Chào Lan"))
    assert [entry.text for entry in webchat.entries(["lan"], 10**17)] == ["Chào Lan"]


async def test_words_take_their_place_before_the_answer_and_repeats_show_once(webchat: WebChat) -> None:
    place = webchat.reserve()
    await webchat.send(Outgoing("lan", "Họ và tên của anh/chị?"))
    webchat.echo("lan", place=place, author="lan", key="key-0001", text="1")
    webchat.echo("lan", place=webchat.reserve(), author="lan", key="key-0001", text="1")
    by_place = sorted(webchat.entries(["lan"], 0), key=lambda entry: entry.id)
    assert [(entry.author, entry.text) for entry in by_place] == [("lan", "1"), ("", "Họ và tên của anh/chị?")]


async def test_a_listener_is_woken_by_each_message_beats_in_silence_and_ends_with_the_server(webchat: WebChat) -> None:
    heard: list[list[str]] = []

    async def listen() -> None:
        async with aclosing(webchat.follow(["lan", "nhom"], 0, heartbeat=0.05)) as feed:
            async for entries in feed:
                heard.append([entry.text for entry in entries])

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        tasks.create_task(listen())
        await asyncio.sleep(0.12)
        await webchat.send(Outgoing("nhom", "Bản tin"))
        await webchat.send(Outgoing("minh", "không phải cho Lan"))
        await asyncio.sleep(0.02)
        await webchat.close()
    assert heard[:2] == [[], []]  # nothing yet, then a heartbeat
    assert [texts for texts in heard if texts] == [["Bản tin"]]


@pytest.mark.parametrize(
    ("data", "content_type", "kind"),
    [
        (PNG, "image/png", "photo"),
        (b"\xff\xd8\xff\xe0", "application/octet-stream", "photo"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp", "photo"),
        (b"<svg onload='alert(1)'>", "image/svg+xml", "file"),
        (b"OggS", "audio/ogg", "voice"),
        (b"PK\x03\x04", "application/zip", "file"),
    ],
)
async def test_an_upload_is_what_its_bytes_are(webchat: WebChat, data: bytes, content_type: str, kind: str) -> None:
    media = await webchat.uploads.store(data, "cua lan.png", content_type, "mẫu cữ may")
    assert (media.kind, media.caption, media.name, media.size) == (kind, "mẫu cữ may", "cua lan.png", len(data))
    assert "lan" not in media.ref
    assert await webchat.fetch(media) == data
    await webchat.uploads.remove(media)
    with pytest.raises(Rejected):
        await webchat.fetch(media)


async def test_what_was_said_before_a_restart_is_shown_in_its_old_place(webchat: WebChat) -> None:
    at = clock()
    lost = Media("photo", "A" * 32 + ".png")
    await webchat.recall(Outgoing("nhom", "Bản tin", media=(lost,)), "1000", at)
    await webchat.recall(Outgoing("nhom", "Đã gửi 10/60"), "1001", at)
    await webchat.recall(Outgoing("nhom", "Đã gửi 60/60"), "1001", at)  # the same message, changed later
    await webchat.send(Outgoing("nhom", "Chào buổi sáng"))
    shown = webchat.entries(["nhom"], 0)
    assert [entry.text for entry in shown] == ["Bản tin", "Đã gửi 60/60", "Chào buổi sáng"]
    assert (shown[0].id, shown[0].at, shown[0].media) == (1000, at, ())
    assert [entry.text for entry in webchat.entries(["nhom"], 1001)] == ["Chào buổi sáng"]


async def test_a_file_of_ours_is_shown_under_a_name_nobody_can_guess(webchat: WebChat, tmp_path: Path) -> None:
    board = tmp_path / "board.png"
    message = Outgoing("nhom", "", media=(Media("photo", f"{LOCAL_FILE}{board}", name="ket-qua.png"),))
    with pytest.raises(Rejected, match="not readable"):
        await webchat.send(message)
    board.write_bytes(PNG)
    await webchat.send(message)
    await webchat.send(message)  # another group gets the same picture
    first, second = (entry.media[0] for entry in webchat.entries(["nhom"], 0))
    assert first == second
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}\.png", first.ref)
    assert (first.kind, first.name) == ("photo", "ket-qua.png")
    assert webchat.uploads.path(first.ref).read_bytes() == PNG


async def test_a_picture_is_recalled_and_one_that_is_gone_leaves_no_empty_message(
    webchat: WebChat, tmp_path: Path
) -> None:
    board = tmp_path / "board.png"
    board.write_bytes(PNG)
    await webchat.recall(Outgoing("nhom", "", media=(Media("photo", f"{LOCAL_FILE}{board}"),)), "1000", clock())
    await webchat.recall(Outgoing("nhom", "", media=(Media("photo", "A" * 32 + ".png"),)), "1001", clock())
    (shown,) = webchat.entries(["nhom"], 0)
    assert webchat.uploads.path(shown.media[0].ref).read_bytes() == PNG
