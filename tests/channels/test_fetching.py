"""Which addresses people may have us fetch from, and what is taken from there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web

from bot.channels import Gone, Rejected, SendError, Temporary
from bot.channels.fetching import Fetcher, PublicOnly, _Inside, is_public
from handlers.talk import Media
from tests.channels.rigs import JPEG


@dataclass
class Host:
    """A server on loopback: the neighbour that nobody outside may have us read."""

    url: str
    asked: list[str]


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        match request.path:
            case "/a.jpg":
                return web.Response(body=JPEG)
            case "/page.jpg":
                return web.Response(text="<html>het han</html>", content_type="text/html")
            case "/large.jpg":
                return web.Response(body=JPEG + bytes(2000))
            case "/endless.jpg":
                stream = web.StreamResponse()  # does not say how much there is
                await stream.prepare(request)
                await stream.write(JPEG + bytes(5000))
                return stream
            case "/moved.jpg":
                return web.Response(status=302, headers={"Location": "/a.jpg"})
            case "/inside.jpg":
                return web.Response(status=302, headers={"Location": "http://169.254.169.254/latest"})
            case "/round.jpg":
                return web.Response(status=302, headers={"Location": "/round.jpg"})
            case "/busy.jpg":
                return web.Response(status=503)
        return web.Response(status=404)

    app = web.Application()
    app.router.add_get("/{name}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Host(f"http://127.0.0.1:{runner.addresses[0][1]}", asked)
    await runner.cleanup()


async def fetch(address: str, *hosts: str, kind: str = "photo") -> bytes:
    fetcher = Fetcher(hosts, largest=1500, seconds=2.0)
    try:
        return await fetcher.fetch(Media(kind, address))
    finally:
        await fetcher.close()


REFUSED = [
    "http://photo.zdn.vn/a.jpg",  # not HTTPS
    "https://photo.zdn.vn:8443/a.jpg",
    "https://evil.example.vn/a.jpg",
    "https://zdn.vn.evil.example/a.jpg",
    "https://evilzdn.vn/a.jpg",
    "https://zdn.vn/a.jpg",  # only what is below it is on the list
    "https://photo.zdn.vn@evil.example/a.jpg",
    "https://user:pass@photo.zdn.vn/a.jpg",
    "https://127.0.0.1/a.jpg",
    "file:///etc/passwd",
    "https://[::1",
    "https://photo.zdn.vn:x/a.jpg",
    "",
]


@pytest.mark.parametrize("address", REFUSED)
async def test_an_address_that_is_not_on_the_list_is_not_even_looked_up(address: str) -> None:
    with pytest.raises(Rejected):
        await fetch(address, "*.zdn.vn")


async def test_a_name_on_the_list_that_leads_inside_is_refused() -> None:
    """Whoever holds the name may point it where he likes."""
    with pytest.raises(Rejected, match="not public"):
        await fetch("https://localhost/a.jpg", "localhost")
    with pytest.raises(_Inside):
        await PublicOnly().resolve("localhost", 443)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.0.0.5", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:10.0.0.5", False),
        ("x", False),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


async def test_from_an_address_the_administrator_vouches_for(host: Host) -> None:
    assert await fetch(f"{host.url}/a.jpg", host.url) == JPEG
    assert await fetch(f"{host.url}/moved.jpg", host.url) == JPEG


async def test_a_redirect_to_the_inside_is_not_followed(host: Host) -> None:
    with pytest.raises(Rejected):
        await fetch(f"{host.url}/inside.jpg", host.url)
    with pytest.raises(Rejected, match="redirects"):
        await fetch(f"{host.url}/round.jpg", host.url)
    assert len(host.asked) == 5


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("page.jpg", Rejected),  # a page that says it is no longer there
        ("large.jpg", Rejected),
        ("endless.jpg", Rejected),
        ("unknown.jpg", Gone),
        ("busy.jpg", Temporary),
    ],
)
async def test_what_is_not_taken(host: Host, name: str, error: type[SendError]) -> None:
    with pytest.raises(error) as caught:
        await fetch(f"{host.url}/{name}", host.url)
    assert host.url not in str(caught.value)


async def test_only_of_a_photo_a_picture_is_asked(host: Host) -> None:
    assert b"het han" in await fetch(f"{host.url}/page.jpg", host.url, kind="file")


async def test_nobody_listens() -> None:
    with pytest.raises(Temporary):
        await fetch("http://127.0.0.1:9/a.jpg", "http://127.0.0.1:9")
