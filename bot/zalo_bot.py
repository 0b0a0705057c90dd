"""The Zalo Bot platform as the app uses it: receiving by poll or webhook, sending, who the bot is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import web

from bot.came import Arrivals, KeepingChannel, sweep
from bot.channels import Channel, Deliver, Incoming, Quota
from bot.channels.fetching import Fetcher, hosts_of
from bot.channels.zalo_bot_api import NAME, ApiError, ZaloBotApi, capabilities, explain
from bot.channels.zalo_bot_in import ZaloBotPoller
from bot.channels.zalo_bot_out import ZaloBotChannel
from bot.channels.zalo_bot_parse import external_id, keys_of, line_of, parse
from bot.channels.zalo_bot_webhook import webhook_route
from bot.config import Settings
from bot.spool import Spool, Update
from handlers.talk import Sent
from models.store import Store

FIRST_WAIT = 5.0  # seconds, for an update that comes before Zalo has told the bot's name
RETRY = 30.0  # seconds between two tries to reach Zalo at start
SWEEP = 3600.0  # seconds

log = structlog.get_logger(__name__)


def quota_of(settings: Settings) -> Quota:
    """What the bot's plan allows, as the settings say."""
    return Quota(
        plan=settings.zalo_bot_plan,
        messages=settings.zalo_bot_monthly,
        people=settings.zalo_bot_users,
        groups=settings.zalo_bot_groups,
        keep_replies=settings.zalo_bot_keep_replies,
        keep_notices=settings.zalo_bot_keep_notices,
    )


class ZaloBot:
    """Both halves of the channel, made from the settings. `names` is filled when Zalo has told the bot's, if not by the
    settings.
    """

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
        token = settings.zalo_bot_token.get_secret_value()
        self._secret = settings.zalo_bot_webhook_secret.get_secret_value()
        self._public = settings.public_url
        self._seconds = settings.zalo_bot_poll_seconds
        self._folder, self._older = settings.media_dir, timedelta(days=settings.draft_days + 1)
        self._api = ZaloBotApi(token, settings.zalo_bot_api_url)
        rates = (settings.zalo_bot_per_second, settings.zalo_bot_chat_interval, settings.zalo_bot_group_interval)
        fetcher = Fetcher(hosts_of(settings.zalo_image_hosts), settings.zalo_image_mb << 20)
        able = capabilities(*rates, quota_of(settings), settings.zalo_bot_photo_seconds)
        sending = ZaloBotChannel(self._api, able, fetcher, clock, settings.zalo_bot_quota_pause)
        keeping = KeepingChannel(sending, settings.media_dir)
        self.channel: Channel = keeping
        self._arrivals = Arrivals(keeping)
        self._spool = Spool(NAME, store, clock, self._read, self._identify, metered=True)
        self._poller: ZaloBotPoller | None = None
        self._given_name = settings.zalo_bot_name
        self._called: tuple[str, ...] = ()
        self._not_reached = ""
        self._introduced = asyncio.Event()
        self.name = NAME
        self.links: dict[str, str] = {}  # nothing but its QR code opens a Zalo bot
        self.names: dict[str, str] = {}
        self._learn({})

    @property
    def problem(self) -> str:
        """Why nothing can be received; "" while all is well."""
        return self._not_reached or (self._poller.problem if self._poller else "")

    @property
    def by_webhook(self) -> bool:
        return bool(self._secret and self._public)

    def route(self, _deliver: Deliver) -> web.RouteDef:
        """What is posted is kept; `receive` hands it on."""
        return webhook_route(self._secret, self._spool.keep)

    async def receive(self, deliver: Deliver, may_poll: Callable[[], Awaitable[bool]]) -> None:
        """Until cancelled. Zalo being out of reach is waited out; what is kept already is worked on meanwhile."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._spool.run(deliver))
            group.create_task(self._introduce())
            group.create_task(self._keep_tidy())
            if not self.by_webhook:
                self._poller = ZaloBotPoller(self._api, may_poll, self._seconds)
                group.create_task(self._poller.run(self._spool.keep))

    async def close(self) -> None:
        await self.channel.close()

    # ------------------------------------------------------------ what came

    def _identify(self, raw: Mapping[str, Any]) -> Update:
        return Update(external_id(raw, self._api.bot_id), line_of(raw), raw)

    async def _read(self, raw: Mapping[str, Any]) -> Incoming | None:
        """What it means, its file fetched: addresses die. Raises SendError where another try may get it."""
        with suppress(TimeoutError):  # mentions are known by the bot's name
            async with asyncio.timeout(FIRST_WAIT):
                await self._introduced.wait()
        if not isinstance(raw.get("event_name"), str):
            log.warning("zalo_bot_update_unknown", keys=keys_of(raw))
        incoming = parse(raw, self._api.bot_id, self._called)
        if incoming is None or incoming.is_group or not isinstance(incoming.event, Sent):
            return incoming
        return replace(incoming, event=await self._arrivals.event(incoming.external_id, incoming.event.media))

    async def _keep_tidy(self) -> None:
        while True:
            try:
                await asyncio.to_thread(sweep, self._folder, self._older)
            except OSError as error:  # a disk that is away for a moment
                log.warning("zalo_bot_not_swept", error=type(error).__name__)
            await asyncio.sleep(SWEEP)

    # ------------------------------------------------------------ who the bot is

    async def _introduce(self) -> None:
        while True:
            try:
                me = await self._api.call("getMe")
            except ApiError as error:
                self._not_reached = explain(error)
                log.error("zalo_bot_not_reached", reason=self._not_reached)  # noqa: TRY400 # the reason says it all
                await asyncio.sleep(RETRY)
            else:
                self._not_reached = ""
                self._introduced.set()
                self._learn(me if isinstance(me, dict) else {})
                return

    def _learn(self, me: Mapping[str, Any]) -> None:
        """Zalo may leave out the name it shows, which is the one that mentions are made of."""
        found = (self._given_name, me.get("display_name"), me.get("account_name"))
        self._called = tuple(name for name in found if isinstance(name, str) and name)
        if self._called:
            self.names[NAME] = self._called[0]
