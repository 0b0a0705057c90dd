"""Where an Official Account's tokens come from: first consent (PKCE) and renewal, at Zalo's OAuth host.

An answer counts only when both tokens are in it: this host says "no" with HTTP 200, too.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.channels.capped import TooLarge, read_capped

CALL_SECONDS = 20.0  # for a whole call; a lock around it must hold longer
ACCESS_SECONDS = 90_000  # 25 hours, where the answer does not say
REFRESH_SECONDS = 90 * 86_400  # three months
VERIFIER_LENGTH = 43  # Zalo takes no other
LARGEST = 64 << 10  # bytes of an answer


class NotSent(Exception):
    """The platform never saw the request: nothing was spent."""


class Unclear(Exception):
    """It may have been done, or not: no answer, or none that can be read."""


class Refused(Exception):
    """It was not done. `words` is the platform's name of the reason ("": it gave none), never a token."""

    def __init__(self, words: str) -> None:
        super().__init__(words or "an answer without tokens")
        self.words = words


@dataclass(frozen=True, slots=True)
class Granted:
    """A new pair. Its text never holds the tokens."""

    access: str
    refresh: str
    access_seconds: int
    refresh_seconds: int = REFRESH_SECONDS

    def __repr__(self) -> str:
        return "Granted(…)"


@dataclass(frozen=True, slots=True)
class OAuth:
    """The app at the OAuth host `base`. `secret` is the app's, not the one that signs events."""

    app_id: str
    secret: str
    base: str
    seconds: float = CALL_SECONDS

    def consent_url(self, redirect: str, challenge: str, state: str) -> str:
        """Where an administrator of the account agrees. `redirect` must be the one saved in the app's console."""
        asked = {"app_id": self.app_id, "redirect_uri": redirect, "code_challenge": challenge, "state": state}
        return f"{self.base}/v4/oa/permission?{urlencode(asked)}"

    async def exchange(self, code: str, verifier: str) -> Granted:
        """The first pair, for the code the callback brought (good once, for ten minutes). Raises as `refresh`."""
        return await self._ask({"grant_type": "authorization_code", "code": code, "code_verifier": verifier})

    async def refresh(self, token: str) -> Granted:
        """The next pair; `token` is dead from then on. Raises NotSent, Unclear, Refused."""
        return await self._ask({"grant_type": "refresh_token", "refresh_token": token})

    async def _ask(self, form: Mapping[str, str]) -> Granted:
        failure: Exception
        timeout = aiohttp.ClientTimeout(total=self.seconds)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(
                    f"{self.base}/v4/oa/access_token",
                    data={"app_id": self.app_id, **form},
                    headers={"secret_key": self.secret},
                    allow_redirects=False,
                ) as answer,
            ):
                return granted(await read_capped(answer, LARGEST), answer.status)
        except aiohttp.ClientConnectorError as error:
            failure = NotSent(type(error).__name__)
        except (aiohttp.ClientError, TooLarge, TimeoutError, OSError) as error:
            failure = Unclear(type(error).__name__)
        raise failure  # outside the handlers: what aiohttp said of the request must not travel along


def granted(body: bytes, status: int = 200) -> Granted:
    """The answer as a pair. Raises Refused for a clear no, Unclear for what cannot be read."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Unclear(f"HTTP {status}")
    data = answer.get("data")
    found = data if isinstance(data, dict) else answer
    access, refresh = (str(found.get(name) or "").strip() for name in ("access_token", "refresh_token"))
    if access and refresh:
        lives = _seconds(found.get("expires_in"), ACCESS_SECONDS)
        return Granted(access, refresh, lives, _seconds(found.get("refresh_token_expires_in"), REFRESH_SECONDS))
    raise Refused(_reason(answer))


def _reason(answer: Mapping[str, Any]) -> str:
    code, name = answer.get("error"), answer.get("error_name") or answer.get("error_reason") or answer.get("message")
    words = " ".join(str(part) for part in (code, name) if part not in (None, ""))
    return words[:80]


def _seconds(value: Any, otherwise: int) -> int:
    text = str(value or "")
    return int(text) if text.isdecimal() and int(text) > 0 else otherwise


def new_verifier() -> str:
    return secrets.token_urlsafe(32)  # 32 bytes are 43 characters


def challenge_of(verifier: str) -> str:
    """S256 (RFC 7636 §4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
