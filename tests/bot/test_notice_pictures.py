"""A notice's picture: a message of its own behind the words, drawn from what was frozen, just before it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels import Outgoing, Rejected
from bot.channels.text import LOCAL_FILE, lay_out
from bot.notice_pictures import NoticePictures
from bot.pictures import Pictures
from bot.sender import Sender
from bot.stage import Paper
from handlers import picture, week_picture
from handlers.board import Board
from handlers.facts import House
from handlers.kinds import WEEKLY
from handlers.talk import Media
from handlers.texts import Texts
from handlers.weekly import Week
from models.store import Store
from scheduler import kinds
from scheduler.press import Press
from tests.scheduler.district import AN_PHAT, SAO_MAI, District, at, found
from tests.scheduler.post import only, tick

TEXTS = Texts.load()
PNG = b"\x89PNG\r\n\x1a\n"
NOW = at(20, 17)


@pytest.fixture
def district(store: Store) -> District:
    return found(store)


@pytest.fixture
async def pictures(tmp_path: Path) -> AsyncIterator[Pictures]:
    drawing = Pictures(tmp_path / "pictures")
    yield drawing
    await drawing.close()


def post(district: District, channels: tuple[str, ...] = ("webchat",)) -> list[Any]:
    """The clock posts what is due; what lies in the outbox then."""
    press = Press(TEXTS, {"webchat": 4096}, House(), channels)
    for item in district.run(kinds.due, NOW):
        district.run(kinds.post_due, item, NOW, press)
    return district.sent()


async def send(district: District, pictures: Pictures) -> Paper:
    """The sender empties the outbox."""
    paper = Paper()
    prepare = NoticePictures(district.store, TEXTS, pictures).prepare
    sender = Sender(district.store, {"webchat": paper}, lambda: NOW, "here", lay_out, lambda _able: prepare)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        running = group.create_task(sender.run())
        while any(row.status in {"queued", "sending"} for row in district.sent()):
            await asyncio.sleep(0.02)
        running.cancel()
    return paper


# ---------------------------------------------------------------- what is put into the outbox


def test_a_channel_without_files_gets_words_only(district: District) -> None:
    district.group()
    district.file(SAO_MAI, at(20, 9))
    (words,) = post(district, channels=())
    assert words.payload["media"] == []


def test_a_board_without_a_filing_is_words_only(district: District) -> None:
    district.group()
    assert len(post(district)) == 1


def test_the_picture_is_a_message_of_its_own_behind_the_words(district: District) -> None:
    district.group(thread="7")
    district.file(SAO_MAI, at(20, 9), 2)
    words, shown = post(district)
    (frozen,) = district.notices()
    assert words.payload["text"] == frozen.text
    assert shown.payload == {
        "text": "",
        "choices": [],
        "media": [{"kind": "photo", "ref": f"picture:{frozen.id}:officers:vi", "name": "ket-qua.png"}],
        "thread": "7",
        "numbered": True,
    }
    assert shown.dedupe == f"daily:{district.campaign}:2026-11-20:{frozen.chat_id}:0:picture"
    assert (shown.not_after, shown.priority, shown.is_group) == (words.not_after, words.priority, True)
    assert post(district) == [words, shown]  # the next minute posts nothing more


# ---------------------------------------------------------------- what is sent


async def test_a_picture_that_cannot_be_drawn_does_not_hold_back_the_words(district: District, tmp_path: Path) -> None:
    district.group()
    district.file(SAO_MAI, at(20, 9))
    post(district)
    (tmp_path / "pictures").write_text("a file where the folder should be")
    drawing = Pictures(tmp_path / "pictures")
    with capture_logs() as logs:
        paper = await send(district, drawing)
    await drawing.close()
    (told,) = paper.chats["group-0"]
    assert "Tổng: 1" in told.text
    words, shown = district.sent()
    assert (words.status, shown.status) == ("sent", "refused")
    assert shown.outcome == "Rejected: picture: the folder of pictures cannot be used (NotADirectoryError)"
    assert "picture.not_drawn" in [line["event"] for line in logs]


async def test_each_group_gets_words_then_picture_and_equal_boards_are_drawn_once(
    district: District, pictures: Pictures
) -> None:
    for _ in range(3):
        district.group()
    district.group("members", language="en")
    district.file(SAO_MAI, at(20, 9), 3)
    district.file(AN_PHAT, at(20, 9))
    post(district)
    paper = await send(district, pictures)
    files = []
    for words, shown in (paper.chats[f"group-{n}"] for n in range(4)):
        assert (bool(words.text), words.media) == (True, ())
        assert shown.text == ""
        (media,) = shown.media
        assert (media.kind, media.name) == ("photo", "ket-qua.png")
        files.append(Path(media.ref.removeprefix(LOCAL_FILE)))
    assert len(set(files)) == 2  # the three officers' groups share theirs
    assert all(path.read_bytes().startswith(PNG) for path in files)


async def test_the_picture_is_that_of_the_frozen_numbers(district: District, pictures: Pictures) -> None:
    district.group()
    district.file(SAO_MAI, at(20, 9))
    post(district)
    prepare = NoticePictures(district.store, TEXTS, pictures).prepare
    (frozen,) = district.notices()
    message = Outgoing("group-0", "", media=(Media("photo", picture.ref(frozen.id, "officers", "vi")),))
    before = await prepare(message)
    district.file(SAO_MAI, at(20, 16), 5)
    assert await prepare(message) == before


async def test_a_week_is_drawn_as_its_days(district: District, pictures: Pictures) -> None:
    district.group(kinds=only(WEEKLY))
    district.file(SAO_MAI, at(19, 9), 2)
    tick(district, at(23, 8), pictures=("webchat",))
    (frozen,) = district.notices()
    prepare = NoticePictures(district.store, TEXTS, pictures).prepare
    drawn = await prepare(Outgoing("group-0", "", media=(Media("photo", picture.ref(frozen.id, "officers", "vi")),)))
    week = week_picture.svg(TEXTS, "vi", Board.from_json(frozen.numbers), Week.from_json(frozen.numbers["week"]))
    assert drawn.media[0].ref == f"{LOCAL_FILE}{await pictures.draw(week)}"


async def test_other_files_are_left_as_they_are(district: District, pictures: Pictures) -> None:
    prepare = NoticePictures(district.store, TEXTS, pictures).prepare
    voice = Outgoing("lan", "", media=(Media("voice", "AwACAgUAAxk"),))
    assert await prepare(voice) is voice
    with pytest.raises(Rejected, match="no such notice"):
        await prepare(Outgoing("lan", "", media=(Media("photo", "picture:404:officers:vi"),)))
