"""The web routes over real HTTP: what they hand in, what they refuse, what the feed tells."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, FormData, web
from aiohttp.test_utils import make_mocked_request

from bot.channels import Incoming
from bot.channels.webchat import UPLOAD_LIMIT
from bot.web.guard import require_local
from handlers.talk import Pressed, Said, Sent
from tests.web.house import House

OWN = {"X-Sangkien": "1"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


def words(text: str, key: str = "key-0001", **other: Any) -> dict[str, Any]:
    return {"account": "lan", "chat": "lan", "text": text, "id": key, **other}


async def say(http: ClientSession, house: House, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    async with http.post(f"{house.url}/webchat/say", json=body, headers=OWN | headers) as answer:
        return answer.status, await answer.json()


async def heard(http: ClientSession, house: House, *chats: str, **headers: str) -> list[dict[str, Any]]:
    """What a page that opens the feed now is told up to the present moment."""
    query = [("chat", chat) for chat in chats]
    async with asyncio.timeout(5), http.get(f"{house.url}/webchat/feed", params=query, headers=headers) as answer:
        assert answer.content_type == "text/event-stream"
        lines: list[dict[str, Any]] = []
        revision = 0
        async for raw in answer.content:
            line = raw.decode().strip()
            if line == "event: caught-up":
                return lines
            if line.startswith("id: "):
                revision = int(line[4:])
            if line.startswith("data: "):
                lines.append(json.loads(line[6:]) | {"revision": revision})
    raise AssertionError("the feed ended")


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://ke-xau.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "ke-xau.example"},
        {"Host": "127.0.0.1.ke-xau.example:80"},
        {"Content-Type": "text/plain"},
    ],
)
async def test_another_web_site_cannot_make_lan_say_anything(
    served: House, http: ClientSession, headers: dict[str, str]
) -> None:
    data = json.dumps(words("sk 4827"))
    every = {"Content-Type": "application/json", **OWN, **headers}
    async with http.post(f"{served.url}/webchat/say", data=data, headers=every) as answer:
        assert answer.status in {403, 415}
    assert served.bot.updates == []


async def test_a_post_without_the_page_s_own_header_is_refused(served: House, http: ClientSession) -> None:
    async with http.post(f"{served.url}/webchat/say", json=words("sk 4827")) as answer:
        assert answer.status == 403
    async with http.post(f"{served.url}/webchat/upload", data=FormData({"account": "lan"})) as answer:
        assert answer.status == 403
    assert served.bot.updates == []


@pytest.mark.parametrize("path", ["/", "/webchat/feed?chat=lan", "/webchat/media/x"])
async def test_a_foreign_name_pointed_at_this_machine_reads_nothing(
    served: House, http: ClientSession, path: str
) -> None:
    async with http.get(served.url + path, headers={"Host": "ke-xau.example"}) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "body",
    [
        words("sk 4827", account="ke-la"),
        words("sk 4827", chat="minh"),
        words("sk 4827", chat=["lan"]),
        words("sk 4827", key="ngắn"),
        words("sk 4827", key=""),
        {"account": "lan", "chat": "lan", "id": "key-0001"},
        words("   \n"),
        ["lan"],
        "sk 4827",
    ],
)
async def test_what_the_page_would_never_send_is_refused(served: House, http: ClientSession, body: Any) -> None:
    status, answer = await say(http, served, body)
    assert status == 400
    assert answer["error"]
    assert served.bot.updates == []


async def test_broken_json_and_long_texts_are_refused_by_name(served: House, http: ClientSession) -> None:
    headers = OWN | {"Content-Type": "application/json"}
    async with http.post(f"{served.url}/webchat/say", data="{", headers=headers) as answer:
        assert answer.status == 400
    assert await say(http, served, words("a" * 4097)) == (413, {"error": "too_long"})
    async with http.post(f"{served.url}/webchat/press", json=words("", data="x" * 300), headers=OWN) as answer:
        assert (answer.status, await answer.json()) == (400, {"error": "bad_data"})
    assert served.bot.updates == []


@pytest.mark.parametrize("remote", ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1"])
def test_another_machine_is_refused_even_where_the_server_listens_to_it(remote: str) -> None:
    request = make_mocked_request("GET", "/", headers={"Host": "127.0.0.1:8080"}).clone(remote=remote)
    with pytest.raises(web.HTTPForbidden):
        require_local(request)


@pytest.mark.parametrize(
    ("host", "remote"),
    [("127.0.0.1:8080", "127.0.0.1"), ("localhost:8080", "::ffff:127.0.0.1"), ("[::1]:8080", "::1")],
)
def test_this_machine_is_let_in_by_each_of_its_own_names(host: str, remote: str) -> None:
    require_local(make_mocked_request("GET", "/", headers={"Host": host}).clone(remote=remote))


@pytest.mark.parametrize("query", ["", "chat=ke-la", "chat=lan&after=abc", "chat=lan&after=-1"])
async def test_a_feed_of_nobody_is_refused(served: House, http: ClientSession, query: str) -> None:
    async with http.get(f"{served.url}/webchat/feed?{query}") as answer:
        assert answer.status == 400


# ---------------------------------------------------------------- what is handed in


async def test_what_lan_types_is_one_update_and_the_feed_shows_both(served: House, http: ClientSession) -> None:
    decomposed = "Tra\u0302\u0300n Thi\u0323 Lan"
    assert await say(http, served, words(decomposed)) == (200, {"ok": True})
    assert served.bot.updates == [Incoming("webchat", "key-0001", "lan", "lan", False, Said("Trần Thị Lan"))]

    told = sorted(await heard(http, served, "lan"), key=lambda entry: entry["id"])
    assert [(entry["author"], entry["text"]) for entry in told] == [
        ("lan", "Trần Thị Lan"),
        ("", "Bot nghe: Trần Thị Lan"),
    ]
    assert told[0]["key"] == "key-0001"
    assert re.fullmatch(r"\d\d:\d\d", told[0]["time"])
    assert told[0]["at"].endswith("+07:00")


async def test_the_group_knows_who_speaks_and_who_runs_it(served: House, http: ClientSession) -> None:
    await say(http, served, words("ketqua", chat="nhom-can-bo"))
    await say(http, served, words("chào cả nhà", "key-0002", account="hoa", chat="nhom-can-bo"))
    lan, hoa = served.bot.updates
    assert (lan.is_group, lan.admin, lan.group_title) == (True, False, "Nhóm cán bộ")
    assert (hoa.account, hoa.chat, hoa.admin) == ("hoa", "nhom-can-bo", True)
    told = sorted(await heard(http, served, "nhom-can-bo"), key=lambda entry: entry["id"])
    assert [entry["author"] for entry in told] == ["lan", "", "hoa"]


async def test_a_failure_is_said_shows_nothing_and_the_same_words_go_through_later(
    served: House, http: ClientSession, capsys: pytest.CaptureFixture[str]
) -> None:
    served.bot.failures, served.bot.errors = 1, ("lam cu ga may tui ao",)
    assert await say(http, served, words("lam cu ga")) == (503, {"error": "not_delivered"})
    assert await heard(http, served, "lan") == []
    assert "lam cu ga" not in "".join(capsys.readouterr())

    assert (await say(http, served, words("lam cu ga")))[0] == 200
    assert (await say(http, served, words("lam cu ga")))[0] == 200  # the page never got the answer and repeats
    assert len(served.bot.updates) == 1
    assert [entry["text"] for entry in await heard(http, served, "lan")].count("lam cu ga") == 1


async def test_a_press_is_shown_with_the_words_of_its_button(served: House, http: ClientSession) -> None:
    await say(http, served, words("sk 4827"))
    body = {"account": "lan", "chat": "lan", "data": "q:1:1", "id": "key-0002"}
    async with http.post(f"{served.url}/webchat/press", json=body, headers=OWN) as answer:
        assert answer.status == 200
    assert served.bot.updates[-1].event == Pressed("q:1:1")
    told = await heard(http, served, "lan")
    assert "1. Đồng ý" in [entry["text"] for entry in told]
    assert told[0]["buttons"] == [[{"label": "1. Đồng ý", "data": "q:1:1"}, {"label": "0. Không", "data": "q:1:0"}]]

    old = body | {"data": "q:0:gone", "id": "key-0003"}  # a button the chat no longer remembers still reaches the bot
    async with http.post(f"{served.url}/webchat/press", json=old, headers=OWN) as answer:
        assert answer.status == 200
    assert served.bot.updates[-1].event == Pressed("q:0:gone")


async def test_a_page_that_comes_back_hears_only_what_it_missed(served: House, http: ClientSession) -> None:
    await say(http, served, words("một"))
    seen = (await heard(http, served, "lan"))[-1]["revision"]
    await say(http, served, words("hai", "key-0002"))
    missed = await heard(http, served, "lan", **{"Last-Event-ID": str(seen)})
    assert {entry["text"] for entry in missed} == {"hai", "Bot nghe: hai"}


# ---------------------------------------------------------------- uploads


def form(data: bytes, name: str = "cữ may.png", key: str = "key-0001", caption: str = "giờ đặt vào cữ") -> FormData:
    body = FormData({"account": "lan", "chat": "lan", "id": key, "caption": caption}, quote_fields=False)
    body.add_field("file", data, filename=name, content_type="image/png")
    return body


async def upload(http: ClientSession, house: House, body: FormData) -> tuple[int, dict[str, Any]]:
    async with http.post(f"{house.url}/webchat/upload", data=body, headers=OWN) as answer:
        return answer.status, await answer.json()


def kept(house: House) -> int:
    """How many files are kept."""
    folder = house.uploads
    return len(list(folder.iterdir())) if folder.exists() else 0


async def test_bad_uploads_leave_nothing_behind(served: House, http: ClientSession) -> None:
    assert await upload(http, served, form(b"")) == (400, {"error": "empty_file"})
    assert await upload(http, served, form(bytes(UPLOAD_LIMIT + 1))) == (413, {"error": "too_big"})
    assert await upload(http, served, form(PNG, caption="a" * 4097)) == (413, {"error": "too_long"})
    two = form(PNG)
    two.add_field("file", PNG, filename="hai.png")
    assert (await upload(http, served, two))[0] == 400
    none = FormData({"account": "lan", "chat": "lan", "id": "key-0001"}, default_to_multipart=True)
    assert (await upload(http, served, none))[0] == 400
    served.bot.failures = 1
    assert await upload(http, served, form(PNG)) == (503, {"error": "not_delivered"})
    assert (served.bot.updates, kept(served)) == ([], 0)


async def test_a_photo_comes_in_once_with_its_caption_and_can_be_seen(served: House, http: ClientSession) -> None:
    assert await upload(http, served, form(PNG)) == (200, {"ok": True})
    assert await upload(http, served, form(PNG)) == (200, {"ok": True})
    (update,) = served.bot.updates
    assert isinstance(update.event, Sent)
    media = update.event.media
    assert (media.kind, media.caption, media.name, media.size) == ("photo", "giờ đặt vào cữ", "cữ may.png", len(PNG))
    assert await served.webchat.fetch(media) == PNG
    assert kept(served) == 1
    async with http.get(f"{served.url}/webchat/media/{media.ref}") as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", PNG)


async def test_a_file_that_only_says_it_is_a_picture_is_never_shown_as_one(served: House, http: ClientSession) -> None:
    await upload(http, served, form(b"<script>alert(1)</script>", "ảnh.png"))
    event = served.bot.updates[0].event
    assert isinstance(event, Sent)
    async with http.get(f"{served.url}/webchat/media/{event.media.ref}") as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for bad in ("..%2f..%2fetc%2fpasswd", "A" * 32 + ".png"):
        async with http.get(f"{served.url}/webchat/media/{bad}") as answer:
            assert answer.status == 404
