"""The public board as people open it: on a phone, on a desk, without scripts, on paper, with a screen reader."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.databases import SqliteFiles
from tests.web.board_house import BoardHouse, board_house, copied, sample_of

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(600)]

HERE = Path(__file__).parent
CONTRAST = (HERE / "contrast.js").read_text(encoding="utf-8")
AXE = (HERE / "axe.min.js").read_text(encoding="utf-8")  # axe-core 4.14.1, MPL-2.0: its head says so
PATHS = (
    "/ketqua/SANGKIEN",
    "/ketqua/SANGKIEN/48",
    "/ketqua/SANGKIEN/48?xep=luot&lang=en",
    "/ketqua/SANGKIEN/4827",
    "/ketqua/SANGKIEN?tim=truong+thpt",
    "/ketqua/SANGKIEN?tim=zzzz",
)
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Visits:
    """Opens pages and keeps what went wrong in them."""

    browser: Browser
    house: BoardHouse
    errors: list[str] = field(default_factory=list)
    opened: list[Page] = field(default_factory=list)

    async def open(self, path: str, width: int = 1280, *, scripts: bool = True) -> Page:
        context = await self.browser.new_context(
            viewport={"width": width, "height": 760}, locale="vi-VN", java_script_enabled=scripts
        )
        page = await context.new_page()
        page.on("console", lambda message: self.errors.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        await page.goto(self.house.url + path)
        self.opened.append(page)
        return page


@pytest.fixture(scope="module")
def sample(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with sample_of(sqlite_files, tmp_path_factory.mktemp("board")) as path:
        yield path


@pytest_asyncio.fixture(loop_scope="package")
async def here(sample: Path, tmp_path: Path) -> AsyncIterator[BoardHouse]:
    """A day on which units reached their targets, one more than four times, and much came in."""
    with copied(sample, tmp_path) as store:
        async with board_house(store) as running:
            for unit, number in (("4811", 130), ("4827", 80), ("4812", 320), ("54", 1234)):
                running.file(unit, number)
            yield running


@pytest_asyncio.fixture(loop_scope="package")
async def visits(chromium: Browser, here: BoardHouse) -> AsyncIterator[Visits]:
    """Pages that must end without a word in the console."""
    found = Visits(chromium, here)
    yield found
    for page in found.opened:
        await page.context.close()
    assert found.errors == []


async def test_hoa_finds_her_company_on_a_phone_without_scripts(visits: Visits) -> None:
    page = await visits.open("/ketqua", 360, scripts=False)
    await expect(page).to_have_url(re.compile(r"/ketqua/SANGKIEN$"))
    await page.get_by_label("Tên hoặc mã đơn vị").fill("nam tu liem")
    await page.get_by_role("button", name="Tìm").click()
    await expect(page).to_have_url(re.compile(r"/ketqua/SANGKIEN/48#content$"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Liên đoàn Lao động quận Nam Từ Liêm")

    await page.get_by_role("link", name="Theo số lượt").click()
    await expect(page).to_have_url(re.compile(r"xep=luot#units$"))
    first = page.get_by_role("table").get_by_role("row").nth(1)
    await expect(first).to_contain_text("1")
    await page.get_by_text("Xem bảng số từng ngày").click()
    await expect(page.get_by_role("row", name="20/11")).to_be_visible()

    await page.get_by_role("link", name="May Sao Mai").click()
    await expect(page.get_by_text("đơn vị của Nam Từ Liêm")).to_be_visible()
    await page.get_by_role("navigation", name="Đơn vị cấp trên").get_by_role("link", name="Nam Từ Liêm").click()
    await expect(page).to_have_url(re.compile(r"/ketqua/SANGKIEN/48\?xep=luot$"))
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("heading", name="Filings by day")).to_be_visible()


async def test_a_board_on_the_wall_shows_new_figures_but_not_under_the_hand_of_a_reader(visits: Visits) -> None:
    page = await visits.open("/ketqua/SANGKIEN/48")
    await page.clock.install()
    await page.reload()
    total = page.locator(".total b")
    await expect(total).to_have_text("585")
    visits.house.file("4813", 15)
    visits.house.later(10)

    search = page.get_by_label("Tên hoặc mã đơn vị")
    await search.fill("truong")
    await page.clock.run_for(60_000)
    await expect(search).to_have_value("truong")
    await expect(total).to_have_text("585")
    await search.blur()
    await page.clock.run_for(30_000)
    await expect(total).to_have_text("600")


@pytest.mark.parametrize("width", [360, 1280])
async def test_nothing_is_wider_than_the_screen(visits: Visits, width: int) -> None:
    for path in PATHS:
        page = await visits.open(path, width)
        assert await page.evaluate(TOO_WIDE) <= 0, path


async def test_bars_are_as_long_as_their_figures(visits: Visits) -> None:
    page = await visits.open("/ketqua/SANGKIEN/48?xep=luot")
    found: list[list[Any]] = await page.evaluate(
        """() => [...document.querySelectorAll("table.units tbody tr")].map((row) => [
            Number(row.cells[2].firstChild.data.replaceAll(".", "")),
            row.querySelector(".fill").getBoundingClientRect().width,
            row.querySelector(".track").getBoundingClientRect().width,
        ])"""
    )
    best = max(count for count, _, _ in found)
    assert best > 300
    for count, filled, whole in found:
        assert filled / whole == pytest.approx(max(count / best, 0.01), abs=0.005)


@pytest.mark.parametrize("path", [*PATHS, "/ketqua/SANGKIEN/48?lang=en"])
async def test_every_text_is_dark_enough_to_read(visits: Visits, path: str) -> None:
    page = await visits.open(path, 360)
    found = await page.evaluate(CONTRAST)
    assert found["checked"] > 10
    assert found["poor"] == []


@pytest.mark.parametrize("path", PATHS)
async def test_axe_finds_no_violation(visits: Visits, path: str) -> None:
    page = await visits.open(path, 360 if "48" in path else 1280)
    await page.evaluate(AXE)
    await page.get_by_role("main").locator("details summary").click()
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert len(found["passes"]) > 15
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]] == []


async def test_a_page_that_is_not_there_is_good_to_read_too(chromium: Browser, here: BoardHouse) -> None:
    page = await Visits(chromium, here).open("/ketqua/SANGKIEN/9999", 360)  # the console says 404
    assert (await page.evaluate(CONTRAST))["poor"] == []
    assert await page.evaluate(TOO_WIDE) <= 0
    await page.evaluate(AXE)
    assert (await page.evaluate("axe.run()"))["violations"] == []
    await page.context.close()


async def test_on_paper_only_what_paper_can_do_is_left(visits: Visits) -> None:
    page = await visits.open("/ketqua/SANGKIEN/48", 700)
    await page.emulate_media(media="print")
    await expect(page.get_by_role("table")).to_be_visible()
    await expect(page.get_by_role("search")).to_be_hidden()
    await expect(page.get_by_role("navigation", name="Xếp theo")).to_be_hidden()
    paper = await page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2
