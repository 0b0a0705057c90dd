"""Where the channel carries no files, INBANGTIN, EXCEL and the notice's picture come as links, good for some days."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession, web
from sqlalchemy import Connection, insert, select, update

from bot.channels import Outgoing
from bot.pictures import Pictures
from bot.stage import PLAIN, Paper, Stage
from bot.web.files import add_files
from bot.web.pages import Pages
from bot.web.shell import add_shell
from handlers.facts import House
from handlers.talk import Media, Said, Sent
from handlers.texts import Texts
from models.chat import chat
from models.person import account, role
from models.queries import people
from models.store import Store
from models.unit import unit
from tests.papers.conftest import HOUSE, NOON, fill
from tests.papers.pdf import Pdf

NO_FILES = replace(PLAIN, files_out=False)
ADDRESS = "https://sangkien.example.vn"
WITH_ADDRESS = replace(HOUSE, public_url=ADDRESS, board_url=f"{ADDRESS}/ketqua")


@asynccontextmanager
async def office(store: Store, texts: Texts, folder: Path, house: House = WITH_ADDRESS) -> AsyncIterator[Stage]:
    fill(store)
    pictures = Pictures(folder / "pictures")
    stage = Stage(
        *(store, NOON), house=house, texts=texts, channel=Paper(NO_FILES), media_dir=folder, pictures=pictures
    )
    async with stage:
        yield stage
    await pictures.close()


@asynccontextmanager
async def site(stage: Stage) -> AsyncIterator[str]:
    """The bot's web server on loopback; gives its address."""
    app = web.Application()
    add_shell(app, Pages(stage.texts))
    add_files(app, stage.parts.links.open)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def link_in(text: str) -> str:
    """The path of the only link."""
    (path,) = re.findall(rf"{ADDRESS}(/tep/\S+)", text)
    return str(path)


async def test_without_a_public_address_hoa_is_told_who_can_mend_it(
    sqlite_store: Store, texts: Texts, tmp_path: Path
) -> None:
    async with office(sqlite_store, texts, tmp_path, HOUSE) as stage:
        (answer,) = await stage.act("hoa", Said("EXCEL"))
    assert answer.media == ()
    assert "quản trị cần đặt địa chỉ công khai (SANGKIEN_PUBLIC_URL)" in answer.text
    assert len(answer.text) <= 320


async def test_the_link_gives_the_file_over_http_until_it_expires(
    sqlite_store: Store, texts: Texts, tmp_path: Path
) -> None:
    async with office(sqlite_store, texts, tmp_path) as stage, ClientSession() as browser:
        (workbook,) = await stage.act("hoa", Said("EXCEL"))
        (bulletin,) = await stage.act("hoa", Said("INBANGTIN"))
        assert (workbook.media, bulletin.media) == ((), ())
        assert "trong 3 ngày" in workbook.text
        assert max(len(workbook.text), len(bulletin.text)) <= 320
        async with site(stage) as url:
            async with browser.get(url + link_in(bulletin.text)) as got:
                assert (got.status, got.content_type) == (200, "application/pdf")
                assert got.headers["Content-Disposition"] == 'attachment; filename="ban-tin-48.pdf"'
                assert got.headers["Cache-Control"] == "private, max-age=3600"
                (tmp_path / "got.pdf").write_bytes(await got.read())
            async with browser.get(url + link_in(workbook.text)) as got:
                assert got.content_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                assert (await got.read()).startswith(b"PK")
            assert "nhắn SK 48 cho Bot Sáng kiến" in Pdf(tmp_path / "got.pdf").text()

            sqlite_store.write_now(lambda conn: conn.execute(update(role).values(revoked_at=NOON)))
            async with browser.get(url + link_in(workbook.text)) as got:
                assert got.status == 410, "Hoa is no officer any more"
            async with browser.get(url + link_in(bulletin.text)) as got:
                assert got.status == 200, "what hangs on the notice board is nobody's secret"
            sqlite_store.write_now(lambda conn: conn.execute(update(role).values(revoked_at=None)))

            stage.now += timedelta(days=3, seconds=1)
            async with browser.get(url + link_in(workbook.text), headers={"Accept": "text/html"}) as late:
                assert late.status == 410
                assert "Đường dẫn đã hết hạn" in await late.text()


async def test_a_link_survives_a_restart_and_nobody_can_make_one(
    sqlite_store: Store, texts: Texts, tmp_path: Path
) -> None:
    async with office(sqlite_store, texts, tmp_path) as stage:
        (answer,) = await stage.act("hoa", Said("EXCEL"))
    _, _, token, name = link_in(answer.text).split("/")
    async with Stage(sqlite_store, NOON, house=WITH_ADDRESS, texts=texts, media_dir=tmp_path) as again:
        bare, until, proof = token.split(".")
        assert await again.parts.links.open(token, name) == "failed", "this process draws nothing"
        for forged in (
            f"{bare}.{int(until) + 1}.{proof}",
            f"{bare.replace('workbook', 'bulletin')}.{until}.{proof}",
            f"{bare}.{until}.{'A' * 22}",
            "heute",
        ):
            assert await again.parts.links.open(forged, name) == "unknown"
        for other in ("so-lieu-49.xlsx", "../data.db", "x"):
            assert await again.parts.links.open(token, other) == "unknown"


def _rule(conn: Connection) -> None:
    found = select(account.c.person_id).where(account.c.external_id == "hoa")
    people.give_role(conn, conn.execute(found).scalar_one(), "owner", None, NOON)


async def test_the_log_as_a_link_opens_for_as_long_as_its_reader_may_see_it(
    sqlite_store: Store, texts: Texts, tmp_path: Path
) -> None:
    async with office(sqlite_store, texts, tmp_path) as stage, ClientSession() as browser:
        sqlite_store.write_now(_rule)
        await stage.act("hoa", Said("nhatky"))
        (answer,) = await stage.act("hoa", Said("tải excel"))
        assert "trong 3 ngày" in answer.text
        assert len(answer.text) <= 320
        async with site(stage) as url:
            async with browser.get(url + link_in(answer.text)) as got:
                assert got.content_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                assert (await got.read()).startswith(b"PK")
            sqlite_store.write_now(lambda conn: conn.execute(update(role).values(revoked_at=NOON)))
            async with browser.get(url + link_in(answer.text)) as got:
                assert got.status == 410, "Hoa runs nothing any more"


async def test_the_group_gets_the_words_and_then_a_link_to_the_picture(
    sqlite_store: Store, texts: Texts, tmp_path: Path
) -> None:
    async with office(sqlite_store, texts, tmp_path) as stage, ClientSession() as browser:
        sqlite_store.write_now(link_group)
        stage.now = NOON.replace(hour=17, minute=0)
        await stage.tick()
        words, picture = stage.channel.chats["nhom"]
        assert words.text.endswith(f"Bảng đầy đủ: {ADDRESS}/ketqua/SANGKIEN")
        assert picture.text.startswith("Bảng kết quả bằng hình, xem trong 3 ngày: ")
        async with site(stage) as url, browser.get(url + link_in(picture.text)) as got:
            assert (got.status, got.content_type) == (200, "image/png")
            assert got.headers["Content-Disposition"] == 'inline; filename="ket-qua.png"'
            assert (await got.read()).startswith(b"\x89PNG")


async def test_what_a_person_sent_becomes_no_link(sqlite_store: Store, texts: Texts, tmp_path: Path) -> None:
    async with office(sqlite_store, texts, tmp_path) as stage:
        told = await stage.parts.links.instead(Outgoing("hoa", "Lan cần gõ hộ", media=(Media("voice", "AgADx"),)))
    assert told.text == "Lan cần gõ hộ\n(Có tệp kèm theo, ứng dụng chat này không gửi được.)"
    assert told.media == ()


def link_group(conn: Connection) -> None:
    district = conn.execute(select(unit.c.id).where(unit.c.code == "48")).scalar_one()
    row = {"channel": "webchat", "external_id": "nhom", "unit_id": district, "kind": "officers"}
    conn.execute(insert(chat), row | {"linked_at": NOON - timedelta(days=1), "hour": "17:00"})


# ---------------------------------------------------------------- a reminder's picture


class Album(Paper):
    """A channel that takes pictures but sends none."""

    async def fetch(self, media: Media) -> bytes:
        return b"\x89PNG\r\n\x1a\n" + media.ref.encode()


async def reminded(stage: Stage) -> tuple[str, str]:
    """What Hoa tries on herself, and what she gets when it is sent to all, with a picture."""
    for words in ("nhac", "1", "1"):
        await stage.act("hoa", Said(words))
    await stage.act("hoa", Sent(Media("photo", "poster.png", name="poster.png")))
    await stage.act("hoa", Said("{ten} nhớ nộp sáng kiến trước thứ Sáu"))
    tried = (await stage.act("hoa", Said("1")))[-1].text
    shown = await stage.act("hoa", Said("2"))
    typed = re.search(r"GUI \d+", shown[-1].text)
    assert typed, shown
    before = len(stage.channel.chats["hoa"])
    await stage.act("hoa", Said(typed[0]))
    return tried, next(one.text for one in stage.channel.chats["hoa"][before:] if "nhớ nộp" in one.text)


async def test_the_picture_of_a_reminder_comes_as_a_link(sqlite_store: Store, texts: Texts, tmp_path: Path) -> None:
    fill(sqlite_store)
    stage = Stage(*(sqlite_store, NOON), house=WITH_ADDRESS, texts=texts, channel=Album(NO_FILES), media_dir=tmp_path)
    async with stage, ClientSession() as browser:
        tried, got = await reminded(stage)
        assert "(Ảnh kèm theo: người nhận có ảnh hoặc đường dẫn tới ảnh.)" in tried
        assert "Ảnh kèm theo, xem trong 3 ngày: https://" in got
        async with site(stage) as url, browser.get(url + link_in(got)) as picture:
            assert (picture.status, picture.content_type) == (200, "image/png")
            assert (await picture.read()).endswith(b"poster.png")


async def test_without_an_address_a_reminder_is_words_alone(sqlite_store: Store, texts: Texts, tmp_path: Path) -> None:
    fill(sqlite_store)
    stage = Stage(*(sqlite_store, NOON), house=HOUSE, texts=texts, channel=Album(NO_FILES), media_dir=tmp_path)
    async with stage:
        _, got = await reminded(stage)
    assert got.endswith("nhớ nộp sáng kiến trước thứ Sáu\nTắt nhắc: TATNHAC")


async def test_where_the_platform_fetches_pictures_they_go_by_their_address(
    sqlite_store: Store, texts: Texts, tmp_path: Path
) -> None:
    """Other files, and those of people, are words all the same."""
    async with office(sqlite_store, texts, tmp_path) as stage, site(stage) as url:
        picture = Media("photo", "picture:1:full:vi", name="bang.png")
        paper = Media("file", "paper:bulletin:48:1:vi:20261120", name="ban-tin.pdf")
        sent = await stage.parts.links.as_urls(Outgoing("lan", "Kết quả", media=(picture, Media("photo", "AgAC"))))
        (shown,) = sent.media
        assert shown.ref.startswith(f"{ADDRESS}/tep/picture-1-full-vi.")
        assert sent.text.startswith("Kết quả\n")
        assert ADDRESS not in sent.text
        links = await stage.parts.links.as_urls(Outgoing("lan", "", media=(paper,)))
        assert links.media == ()
        async with ClientSession() as session, session.get(shown.ref.replace(ADDRESS, url)[:-5]) as answer:
            assert answer.status == 404  # a letter less is nobody's address
