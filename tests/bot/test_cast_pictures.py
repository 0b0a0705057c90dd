"""A reminder's picture on a channel that does not know it: fetched once from its own, kept, and never held up by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.cast_pictures import CastPictures
from bot.channels import Channel, Gone, Outgoing, RateLimited, Rejected, SendError, Temporary
from bot.channels.text import LOCAL_FILE, lay_out
from bot.channels.webchat import WebChat
from bot.stage import PLAIN, Paper
from handlers.cast_picture import make_ref, name_of, read_ref
from handlers.talk import Media
from models.broadcast import broadcast
from models.store import Store
from tests.bot.office import CAMPAIGN, NOON, WARD, registry

PNG = b"\x89PNG\r\n\x1a\n" + b"a poster"


class Source(Paper):
    """A channel that gives the picture, or fails."""

    def __init__(self, data: bytes = PNG, error: SendError | None = None) -> None:
        super().__init__(PLAIN)
        self.data, self.error, self.asked = data, error, 0

    async def fetch(self, media: Media) -> bytes:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.data


@pytest.fixture
def reminder(store: Store) -> int:
    """An's, sent from Telegram with a picture; its id."""

    def put(conn: Any) -> int:
        registry(conn)
        values = {"campaign_id": CAMPAIGN, "unit_id": WARD, "text": "Nhắn SK", "audience": {}, "status": "running"}
        values |= {"made_at": NOON, "starts_at": NOON, "channel": "telegram", "chat": "an"}
        values |= {"media": {"kind": "photo", "ref": "AgAC-file_id", "name": ""}}
        return int(conn.execute(insert(broadcast).values(values).returning(broadcast.c.id)).scalar_one())

    return store.write_now(put)


def message(reminder_id: int) -> Outgoing:
    return Outgoing("lan", "Nhắn SK", media=(Media("photo", make_ref(reminder_id, "vi"), name="anh-nhac.jpg"),))


async def test_it_is_fetched_once_and_kept(store: Store, reminder: int, tmp_path: Path) -> None:
    source = Source()
    channels: dict[str, Channel] = {"telegram": source}
    pictures = CastPictures(store, channels, tmp_path)
    for _ in range(3):
        made = await pictures.prepare(message(reminder))
        assert Path(made.media[0].ref.removeprefix(LOCAL_FILE)).read_bytes() == PNG
        assert (made.text, made.media[0].kind) == ("Nhắn SK", "photo")
    assert source.asked == 1
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "channels",
    [
        {"telegram": Source(error=Gone("deleted"))},
        {"telegram": Source(error=Rejected("no"))},
        {"telegram": Source(b"\x00\x01\x02\xff")},
        {},
    ],
)
async def test_one_that_is_not_to_be_had_leaves_the_words(
    store: Store, reminder: int, tmp_path: Path, channels: dict[str, Channel]
) -> None:
    made = await CastPictures(store, channels, tmp_path).prepare(message(reminder))
    assert (made.text, made.media) == ("Nhắn SK", ())


async def test_one_that_is_not_to_be_had_just_now_is_tried_again(store: Store, reminder: int, tmp_path: Path) -> None:
    channels: dict[str, Channel] = {"telegram": Source(error=RateLimited(3))}
    with pytest.raises(Temporary):
        await CastPictures(store, channels, tmp_path).prepare(message(reminder))


async def test_the_web_chat_shows_it_whether_it_came_there_or_from_elsewhere(
    store: Store, reminder: int, tmp_path: Path
) -> None:
    webchat = WebChat(tmp_path / "uploads", lambda: NOON)
    own = await webchat.uploads.store(PNG, "poster.png", "image/png", "")
    there = {"text": "Nhắn SK", "media": [{"kind": "photo", "ref": own.ref, "name": own.name}]}
    await webchat.send(lay_out(there, webchat.capabilities, "lan"))
    await webchat.send(await CastPictures(store, {"telegram": Source()}, tmp_path).prepare(message(reminder)))
    shown = webchat.entries(["lan"], 0)
    assert [entry.text for entry in shown] == ["Nhắn SK", "Nhắn SK"]
    assert [webchat.uploads.path(entry.media[0].ref).read_bytes() for entry in shown] == [PNG, PNG]


async def test_other_files_and_reminders_without_one_are_let_be(store: Store, reminder: int, tmp_path: Path) -> None:
    other = Outgoing("lan", "x", media=(Media("photo", "AgAC"),))
    assert await CastPictures(store, {}, tmp_path).prepare(other) is other
    assert (await CastPictures(store, {}, tmp_path).prepare(message(reminder + 1))).media == ()


def test_its_name_says_which_and_for_whom() -> None:
    assert read_ref(make_ref(12, "en")) == (12, "en")
    assert [read_ref(ref) for ref in ("reminder:x:vi", "reminder:12:fr", "AgAC")] == [None, None, None]
    names = [name_of(ref) for ref in ("AgAC-file_id", "abc.webp", "abc.bin")]
    assert names == ["anh-nhac.jpg", "anh-nhac.webp", "anh-nhac.jpg"]
