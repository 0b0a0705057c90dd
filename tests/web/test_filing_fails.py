"""What a worker sees when the database or the disk of the filing page fails: a plain sentence, and what was typed."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.web.filing_house import BROWSER, LAN, PNG, FilingHouse, Phone, files, filing_house, phone

TROUBLE = "Máy chủ đang trục trặc, chưa gửi được."
NOT_SHOWN = "Máy chủ đang trục trặc, chưa mở được."


@pytest.fixture
async def house(registry: Path, tmp_path: Path) -> AsyncIterator[FilingHouse]:
    url = f"sqlite:///{shutil.copyfile(registry, tmp_path / 'web.db')}"
    async with filing_house(url, tmp_path) as running:
        yield running


@pytest.fixture
async def lan(house: FilingHouse) -> AsyncIterator[Phone]:
    async with phone(house) as hers:
        yield hers


async def run(house: FilingHouse, statement: str) -> None:
    def execute(conn: Connection) -> None:
        conn.execute(text(statement))

    await house.running.store.write(execute)


@asynccontextmanager
async def away(house: FilingHouse, table: str) -> AsyncIterator[None]:
    """The table is not there: what needs it fails."""
    await run(house, f"ALTER TABLE {table} RENAME TO elsewhere")
    yield
    await run(house, f"ALTER TABLE elsewhere RENAME TO {table}")


def again(page: str) -> dict[str, str]:
    """What the button sends by which the same is sent again."""
    found = re.search(r'<button class="main" name="([^"]*)" value="([^"]*)">Gửi lại', page)
    return {html.unescape(found[1]): html.unescape(found[2])} if found else {}


# ---------------------------------------------------------------- the database


@pytest.mark.parametrize("table", ["account", "web_count", "outbox", "inbound"])
async def test_what_lan_typed_is_there_again_and_counts_once(house: FilingHouse, lan: Phone, table: str) -> None:
    await lan.starts()
    for words in LAN[:2]:
        await lan.answers(words)
    title = 'lam cu ga may "tui ao" <khong> phai ve phan'
    async with away(house, table):
        for _ in range(2):
            await lan.says(title)
            assert (lan.status, lan.kept, lan.problem[: len(TROUBLE)]) == (503, title, TROUBLE)
    await lan.says(lan.kept)
    assert (lan.status, "Trước đây làm thế nào" in lan.newest()[0]) == (200, True)


async def test_where_only_storing_fails_the_question_stands_above_the_words(house: FilingHouse, lan: Phone) -> None:
    await lan.starts()
    await lan.taps("Đồng ý")
    async with away(house, "web_count"):
        await lan.says("tran thi lan")
        assert (lan.status, lan.kept, lan.problem[: len(TROUBLE)]) == (503, "tran thi lan", TROUBLE)
        assert lan.newest() == ["Họ và tên của anh/chị?"]
        for what in ("receipt", "leave"):
            await lan.posts({"do": what, "text": "tran thi lan"})
            assert (lan.status, lan.kept) == (503, "tran thi lan")
    await lan.says(lan.kept)
    assert "Anh/chị đã cải tiến việc gì?" in lan.newest()[0]


async def test_a_tap_can_be_sent_again_by_one_button(house: FilingHouse, lan: Phone) -> None:
    await lan.open("/nop/4827")
    house.later(seconds=5)
    async with away(house, "account"):
        await lan.does("start")
        assert (lan.status, again(lan.page)) == (503, {"do": "start"})
    await lan.posts(again(lan.page))
    assert "Công đoàn xin lưu" in lan.newest()[0]
    async with away(house, "account"):
        await lan.taps("Đồng ý")
        assert lan.status == 503
        assert "<textarea" not in lan.page
    await lan.posts(again(lan.page))
    assert lan.newest() == ["Họ và tên của anh/chị?"]


@pytest.mark.parametrize("table", ["account", "mark"])  # `mark` holds what forms are signed with
async def test_what_comes_before_anything_could_be_read_is_held_too(house: FilingHouse, lan: Phone, table: str) -> None:
    async with away(house, table):
        await lan.open("/nop/4827")
        assert (lan.status, lan.problem[: len(NOT_SHOWN)]) == (503, NOT_SHOWN)
        assert '<a class="button" href="/nop/4827?lang=vi">Thử lại</a>' in lan.page
        await lan.posts({"text": "lam cu ga"})
        assert (lan.status, lan.kept, lan.problem[: len(TROUBLE)]) == (503, "lam cu ga", TROUBLE)


async def test_a_code_and_a_name_that_cannot_be_looked_up_stay_in_their_boxes(house: FilingHouse, lan: Phone) -> None:
    receipt = (await files(lan)).replace("-", "")
    await lan.open(f"/tra/{receipt}")
    token = lan.token
    house.later(seconds=5)
    async with away(house, "web_receipt"):
        await lan.open(f"/tra/{receipt}")
        assert (lan.status, f'value="{receipt}"' in lan.page, lan.problem[: len(NOT_SHOWN)]) == (503, True, NOT_SHOWN)
        await lan.posts({}, token=token)
        assert (lan.status, f'value="{receipt}"' in lan.page, lan.problem[: len(TROUBLE)]) == (503, True, TROUBLE)
    async with away(house, "web_count"):
        await lan.open("/nop?tim=may%20sao")
        assert (lan.status, 'value="may sao"' in lan.page, lan.problem[: len(NOT_SHOWN)]) == (503, True, NOT_SHOWN)


async def test_a_closed_database_holds_the_words_too(registry: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{shutil.copyfile(registry, tmp_path / 'web.db')}"
    async with filing_house(url, tmp_path, ("web",)) as house, phone(house) as lan:
        await lan.starts()
        await lan.taps("Đồng ý")
        house.running.store.close()
        await lan.says("tran thi lan")
        assert (lan.status, lan.kept, lan.problem[: len(TROUBLE)]) == (503, "tran thi lan", TROUBLE)


# ---------------------------------------------------------------- the disk


async def test_a_photo_that_cannot_be_written_leaves_the_words_and_asks_for_it_again(
    house: FilingHouse, lan: Phone
) -> None:
    await lan.starts()
    for words in LAN[:4]:
        await lan.answers(words)
    media = house.folder / "media"
    shutil.rmtree(media, ignore_errors=True)
    media.write_bytes(b"")  # where the folder should be
    await lan.sends(PNG, "anh cu ga")
    assert (lan.status, lan.kept, lan.problem[: len(TROUBLE)]) == (503, "anh cu ga", TROUBLE)
    assert "Ảnh vừa chọn chưa được gửi: nhớ chọn lại." in lan.page
    media.unlink()
    await lan.sends(PNG, lan.kept)
    assert "Đã nhận 1 ảnh" in lan.newest()[0]
    assert "nhớ chọn lại" not in lan.page


async def test_of_a_film_of_forty_megabytes_the_words_are_kept(house: FilingHouse, lan: Phone) -> None:
    await lan.starts()
    await lan.taps("Đồng ý")
    await lan.sends(PNG + bytes(42 * 1024 * 1024), "anh cu ga")
    assert (lan.status, lan.kept, lan.problem[:18]) == (413, "anh cu ga", "Ảnh lớn quá 10 MB,")


# ---------------------------------------------------------------- what is refused before it is read


@pytest.mark.parametrize("path", ["/nop/4827", "/tra/ABCDEFGHJKMN"])
@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json"}, b"{}", 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"no form", 400),
        ({"Content-Type": "multipart/form-data; boundary=x", "Sec-Fetch-Site": "cross-site"}, b"--x--\r\n", 403),
    ],
    ids=["no-form", "broken", "foreign"],
)
async def test_a_refusal_is_a_page_for_a_browser_and_json_for_a_program(
    house: FilingHouse, lan: Phone, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    async with lan.http.post(house.url + path, data=body, headers=headers | BROWSER) as answer:
        assert (answer.status, answer.content_type) == (status, "text/html")
        assert "Chưa gửi được" in await answer.text()
    async with lan.http.post(f"{house.url}{path}?lang=en", data=body, headers=headers | BROWSER) as answer:
        assert "Nothing was sent" in await answer.text()
    async with lan.http.post(house.url + path, data=body, headers=headers) as answer:
        assert (answer.status, answer.content_type) == (status, "application/json")
