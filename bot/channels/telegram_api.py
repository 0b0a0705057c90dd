"""What both halves of the Telegram channel know of the Bot API: its limits, and bare calls without a client library."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.channels import Capabilities

NAME = "telegram"
API_URL = "https://api.telegram.org"
TEXT_LIMIT, CAPTION_LIMIT, MOST_BUTTONS = 4096, 1024, 100
DOWNLOAD_LIMIT = 20 << 20  # bytes: getFile gives no more
CALL_SECONDS = 30.0


def capabilities(per_second: float, chat_interval: float, group_interval: float) -> Capabilities:
    """Telegram's row. The rates are settings: messages a second, seconds between two to a person, to a group."""
    return Capabilities(
        name=NAME,
        text_limit=TEXT_LIMIT,
        caption_limit=CAPTION_LIMIT,
        buttons=MOST_BUTTONS,
        edits=True,
        files_out=True,
        groups=True,
        per_second=per_second,
        chat_interval=chat_interval,
        group_interval=group_interval,
    )


class ApiError(Exception):
    """The Bot API refused (`code` is its HTTP status) or did not answer (`code` 0). Never holds the token."""

    def __init__(self, code: int, description: str, retry_after: float = 0.0) -> None:
        super().__init__(f"{code} {description}" if code else description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


class NoAnswer(ApiError):
    """None came, or one of somebody else: a proxy's page. `kind` says which."""

    def __init__(self, kind: str, code: int = 0) -> None:
        super().__init__(code, f"no answer from Telegram ({kind})")
        self.kind = kind


class BotApi:
    """Calls by name with JSON both ways. For receiving and for set-up; messages go out through `telegram_out`."""

    def __init__(self, token: str, base_url: str = API_URL) -> None:
        self._token = token
        self._base = f"{base_url}/bot{token}/"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(trust_env=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, method: str, seconds: float = CALL_SECONDS, **params: Any) -> Any:
        """The `result` of one call; gives up after `seconds`. Raises ApiError and nothing else."""
        if self._session is None:
            raise RuntimeError("enter the BotApi before calling it")
        failure: ApiError
        try:
            timeout = aiohttp.ClientTimeout(total=seconds)
            async with self._session.post(self._base + method, json=params, timeout=timeout) as answer:
                return _result(answer.status, await answer.read())
        except NoAnswer as silent:
            failure = silent
        except ApiError as refused:
            failure = ApiError(refused.code, refused.description.replace(self._token, "<token>"), refused.retry_after)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = NoAnswer(type(error).__name__)
        raise failure  # outside the handlers: what aiohttp raised names the address, and so the token


def _result(status: int, body: bytes) -> Any:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise NoAnswer(f"HTTP {status}", status if status >= 400 else 0)
    if answer.get("ok") and "result" in answer:
        return answer["result"]
    parameters = answer.get("parameters") or {}
    description = str(answer.get("description") or "no description")
    raise ApiError(int(answer.get("error_code") or status), description, float(parameters.get("retry_after") or 0))
