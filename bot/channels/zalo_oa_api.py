"""A thin client of Zalo's Official Account API: the envelope, the token, the pace the platform asks for.

HTTP 200 says nothing here: an answer is a success when its `error` is 0.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import aiohttp
import structlog

from bot.channels import RateLimited, SendError, Temporary, Unsure
from bot.channels.capped import TooLarge, read_capped
from bot.channels.wire import never_left, within

NAME = "zalo_oa"
API_URL = "https://openapi.zalo.me"
TOKEN_FAULTS = (-216, -220)  # invalid; expired or taken away
TOO_FAST = -32
WHO_AM_I = "/v2.0/oa/getoa"
CALL_SECONDS = 15.0
UPLOAD_SECONDS = 90.0
LARGEST_ANSWER = 4 << 20
AWAY = (502, 503)  # a proxy says that nobody is behind it

log = structlog.get_logger(__name__)


class OaError(Exception):
    """The platform answered no. `code` is its `error`."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message[:120]}".strip())
        self.code = code
        self.words = message[:120]


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and the version of the pair it belongs to. Its text never holds the token."""

    version: int
    access: str

    def __repr__(self) -> str:
        return f"Token({self.version}, …)"


class Tokens(Protocol):
    """Where access tokens come from."""

    async def current(self) -> Token:
        """The one to use. Raises SendError where there is none."""

    async def renew(self, after: int) -> Token:
        """One of a later version than `after`. Raises SendError."""


class OaApi:
    """Calls with a token. `app_secret` not empty: every call carries its proof of the token.

    `now` is only asked for the seconds left of the minute the platform counts in.
    """

    def __init__(
        self,
        tokens: Tokens,
        now: Callable[[], datetime],
        base: str = API_URL,
        app_secret: str = "",
        seconds: float = CALL_SECONDS,
    ) -> None:
        self._tokens = tokens
        self._now = now
        self._base = base
        self._secret = app_secret
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None
        self._rest_until = 0.0  # loop time; the platform said that nothing more is taken before

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """`data` of the answer. Raises OaError, and SendError where there was no answer or no token."""
        return await self._call("POST", path, lambda: {"json": body})

    async def get(self, path: str, **query: str | int) -> Any:
        """As `post`."""
        return await self._call("GET", path, lambda: {"params": query})

    async def upload(self, path: str, data: bytes, name: str, kind: str) -> Any:
        """A file in the field `file`; `kind` is its media type. As `post`."""

        def form() -> dict[str, Any]:
            multipart = aiohttp.FormData(quote_fields=False)
            multipart.add_field("file", data, filename=name, content_type=kind)
            return {"data": multipart, "timeout": within(UPLOAD_SECONDS)}

        return await self._call("POST", path, form)

    async def lives(self, access: str) -> bool | None:
        """Does the platform take this access token? None: it cannot be asked just now."""
        try:
            await self._once("GET", WHO_AM_I, access, {})
        except OaError as error:
            return False if error.code in TOKEN_FAULTS else None
        except SendError:
            return None
        return True

    async def who_am_i(self) -> Mapping[str, Any]:
        """The account: `oa_id`, `name` and more. As `post`."""
        found = await self.get(WHO_AM_I)
        return found if isinstance(found, dict) else {}

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    # ------------------------------------------------------------ one call

    async def _call(self, method: str, path: str, how: Callable[[], dict[str, Any]]) -> Any:
        """With one new token and one more try where the platform does not take the token."""
        self._check_pace()
        token = await self._tokens.current()
        try:
            return await self._once(method, path, token.access, how())
        except OaError as error:
            if error.code not in TOKEN_FAULTS:
                raise
        token = await self._tokens.renew(token.version)
        return await self._once(method, path, token.access, how())

    async def _once(self, method: str, path: str, token: str, how: dict[str, Any]) -> Any:
        failure: Exception
        try:
            async with self._open().request(
                method, f"{self._base}{path}", headers=self._headers(token), allow_redirects=False, **how
            ) as answer:
                body = await read_capped(answer, LARGEST_ANSWER)
                self._learn_pace(answer.headers)
                return read_answer(answer.status, body)
        except (aiohttp.ClientError, TooLarge, TimeoutError, OSError) as error:
            kind = type(error).__name__
            failure = Temporary(kind, perhaps=False) if never_left(error) else Unsure(kind)
        raise failure  # outside the handlers: what aiohttp said of the request must not travel along

    def _headers(self, token: str) -> dict[str, str]:
        proof = {"appsecret_proof": proof_of(self._secret, token)} if self._secret else {}
        return {"access_token": token, **proof}

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=within(self._seconds))
        return self._session

    # ------------------------------------------------------------ the pace the platform asks for

    def _learn_pace(self, headers: Mapping[str, str]) -> None:
        left = headers.get("X-RateLimit-Remain", "")
        if left.strip().isdecimal() and int(left) == 0:
            wait = self.seconds_left()
            log.info("zalo_oa_pace", limit=headers.get("X-RateLimit-Limit", ""), wait=wait)
            self._rest_until = asyncio.get_running_loop().time() + wait

    def _check_pace(self) -> None:
        wait = self._rest_until - asyncio.get_running_loop().time()
        if wait > 0:
            raise RateLimited(wait)

    def seconds_left(self) -> float:
        """Until the next minute begins."""
        return 60.0 - self._now().second


def read_answer(status: int, body: bytes) -> Any:
    """`data` of an answer. Raises OaError; Temporary, Unsure where it is none: HTML of a proxy, a 5xx."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "error" not in answer:
        kind = Temporary if status in AWAY else Unsure
        raise kind(f"not an answer of the platform ({status})")
    code = answer["error"]
    if str(code) != "0":
        number = int(code) if str(code).lstrip("-").isdecimal() else 0
        raise OaError(number, str(answer.get("message") or ""))
    return answer.get("data")


def proof_of(app_secret: str, token: str) -> str:
    """Hex HMAC-SHA256 of the access token under the app's secret (zalo-java-sdk, AppSecretProofUtil)."""
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
