"""The page of the web chat in a real browser, with a scripted bot behind it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Page, expect

from bot.channels import Outgoing
from handlers.talk import Pressed, Said, Sent
from tests.web.house import NOTICE, House, house
from tests.web.panes import connected, group, last, private, type_in, widest

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(600)]

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
PHOTO: FilePayload = {"name": "cữ may.png", "mimeType": "image/png", "buffer": PNG}
HUGE: FilePayload = {"name": "phim.mp4", "mimeType": "video/mp4", "buffer": bytes(10 * 1024 * 1024 + 1)}
CONTRAST = (Path(__file__).parent / "contrast.js").read_text()


@dataclass
class Watched:
    """Opens pages and keeps what went wrong in them."""

    browser: Browser
    house: House
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    opened: list[Page] = field(default_factory=list)

    async def open(self, path: str = "/", width: int = 1280, height: int = 800) -> Page:
        context = await self.browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
        await context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = await context.new_page()
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._request(request.url))
        await page.goto(self.house.url + path)
        self.opened.append(page)
        return page

    def _request(self, url: str) -> None:
        if urlsplit(url).hostname != "127.0.0.1":
            self.foreign.append(url)


@pytest_asyncio.fixture(loop_scope="package")
async def here(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path / "uploads") as running:
        yield running


@pytest_asyncio.fixture(loop_scope="package")
async def tabs(chromium: Browser, here: House) -> AsyncIterator[Watched]:
    """Pages that must end without an error and without a request to anywhere else."""
    watched = Watched(chromium, here)
    yield watched
    for page in watched.opened:
        await page.context.close()
    assert watched.foreign == []
    assert watched.errors == []


async def test_lan_files_with_the_keyboard_alone(tabs: Watched, here: House) -> None:
    page = await tabs.open()
    await connected(page)
    await expect(private(page).get_by_text("Chào Lan! Nhắn thử một tin")).to_be_visible()

    await page.keyboard.type("sk 4827")  # the box has the focus from the start
    await page.keyboard.press("Enter")
    await expect(last(private(page))).to_contain_text("Công đoàn xin lưu")
    await expect(private(page).get_by_text("Chào Lan! Nhắn thử")).to_be_hidden()
    await page.keyboard.press("Shift+Tab")  # from the box back to the last button, then the one before
    await page.keyboard.press("Shift+Tab")
    await expect(page.locator(":focus")).to_have_text("1. Đồng ý")
    await page.keyboard.press("Enter")
    await expect(last(private(page))).to_contain_text("Họ và tên của anh/chị?")
    await page.keyboard.type("tran thi lan")  # the focus is back in the box
    await page.keyboard.press("Enter")
    await expect(last(private(page))).to_contain_text("Anh/chị đã cải tiến việc gì?")
    await page.keyboard.type("truoc ve phan")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("gio dat vao cu")
    await page.keyboard.press("Enter")
    await expect(last(private(page))).to_contain_text("Bot nghe: truoc ve phan\ngio dat vao cu")

    said = [update.event for update in here.bot.updates]
    assert said == [
        Said("sk 4827"),
        Pressed("q:1:1"),
        Said("tran thi lan"),
        Said("truoc ve phan\ngio dat vao cu"),
    ]
    told = await private(page).get_by_role("article").all_inner_texts()
    assert [re.split(r"\n", text)[1] for text in told[:4:2]] == ["sk 4827", "1. Đồng ý"]


async def test_an_old_button_stays_pressable(tabs: Watched, here: House) -> None:
    page = await tabs.open()
    await connected(page)
    await type_in(private(page), "sk 4827")
    await type_in(private(page), "khi nao")
    await expect(last(private(page)).get_by_role("button", name="5. Chưa làm thử")).to_be_visible()
    await private(page).get_by_role("button", name="0. Không").click()
    await expect(last(private(page))).to_contain_text("Bot nghe: 0. Không")
    assert here.bot.updates[-1].event == Pressed("q:1:0")


async def test_enter_while_a_letter_is_being_composed_sends_nothing(tabs: Watched, here: House) -> None:
    page = await tabs.open()
    await connected(page)
    box = private(page).get_by_role("textbox")
    await box.fill("đồ gá")
    await box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await expect(box).to_have_value("đồ gá")
    assert here.bot.updates == []


async def test_two_people_in_two_tabs_see_each_other_and_the_notice_in_the_group(tabs: Watched) -> None:
    lan, hoa = await tabs.open("/?la=lan"), await tabs.open("/?la=hoa")
    await connected(lan)
    await connected(hoa)
    await expect(hoa).to_have_title("Hoa – Sáng Kiến Bot")
    await type_in(private(hoa), "bantin")
    await type_in(group(lan), "Cảm ơn chị Hoa")
    for page in (lan, hoa):
        await expect(group(page).get_by_text("8. THCS Cầu Diễn: 69 (−2*) – 76,7%")).to_be_visible()
        await expect(last(group(page))).to_contain_text("Cảm ơn chị Hoa")
    await expect(last(group(hoa))).to_contain_text("Lan")
    await expect(private(lan).get_by_role("article")).to_have_count(0)

    await group(lan).get_by_role("button", name="Sao chép").click()
    await expect(group(lan).get_by_role("button", name="Đã sao chép")).to_be_visible()
    assert await lan.evaluate("navigator.clipboard.readText()") == NOTICE


async def test_lan_chooses_another_person_another_group_and_english(tabs: Watched) -> None:
    page = await tabs.open("/")
    await page.get_by_role("navigation", name="Đóng vai").get_by_role("link", name="Hoa").click()
    await page.get_by_role("link", name="Nhóm đoàn viên").click()
    await expect(page).to_have_url(re.compile(r"la=hoa&nhom=nhom-doan-vien"))
    await expect(page.get_by_role("region", name="Nhóm đoàn viên")).to_be_visible()
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("status")).to_have_text("Connected")
    await expect(page.get_by_role("textbox", name="Message the bot")).to_be_visible()
    await expect(page.get_by_role("link", name="Hoa").first).to_have_attribute("aria-current", "true")


async def test_a_photo_goes_with_its_caption_and_a_huge_file_does_not_go(tabs: Watched, here: House) -> None:
    page = await tabs.open()
    await connected(page)
    picker = private(page).locator("input[type=file]")
    await picker.set_input_files(HUGE)
    await expect(private(page).get_by_role("alert")).to_have_text("Tệp lớn quá 10 MB, không gửi được.")

    await picker.set_input_files(PHOTO)
    await expect(private(page).get_by_text("cữ may.png")).to_be_visible()
    await private(page).get_by_role("button", name="Bỏ tệp này").click()
    await picker.set_input_files(PHOTO)
    await type_in(private(page), "giờ đặt vào cữ")
    await expect(last(private(page))).to_contain_text("Đã nhận photo: cữ may.png")
    await expect(private(page).get_by_role("img", name="Ảnh cữ may.png")).to_be_attached()
    (update,) = here.bot.updates
    assert isinstance(update.event, Sent)
    assert (update.event.media.caption, update.event.media.size) == ("giờ đặt vào cữ", len(PNG))


async def test_words_that_do_not_fit_are_kept_in_the_box(tabs: Watched, here: House) -> None:
    page = await tabs.open()
    await connected(page)
    await type_in(private(page), "á" * 4097)
    await expect(private(page).get_by_role("alert")).to_contain_text("Tin dài quá 4.096 ký tự")
    await expect(private(page).get_by_role("textbox")).to_have_value("á" * 4097)
    assert here.bot.updates == []


async def test_what_could_not_be_sent_is_kept_and_sent_once_when_the_server_is_back(
    chromium: Browser, tmp_path: Path
) -> None:
    async with house(tmp_path) as before:
        tabs = Watched(chromium, before)
        page = await tabs.open()
        await connected(page)
        await type_in(private(page), "trước khi tắt")
        await expect(last(private(page))).to_contain_text("Bot nghe: trước khi tắt")
    await expect(page.get_by_role("status")).to_have_text("Mất kết nối, đang nối lại…")
    await type_in(private(page), "lam cu ga may tui ao")
    await expect(last(private(page))).to_contain_text("chưa gửi được")
    await expect(last(private(page))).to_contain_text("lam cu ga may tui ao")

    async with house(tmp_path, before.port) as after:
        await connected(page)
        await private(page).get_by_role("button", name="thử lại").click()
        await expect(last(private(page))).to_contain_text("Bot nghe: lam cu ga may tui ao")
        await expect(private(page).get_by_role("button", name="thử lại")).to_have_count(0)
        assert [update.event for update in after.bot.updates] == [Said("lam cu ga may tui ao")]
        said = await private(page).locator(".text").all_inner_texts()
        assert said == [
            "trước khi tắt",
            "Bot nghe: trước khi tắt",
            "lam cu ga may tui ao",
            "Bot nghe: lam cu ga may tui ao",
        ]
        await page.context.close()
    assert tabs.foreign == []


async def test_a_progress_message_changes_in_place(tabs: Watched, here: House) -> None:
    page = await tabs.open()
    await connected(page)
    first = await here.webchat.send(Outgoing("lan", "Đã gửi 10/60"))
    await here.webchat.send(Outgoing("lan", "Tin khác"))
    await here.webchat.send(Outgoing("lan", "Đã gửi 60/60", edits=first.external_id))
    await expect(private(page).get_by_role("article").first).to_contain_text("Đã gửi 60/60")
    await expect(private(page).get_by_role("article")).to_have_count(2)


async def test_what_people_write_is_never_taken_for_html(tabs: Watched) -> None:
    page = await tabs.open()
    await connected(page)
    await type_in(private(page), "<img src=x onerror=alert(1)> http://127.0.0.1/dl, nhé")
    await expect(last(private(page))).to_contain_text("Bot nghe: <img src=x onerror=alert(1)>")
    await expect(last(private(page)).get_by_role("link")).to_have_attribute("href", "http://127.0.0.1/dl")


async def test_on_a_phone_one_pane_is_shown_and_nothing_is_wider_than_the_screen(tabs: Watched) -> None:
    phone = await tabs.open("/?la=lan", width=360, height=640)
    hoa = await tabs.open("/?la=hoa")
    await connected(phone)
    await expect(group(phone)).to_be_hidden()
    await type_in(private(phone), "khi nao")
    await expect(last(private(phone)).get_by_role("button", name="1. Tuần này")).to_be_in_viewport()
    await type_in(private(phone), "dài" * 300)
    await type_in(private(hoa), "bantin")

    choose = phone.get_by_role("group", name="Chọn khung chat")
    await choose.get_by_role("button", name="Nhóm có tin mới").click()
    await expect(last(group(phone))).to_contain_text("Hỗ trợ: chị Hoa")
    await expect(last(group(phone)).get_by_role("button", name="Sao chép")).to_be_in_viewport()
    await expect(private(phone)).to_be_hidden()
    await expect(choose.get_by_role("button", name="Nhóm")).to_have_attribute("aria-pressed", "true")
    assert await widest(phone) <= 360
    await choose.get_by_role("button", name="Chat riêng").click()
    assert await widest(phone) <= 360
    await phone.goto(tabs.house.url + "/dl")
    assert await widest(phone) <= 360


@pytest.mark.parametrize("path", ["/?la=lan", "/dl", "/khong-co"])
async def test_every_text_is_dark_enough_to_read(chromium: Browser, here: House, path: str) -> None:
    tabs = Watched(chromium, here)
    page = await tabs.open(path)
    if path.startswith("/?"):
        await connected(page)
        here.bot.failures = 1
        await type_in(private(page), "khi nao")
        await expect(last(private(page))).to_contain_text("chưa gửi được")
        for text in ("khi nao", "sk 4827"):
            await type_in(private(page), text)
        await type_in(private(page), "bantin")
        await expect(last(group(page))).to_contain_text("Sao chép")
    found = await page.evaluate(CONTRAST)
    assert found["checked"] > 3
    assert found["poor"] == []
    await page.context.close()
