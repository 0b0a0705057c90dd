"""An administrator's first consent, step by step: values for the app's console, the address to open, what came back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import Connection

from bot.channels import Temporary
from bot.channels.zalo_oa_api import OaApi, Token
from bot.channels.zalo_oa_oauth import Granted, challenge_of
from bot.zalo_oa_tokens import pair_of
from models.queries import marks, secrets

VERIFIER = "zalo_oa_verifier"
EXPLORER_SECONDS = 3600  # nobody knows how old a pair of the API Explorer is: it is renewed within the hour
_CODE = re.compile(r"[A-Za-z0-9_\-]{8,}")


class WrongAnswer(Exception):
    """What was pasted is no answer to this consent. `key` says why, in the catalogue."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class JustThis:
    """One access token, never renewed: to ask who it belongs to before anything is stored."""

    def __init__(self, access: str) -> None:
        self._token = Token(0, access)

    async def current(self) -> Token:
        return self._token

    async def renew(self, after: int) -> Token:  # noqa: ARG002 # as `Tokens` has it
        return self._token


@dataclass(frozen=True, slots=True)
class Consent:
    """What a consent hangs together by. The same every time: Zalo's console keeps the challenge and takes no other."""

    verifier: str
    state: str

    @property
    def challenge(self) -> str:
        return challenge_of(self.verifier)

    def code_of(self, pasted: str, oa_id: str) -> str:
        """The code in what was pasted: the address the browser ended on, or the bare code. Raises WrongAnswer."""
        pasted = pasted.strip().strip("\"'")
        if "code=" not in pasted:
            if not _CODE.fullmatch(pasted):
                raise WrongAnswer("zalo_oa.no_code")
            return pasted
        asked = parse_qs(urlsplit(pasted).query or pasted.partition("?")[2] or pasted)
        if asked.get("state", [self.state])[0] != self.state:
            raise WrongAnswer("zalo_oa.other_state")
        if asked.get("oa_id", [oa_id])[0] != oa_id:
            raise WrongAnswer("zalo_oa.other_account")
        return asked["code"][0]


def consent(conn: Connection) -> Consent:
    """This installation's. 43 characters: Zalo takes no other verifier."""
    secret = bytes.fromhex(marks.secret(conn, VERIFIER))
    verifier = base64.urlsafe_b64encode(secret).decode().rstrip("=")
    return Consent(verifier, hmac.new(secret, b"state", hashlib.sha256).hexdigest()[:16])


async def who(api_url: str, granted: Granted, app_secret: str, now: datetime) -> dict[str, Any]:
    """The account a pair belongs to: its `oa_id` and more. Raises OaError, and SendError where it cannot be asked."""
    api = OaApi(JustThis(granted.access), lambda: now, api_url, app_secret)
    try:
        found = dict(await api.who_am_i())
    finally:
        await api.close()
    if not found.get("oa_id"):
        raise Temporary("getoa")
    return found


def store_pair(conn: Connection, name: str, granted: Granted, now: datetime) -> None:
    secrets.connect(conn, name, pair_of(granted, now, 0.0))
