"""The signed word in a form: which page of ours it stood on, in which browser, and since when.

Another site cannot make one, nor can a robot that never opened the page. Nothing is kept for it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIFE = timedelta(hours=24)
_TOKEN = re.compile(r"([0-9]{10,16})\.([A-Za-z0-9_-]{12})\.([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A good token. `mark` differs for each page that was made: what is sent twice from one page is known by it."""

    age: timedelta
    mark: str


@dataclass(frozen=True, slots=True)
class Signer:
    key: bytes

    def make(self, page: str, cookie: str, now: datetime) -> str:
        at, mark = str(int(now.timestamp() * 1000)), secrets.token_urlsafe(9)
        return f"{at}.{mark}.{self._proof(page, cookie, at, mark)}"

    def read(self, token: str, page: str, cookie: str, now: datetime) -> Ticket | None:
        """None for one that is not ours, of another page or browser, or too old."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            return None
        at, mark, proof = found.groups()
        if not hmac.compare_digest(proof, self._proof(page, cookie, at, mark)):
            return None
        age = now - datetime.fromtimestamp(int(at) / 1000, UTC)
        return Ticket(age, mark) if timedelta(0) <= age <= LIFE else None

    def _proof(self, page: str, cookie: str, at: str, mark: str) -> str:
        digest = hmac.new(self.key, f"{page}|{cookie}|{at}|{mark}".encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(digest[:16]).decode().rstrip("=")
