"""The whole product over HTTP: Hoa asks for an upload link in the chat, gives a table there, the chat goes on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.registry.files import xlsx
from tests.web.panes import last, private, type_in
from tests.web.test_product import opened, port, product

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(600)]
__all__ = ["port"]


async def test_hoa_gives_a_table_by_a_link_of_the_chat(chromium: Browser, tmp_path: Path, port: int) -> None:
    table = xlsx(tmp_path / "so.xlsx", {"Cổng": (("Đơn vị", "Lũy kế"), ("May Sao Mai", 18), ("Điện Sao Việt", 20))})
    async with product(tmp_path, port) as bot:
        chat = await opened(chromium, bot.url, "hoa")
        await type_in(private(chat), "so cong")
        await expect(last(private(chat))).to_contain_text("Dán các dòng từ Excel vào đây")
        await type_in(private(chat), "lay duong dan tai tep len")
        await expect(last(private(chat))).to_contain_text("dùng một lần, trong 1 giờ")
        (link,) = re.findall(rf"{bot.url}/nap/[\w-]+", await last(private(chat)).inner_text())

        page = await chat.context.new_page()
        await page.goto(link)
        await page.get_by_label("Chọn tệp").set_input_files(table)
        await page.get_by_role("button", name="Gửi cho bot").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Đã nhận tệp")
        await expect(private(chat)).to_contain_text("2/2 đơn vị, tổng 38", timeout=20_000)
        await chat.context.close()
        assert (await bot.stop())[0] == 0
