"""The product as a newcomer meets it: `sangkien run` without a token, as a process, and a real browser."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, Locator, Page, expect

from tests.web.panes import connected, group, last, private, type_in, widest

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(600)]

SANGKIEN = str(Path(sys.executable).with_name("sangkien"))
STOP_SECONDS = 5.0
FILING = (  # what Lan types, and what the bot says to it: seven messages each
    ("sk 4827", "Công đoàn xin lưu"),
    ("ok", "Họ và tên của anh/chị?"),
    ("tran thi lan", "Anh/chị đã cải tiến việc gì?"),
    ("lam cu ga may tui ao khong phai ve phan", "Trước đây làm thế nào"),
    ("truoc ve phan tung tui hay lech. gio dat vao cu may luon. nhanh hon 10 giay 1 ao", "từ khi nào?"),
    ("1", "lam cu ga may tui ao khong phai ve phan"),
    ("1", "Đã nhận. Mã sáng kiến: 48 27"),
)


@dataclass
class Product:
    """A running `sangkien run`."""

    process: asyncio.subprocess.Process
    url: str

    async def stop(self) -> tuple[int, str]:
        """Ctrl-C: the exit code and what it said."""
        self.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(STOP_SECONDS):
            out, _ = await self.process.communicate()
        return int(self.process.returncode or 0), out.decode()


@asynccontextmanager
async def product(folder: Path, port: int) -> AsyncIterator[Product]:
    process = await launch(folder, port)
    try:
        assert process.stdout
        said = (await process.stdout.readline()).decode()
        found = re.search(r"http://[\d.:]+", said)
        assert found, said
        yield Product(process, found[0])
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def launch(folder: Path, port: int) -> asyncio.subprocess.Process:
    """`sangkien run` in an empty place, with no setting but the port. What it logs goes where its words go."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SANGKIEN_")}
    return await asyncio.create_subprocess_exec(
        SANGKIEN,
        "run",
        cwd=folder,
        env=clean | {"SANGKIEN_HTTP_PORT": str(port)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


@pytest.fixture
def port() -> int:
    """A port nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def opened(browser: Browser, url: str, who: str, width: int = 1280) -> Page:
    context = await browser.new_context(viewport={"width": width, "height": 720}, locale="vi-VN")
    page = await context.new_page()
    await page.goto(f"{url}/?la={who}")
    await connected(page)
    return page


async def show(page: Page, pane: str) -> None:
    """On a phone one pane is seen at a time."""
    tab = page.get_by_role("group", name="Chọn khung chat").get_by_role("button", name=pane)
    if await tab.is_visible():
        await tab.click()


async def file_as_lan(page: Page) -> None:
    for said, answer in FILING:
        await type_in(private(page), said)
        await expect(last(private(page))).to_contain_text(answer)


def newest_notice(pane: Locator) -> Locator:
    """Its words; the picture is a message of its own behind them."""
    return pane.get_by_role("article").filter(has_text="Kết quả sáng kiến").last


async def sees_picture(pane: Locator) -> None:
    """The board as a picture, whole, in a message behind the words."""
    image = last(pane).get_by_role("img", name="ket-qua.png")
    await expect(image).to_be_in_viewport()
    await expect(image).to_have_js_property("complete", value=True)
    assert await image.evaluate("image => image.naturalWidth") == 1080


async def counted(pane: Locator) -> tuple[int, int]:
    """The total and the count of Lan's unit, as the newest board or notice of the pane says."""
    text = await newest_notice(pane).inner_text()
    total = re.search(r"^Tổng: (\d+)", text, re.MULTILINE)
    unit = re.search(r"May Sao Mai: (\d+)", text)
    assert total, text
    assert unit, text
    return int(total[1]), int(unit[1])


async def board(page: Page) -> tuple[int, int]:
    """What KETQUA says in the group of this moment."""
    await type_in(group(page), "ketqua")
    await expect(group(page).get_by_role("article").nth(-2)).to_contain_text("ketqua")
    return await counted(group(page))


@pytest.mark.parametrize("width", [1280, 360])
async def test_lan_files_without_accents_and_the_group_gets_the_counts(
    chromium: Browser, tmp_path: Path, port: int, width: int
) -> None:
    async with product(tmp_path, port) as bot:
        lan, hoa = [await opened(chromium, bot.url, who, width) for who in ("lan", "hoa")]
        await show(hoa, "Nhóm")
        before = await board(hoa)
        await file_as_lan(lan)

        await type_in(group(hoa), "dang")
        await show(lan, "Nhóm")
        for page in (hoa, lan):
            await sees_picture(group(page))
            assert await counted(group(page)) == (before[0] + 1, before[1] + 1)
            copy = newest_notice(group(page)).get_by_role("button", name="Sao chép")
            await copy.scroll_into_view_if_needed()
            await expect(copy).to_be_in_viewport()
            assert await widest(page) <= width
            await page.context.close()


async def test_ctrl_c_ends_it_with_a_page_open_and_a_second_run_keeps_what_was_filed(
    chromium: Browser, tmp_path: Path, port: int
) -> None:
    async with product(tmp_path, port) as bot:
        hoa = await opened(chromium, bot.url, "hoa")
        lan = await opened(chromium, bot.url, "lan")
        await file_as_lan(lan)
        counts = await board(hoa)
        await type_in(group(hoa), "dang")
        await sees_picture(group(hoa))
        assert await bot.stop() == (0, "Đã dừng.\n")
        await lan.context.close()
        await hoa.context.close()

    async with product(tmp_path, port) as bot:
        hoa = await opened(chromium, bot.url, "hoa")
        await sees_picture(group(hoa))  # the notice is still to be seen
        assert await counted(group(hoa)) == counts
        assert await board(hoa) == counts
        lan = await opened(chromium, bot.url, "lan")
        await expect(last(private(lan))).to_contain_text("Đã nhận. Mã sáng kiến: 48 27")
        await type_in(private(lan), "xem")
        await expect(last(private(lan)).get_by_role("button", name=re.compile("^48 27"))).to_have_count(1)
        await lan.context.close()
        await hoa.context.close()
        assert (await bot.stop())[0] == 0


async def test_a_newcomer_is_shown_the_way_to_the_first_notice(chromium: Browser, tmp_path: Path, port: int) -> None:
    async with product(tmp_path, port) as bot:
        lan = await opened(chromium, bot.url, "lan")
        await expect(group(lan)).to_contain_text("chọn Hoa ở trên cùng, rồi nhắn DANG vào nhóm này")
        await lan.get_by_role("link", name="Hoa").click()
        await group(lan).get_by_role("button", name="DANG").click()
        await group(lan).get_by_role("textbox").press("Enter")
        await expect(newest_notice(group(lan))).to_be_attached()
        await sees_picture(group(lan))
        await lan.context.close()


async def test_its_health_and_the_page_on_data_answer_and_a_second_one_on_the_port_is_told(
    tmp_path: Path, port: int
) -> None:
    async with product(tmp_path, port) as bot, ClientSession(bot.url) as http:
        for path in ("/health/live", "/health/ready", "/dl"):
            async with http.get(path) as answer:
                assert answer.status == 200, path
        second = await launch(tmp_path, port)
        said, _ = await second.communicate()
        assert second.returncode == 1
        assert f"Cổng {port} đang có chương trình khác dùng." in said.decode()
        assert "Traceback" not in said.decode()
        async with http.get("/health/ready") as answer:
            assert await answer.json() == {"status": "ok", "checks": {"database": "ok"}}


async def test_without_a_token_no_platform_library_and_no_migration_tool_is_loaded(tmp_path: Path, port: int) -> None:
    async with product(tmp_path, port) as bot:
        await bot.stop()
    script = (
        "import asyncio, sys\n"
        "from bot.app import App\n"
        "from bot.config import Settings\n"
        "async def start():\n"
        "    async with App(Settings(http_port=0)):\n"
        "        print(sorted({'aiogram', 'telegram', 'alembic', 'bot.registry'} & sys.modules.keys()))\n"
        "asyncio.run(start())\n"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SANGKIEN_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, cwd=tmp_path, env=clean, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert out.decode() == "[]\n"
