"""The page of a one-time link, over real HTTP and in a real browser on a small phone without scripts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession, FormData, web
from playwright.async_api import Browser, expect

from bot.registry.counts import read_counts
from bot.registry.problems import Unreadable
from bot.web.pages import Pages
from bot.web.shell import add_shell
from bot.web.upload_page import FILE_LIMIT, add_upload_page
from handlers.talk import Say
from handlers.texts import Texts
from tests.registry.files import xlsx

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(600)]

HERE = Path(__file__).parent
AXE = (HERE / "axe.min.js").read_text(encoding="utf-8")
CONTRAST = (HERE / "contrast.js").read_text(encoding="utf-8")
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNIT = "Công đoàn phường Từ Liêm"


@dataclass
class Desk:
    """A door with one code of each state; keeps the lines it was given."""

    url: str = ""
    states: dict[str, str] = field(default_factory=lambda: {"tot": "good", "roi": "used", "cu": "expired"})
    taken: list[str] = field(default_factory=list)

    async def look(self, code: str) -> tuple[str, str]:
        return self.states.get(code, "unknown"), UNIT

    async def take(self, code: str, data: bytes, name: str) -> tuple[str, Say | None]:
        try:
            self.taken.append(read_counts(data, name))
        except Unreadable as unreadable:
            return "good", unreadable.what
        self.states[code] = "used"
        return "done", None


@pytest_asyncio.fixture(loop_scope="package")
async def desk() -> AsyncIterator[Desk]:
    found, app = Desk(), web.Application()
    pages = Pages(Texts.load())
    add_shell(app, pages)
    add_upload_page(app, pages, found)
    runner = web.AppRunner(app, lingering_time=0.5)  # for a body that was refused unread
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


def form(data: bytes, name: str) -> FormData:
    made = FormData()
    made.add_field("file", data, filename=name)
    return made


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("khongco", 404, "Không có trang này"),
        ("roi", 410, "Đường dẫn này đã dùng rồi"),
        ("cu", 410, "Đường dẫn này đã hết hạn"),
    ],
)
async def test_a_link_that_is_no_good_says_so(desk: Desk, code: str, status: int, words: str) -> None:
    async with ClientSession(headers={"Accept": "text/html"}) as browser:
        async with browser.get(f"{desk.url}/nap/{code}") as page:
            assert (page.status, words in await page.text()) == (status, True)
        async with browser.post(f"{desk.url}/nap/{code}", data=form(b"a;1", "so.csv")) as page:
            assert page.status == status
    assert desk.taken == []


@pytest.mark.parametrize(
    ("data", "name", "status", "words"),
    [
        (b"", "", 400, "Chưa có tệp nào được chọn"),
        (b"%PDF-1.7", "so.pdf", 422, "Không mở được tệp này"),
        (b"x" * (FILE_LIMIT + 1), "so.csv", 413, "Tệp lớn quá 4 MB"),
        (b"x" * (FILE_LIMIT + 100_000), "so.csv", 413, "Tệp lớn quá 4 MB"),
    ],
    ids=["none", "pdf", "large", "huge"],
)
async def test_a_file_that_is_not_taken_leaves_the_link_good(
    desk: Desk, data: bytes, name: str, status: int, words: str
) -> None:
    async with ClientSession() as browser, browser.post(f"{desk.url}/nap/tot", data=form(data, name)) as page:
        text = await page.text()
    assert (page.status, words in text, 'role="alert"' in text) == (status, True, True)
    assert desk.states["tot"] == "good"


async def test_what_is_no_form_is_not_taken_either(desk: Desk) -> None:
    async with ClientSession() as browser, browser.post(f"{desk.url}/nap/tot", json={"file": "x"}) as page:
        assert (page.status, "Chưa có tệp nào" in await page.text()) == (400, True)


async def test_hoa_gives_her_table_on_a_phone_without_scripts(chromium: Browser, desk: Desk, tmp_path: Path) -> None:
    table = xlsx(tmp_path / "so.xlsx", {"Cổng": (("Đơn vị", "Lũy kế"), ("May Sao Mai", 118))})
    (tmp_path / "thu.pdf").write_bytes(b"%PDF-1.7")
    context = await chromium.new_context(
        viewport={"width": 360, "height": 640}, locale="vi-VN", java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto(f"{desk.url}/nap/tot")
    await expect(page.get_by_text(f"Số lũy kế trên Cổng của các đơn vị thuộc {UNIT}.")).to_be_visible()
    await page.get_by_label("Chọn tệp").set_input_files(tmp_path / "thu.pdf")
    await page.get_by_role("button", name="Gửi cho bot").click()
    await expect(page.get_by_role("alert")).to_contain_text("Không mở được tệp này")
    await page.get_by_label("Chọn tệp").set_input_files(table)
    await page.get_by_role("button", name="Gửi cho bot").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Đã nhận tệp")
    assert desk.taken == ["May Sao Mai\t118"]
    await page.goto(f"{desk.url}/nap/tot")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Đường dẫn này đã dùng rồi")
    await context.close()


@pytest.mark.parametrize("path", ["/nap/tot", "/nap/tot?lang=en", "/nap/roi", "/nap/cu"])
async def test_every_state_is_good_to_read_at_360_pixels(chromium: Browser, desk: Desk, path: str) -> None:
    context = await chromium.new_context(viewport={"width": 360, "height": 640}, locale="vi-VN")
    page = await context.new_page()
    await page.goto(desk.url + path)
    assert await page.evaluate(TOO_WIDE) <= 0
    assert (await page.evaluate(CONTRAST))["poor"] == []
    await page.evaluate(AXE)
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]] == []
    await context.close()
