"""The page of the web chat as somebody sees it: its two panes, and what is done in them."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect


def private(page: Page) -> Locator:
    return page.get_by_role("region", name="Chat riêng")


def group(page: Page) -> Locator:
    return page.get_by_role("region", name="Nhóm cán bộ")


def last(pane: Locator) -> Locator:
    return pane.get_by_role("article").last


async def connected(page: Page) -> None:
    await expect(page.get_by_role("status")).to_have_text("Đã kết nối")


async def type_in(pane: Locator, text: str) -> None:
    await pane.get_by_role("textbox").fill(text)
    await pane.get_by_role("textbox").press("Enter")


async def widest(page: Page) -> int:
    """Pixels of the widest thing on the page."""
    width: int = await page.evaluate(
        "Math.max(...[...document.querySelectorAll('html, body, .log, .message')].map((node) => node.scrollWidth))"
    )
    return width
