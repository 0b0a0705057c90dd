"""How Zalo Bot's updates come in by polling.

What `getUpdates` gave is gone from the platform, and what is sent while nobody asks is lost: so what came is kept
before anything else, and then it asks again at once. Exactly one process polls: two would share the messages out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import structlog

from bot.channels.zalo_bot_api import NO_WEBHOOK, NOTHING_CAME, ApiError, ZaloBotApi, explain
from bot.channels.zalo_bot_parse import updates

SLACK_SECONDS = 10.0  # what an answer may take beyond the poll itself
LONGEST_WAIT = 60.0  # seconds between tries while something is wrong
SHORTEST_POLL = 1.0  # seconds; one that brings nothing we know sooner than that is not asked again at once
WEBHOOK_SET = "a webhook is set, and nothing comes by polling: sangkien zalo webhook delete"
OTHER_POLLS = "another process polls with this token; this one waits until that one stops"

Keep = Callable[[Mapping[str, Any]], Awaitable[object]]
"""Stores one raw update; returns once it is committed."""
T = TypeVar("T")

log = structlog.get_logger(__name__)


class ZaloBotPoller:
    """Long polling. `may_poll` is asked before every poll: only the holder of the token's lease receives.

    `seconds`: how long a poll waits; `pause`: the first wait after a failure, doubled up to a minute.
    """

    def __init__(
        self, api: ZaloBotApi, may_poll: Callable[[], Awaitable[bool]], seconds: int, pause: float = 1.0
    ) -> None:
        self._api = api
        self._may_poll = may_poll
        self._seconds = seconds
        self._pause = pause
        self.problem = ""  # why nothing comes in; "" while all is well

    async def run(self, keep: Keep) -> None:
        """Receive until cancelled. Faults of Zalo, of the network and of storage are waited out."""
        await self._wait_for_lease()
        await self._retry(self._no_webhook)
        loop = asyncio.get_running_loop()
        while True:
            await self._wait_for_lease()
            began = loop.time()
            found = await self._retry(self._poll)
            for raw in found:
                await self._kept(keep, raw)
            known = any("event_name" in raw for raw in found)
            if not known and loop.time() - began < min(SHORTEST_POLL, self._seconds):
                await asyncio.sleep(self._pause)

    async def _wait_for_lease(self) -> None:
        while not await self._holds_lease():  # noqa: ASYNC110 - it is another process that is waited for
            await asyncio.sleep(self._pause)

    async def _holds_lease(self) -> bool:
        """Storage that cannot be asked says no: then nothing could be stored either."""
        try:
            mine = await self._may_poll()
        except Exception as error:
            self._tell("storage cannot be asked whether this process receives", error=type(error).__name__)
            return False
        if not mine:
            self._tell(OTHER_POLLS)
        elif self.problem == OTHER_POLLS:
            self.problem = ""
        return mine

    async def _no_webhook(self) -> None:
        """A webhook shuts polling out. It is somebody's wish, and only he takes it away. Raises ApiError."""
        try:
            info = await self._api.call("getWebhookInfo")
        except ApiError as error:
            if error.code == NO_WEBHOOK:
                return
            raise
        if isinstance(info, Mapping) and info.get("url"):
            raise ApiError(0, WEBHOOK_SET)

    async def _poll(self) -> list[Mapping[str, Any]]:
        try:
            answer = await self._api.call(
                "getUpdates", seconds=self._seconds + SLACK_SECONDS, timeout=str(self._seconds)
            )
        except ApiError as error:
            if error.code == NOTHING_CAME:
                return []
            raise
        return updates(answer)

    async def _kept(self, keep: Keep, raw: Mapping[str, Any]) -> None:
        """It comes only once: storage is waited for."""
        failures = 0
        while True:
            try:
                await keep(raw)
            except Exception as error:  # the text of the error may hold what was said
                failures += 1
                self._tell("what came cannot be stored", error=type(error).__name__)
                await asyncio.sleep(self._wait(failures))
            else:
                self.problem = ""
                return

    async def _retry(self, call: Callable[[], Awaitable[T]]) -> T:
        """The result of `call`, however long it takes to get one."""
        failures = 0
        while True:
            try:
                result = await call()
            except ApiError as error:
                failures += 1
                self._tell(explain(error), code=error.code)
                await asyncio.sleep(LONGEST_WAIT if error.code in {401, 404, 429} else self._wait(failures))
            else:
                self.problem = ""
                return result

    def _wait(self, failures: int) -> float:
        return float(min(self._pause * 2 ** min(failures - 1, 10), LONGEST_WAIT))

    def _tell(self, problem: str, **more: Any) -> None:
        """In the log once, not at every try."""
        if problem != self.problem:
            self.problem = problem
            log.warning("zalo_bot_not_receiving", reason=problem, **more)
