"""python-telegram-bot's transport seam on aiohttp: a quarter of the CPU that a send costs over httpx."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.wire import never_left, within

CONNECTIONS = 64
TOO_LARGE = 413


class TooLarge(TelegramError):
    """A download is larger than it may be."""


class NotConnected(NetworkError):
    """The request never left."""


class AiohttpRequest(BaseRequest):
    """One session for all calls of an `ExtBot`. Neither errors nor log lines hold the address: the token is in it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds  # for a whole call, upload included
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._seconds

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                timeout=within(self._seconds),
                trust_env=False,
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_timeouts: Any,
        **_more_timeouts: Any,
    ) -> tuple[int, bytes]:
        session = await self._open()
        failure: TelegramError
        try:
            async with session.request(method, url, data=form(request_data)) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = _failure(error)
        raise failure  # outside the handlers, so that what aiohttp said of the address does not travel along

    async def download(self, url: str, limit: int) -> bytes:
        """The bytes at `url`. Raises TooLarge beyond `limit` bytes, TimedOut, NetworkError."""
        session = await self._open()
        failure: TelegramError
        try:
            async with session.get(url) as answer:
                if answer.status != 200:
                    raise NetworkError(f"download refused ({answer.status})")
                return await read_capped(answer, limit)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = _failure(error)
        raise failure

    async def _open(self) -> aiohttp.ClientSession:
        await self.initialize()
        if self._session is None:
            raise RuntimeError("no session")
        return self._session

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """As the base does, without writing the payload to the log: it may repeat a worker's words."""
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("not a Bot API answer")
        return answer


def _failure(error: Exception) -> TelegramError:
    if never_left(error):
        return NotConnected(type(error).__name__)
    return TimedOut() if isinstance(error, TimeoutError) else NetworkError(type(error).__name__)


async def read_capped(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    parts = bytearray()
    async for chunk in answer.content.iter_chunked(1 << 16):
        parts += chunk
        if len(parts) > limit:
            raise TooLarge(f"more than {limit} bytes")
    return bytes(parts)


def form(data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    """Parameters as a form; with files, as multipart."""
    if data is None or not data.contains_files:
        return data.json_parameters if data else None
    multipart = aiohttp.FormData(data.json_parameters, quote_fields=False)  # else "Bảng.pdf" arrives as "B%E1…"
    for name, (file_name, content, mime) in data.multipart_data.items():
        multipart.add_field(name, content, filename=file_name, content_type=mime)
    return multipart
