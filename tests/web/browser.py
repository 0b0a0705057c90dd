"""A real browser for tests: the machine's Chromium or Chrome, else Playwright's own, downloaded if need be.

Failing all, the tests are left out with a reason that says how to get one.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Playwright, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
USUAL = (
    "/usr/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)
ARGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
DOWNLOAD_SECONDS = 400.0
HOW = "no browser found: install Chromium or Chrome, or run `python -m playwright install --with-deps chromium`"


def find_browser() -> str | None:
    """The machine's own Chromium or Chrome, None when it has neither."""
    found = (shutil.which(name) for name in NAMES)
    usual = (path for path in USUAL if Path(path).exists())
    return next((path for path in (*found, *usual) if path), None)


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A running headless browser. Skips the test, saying how to get a browser, when there is none to be had."""
    async with async_playwright() as playwright:
        path = find_browser() or await _own(playwright)
        if path is None:
            pytest.skip(HOW)
        running = await playwright.chromium.launch(executable_path=path, args=ARGS)
        try:
            yield running
        finally:
            await running.close()


async def _own(playwright: Playwright) -> str | None:
    """Playwright's own browser, fetched on first use."""
    path = playwright.chromium.executable_path
    if not Path(path).exists():
        await _download()
    return path if Path(path).exists() else None


async def _download() -> None:
    command = (sys.executable, "-m", "playwright", "install", "chromium")
    process = await asyncio.create_subprocess_exec(*command)
    try:
        async with asyncio.timeout(DOWNLOAD_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
