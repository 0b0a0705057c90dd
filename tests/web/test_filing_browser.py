"""The filing page in a real browser as wide as a cheap phone, on a slow network, with scripts switched off."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Page, expect
from sqlalchemy import text

from tests.web.filing_house import LAN, PNG, FilingHouse, filing_house

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(600)]

HERE = Path(__file__).parent
AXE = (HERE / "axe.min.js").read_text(encoding="utf-8")
CONTRAST = (HERE / "contrast.js").read_text(encoding="utf-8")
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# what is called "3G Slow": 400 ms there and back, 400 kbit/s
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
MOST = 60 * 1024  # bytes of a page with all it needs
PHOTO: FilePayload = {"name": "cữ may.png", "mimeType": "image/png", "buffer": PNG}


@pytest_asyncio.fixture(loop_scope="package")
async def house(registry: Path, tmp_path: Path) -> AsyncIterator[FilingHouse]:
    url = f"sqlite:///{shutil.copyfile(registry, tmp_path / 'web.db')}"
    async with filing_house(url, tmp_path) as running:
        yield running


class Loaded:
    """Counts the bytes that come over the network, as the browser reports them."""

    def __init__(self) -> None:
        self.bytes = 0

    async def watch(self, page: Page) -> None:
        session = await page.context.new_cdp_session(page)
        await session.send("Network.enable")
        session.on("Network.loadingFinished", self._add)
        await session.send("Network.emulateNetworkConditions", SLOW)

    def _add(self, event: dict[str, float]) -> None:
        self.bytes += int(event["encodedDataLength"])


async def answer(page: Page, words: str) -> None:
    """Words into the box, or in brackets an answer to tap."""
    if words.startswith("["):
        await page.get_by_role("button", name=words[1:-1], exact=True).click()
    else:
        await page.get_by_role("textbox").fill(words)
        await page.get_by_role("button", name="Gửi").click()


async def test_lan_files_on_a_cheap_phone_without_scripts_on_a_slow_network(
    chromium: Browser, house: FilingHouse
) -> None:
    context = await chromium.new_context(
        viewport={"width": 360, "height": 640}, java_script_enabled=False, locale="vi-VN", is_mobile=True
    )
    page, loaded = await context.new_page(), Loaded()
    await loaded.watch(page)
    await page.goto(f"{house.url}/nop/4827")
    first = loaded.bytes
    assert 0 < first < MOST
    house.later(seconds=5)
    await answer(page, "[Bắt đầu]")
    await expect(page.get_by_text("Công đoàn xin lưu")).to_be_visible()
    for words in LAN[:4]:
        await answer(page, words)
    await expect(page.get_by_text("Bắt đầu làm cách mới từ khi nào?")).to_be_visible()
    await page.get_by_label("Ảnh, nếu có").set_input_files(PHOTO)
    await page.get_by_role("button", name="Gửi").click()
    await expect(page.get_by_text("Đã nhận 1 ảnh")).to_be_visible()
    for words in LAN[4:]:
        await answer(page, words)
    await expect(page.get_by_text("Đã nhận. Mã sáng kiến: 48 27 001.")).to_be_visible()
    await expect(page.locator(".told .code")).to_have_css("white-space", "nowrap")  # a code is read as one
    assert loaded.bytes < MOST  # nine pages, all told
    code = await page.locator(".receipt b").inner_text()
    await page.goto(f"{house.url}/tra/{code}")
    await expect(page.get_by_text("lam cu ga may tui ao khong phai ve phan")).to_be_visible()
    await context.close()


async def pages(page: Page, house: FilingHouse, language: str) -> AsyncIterator[str]:
    """Each page there is, as it is before the browser, by name."""
    start, agree, leave = ("Bắt đầu", "Đồng ý", "Tháng này") if language == "vi" else ("Start", "I agree", "This month")
    await page.goto(f"{house.url}/nop/4827?lang={language}")
    yield "start"
    house.later(seconds=5)
    await answer(page, f"[{start}]")
    yield "consent"
    await answer(page, f"[{agree}]")
    for words in LAN[1:4]:
        await page.get_by_role("textbox").fill(words)
        await page.locator("p > button").click()
    yield "choices"
    await answer(page, f"[{leave}]")
    await page.locator(".row button").first.click()
    yield "receipt"
    code = await page.locator(".receipt b").inner_text()
    await page.locator("summary").last.click()
    yield "more"
    await page.goto(f"{house.url}/tra/{code}?lang={language}")
    yield "trace"
    await page.goto(f"{house.url}/tra?lang={language}")
    yield "code"
    await page.goto(f"{house.url}/nop?tim=may%20sao&lang={language}")
    yield "find"


async def is_readable(page: Page, name: str, language: str) -> None:
    assert await page.evaluate(TOO_WIDE) <= 0, name
    assert (await page.evaluate(CONTRAST))["poor"] == [], name
    await page.evaluate(AXE)
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert len(found["passes"]) > 10, name
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == [], name
    assert await page.evaluate("document.documentElement.lang") == language, name


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_every_page_fits_and_can_be_read_by_everybody(
    chromium: Browser, house: FilingHouse, language: str
) -> None:
    context = await chromium.new_context(viewport={"width": 360, "height": 640}, locale="vi-VN")
    page = await context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    async for name in pages(page, house, language):
        await is_readable(page, name, language)
    assert errors == []
    await context.close()


async def refusals(page: Page, house: FilingHouse, language: str) -> AsyncIterator[str]:
    """The pages that say what went wrong."""
    start, agree = ("Bắt đầu", "Đồng ý") if language == "vi" else ("Start", "I agree")
    for path in ("/nop?tim=zzzzqqqq&", "/nop/99999?", "/tra/ABCDEFGHJKMN?"):
        await page.goto(f"{house.url}{path}lang={language}")
        yield path
    await page.goto(f"{house.url}/nop/4827?lang={language}")
    house.later(seconds=5)
    await answer(page, f"[{start}]")
    await answer(page, f"[{agree}]")
    await page.locator("p > button").click()
    yield "nothing typed"
    await page.get_by_role("textbox").fill("tran thi lan")
    await page.locator("#photo").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"MZ"})
    await page.locator("p > button").click()
    yield "no photo"
    await house.running.store.write(lambda conn: conn.execute(text("ALTER TABLE account RENAME TO elsewhere")))
    await page.locator("p > button").click()
    yield "database away"


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_every_page_that_refuses_fits_and_can_be_read_by_everybody(
    chromium: Browser, house: FilingHouse, language: str
) -> None:
    context = await chromium.new_context(viewport={"width": 360, "height": 640}, locale="vi-VN")
    page = await context.new_page()
    async for name in refusals(page, house, language):
        await is_readable(page, name, language)
    assert await page.get_by_role("textbox").input_value() == "tran thi lan"
    await context.close()


async def test_the_keyboard_reaches_answers_before_the_box(chromium: Browser, house: FilingHouse) -> None:
    context = await chromium.new_context(viewport={"width": 360, "height": 640}, locale="vi-VN")
    page = await context.new_page()
    await page.goto(f"{house.url}/nop/4827")
    house.later(seconds=5)
    await answer(page, "[Bắt đầu]")
    await page.get_by_role("button", name="Đồng ý", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Họ và tên của anh/chị?")).to_be_visible()
    await page.get_by_role("textbox").fill("tran thi lan")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Anh/chị đã cải tiến việc gì?")).to_be_visible()
    await context.close()


NEWEST = "document.activeElement.id + ': ' + document.activeElement.innerText.split('\\n')[0]"
DESCRIBED = """document.getElementById('text').getAttribute('aria-describedby').split(' ')
    .map(id => document.getElementById(id).innerText).join(' | ')"""


async def test_a_screen_reader_begins_at_what_is_new_and_hears_the_question_at_the_box(
    chromium: Browser, house: FilingHouse
) -> None:
    context = await chromium.new_context(viewport={"width": 360, "height": 640}, locale="vi-VN")
    page = await context.new_page()
    await page.goto(f"{house.url}/nop/4827")
    house.later(seconds=5)
    await answer(page, "[Bắt đầu]")
    await answer(page, "[Đồng ý]")
    assert await page.evaluate(NEWEST) == "moi: Họ và tên của anh/chị?"
    assert await page.evaluate(DESCRIBED) == "Họ và tên của anh/chị?"
    await page.get_by_role("button", name="Gửi").click()  # nothing was typed
    assert (await page.evaluate(NEWEST)).startswith("moi: Chưa có gì để gửi")
    assert (await page.evaluate(DESCRIBED)).startswith("Chưa có gì để gửi")
    assert (await page.evaluate(DESCRIBED)).endswith(" | Họ và tên của anh/chị?")
    assert await page.get_by_role("textbox").get_attribute("aria-invalid") == "true"
    for words in LAN[1:]:
        await answer(page, words)
    assert await page.evaluate(NEWEST) == "moi: Mã tra cứu của anh/chị:"
    assert await page.get_by_role("textbox").get_attribute("aria-invalid") is None
    await page.goto(f"{house.url}/tra?ma=khong")
    assert (await page.evaluate(NEWEST)).startswith("loi: Không có mã tra cứu này")
    await context.close()
