"""SOCONG with a file: sent in the chat or given on a one-time page, it ends where a paste ends."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.stage import PLAIN, Paper, Stage
from bot.uploads import Door
from handlers.facts import House
from handlers.talk import Media, Sent
from handlers.texts import Texts
from models.portal import portal_figure, portal_report
from models.queries import portal
from models.store import Store
from tests import ward
from tests.dialogue import Person
from tests.registry.files import xlsx
from tests.ward import IDS, at, rows

HOUSE = House(controller="Công đoàn phường Từ Liêm", support="chị Hoa, Tổ hỗ trợ sáng kiến")
ADDRESS = "https://sangkien.example.vn"


class Drive(Paper):
    """A channel that gives the files it was given."""

    files: dict[str, bytes]

    async def fetch(self, media: Media) -> bytes:
        return self.files[media.ref]


@pytest.fixture
async def stage(sqlite_store: Store, texts: Texts, tmp_path: Path) -> AsyncIterator[Stage]:
    sqlite_store.write_now(ward.found)
    channel = Drive(PLAIN)
    channel.files = {"so": table(tmp_path), "thu": b"%PDF-1.7"}
    house = replace(HOUSE, public_url=ADDRESS)
    async with Stage(sqlite_store, at(20, 16, 34), house=house, texts=texts, channel=channel) as stage:
        yield stage


def table(folder: Path) -> bytes:
    """Today's numbers as the office keeps them: title, heading, numbering, sum."""
    lines = [line.split("\t") for line in rows(ward.TODAY).splitlines()]
    body = [(place, name, int(count)) for place, (name, count) in enumerate(lines, 1)]
    head = [("CÔNG ĐOÀN PHƯỜNG TỪ LIÊM", "", ""), ("STT", "Đơn vị", "Lũy kế")]
    sheet = [*head, *body, ("", "Tổng cộng", sum(count for *_, count in body))]
    return xlsx(folder / "so.xlsx", {"Cổng": sheet}).read_bytes()


def totals(stage: Stage) -> int:
    found = stage.store.read_now(portal.newest, ward.CAMPAIGN, list(IDS.values()))
    return sum(figure.total for figure in found.values())


def ways(stage: Stage) -> set[str]:
    """How the figures came, as VISAO tells it."""
    return stage.store.read_now(lambda conn: set(conn.execute(select(portal_report.c.way)).scalars()))


def file(ref: str, name: str = "so.xlsx", caption: str = "", kind: str = "file") -> Sent:
    return Sent(Media(kind, ref, caption, name=name))


async def test_what_is_no_table_stops_nothing(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says("so cong 16h30", "Dán các dòng từ Excel vào đây", "Hoặc gửi tệp Excel.")
    await hoa.does(file("anh", "anh.jpg", kind="photo"), "Bot không đọc số trong ảnh", "Dán các dòng")
    await hoa.does(file("thu", "thu.pdf"), "Đã nhận tệp thu.pdf.", "Không mở được tệp này. Gửi bảng Excel")
    assert totals(stage) == 0
    await hoa.says(rows(ward.TODAY), "15/15 đơn vị, tổng 1.015")
    assert totals(stage) == 1015


async def test_a_workers_file_is_no_figures(stage: Stage) -> None:
    await Person(stage, "lan").does(file("so", caption="so cong 16h30"))
    assert totals(stage) == 0


async def test_a_file_sent_while_the_bot_asks(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says("SOCONG 16h30", "Dán các dòng")
    await hoa.does(file("so"), "Đã nhận tệp so.xlsx", "Nhận số lũy kế Cổng 16h30: 15/15 đơn vị, tổng 1.015.")
    assert totals(stage) == 1015
    assert ways(stage) == {"file"}


async def test_a_file_with_the_word_under_it(stage: Stage) -> None:
    hoa = Person(stage, "hoa")
    await hoa.does(file("so", caption="Số Cổng 16h30"), "Nhận số lũy kế Cổng 16h30: 15/15 đơn vị, tổng 1.015.")
    moments = stage.store.read_now(lambda conn: set(conn.execute(select(portal_figure.c.as_of)).scalars()))
    assert moments == {at(20, 16, 30)}


async def test_a_one_time_link_where_the_chat_carries_no_files(stage: Stage, tmp_path: Path) -> None:
    hoa = Person(stage, "hoa")
    await hoa.says("so cong 16h30", "1. Lấy đường dẫn tải tệp lên", "0. ")
    answer = await hoa.says("lay duong dan tai tep len", "dùng một lần, trong 1 giờ")
    (code,) = re.findall(rf"{ADDRESS}/nap/(\S+)", answer)
    door = Door(stage.store, lambda: stage.now, stage.parts.uploads.wake)
    assert await door.look("sai") == ("unknown", "")
    stage.now += timedelta(minutes=50)
    assert await door.take(code, (tmp_path / "so.xlsx").read_bytes(), "so.xlsx") == ("done", None)
    before = len(stage.channel.chats["hoa"])
    await stage.settle()
    told = [shown.text for shown in stage.channel.chats["hoa"][before:]]
    assert any("Nhận số lũy kế Cổng 16h30: 15/15 đơn vị, tổng 1.015." in text for text in told), told
    assert totals(stage) == 1015
    assert ways(stage) == {"link"}
    assert await door.take(code, b"", "so.xlsx") == ("used", None)


async def test_without_a_public_address_there_is_no_link(sqlite_store: Store, texts: Texts) -> None:
    sqlite_store.write_now(ward.found)
    async with Stage(sqlite_store, at(20, 16, 34), house=HOUSE, texts=texts, channel=Paper(PLAIN)) as stage:
        hoa = Person(stage, "hoa")
        assert "đường dẫn" not in await hoa.says("so cong 16h30", "Dán các dòng")
        await hoa.says("đường dẫn", "quản trị cần đặt địa chỉ công khai (SANGKIEN_PUBLIC_URL)")
        await hoa.says(rows(ward.TODAY), "15/15 đơn vị, tổng 1.015")
