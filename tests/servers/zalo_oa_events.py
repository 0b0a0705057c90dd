"""How the played Official Account's events reach the bot: signed posts, repeated with `num_retry` until 200."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import time
from typing import Any

import aiohttp

Json = dict[str, Any]
PATIENCE = 2.0  # seconds in which 200 must come


class Events:
    """Posts to `url` one after another; what is not answered 200 in time is posted again, as the same event."""

    def __init__(self, app_id: str, oa_id: str, secret: str) -> None:
        self.app_id, self.oa_id, self.secret = app_id, oa_id, secret
        self.url = ""
        self.header_time = True  # the signature's time stands in a header, too, as some installations see it
        self.bare_mac = False  # without "mac="
        self.repeats = 0  # so many events are posted a second time though they were answered
        self.retry_seconds = 0.05  # Zalo: 30 s, 5 m, 15 m, 30 m, 1 h
        self.answers: list[int] = []
        self.longest = 0.0  # seconds an answer took
        self._waiting: asyncio.Queue[Json] = asyncio.Queue()
        self._numbers = itertools.count(1)
        self._moment = itertools.count(int(time.time() * 1000))

    # ------------------------------------------------------------ what happens

    def happens(self, name: str, **body: Any) -> Json:
        """Any event; what is common to all is filled in."""
        event = {"app_id": self.app_id, "event_name": name, "timestamp": str(next(self._moment)), **body}
        self._waiting.put_nowait(event)
        return event

    def says(self, user: str, kind: str, *, group: str = "", **message: Any) -> Json:
        """A message of a person: text, image, file, …"""
        name = f"user_send_group_{kind}" if group else f"user_send_{kind}"
        number = f"{next(self._numbers):016x}"
        return self.happens(
            name,
            sender={"id": user},
            recipient={"id": group or self.oa_id},
            user_id_by_app=f"55{user}",
            message={"msg_id": number, **message},
            **({"oa_id": self.oa_id} if group else {}),
        )

    # ------------------------------------------------------------ posting

    async def run(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
            while True:
                event = await self._waiting.get()
                await self._posted(session, event)
                self._waiting.task_done()

    async def all_taken(self, seconds: float = 15.0) -> None:
        async with asyncio.timeout(seconds):
            await self._waiting.join()

    async def _posted(self, session: aiohttp.ClientSession, event: Json) -> None:
        again = self.repeats > 0
        self.repeats -= again
        tries = 0
        while True:
            status = await self.post(session, event, tries)
            self.answers.append(status)
            tries += 1
            if status == 200 and not again:
                return
            again = again and status != 200
            await asyncio.sleep(self.retry_seconds)

    async def post(self, session: aiohttp.ClientSession, event: Json, tries: int = 0) -> int:
        """One try; 0: no answer."""
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", **self.signature(body, str(event["timestamp"]))}
        if tries:
            headers["num_retry"] = str(tries)
        began = time.monotonic()
        try:
            async with session.post(self.url, data=body, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0
        finally:
            self.longest = max(self.longest, time.monotonic() - began)

    def signature(self, body: bytes, stamp: str) -> dict[str, str]:
        mac = hashlib.sha256(self.app_id.encode() + body + stamp.encode() + self.secret.encode()).hexdigest()
        headers = {"X-ZEvent-Signature": mac if self.bare_mac else f"mac={mac}"}
        return headers | ({"X-ZEvent-Timestamp": stamp} if self.header_time else {})
