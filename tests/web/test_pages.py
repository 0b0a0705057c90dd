"""The pages around the chat: health, data rights, errors, static files, headers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from bot.web.cast import Cast, Group, Player
from bot.web.pages import SCRIPT_WORDS, Pages, Rights
from handlers.texts import LANGUAGES, Texts
from tests.web.house import House

BROWSER = {"Accept": "text/html"}


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def test_a_process_that_lives_may_not_be_ready(served: House, http: ClientSession) -> None:
    served.checks["outbox"] = False
    async with http.get(f"{served.url}/health/ready") as answer:
        assert answer.status == 503
        assert await answer.json() == {"status": "failed", "checks": {"database": "ok", "outbox": "failed"}}
    async with http.get(f"{served.url}/health/live") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok"})
    served.checks["outbox"] = True
    async with http.get(f"{served.url}/health/ready") as answer:
        assert answer.status == 200


@pytest.mark.parametrize(("language", "says"), [("vi", "Không có trang này"), ("en", "There is no such page")])
async def test_a_wrong_address_gets_a_friendly_page(
    served: House, http: ClientSession, language: str, says: str
) -> None:
    async with http.get(f"{served.url}/khong-co?lang={language}", headers=BROWSER) as answer:
        assert answer.status == 404
        assert says in await answer.text()
    async with http.get(f"{served.url}/khong-co") as answer:
        assert await answer.json() == {"error": "not_found"}


async def test_our_own_fault_gets_a_page_and_a_log_line_without_anyone_s_words(
    served: House, http: ClientSession, capsys: pytest.CaptureFixture[str]
) -> None:
    async with http.get(f"{served.url}/broken", headers=BROWSER) as answer:
        assert answer.status == 500
        page = await answer.text()
    assert "Có lỗi ở phía chúng tôi" in page
    logged = "".join(capsys.readouterr())
    assert "RuntimeError" in logged
    assert "broken" in logged
    assert "lam cu ga" not in page + logged


@pytest.mark.parametrize("path", ["/", "/dl", "/khong-co", "/health/live", "/broken"])
async def test_every_answer_carries_the_security_headers(served: House, http: ClientSession, path: str) -> None:
    async with http.get(served.url + path, headers=BROWSER) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_what_a_page_loads_comes_from_here_and_may_be_kept_for_ever(served: House, http: ClientSession) -> None:
    async with http.get(f"{served.url}/") as answer:
        page = await answer.text()
        assert answer.headers["Cache-Control"] == "no-store"
    assert "http://" not in page
    assert "https://" not in page
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert {path.rsplit(".", 1)[1] for path in linked} == {"css", "js", "svg", "woff2"}
    for path in linked:
        async with http.get(served.url + path) as answer:
            assert answer.status == 200
            assert "immutable" in answer.headers["Cache-Control"]
    stale = re.sub(r"/static/\w+/", "/static/000000000000/", linked[0])
    async with http.get(served.url + stale) as answer:
        assert answer.status == 404


async def test_the_data_page_names_who_what_and_the_four_words(served: House, http: ClientSession) -> None:
    for language, answer_time in (("vi", "2 ngày làm việc"), ("en", "2 working days")):
        async with http.get(f"{served.url}/dl?lang={language}") as answer:
            page = await answer.text()
        named = ("Công đoàn phường Từ Liêm", "024 3333 4444", "30", answer_time, "91/2025/QH15")
        for word in ("DULIEU", "SUATHONGTIN", "XOADULIEU", "RUTDONGY", *named):
            assert word in page
        assert "<script" not in page
        assert f'<html lang="{language}">' in page


def test_a_data_page_without_a_controller_says_so_and_settings_cannot_break_it() -> None:
    pages = Pages(Texts.load())
    assert "Bot này chỉ để thử" in pages.rights(Rights(), "vi")
    page = pages.rights(Rights("<b>Công đoàn</b>", "x", "", 1), "en")
    assert "&lt;b&gt;Công đoàn" in page
    assert "trying out only" not in page
    assert "after 1 day." in page


def test_both_catalogues_have_every_word_of_the_pages() -> None:
    texts = Texts.load()
    vi, en = (set(texts._catalogues[language]) for language in LANGUAGES)
    assert vi == en
    assert set(SCRIPT_WORDS) <= vi


async def test_someone_unknown_is_led_to_someone_who_can_be_played(served: House, http: ClientSession) -> None:
    for query in ("la=ke-la", "la=lan&nhom=khong-co"):
        async with http.get(f"{served.url}/?{query}&lang=en", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, "/?lang=en")


def test_a_cast_that_cannot_be_played_is_refused() -> None:
    lan, group = Player("lan", "Lan", "worker"), Group("nhom", "Nhóm")
    for players, groups in (((), (group,)), ((lan,), ()), ((lan, lan), (group,)), ((lan,), (Group("lan", "Nhóm"),))):
        with pytest.raises(ValueError, match="web chat"):
            Cast(players, groups)
