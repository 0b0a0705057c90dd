"""Evidence is fetched from its platform once, checked by content, kept durably; a failure is tried again later."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, select
from structlog.testing import capture_logs

from bot.channels import Channel
from bot.channels.telegram_api import capabilities
from bot.channels.telegram_out import TelegramChannel
from bot.media import GIVE_UP, fetch_pending, remove_files
from bot.media_types import suffix_of
from models.initiative import evidence
from models.queries.evidence import NEVER
from models.store import Store
from tests.servers.telegram import TelegramServer

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
PHOTO = b"\xff\xd8\xff\xe0 ga may tui"


def zipped(*names: str, mimetype: bytes = b"") -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return whole.getvalue()


KINDS = [
    ("nothing", b"", None),
    ("a program for Windows", b"MZ\x90\x00\x03", None),
    ("a program for Linux", b"\x7fELF\x02\x01", None),
    ("a zip", zipped("virus.exe"), None),
    ("Word with macros", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
    ("half a zip", zipped("[Content_Types].xml", "word/document.xml")[:40], None),
    ("bytes", b"\x00\x01\x02", None),
    ("a photo", PHOTO, "jpg"),
    ("PNG", b"\x89PNG\r\n\x1a\n...", "png"),
    ("WebP", b"RIFF\x10\x00\x00\x00WEBPVP8 ", "webp"),
    ("a photo of an iPhone", b"\x00\x00\x00\x18ftypheic", "heic"),
    ("PDF", b"%PDF-1.7", "pdf"),
    ("Word", zipped("[Content_Types].xml", "word/document.xml"), "docx"),
    ("Excel", zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
    ("LibreOffice", zipped("content.xml", mimetype=b"application/vnd.oasis.opendocument.text"), "odt"),
    ("Word of 2003", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    ("a drawing", b"AC1032", "dwg"),
    ("a voice", b"OggS\x00", "ogg"),
    ("a video", b"\x00\x00\x00\x18ftypisom", "mp4"),
    ("words", "Trước: vẽ phấn từng túi".encode(), "txt"),
]


@pytest.mark.parametrize(("label", "data", "suffix"), KINDS, ids=[row[0] for row in KINDS])
def test_a_file_is_what_it_contains(label: str, data: bytes, suffix: str | None) -> None:
    assert suffix_of(data) == suffix


def test_a_name_only_tells_old_office_files_apart() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert [suffix_of(old, name) for name in ("so.XLS", "qd.doc", "virus.exe")] == ["xls", "doc", "doc"]
    assert suffix_of(PHOTO, "bang.xls") == "jpg"


# ------------------------------------------------------------ fetching


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def channels(server: TelegramServer) -> AsyncIterator[dict[str, Channel]]:
    channel = TelegramChannel(server.token, capabilities(25, 1, 3), server.url, seconds=1.0)
    yield {"telegram": channel}
    await channel.close()


async def sent(store: Store, ref: str, at: datetime = NOW, channel: str = "telegram") -> None:
    def add(conn: Connection) -> None:
        conn.execute(insert(evidence).values(kind="photo", channel=channel, ref=ref, name="", sent_at=at))

    await store.write(add)


async def kept(store: Store) -> list[str | None]:
    return list(await store.read(lambda conn: conn.scalars(select(evidence.c.stored).order_by(evidence.c.id)).all()))


def clock() -> datetime:
    return NOW


async def test_what_fails_is_left_for_later_and_costs_the_others_nothing(
    store: Store, server: TelegramServer, channels: dict[str, Channel], tmp_path: Path
) -> None:
    for name in ("a.jpg", "b.jpg"):
        await sent(store, server.keep(PHOTO, name)["file_id"])
    server.fail("getFile", "502")
    assert await fetch_pending(store, channels, tmp_path, clock) == 1
    first, second = await kept(store)
    assert first is None
    assert second is not None
    assert await fetch_pending(store, channels, tmp_path, clock) == 1
    assert await fetch_pending(store, channels, tmp_path, clock) == 0
    names = await kept(store)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(filter(None, names))
    assert all((tmp_path / str(name)).read_bytes() == PHOTO for name in names)


async def test_a_429_ends_the_call(
    store: Store, server: TelegramServer, channels: dict[str, Channel], tmp_path: Path
) -> None:
    for name in ("a.jpg", "b.jpg"):
        await sent(store, server.keep(PHOTO, name)["file_id"])
    server.fail("getFile", "429", retry_after=30)
    assert await fetch_pending(store, channels, tmp_path, clock) == 0
    assert server.calls["getfile"] == 1


async def test_what_can_never_be_kept_is_asked_for_once(
    sqlite_store: Store, server: TelegramServer, channels: dict[str, Channel], tmp_path: Path
) -> None:
    refs = [server.keep(b"MZ\x90", "a.jpg")["file_id"], server.keep(b"x", "b.mp4", size=21 << 20)["file_id"], "gone"]
    for ref in refs:
        await sent(sqlite_store, ref)
    with capture_logs() as logs:
        assert await fetch_pending(sqlite_store, channels, tmp_path, clock) == 0
        assert await fetch_pending(sqlite_store, channels, tmp_path, clock) == 0
    assert await kept(sqlite_store) == [NEVER] * 3
    assert [line["error"] for line in logs] == ["Unwanted", "Rejected", "Rejected"]
    assert list(tmp_path.iterdir()) == []


async def test_old_files_and_other_channels_are_left_alone(
    sqlite_store: Store, server: TelegramServer, channels: dict[str, Channel], tmp_path: Path
) -> None:
    await sent(sqlite_store, server.keep(PHOTO, "a.jpg")["file_id"], NOW - GIVE_UP - timedelta(seconds=1))
    await sent(sqlite_store, "upload", channel="webchat")
    assert await fetch_pending(sqlite_store, channels, tmp_path, clock) == 0
    assert server.calls["getfile"] == 0


async def test_a_full_disk_is_not_the_end(
    sqlite_store: Store, server: TelegramServer, channels: dict[str, Channel], tmp_path: Path
) -> None:
    await sent(sqlite_store, server.keep(PHOTO, "a.jpg")["file_id"])
    (tmp_path / "media").write_text("a file where the folder should be")
    assert await fetch_pending(sqlite_store, channels, tmp_path / "media", clock) == 0
    assert await kept(sqlite_store) == [None]


async def test_evidence_erased_while_it_was_fetched_leaves_no_file(
    sqlite_store: Store, server: TelegramServer, channels: dict[str, Channel], tmp_path: Path
) -> None:
    """Lan marks her initiative confidential while the bot is fetching its photo."""
    await sent(sqlite_store, server.keep(PHOTO, "a.jpg")["file_id"])

    class Erasing(TelegramChannel):
        async def fetch(self, media: object) -> bytes:
            await sqlite_store.write(lambda conn: conn.execute(delete(evidence)))
            return PHOTO

    erasing = Erasing(server.token, capabilities(25, 1, 3), server.url)
    assert await fetch_pending(sqlite_store, {"telegram": erasing}, tmp_path, clock) == 0
    assert list(tmp_path.iterdir()) == []
    await erasing.close()


async def test_only_kept_files_are_removed(tmp_path: Path) -> None:
    name = "A" * 32 + ".jpg"
    (tmp_path / "media").mkdir()
    for path in (tmp_path / "media" / name, tmp_path / "sangkien.db"):
        path.write_bytes(b"x")
    await remove_files(tmp_path / "media", ["", NEVER, "../sangkien.db", "B" * 32 + ".jpg", name])
    assert [path.name for path in tmp_path.rglob("*")] == ["media", "sangkien.db"]
