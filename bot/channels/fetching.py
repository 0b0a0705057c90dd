"""Fetches what people sent from addresses that a platform named: from its own hosts only, never from inside this house.

An update is a stranger's words. Whoever could post one could otherwise have this server read its neighbours' pages.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.channels import Gone, Rejected, SendError, Temporary
from bot.media_types import PICTURES, suffix_of
from handlers.talk import Media

SECONDS = 20.0
MOST_REDIRECTS = 3


class Fetcher:
    """`hosts`: names (`photo.zdn.vn`), all below one (`*.zdn.vn`), or whole addresses (`http://10.0.0.5:8000`), which
    the administrator vouches for: they alone may be private, or other than HTTPS.

    `largest`: bytes.
    """

    def __init__(self, hosts: Collection[str], largest: int, seconds: float = SECONDS) -> None:
        self._hosts = frozenset(host for host in hosts if "://" not in host)
        self._vouched = frozenset(host.rstrip("/") for host in hosts if "://" in host)
        self._largest = largest
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def fetch(self, media: Media) -> bytes:
        """The bytes at `media.ref`; of a photo, only of a picture.

        Raises `Rejected` (another host, too large, no picture), `Gone` (no longer there), `Temporary`.
        """
        data = await self._follow(media.ref)
        if media.kind == "photo" and suffix_of(data) not in PICTURES:
            raise Rejected("not a picture")
        return data

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    # ------------------------------------------------------------ within

    async def _follow(self, address: str) -> bytes:
        for _ in range(MOST_REDIRECTS + 1):
            vouched = self._allowed(address)
            found = await self._get(address, vouched)
            if isinstance(found, bytes):
                return found
            address = urljoin(address, found)
        raise Rejected("too many redirects")

    def _allowed(self, address: str) -> bool:
        """Is it vouched for whole? Raises Rejected where it may not be asked at all."""
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            raise Rejected("not an address") from None
        if f"{parts.scheme}://{parts.netloc}" in self._vouched:
            return True
        host = (parts.hostname or "").lower()
        below = {f"*.{rest}" for rest in _endings(host)}
        if parts.scheme != "https" or port not in {None, 443} or parts.username is not None:
            raise Rejected("not a plain HTTPS address")
        if not ({host} | below) & self._hosts:
            raise Rejected("a host that is not on the list")
        return False

    async def _get(self, address: str, vouched: bool) -> bytes | str:
        """The bytes, or where they are."""
        failure: SendError
        try:
            async with self._session(vouched).get(address, allow_redirects=False) as answer:
                if answer.status in {301, 302, 303, 307, 308} and "Location" in answer.headers:
                    return answer.headers["Location"]
                if answer.status in {403, 404, 410}:
                    raise Gone(f"no longer there (HTTP {answer.status})")
                if answer.status != 200:
                    raise Temporary(f"HTTP {answer.status}")
                return await self._capped(answer)
        except SendError as error:
            failure = error
        except _Inside:
            failure = Rejected("an address that is not public")
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            inside = isinstance(error.__cause__, _Inside) or isinstance(getattr(error, "os_error", None), _Inside)
            failure = Rejected("an address that is not public") if inside else Temporary(type(error).__name__)
        raise failure  # outside the handlers: what aiohttp said holds the address

    async def _capped(self, answer: aiohttp.ClientResponse) -> bytes:
        if (answer.content_length or 0) > self._largest:
            raise Rejected(f"more than {self._largest} bytes")
        parts = bytearray()
        async for chunk in answer.content.iter_chunked(1 << 16):
            parts += chunk
            if len(parts) > self._largest:
                raise Rejected(f"more than {self._largest} bytes")
        return bytes(parts)

    def _session(self, vouched: bool) -> aiohttp.ClientSession:
        if vouched not in self._sessions:
            resolver = ThreadedResolver() if vouched else PublicOnly()
            connector = aiohttp.TCPConnector(resolver=resolver, limit=16)
            self._sessions[vouched] = aiohttp.ClientSession(connector=connector, timeout=self._timeout, trust_env=False)
        return self._sessions[vouched]


class _Inside(OSError):
    """The name leads into a private network, or the address is one itself."""


class PublicOnly(AbstractResolver):
    """Resolves names to public addresses only: what is checked is what is connected to."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise _Inside("not a public address")
        return public

    async def close(self) -> None:
        await self._resolver.close()


def is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_global
    except ValueError:
        return False


def _endings(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels))]


def hosts_of(names: str) -> Collection[str]:
    """A setting's list: host names, `*.` before one for all below it, or a whole address that is taken as it stands."""
    return tuple(name.strip().lower() for name in names.split(",") if name.strip())
