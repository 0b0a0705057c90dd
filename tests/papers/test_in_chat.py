"""INBANGTIN, PHATTHANH and EXCEL in the chat: the file comes with the answer; officers only where it holds filings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Connection, insert

from bot.channels import Incoming, Outgoing
from bot.paper_files import PaperFiles, Source
from bot.pictures import NotDrawn, Pictures
from bot.stage import Shown, Stage
from handlers.facts import House
from handlers.papers import BULLETIN, WORKBOOK, Paper, read_ref
from handlers.talk import Media, Said
from handlers.texts import Texts
from models.queries import registry
from models.store import Store
from models.unit import unit
from tests.papers.conftest import HOUSE, NOON, TODAY, fill
from tests.papers.pdf import Pdf


@pytest.fixture
async def stage(sqlite_store: Store, texts: Texts, tmp_path: Path) -> AsyncIterator[Stage]:
    fill(sqlite_store)
    pictures = Pictures(tmp_path / "pictures")
    async with Stage(sqlite_store, NOON, house=HOUSE, texts=texts, media_dir=tmp_path, pictures=pictures) as stage:
        yield stage
    await pictures.close()


async def says(stage: Stage, who: str, words: str) -> Shown:
    (answer,) = await stage.act(who, Said(words))
    return answer


def file_of(shown: Shown) -> Path:
    (media,) = shown.media
    assert media.ref.startswith("file:")
    return Path(media.ref.removeprefix("file:"))


async def test_a_worker_gets_no_workbook(stage: Stage) -> None:
    answer = await says(stage, "minh", "EXCEL")
    assert answer.media == ()
    assert "cán bộ" in answer.text


async def test_a_stranger_is_asked_for_the_unit_first(stage: Stage) -> None:
    for word in ("INBANGTIN", "PHATTHANH"):
        answer = await says(stage, "lan", word)
        assert (answer.media, "đơn vị" in answer.text.lower()) == ((), True)


async def test_hoa_gets_the_workbook_of_her_district(stage: Stage) -> None:
    answer = await says(stage, "hoa", "Excel")
    assert answer.media[0].name == "so-lieu-48.xlsx"
    book = CalamineWorkbook.from_path(file_of(answer))
    assert len(book.get_sheet_by_name("Lượt nộp").to_python()) == 1 + 55


async def test_hoa_gets_the_bulletin_with_its_picture(stage: Stage) -> None:
    answer = await says(stage, "hoa", "in bảng tin")
    assert (answer.media[0].name, answer.media[0].kind) == ("ban-tin-48.pdf", "file")
    made = Pdf(file_of(answer))
    assert (made.pages, made.images) == (1, 1)
    assert "nhắn SK 48 cho Bot Sáng kiến" in made.text()


async def test_minhs_workplace_hangs_up_the_districts_board_with_its_own_code(stage: Stage) -> None:
    made = Pdf(file_of(await says(stage, "minh", "INBANGTIN")))
    assert "Liên đoàn Lao động quận Nam Từ Liêm – thứ Sáu 20/11/2026" in made.text()
    assert "nhắn SK 4827" in made.text()


async def test_the_qr_code_opens_the_bot_once_its_name_is_known(stage: Stage) -> None:
    stage.plan.bot_links["telegram"] = "https://t.me/SangKienBot"
    assert "Quét mã, rồi nhắn: SK 48" in Pdf(file_of(await says(stage, "hoa", "INBANGTIN"))).text()


async def test_hoa_gets_a_poster_for_each_unit_of_her_district(stage: Stage) -> None:
    told = await says(stage, "hoa", "INMAQR")
    assert (told.media, "sangkien report posters --unit 48 --link" in told.text) == ((), True), "no QR code opens a bot"
    assert "cán bộ" in (await says(stage, "minh", "INMAQR")).text

    stage.plan.bot_links["webchat"] = "https://t.me/SangKienBot"
    making, done = await stage.act("hoa", Said("in mã QR"))
    assert making.text.startswith("Đang làm 15 tờ rơi")
    assert done.media[0].name == "to-roi-48.pdf"
    made = Pdf(file_of(done))
    assert made.pages == 15
    assert "Quét mã, rồi nhắn:" in made.text()
    assert "SK 4811\nCĐCS Bệnh viện Từ Liêm" in made.text()


async def test_posters_of_a_whole_city_are_the_command_lines(stage: Stage) -> None:
    stage.plan.bot_links["webchat"] = "https://t.me/SangKienBot"
    stage.store.write_now(add_units, 600)
    told = await says(stage, "hoa", "INMAQR")
    assert told.text.startswith("Có 615 đơn vị bên dưới; trong chat chỉ in được 500 tờ một lần.")
    assert told.media == ()


async def test_many_posters_are_announced_and_come_when_they_are_made(stage: Stage) -> None:
    stage.plan.bot_links["webchat"] = "https://t.me/SangKienBot"
    stage.store.write_now(add_units, 85)
    making, done = await stage.act("hoa", Said("INMAQR"))
    assert making.text.startswith("Đang làm 100 tờ rơi")
    assert done.text.startswith("In ra, dán ở cổng")
    assert Pdf(file_of(done)).pages == 100


async def test_posters_nobody_makes_beside_the_sending_come_a_minute_later(stage: Stage) -> None:
    """As after a crash: the promise stands in the outbox."""
    stage.plan.bot_links["webchat"] = "https://t.me/SangKienBot"
    stage.store.write_now(add_units, 85)
    await stage.parts.intake.deliver(Incoming("webchat", "1", "hoa", "hoa", is_group=False, event=Said("INMAQR")))
    stage.now += timedelta(seconds=61)
    await stage.settle()
    assert Pdf(file_of(stage.channel.chats["hoa"][-1])).pages == 100


def add_units(conn: Connection, number: int) -> None:
    district = registry.unit_by_code(conn, "48")
    assert district
    rows = [
        {"code": f"9{n:04d}", "name": f"CĐCS {n}", "short_name": f"CĐCS {n}", "folded": f"cdcs {n}", "type": "x"}
        for n in range(number)
    ]
    conn.execute(insert(unit), [row | {"parent_id": district.id} for row in rows])


async def test_the_script_to_read_aloud_is_alone_in_its_message(stage: Stage) -> None:
    answer = await says(stage, "hoa", "Phát thanh")
    assert answer.text.startswith("Kính thưa các anh chị!\nLiên đoàn Lao động quận Nam Từ Liêm xin báo kết quả")
    assert "năm mươi lăm lượt nộp" in answer.text
    assert answer.media == ()


async def test_minhs_workplace_reads_out_its_own_figures(stage: Stage) -> None:
    answer = await says(stage, "minh", "PHATTHANH")
    assert "May Sao Mai" in answer.text
    assert "chúng ta đã có bảy lượt nộp" in answer.text


# ---------------------------------------------------------------- just before the send


def source(store: Store, texts: Texts, folder: Path, *, fails: bool = False) -> Source:
    async def draw(svg: str) -> Path:
        raise NotDrawn("no worker")

    pictures = Pictures(folder / "pictures")
    return Source(store, texts, House(), folder / "papers", draw if fails else pictures.draw, lambda: "")


def message(store: Store, kind: str, at: datetime = NOON) -> Outgoing:
    unit = store.read_now(registry.unit_by_code, "48")
    (campaign,) = store.read_now(registry.campaigns_open, TODAY)
    assert unit
    media = Media("file", Paper(kind, unit.id, campaign.id, at, "vi").ref, name="x")
    return Outgoing("hoa", "Bản tin A4", media=(media,))


async def test_what_cannot_be_made_is_told_in_words(sampled: Store, texts: Texts, tmp_path: Path) -> None:
    files = PaperFiles(source(sampled, texts, tmp_path, fails=True))
    told = await files.prepare(message(sampled, BULLETIN))
    assert told.media == ()
    assert told.text.startswith("Không tạo được tệp lúc này.")
    assert list((tmp_path / "papers").iterdir()) == []


async def test_another_try_sends_the_same_file_and_old_ones_go(sampled: Store, texts: Texts, tmp_path: Path) -> None:
    import os

    files = PaperFiles(source(sampled, texts, tmp_path))
    wanted = message(sampled, WORKBOOK)
    first = await files.prepare(wanted)
    path = Path(first.media[0].ref.removeprefix("file:"))
    written = path.stat().st_mtime_ns
    assert await files.prepare(wanted) == first
    assert path.stat().st_mtime_ns == written

    os.utime(path, (1, 1))
    for hour in (13, 14):
        await files.prepare(message(sampled, WORKBOOK, NOON + timedelta(hours=hour)))
    assert not path.exists()


async def test_other_files_are_left_as_they_are(sampled: Store, texts: Texts, tmp_path: Path) -> None:
    other = replace(message(sampled, WORKBOOK), media=(Media("photo", "AgACAgUAAx"),))
    assert await PaperFiles(source(sampled, texts, tmp_path)).prepare(other) == other


def test_a_name_is_read_back_and_nothing_else_is_one() -> None:
    paper = Paper(BULLETIN, 12, 1, NOON, "en")
    assert paper.ref == "paper:bulletin:12:1:20261120T052000Z:en"
    assert read_ref(paper.ref) == paper
    for other in ("paper:poster:12:1:20261120T052000Z:vi", "paper:bulletin:12:1:heute:vi", "picture:1:members:vi", ""):
        assert read_ref(other) is None
