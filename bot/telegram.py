"""Telegram as the app uses it: receiving by poll or webhook, sending, the menu of commands, who the bot is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.channels import Deliver
from bot.channels.telegram_api import NAME, ApiError, BotApi, capabilities
from bot.channels.telegram_in import TelegramPoller, explain, who_am_i
from bot.channels.telegram_menu import GROUP_ADMINS, GROUPS, PRIVATE, Menu, set_menus
from bot.channels.telegram_out import TelegramChannel
from bot.channels.telegram_parse import Me
from bot.channels.telegram_webhook import PATH, set_webhook, webhook_route
from bot.config import Settings
from handlers import menu
from handlers.texts import LANGUAGES, Texts

MENU = {
    PRIVATE: menu.BESIDE,
    GROUPS: ("board", "notice"),
    GROUP_ADMINS: ("board", "notice", "post", "hour", "settings", "link"),
}
RETRY = 10.0  # seconds between two tries to reach Telegram at start

log = structlog.get_logger(__name__)


class Telegram:
    """Both halves of the channel, made from the settings. `links` is filled when Telegram has told the bot's name."""

    def __init__(self, settings: Settings, texts: Texts) -> None:
        token = settings.telegram_token.get_secret_value()
        self._secret = settings.telegram_webhook_secret.get_secret_value()
        self._url = settings.public_url
        self._texts = texts
        self._api = BotApi(token, settings.telegram_api_url)
        self._poller: TelegramPoller | None = None
        self._token, self._base = token, settings.telegram_api_url
        rates = (settings.telegram_per_second, settings.telegram_chat_interval, settings.telegram_group_interval)
        self.channel = TelegramChannel(token, capabilities(*rates), settings.telegram_api_url)
        self.name = NAME
        self.links: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self._not_reached = ""
        self._me: Me | None = None

    @property
    def problem(self) -> str:
        """Why nothing can be received; "" while all is well."""
        return self._not_reached or (self._poller.problem if self._poller else "")

    @property
    def by_webhook(self) -> bool:
        return bool(self._secret and self._url)

    def route(self, deliver: Deliver) -> web.RouteDef:
        return webhook_route(self._secret, deliver, lambda: self._me)

    async def receive(self, deliver: Deliver, may_poll: Callable[[], Awaitable[bool]]) -> None:
        """Until cancelled. Telegram being out of reach is waited out."""
        async with self._api:
            await self._introduce()
            if self.by_webhook:
                await self._until_done(lambda: set_webhook(self._api, f"{self._url}{PATH}", self._secret))
                await asyncio.Event().wait()
        self._poller = TelegramPoller(self._token, self._base, may_poll)
        await self._poller.run(deliver)

    async def close(self) -> None:
        await self.channel.close()

    async def _introduce(self) -> None:
        await self._until_done(self._learn)
        await set_menus(self._api, menus(self._texts))

    async def _learn(self) -> None:
        self._me = await who_am_i(self._api)
        self.links[NAME] = f"https://t.me/{self._me.username}"

    async def _until_done(self, call: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await call()
            except ApiError as error:
                self._not_reached = explain(error)
                log.error("telegram_not_reached", reason=self._not_reached)  # noqa: TRY400 # the reason says it all
                await asyncio.sleep(max(RETRY, error.retry_after))
            else:
                self._not_reached = ""
                return


def menus(texts: Texts) -> list[Menu]:
    """The same words as slash commands; Vietnamese for everybody, English for English clients."""
    out = []
    for language in LANGUAGES:
        for scope, commands in MENU.items():
            out.append(Menu(scope, "" if language == "vi" else language, menu.lines(texts, language, commands)))
    return out
