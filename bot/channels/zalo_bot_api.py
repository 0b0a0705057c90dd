"""What both halves of the Zalo Bot channel know of the platform: its limits, and bare calls by name."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.channels import Capabilities, Quota
from bot.channels.wire import never_left, within

NAME = "zalo_bot"
API_URL = "https://bot-api.zaloplatforms.com"
TEXT_LIMIT = 2000  # characters, of captions as well
CALL_SECONDS = 25.0
PHOTO_SECONDS = 150.0  # the platform fetches the picture before it answers

NOTHING_CAME = 408  # of getUpdates: silence, not a fault
NO_WEBHOOK = 404  # of getWebhookInfo
LATER = 426  # testWebhook too often
NO_TOKEN = (401, 404)  # the methods asked for exist: it is the token that does not
QUOTA_USED = 429


def capabilities(
    per_second: float,
    chat_interval: float,
    group_interval: float,
    quota: Quota | None,
    photo_seconds: float = PHOTO_SECONDS,
) -> Capabilities:
    """Zalo Bot's row. Rates as in Telegram's."""
    return Capabilities(
        name=NAME,
        text_limit=TEXT_LIMIT,
        caption_limit=TEXT_LIMIT,
        buttons=0,
        edits=False,
        files_out=False,
        groups=True,
        per_second=per_second,
        chat_interval=chat_interval,
        group_interval=group_interval,
        quota=quota,
        joins_replies=True,
        pictures_by_url=True,
        mentions=True,
        media_seconds=photo_seconds,
    )


class ApiError(Exception):
    """The platform refused (`code` is its own, or the HTTP status) or did not answer (`code` 0). Holds no token."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{code} {description}" if code else description)
        self.code = code
        self.description = description


class NoAnswer(ApiError):
    """`kind`: the name of what went wrong on the way. `left`: the request may have arrived."""

    def __init__(self, kind: str, *, left: bool = True) -> None:
        super().__init__(0, f"no answer from Zalo ({kind})")
        self.kind = kind
        self.left = left


class ZaloBotApi:
    """Calls with JSON both ways. HTTP 200 says nothing: each answer's own `ok` is looked at.

    Neither errors nor log lines hold the address: the token is in it.
    """

    def __init__(self, token: str, base_url: str = API_URL) -> None:
        self._token = token.strip()  # a line's end would land in the path: 404 for ever
        self._base = f"{base_url}/bot{self._token}/"
        self._session: aiohttp.ClientSession | None = None

    @property
    def bot_id(self) -> str:
        """The part of the token that names the bot and is no secret."""
        return self._token.partition(":")[0]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, method: str, seconds: float = CALL_SECONDS, **params: Any) -> Any:
        """The `result` of one call, None where there is none; gives up after `seconds`. Raises ApiError only."""
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        failure: ApiError
        try:
            async with self._session.post(self._base + method, json=params, timeout=within(seconds)) as answer:
                return _result(answer.status, await answer.read())
        except ApiError as refused:
            failure = ApiError(refused.code, refused.description.replace(self._token, "<token>"))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = NoAnswer(type(error).__name__, left=not never_left(error))
        raise failure  # outside the handlers: what aiohttp raised names the address, and so the token


def _result(status: int, body: bytes) -> Any:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ApiError(status if status >= 400 else 0, f"not an answer of the Bot API (HTTP {status})")
    if answer.get("ok") is True:
        return answer.get("result")
    code = answer.get("error_code", answer.get("errorCode"))
    known = int(str(code)) if str(code).isdigit() else status if status >= 400 else 0
    raise ApiError(known, str(answer.get("description") or "no description")[:200])


def explain(error: ApiError) -> str:
    """What is wrong, for the log; people are told by `bot.zalo_problems`."""
    if error.code in NO_TOKEN:
        return "Zalo does not accept the token (or the API address is wrong)"
    if error.code == QUOTA_USED:
        return "Zalo says the bot's quota is used up"
    return str(error)
