"""How Telegram's updates come in by polling: a loop of our own that confirms an update only when its work is stored.

aiogram parses single updates; its own polling would confirm what failed and drop a batch for one malformed update.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import structlog

from bot.channels import Deliver, Incoming
from bot.channels.telegram_api import API_URL, ApiError, BotApi
from bot.channels.telegram_parse import ALLOWED_UPDATES, Malformed, Me, parse

MOST_IN_BATCH = 100
POLL_SECONDS = 20  # a long poll; a lease must live longer than this
SLACK_SECONDS = 10.0  # what an answer may take beyond the poll itself
LONGEST_WAIT = 60.0  # seconds between tries while something is wrong
LONGEST_HOLD = 5.0  # seconds that one update which cannot be stored may hold up the next poll

log = structlog.get_logger(__name__)
MayPoll = Callable[[], Awaitable[bool]]
Item = tuple[int, Incoming]
T = TypeVar("T")


async def always() -> bool:
    """For a set-up with one process: it may poll."""
    return True


class TelegramPoller:
    """Long polling. `may_poll` is asked before every poll: only the holder of the token's lease receives.

    `pause` is the first wait in seconds after a failure; it doubles up to a minute.
    """

    def __init__(
        self,
        token: str,
        base_url: str = API_URL,
        may_poll: MayPoll = always,
        *,
        at_once: int = 64,
        pause: float = 1.0,
        poll_seconds: int = POLL_SECONDS,
    ) -> None:
        self._api = BotApi(token, base_url)
        self._may_poll = may_poll
        self._at_once = at_once
        self._pause = pause
        self._poll_seconds = poll_seconds
        self._offset = 0
        self._done: set[int] = set()  # delivered, but not to be confirmed before an earlier one
        self.malformed = 0
        self.problem = ""  # why nothing comes in; "" while all is well

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Faults of Telegram, of the network and of `deliver` are waited out."""
        async with self._api:
            await self._wait_for_lease()
            me = await self._retry(lambda: who_am_i(self._api))
            await self._retry(lambda: make_way(self._api))
            failures = 0
            while True:
                await self._wait_for_lease()
                batch = await self._retry(self._poll)
                failures = 0 if await self._take(batch, me, deliver) else failures + 1
                if failures:
                    await asyncio.sleep(min(self._wait(failures), LONGEST_HOLD))

    async def _wait_for_lease(self) -> None:
        while not await self._holds_lease():
            self._done.clear()  # somebody else receives now, and confirms
            self._offset = 0
            await asyncio.sleep(self._pause)

    async def _holds_lease(self) -> bool:
        """Storage that cannot be asked says no: then nothing could be stored either."""
        try:
            return await self._may_poll()
        except Exception as error:
            self.problem = "storage cannot be asked whether this process receives"
            log.error("telegram_lease_unknown", error=type(error).__name__)  # noqa: TRY400 - may hold an address
            return False

    async def _poll(self) -> list[Mapping[str, Any]]:
        batch = await self._api.call(
            "getUpdates",
            seconds=self._poll_seconds + SLACK_SECONDS,
            offset=self._offset,
            limit=MOST_IN_BATCH,
            timeout=self._poll_seconds,
            allowed_updates=ALLOWED_UPDATES,
        )
        if not isinstance(batch, list):
            raise ApiError(0, "not a list of updates")
        return [raw for raw in batch if isinstance(raw, dict)]

    async def _retry(self, call: Callable[[], Awaitable[T]]) -> T:
        """The result of `call`, however long it takes to get one."""
        failures = 0
        while True:
            try:
                result = await call()
            except ApiError as error:
                failures += 1
                self.problem = explain(error)
                wait = max(error.retry_after, self._wait(failures))
                log.warning("telegram_receive_failed", reason=self.problem, code=error.code, wait=wait)
                await asyncio.sleep(wait)
            else:
                self.problem = ""
                return result

    def _wait(self, failures: int) -> float:
        return float(min(self._pause * 2 ** min(failures - 1, 10), LONGEST_WAIT))

    # ------------------------------------------------------------ one batch

    async def _take(self, batch: Sequence[Mapping[str, Any]], me: Me, deliver: Deliver) -> bool:
        """Deliver a batch; afterwards `offset` is the first update that must come again. False if nothing moved on."""
        fresh = {raw["update_id"]: raw for raw in batch if isinstance(raw.get("update_id"), int)}
        items: list[Item] = []
        for number in sorted(fresh.keys() - self._done):
            event = self._parse(number, fresh[number], me)
            if event is not None:
                items.append((number, event))
        failed = await self._deliver_all(items, deliver)
        if failed:
            self._done |= fresh.keys() - failed
            self._offset = min(failed)
        elif fresh:
            self._offset = max(fresh) + 1
        self._done = {number for number in self._done if number >= self._offset}
        return not failed and (bool(fresh) or not batch)

    def _parse(self, number: int, raw: Mapping[str, Any], me: Me) -> Incoming | None:
        """A malformed update is counted and confirmed: asked for again, it would be no better."""
        try:
            return parse(raw, me)
        except Malformed as error:
            self.malformed += 1
            log.warning("telegram_update_malformed", update=number, places=str(error))
            return None

    async def _deliver_all(self, items: Sequence[Item], deliver: Deliver) -> set[int]:
        """Different chats and people at once, one chat's or person's in order. Returns what was not delivered."""
        failed: set[int] = set()
        gate = asyncio.Semaphore(self._at_once)

        async def one_after_another(line: Sequence[Item]) -> None:
            for position, (number, event) in enumerate(line):
                async with gate:
                    if not await delivered(number, event, deliver):
                        failed.update(held for held, _ in line[position:])
                        return

        async with asyncio.TaskGroup() as group:
            for line in lines(items):
                group.create_task(one_after_another(line))
        return failed


async def delivered(number: int, event: Incoming, deliver: Deliver) -> bool:
    """Hand one update to the intake; False if it must come again. The fault is named, its words are not."""
    try:
        await deliver(event)
    except Exception as error:
        # whatever went wrong, nothing was stored, and the update comes again; the text may hold a worker's words
        log.error("telegram_delivery_failed", update=number, error=type(error).__name__)  # noqa: TRY400 - as above
        return False
    return True


def lines(items: Sequence[Item]) -> list[list[Item]]:
    """Updates that share a chat or a person stand in one line, in their order; different lines may run at once."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for _, event in items:
        for other in (f"person {event.account}", f"chat {event.moved_to or event.chat}"):
            parent[root(other)] = root(f"chat {event.chat}")
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(root(f"chat {item[1].chat}"), []).append(item)
    return list(found.values())


# ------------------------------------------------------------ before the first update


async def who_am_i(api: BotApi) -> Me:
    """Raises ApiError."""
    me = await api.call("getMe")
    return Me(int(me["id"]), str(me.get("username") or ""))


async def make_way(api: BotApi) -> None:
    """A webhook left by an earlier set-up shuts polling out. Raises ApiError."""
    info = await api.call("getWebhookInfo")
    if info.get("url"):
        log.warning("telegram_webhook_removed", reason="the set-up says polling")
        await api.call("deleteWebhook")


def explain(error: ApiError) -> str:
    """What is wrong, for the log; people are told by `bot.telegram_problems`."""
    if error.code in {401, 404}:
        return "Telegram does not accept the token (or the API address is wrong)"
    if error.code == 409 and "webhook" in error.description:
        return "a webhook is active: another set-up receives with this token"
    if error.code == 409:
        return "another program polls with this token"
    if error.code == 429:
        return f"Telegram asks to wait {error.retry_after:g} s"
    return str(error)
