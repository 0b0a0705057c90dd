"""The public board over real HTTP: figures, orders, search, the way down the tree, caching, and nobody's name."""

from __future__ import annotations

import asyncio
import html
import re
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import Connection, Engine, event, insert, select, update

from bot.app import App
from bot.config import Settings
from bot.pictures import Pictures
from bot.registry import sample_data
from bot.registry.sample import PLAYERS, load_sample
from bot.scoreboard import Scoreboard
from handlers.board import compose
from handlers.figures import groups, percent_text
from handlers.scoreboard import Day, PublicBoard, axis
from models.person import person
from models.queries import board as boards
from models.store import Store
from models.unit import campaign, unit
from tests.databases import SqliteFiles
from tests.web.board_house import NOW, PUBLIC, ZONE, BoardHouse, board_house, copied, sample_of

BROWSER = {"Accept": "text/html"}
LINE = re.compile(r'<td class="rank">(\d*)</td>\s*<th scope="row"><a href="([^"]+)">([^<]+)</a>')


@pytest.fixture(scope="module")
def sample(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with sample_of(sqlite_files, tmp_path_factory.mktemp("board")) as path:
        yield path


@pytest.fixture
async def here(sample: Path, tmp_path: Path) -> AsyncIterator[BoardHouse]:
    with copied(sample, tmp_path) as store:
        async with board_house(store) as running:
            yield running


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession(headers=BROWSER) as session:
        yield session


async def page(http: ClientSession, house: BoardHouse, path: str, status: int = 200) -> str:
    async with http.get(house.url + path, allow_redirects=False) as answer:
        assert answer.status == status, path
        return html.unescape(await answer.text())


def lines(text: str) -> list[tuple[str, str]]:
    """(rank, name) of each line of the board."""
    return [(rank, name) for rank, _, name in LINE.findall(text)]


# ---------------------------------------------------------------- what there is not


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/ketqua/KHONGCO", "Không có chương trình mã “KHONGCO”"),
        ("/ketqua/KHONGCO/48", "Không có chương trình mã “KHONGCO”"),
        ("/ketqua/SANGKIEN/9999", "Không có đơn vị mã “9999” trong chương trình này"),
        ("/ketqua/SANGKIEN/9999?lang=en", "There is no unit “9999” in this programme"),
        ("/ketqua/SANGKIEN/%3Cb%3E", "Không có đơn vị mã “<b>”"),
        ("/ketqua/SANGKIEN/48/1", "Không có trang này"),
    ],
)
async def test_what_is_not_there_is_said_in_plain_words(
    here: BoardHouse, http: ClientSession, path: str, says: str
) -> None:
    text = await page(http, here, path, 404)
    assert says in text
    async with http.get(here.url + path) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<b>" not in await answer.text()


async def test_a_unit_of_another_tree_has_no_page_in_this_campaign(here: BoardHouse, http: ClientSession) -> None:
    values = {"code": "777", "name": "Công đoàn nơi khác", "short_name": "Nơi khác", "folded": "noi khac"}
    here.store.write_now(lambda conn: conn.execute(insert(unit), values | {"type": "CĐCS"}))
    assert "Không có đơn vị mã “777”" in await page(http, here, "/ketqua/SANGKIEN/777", 404)
    assert "Không thấy đơn vị nào giống “noi khac”" in await page(http, here, "/ketqua/SANGKIEN?tim=noi+khac")


async def test_switched_off_there_is_no_board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for shown, status in ((False, 404), (True, 302)):
        settings = Settings(_env_file=None, http_port=0, public_board=shown)
        async with App(settings) as running, ClientSession() as http:
            async with http.get(f"{running.url}/ketqua", allow_redirects=False) as answer:
                assert answer.status == status
            async with http.get(f"{running.url}/ketqua/SANGKIEN") as answer:
                assert answer.status == (200 if shown else 404)


# ---------------------------------------------------------------- figures


async def test_the_figures_are_those_of_the_chat(here: BoardHouse, http: ClientSession) -> None:
    here.file("4811", 4)
    unit_id, campaign_id = here.ids("48")
    chat = compose(here.store.read_now(boards.numbers, unit_id, campaign_id, NOW, NOW.date()))
    text = await page(http, here, "/ketqua/SANGKIEN/48")

    assert f"<b>{groups(chat.total)}</b> <span>lượt nộp</span>" in text
    assert "Hôm nay +4" in text
    assert "Số liệu đến 16h30 ngày 20/11/2026" in text
    assert "chỉ tiêu cả chương trình 1.300 do LĐLĐ TP Hà Nội giao" in text
    filed = [row for row in chat.rows if row.count]
    assert lines(text) == [(str(row.rank or ""), row.name) for row in filed]
    for row in filed:
        if row.progress:
            assert f'<td class="percent">{percent_text(row.progress.percent)}</td>' in text


async def test_every_target_is_named_with_who_set_it(here: BoardHouse, http: ClientSession) -> None:
    here.file("4811", 60_000)
    text = await page(http, here, "/ketqua/SANGKIEN")
    assert "Giai đoạn 1: đạt 115,5% chỉ tiêu 52.000 tự đăng ký (vượt 8.060)" in text
    assert "Cả chương trình: đạt 100,1% chỉ tiêu 60.000 do Tổng LĐLĐ Việt Nam giao (vượt 60)" in text
    assert "Cả chương trình: đạt 46,2% chỉ tiêu 130.000 tự đăng ký. Còn 69.940" in text


async def test_both_orders_have_their_own_ranks(here: BoardHouse, http: ClientSession) -> None:
    by_percent = lines(await page(http, here, "/ketqua/SANGKIEN/48"))
    by_count = lines(await page(http, here, "/ketqua/SANGKIEN/48?xep=luot"))
    assert by_percent[:2] == [("1", "THPT Xuân Phương"), ("2", "BV Từ Liêm")]
    assert by_percent[-1] == ("", "HTX Phú Đô")  # without a target: no rank by percent
    assert by_count[:4] == [
        ("1", "Điện Sao Việt"),
        ("2", "BV Từ Liêm"),
        ("2", "May Sao Mai"),
        ("4", "THPT Xuân Phương"),
    ]
    assert sorted(name for _, name in by_percent) == sorted(name for _, name in by_count)
    assert lines(await page(http, here, "/ketqua/SANGKIEN/48?xep=bay")) == by_percent


async def test_units_at_zero_stand_at_the_end_without_a_rank(here: BoardHouse, http: ClientSession) -> None:
    text = await page(http, here, "/ketqua/SANGKIEN/48")
    assert "Bảo vệ Thăng Long" not in [name for _, name in lines(text)]
    waiting = text.index("Đang chờ sáng kiến đầu tiên của:")
    assert text.index("Bảo vệ Thăng Long") > waiting > text.index("HTX Phú Đô")


async def test_the_days_are_a_chart_and_a_table(here: BoardHouse, http: ClientSession) -> None:
    here.file("4811", 9)
    text = await page(http, here, "/ketqua/SANGKIEN/48")
    chart = re.findall(r'<rect class="day[^"]*" x="[\d.]+" y="([\d.]+)" width="7" height="([\d.]+)"/>', text)
    table = re.findall(r'<tr><th scope="row">([\d/]+)</th><td>(\d+)</td>', text)
    assert len(chart) == len(table) == 30
    assert (table[0], table[-1][0]) == (("20/11", "9"), "22/10")
    assert sum(int(number) for _, number in table) == 55 + 9
    assert [round(float(height) * 10 / 100) for _, height in reversed(chart)] == [int(number) for _, number in table]
    assert all(float(y) + float(height) == pytest.approx(100) for y, height in chart)
    assert "Ngày nhiều nhất: 20/11, 9 lượt." in text


# ---------------------------------------------------------------- finding the way


async def test_one_goes_down_the_tree_and_up_again(here: BoardHouse, http: ClientSession) -> None:
    top = await page(http, here, "/ketqua/SANGKIEN")
    (way,) = [href for _, href, name in LINE.findall(top) if name == "Nam Từ Liêm"]
    district = await page(http, here, way)
    (way,) = [href for _, href, name in LINE.findall(district) if name == "May Sao Mai"]
    base = await page(http, here, way)
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', base, re.DOTALL)
    assert crumbs
    assert re.findall(r'href="([^"]+)">([^<]+)', crumbs[0]) == [
        ("/ketqua/SANGKIEN", "LĐLĐ TP Hà Nội"),
        ("/ketqua/SANGKIEN/48", "Nam Từ Liêm"),
    ]
    assert "Thứ 7 trong 15 đơn vị của Nam Từ Liêm" in base
    assert lines(base) == []


@pytest.mark.parametrize("typed", ["may+sao+mai", "MAY%20SAO%20MAI", "4827", "C%C3%B4ng+ty+May+Sao+Mai"])
async def test_a_unit_is_found_without_accents(here: BoardHouse, http: ClientSession, typed: str) -> None:
    async with http.get(f"{here.url}/ketqua/SANGKIEN?tim={typed}&lang=en", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/ketqua/SANGKIEN/4827?lang=en#content")


async def test_several_that_may_be_meant_are_offered_and_none_is_said(here: BoardHouse, http: ClientSession) -> None:
    several = await page(http, here, "/ketqua/SANGKIEN?tim=truong+thpt")
    offered = re.findall(r'<li><a href="([^"]+)">(CĐCS Trường THPT[^<]+)</a>', several)
    assert 1 < len(offered) <= 5
    assert 'value="truong thpt"' in several
    assert "Không thấy đơn vị nào giống “zzzz”" in await page(http, here, "/ketqua/SANGKIEN?tim=zzzz")
    async with http.get(f"{here.url}/ketqua/SANGKIEN", params={"tim": '"><script>alert(1)</script>'}) as answer:
        assert "<script>" not in await answer.text()


async def test_a_visitor_keeps_the_language(here: BoardHouse, http: ClientSession) -> None:
    text = await page(http, here, "/ketqua/SANGKIEN/48?lang=en&xep=luot")
    assert '<html lang="en">' in text
    assert "Figures up to 16:30 on 20 November 2026" in text
    assert "4.2%" in text
    assert all("lang=en" in href for _, href, _ in LINE.findall(text))
    assert 'href="/ketqua/SANGKIEN/48?xep=luot" lang="vi"' in text


async def test_the_only_campaign_that_runs_is_opened_at_once(here: BoardHouse, http: ClientSession) -> None:
    for path in ("/ketqua", "/ketqua/"):
        async with http.get(here.url + path, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, "/ketqua/SANGKIEN")


def test_the_axis_of_the_chart_is_round_and_not_much_higher_than_the_best_day() -> None:
    best = (0, 1, 2, 3, 5, 9, 11, 61, 532, 4000, 4001)
    assert [axis([Day(NOW.date(), number)]) for number in best] == [2, 2, 2, 4, 6, 10, 20, 80, 600, 4000, 6000]
    assert axis([]) == 2


# ---------------------------------------------------------------- campaigns and units that are over


def second_campaign(conn: Connection, opens: date, closes: date) -> None:
    root = conn.execute(select(unit.c.id).where(unit.c.code == "1")).scalar_one()
    span = {"opens": opens, "closes": closes, "applied_from": opens, "applied_to": closes}
    conn.execute(insert(campaign), {"code": "75-NGHIN", "name": "75 nghìn sáng kiến", "unit_id": root} | span)


async def test_of_several_campaigns_one_chooses(here: BoardHouse, http: ClientSession) -> None:
    here.store.write_now(second_campaign, date(2026, 11, 1), date(2026, 12, 31))
    text = await page(http, here, "/ketqua")
    assert re.findall(r'<h2><a href="([^"]+)">', text) == ["/ketqua/SANGKIEN", "/ketqua/75-NGHIN"]
    assert "Chưa giao chỉ tiêu" in await page(http, here, "/ketqua/75-NGHIN")


async def test_before_any_campaign_there_is_nothing_to_choose(here: BoardHouse, http: ClientSession) -> None:
    here.now = datetime(2026, 1, 1, 8, 0, tzinfo=ZONE)
    assert "Chưa có chương trình nào bắt đầu." in await page(http, here, "/ketqua")
    text = await page(http, here, "/ketqua/SANGKIEN")
    assert "chưa bắt đầu: nhận sáng kiến từ 12/8/2026" in text


async def test_a_campaign_that_is_over_keeps_its_last_figures(here: BoardHouse, http: ClientSession) -> None:
    last = NOW.date() + timedelta(days=265)
    here.file("4811", 3, last)
    here.file("4811", 5, last + timedelta(days=1))  # too late to count
    here.now = NOW + timedelta(days=300)
    text = await page(http, here, "/ketqua/SANGKIEN/48")
    assert "Số liệu cuối cùng, đến 24h00 ngày 12/8/2027" in text
    assert "<b>58</b> <span>lượt nộp</span>" in text
    assert "đã hết hạn" in text
    assert "Hôm nay" not in text
    assert "<script" not in text  # nothing will change any more
    assert "/ketqua/SANGKIEN" in await page(http, here, "/ketqua")


async def test_a_unit_that_has_ended_keeps_its_page_and_says_what_took_its_place(
    here: BoardHouse, http: ClientSession
) -> None:
    heir, _ = here.ids("4811")
    ended = update(unit).where(unit.c.code == "4827").values(valid_to=date(2026, 11, 15), successor_id=heir)
    here.store.write_now(lambda conn: conn.execute(ended))
    text = await page(http, here, "/ketqua/SANGKIEN/4827")
    assert "Đơn vị này hoạt động đến hết ngày 15/11/2026" in text
    assert '<a href="/ketqua/SANGKIEN/4811">CĐCS Bệnh viện' in text
    above = await page(http, here, "/ketqua/SANGKIEN/48")
    assert "May Sao Mai" not in [name for _, name in lines(above)]
    assert "May Sao Mai" in above  # where its filings have gone
    assert "<b>55</b>" in above


# ---------------------------------------------------------------- nobody's name, and what a link shows


async def test_no_person_and_no_initiative_is_named(here: BoardHouse, http: ClientSession) -> None:
    names = set(here.store.read_now(lambda conn: conn.execute(select(person.c.name)).scalars().all())) - {None}
    names |= {filing.author for filing in sample_data.filings()} | {player.name for player in PLAYERS} - {None}
    titles = {filing.title for filing in sample_data.filings()}
    assert len(names) > 20
    for path in ("", "/48", "/4827", "/4811", "?tim=truong", "/48?lang=en&xep=luot"):
        text = await page(http, here, f"/ketqua/SANGKIEN{path}")
        assert [name for name in names | titles if name and name in text] == [], path


async def test_the_preview_of_a_link_names_unit_and_result(here: BoardHouse, http: ClientSession) -> None:
    text = await page(http, here, "/ketqua/SANGKIEN/48")
    meta = dict(re.findall(r'<meta property="(og:[a-z_]+)" content="([^"]*)">', text))
    assert meta["og:title"] == "Liên đoàn Lao động quận Nam Từ Liêm – Chương trình Sáng kiến, vượt khó, phát triển"
    assert meta["og:description"].startswith("Tổng 55 lượt nộp. Đạt 4,2% chỉ tiêu")
    assert meta["og:url"] == f"{PUBLIC}/ketqua/SANGKIEN/48"


async def test_the_policy_lets_nothing_foreign_in_and_the_form_be_sent(here: BoardHouse, http: ClientSession) -> None:
    async with http.get(f"{here.url}/ketqua/SANGKIEN") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "form-action 'self'" in policy
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        text = await answer.text()
    assert re.findall(r"<script[^>]*>", text) == re.findall(r'<script src="/static/\w+/board.js" defer>', text)
    assert not re.search(r"\sstyle=|\son\w+=", text)


async def test_a_link_has_a_picture_where_there_is_something_to_draw(
    sample: Path, tmp_path: Path, http: ClientSession
) -> None:
    pictures = Pictures(tmp_path / "pictures")
    with copied(sample, tmp_path) as store:
        async with board_house(store, pictures) as here:
            for path in ("/ketqua/SANGKIEN/9999.png", "/ketqua/KHONGCO.png", "/ketqua/SANGKIEN/4827.png"):
                await page(http, here, path, 404)
            for path in ("/ketqua/SANGKIEN/48", "/ketqua/SANGKIEN/4827"):  # a base union shows the board it stands on
                assert f'og:image" content="{PUBLIC}/ketqua/SANGKIEN/48.png"' in await page(http, here, path)
            assert "og:image" not in await page(http, here, "/ketqua/SANGKIEN/37")  # nothing filed there
            url = f"{here.url}/ketqua/SANGKIEN/48.png?lang=en"
            async with http.get(url) as answer:
                assert (answer.status, answer.content_type) == (200, "image/png")
                png, tag = await answer.read(), answer.headers["ETag"]
            assert struct.unpack(">4sII", png[12:24])[:2] == (b"IHDR", 1080)
            here.file("4811", 50)
            here.later(299)
            async with http.get(url, headers={"If-None-Match": tag}) as answer:
                assert answer.status == 304
            here.later(1)
            async with http.get(url, headers={"If-None-Match": tag}) as answer:
                assert (answer.status, await answer.read() == png) == (200, False)
        assert not (tmp_path / "pictures").exists()  # what anybody may ask for fills no disk
        await pictures.close()
        async with board_house(store, pictures) as here:
            await page(http, here, "/ketqua/SANGKIEN/48.png", 404)  # cannot be drawn: the page itself stands
            await page(http, here, "/ketqua/SANGKIEN/48")


# ---------------------------------------------------------------- keeping


async def test_who_has_the_page_gets_304_until_a_figure_changes(here: BoardHouse, http: ClientSession) -> None:
    url = f"{here.url}/ketqua/SANGKIEN/48"
    async with http.get(url) as answer:
        tag = answer.headers["ETag"]
        assert answer.headers["Cache-Control"] == "public, max-age=10"
    here.file("4811", 1)
    async with http.get(url, headers={"If-None-Match": tag}) as answer:  # within ten seconds: as it was
        assert (answer.status, await answer.read()) == (304, b"")
        assert answer.headers["ETag"] == tag
    here.later(10)
    async with http.get(url, headers={"If-None-Match": tag}) as answer:
        assert answer.status == 200
        assert answer.headers["ETag"] != tag
        assert "<b>56</b>" in await answer.text()
    async with http.head(url) as answer:
        assert (answer.status, await answer.read()) == (200, b"")


@contextmanager
def statements(contains: str) -> Iterator[list[str]]:
    """The statements with these words that reach any database meanwhile."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if contains in statement:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_however_many_ask_the_figures_are_read_once_in_ten_seconds(here: BoardHouse, http: ClientSession) -> None:
    paths = [f"/ketqua/SANGKIEN/48?xep={order}&lang={lang}" for order in ("luot", "phan-tram") for lang in ("vi", "en")]
    with statements("sum(tally.filed)") as first:
        await page(http, here, "/ketqua/SANGKIEN/37")
    with statements("sum(tally.filed)") as many:
        await asyncio.gather(*(page(http, here, path) for path in paths * 10))
    assert 0 < len(many) <= len(first)
    here.later(10)
    with statements("sum(tally.filed)") as again:
        await asyncio.gather(*(page(http, here, path) for path in paths))
    assert len(again) == len(many)


async def test_both_databases_give_the_same_board(store: Store) -> None:
    store.write_now(load_sample, NOW.date(), NOW)
    board = Scoreboard(store, lambda: NOW)
    shown = await board.board("SANGKIEN", "48")
    assert isinstance(shown, PublicBoard)
    assert (shown.board.total, len(shown.board.rows), len(shown.days)) == (55, 15, 30)
    assert sum(day.filed for day in shown.days) == 55
    found = await board.search("SANGKIEN", "may sao mai")
    assert (found.places[0].code, found.exact) == ("4827", True)
    assert [programme.code for programme in await board.programmes()] == ["SANGKIEN"]
    for campaign_code, unit_code in (("SANGKIEN", "\x00"), ("\x00", ""), ("SANGKIEN", "9" * 5000)):
        assert await board.board(campaign_code, unit_code) is None
