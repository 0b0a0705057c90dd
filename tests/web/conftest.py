"""Fixtures of the web tests, and the last lines of a run that had to leave browser tests out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from scheduler.clock import system_clock
from tests.databases import SqliteFiles
from tests.registry_only import load_registry
from tests.web.browser import HOW, browser
from tests.web.house import House, house


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path / "uploads") as running:
        yield running


@pytest.fixture(scope="module")
def registry(sqlite_files: SqliteFiles) -> Path:
    """A database with units and nothing else, to be copied."""
    url = sqlite_files.make()
    load_registry(url, system_clock())
    return Path(url.removeprefix("sqlite:///"))


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all browser tests, which run in its loop: `pytest.mark.asyncio(loop_scope="package")`."""
    async with browser() as running:
        yield running


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    left_out = [report.nodeid for report in skipped if HOW in str(report.longrepr)]
    if left_out:
        terminalreporter.section(f"left out: {len(left_out)} browser tests", sep="!", red=True)
        for nodeid in left_out:
            terminalreporter.line(nodeid)
        terminalreporter.line(HOW, bold=True)
