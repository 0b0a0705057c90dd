"""How updates reach the bot: long polling and webhook, with their quarrels."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import aiohttp

from tests.servers.telegram_methods import Params, json_of, number_of, text_of
from tests.servers.telegram_world import Json, Refusal, World, bad

LONGEST_POLL = 50  # seconds
TERMINATED = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)  # fmt: skip
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Delivery:
    """getUpdates, setWebhook, deleteWebhook, getWebhookInfo over the updates of a `World`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.repeated_batches = 0  # so many batches hold each update twice
        self.reordered_batches = 0  # so many batches come newest first
        self.deaf_confirmations = 0  # so many offsets are forgotten: the updates come again
        self.retry_base = 0.05  # seconds before a webhook is tried again; doubles (Telegram: 2 s)
        self.retries_at_most = 1.0  # seconds
        self.webhook = ""
        self.last_error = ""
        self._secret = ""
        self._poller: asyncio.Future[None] | None = None
        self._queues: dict[str, list[int]] = {}
        self._queued: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    # ------------------------------------------------------------ polling

    async def get_updates(self, params: Params) -> list[Json]:
        if self.webhook:
            raise Refusal(409, WEBHOOK_ACTIVE)
        self._remember_allowed(params)
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        mine = self._poller = asyncio.get_running_loop().create_future()
        self._confirm(number_of(params, "offset") or 0)
        limit = min(max(number_of(params, "limit") or 100, 1), 100)
        patience = min(number_of(params, "timeout") or 0, LONGEST_POLL)
        try:
            async with asyncio.timeout(patience):
                await self._wait_for_updates(mine)
        except TimeoutError:
            pass  # an empty answer is what a long poll without news gives
        if mine.done():
            raise Refusal(409, TERMINATED)
        mine.set_result(None)
        return self._batch(limit)

    async def _wait_for_updates(self, mine: asyncio.Future[None]) -> None:
        while not self.world.updates and not mine.done():
            self.world.wanted.clear()
            news: asyncio.Future[Any] = asyncio.ensure_future(self.world.wanted.wait())
            try:
                await asyncio.wait([news, mine], return_when=asyncio.FIRST_COMPLETED)
            finally:
                news.cancel()

    def _confirm(self, offset: int) -> None:
        if offset and self.deaf_confirmations:
            self.deaf_confirmations -= 1
        elif offset > 0:
            self.world.confirm(offset)
        elif offset < 0:
            self.world.confirm(([0, *self.world.updates])[offset:][0])

    def _batch(self, limit: int) -> list[Json]:
        batch = [update for _, update in zip(range(limit), self.world.updates.values(), strict=False)]
        if batch and self.repeated_batches:
            self.repeated_batches -= 1
            batch = [update for update in batch for _ in range(2)]
        if batch and self.reordered_batches:
            self.reordered_batches -= 1
            batch.reverse()
        return batch

    def _remember_allowed(self, params: Params) -> None:
        allowed = json_of(params, "allowed_updates", list, None)
        if allowed is not None:  # not given: the previous setting stays
            self.world.allowed = set(allowed) or None

    # ------------------------------------------------------------ webhook

    def set_webhook(self, params: Params) -> bool:
        url = text_of(params, "url")
        secret = text_of(params, "secret_token")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad("secret token contains unallowed characters")
        self._remember_allowed(params)
        self.webhook, self._secret = url, secret
        if url and self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        return True

    def delete_webhook(self, params: Params) -> bool:
        self.webhook = ""
        return True

    def webhook_info(self, params: Params) -> Json:
        info: Json = {"url": self.webhook, "has_custom_certificate": False}
        info["pending_update_count"] = len(self.world.updates)
        return info | ({"last_error_message": self.last_error} if self.last_error else {})

    async def run_webhook(self) -> None:
        """Hand waiting updates to the webhook, a queue per chat or person, until cancelled."""
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
            while True:
                if self.webhook:
                    for key in self._sort_in():
                        group.create_task(self._empty(key, session))
                self.world.wanted.clear()
                try:
                    async with asyncio.timeout(0.05):
                        await self.world.wanted.wait()
                except TimeoutError:
                    continue

    def _sort_in(self) -> list[str]:
        fresh = []
        for update in [number for number in self.world.updates if number not in self._queued]:
            self._queued.add(update)
            key = queue_of(self.world.updates[update])
            if key not in self._queues:
                self._queues[key] = []
                fresh.append(key)
            self._queues[key].append(update)
        return fresh

    async def _empty(self, key: str, session: aiohttp.ClientSession) -> None:
        queue = self._queues[key]
        pause = self.retry_base
        while queue and self.webhook:
            update = self.world.updates.get(queue[0])
            if update is None or await self._post(session, update):
                self.world.updates.pop(queue.pop(0), None)
                pause = self.retry_base
            else:
                await asyncio.sleep(pause)
                pause = min(2 * pause, self.retries_at_most)
        self._queued.difference_update(queue)
        del self._queues[key]

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}
        try:
            async with session.post(self.webhook, json=update, headers=headers) as answer:
                if answer.ok:
                    return True
                self.last_error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except aiohttp.ClientError as error:
            self.last_error = type(error).__name__
        return False


def queue_of(update: Json) -> str:
    """Telegram's webhook queues: messages by chat, presses by person, standing by chat (telegram.md §1)."""
    kind, body = next((k, v) for k, v in update.items() if k != "update_id")
    owner: Any = body.get("from" if kind == "callback_query" else "chat") or {}
    return f"{kind.removeprefix('edited_')}:{owner.get('id')}"
