"""The platforms the settings connect. Each is one small object that the app starts: a row in `chosen`, nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from aiohttp import web

from bot.channels import Channel, Deliver
from bot.config import Settings
from bot.web.metrics import Gauge
from handlers.texts import Texts
from models.store import Store
from scheduler.clock import Clock


class Platform(Protocol):
    """Both halves of a channel. `links` and `names` (by channel) are filled once the platform has told them."""

    @property
    def name(self) -> str: ...

    @property
    def channel(self) -> Channel: ...

    @property
    def links(self) -> dict[str, str]: ...

    @property
    def names(self) -> dict[str, str]: ...

    @property
    def problem(self) -> str:
        """Why nothing can be received; "" while all is well."""

    @property
    def by_webhook(self) -> bool: ...

    def route(self, deliver: Deliver) -> web.RouteDef:
        """Where the platform posts to, if by webhook."""

    async def receive(self, deliver: Deliver, may_poll: Callable[[], Awaitable[bool]]) -> None:
        """Until cancelled. The platform being out of reach is waited out."""

    async def close(self) -> None: ...


@runtime_checkable
class Counting(Protocol):
    """A platform that counts what it was posted, since this process began."""

    @property
    def counts(self) -> Mapping[str, int]: ...


async def with_events(gauges: Awaitable[Sequence[Gauge]], platforms: Sequence[Platform]) -> list[Gauge]:
    """For `/metrics`: the gauges, and what these platforms count."""
    about = "Events posted to this process: taken, or refused for their signature."
    counted = [(one.name, one.counts) for one in platforms if isinstance(one, Counting)]
    return [
        *await gauges,
        *(
            Gauge("sangkien_events", about, number, {"channel": name, "what": what})
            for name, counts in counted
            for what, number in counts.items()
        ),
    ]


def chosen(settings: Settings, texts: Texts, store: Store, clock: Clock, holder: str) -> list[Platform]:
    """`holder` names this process in leases. Their libraries are slow to import: only where they are used."""
    found: list[Platform] = []
    if settings.telegram_token.get_secret_value():
        from bot.telegram import Telegram

        found.append(Telegram(settings, texts))
    if settings.zalo_bot_token.get_secret_value():
        from bot.zalo_bot import ZaloBot

        found.append(ZaloBot(settings, store, clock))
    if settings.has_account:
        from bot.zalo_oa import ZaloOa

        found.append(ZaloOa(settings, texts, store, clock, holder))
    return found


def wants_site(settings: Settings) -> bool:
    """Does any platform post to us?"""
    secrets = (settings.telegram_webhook_secret, settings.zalo_bot_webhook_secret)
    return settings.has_account or bool(settings.public_url and any(secret.get_secret_value() for secret in secrets))
