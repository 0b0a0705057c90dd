"""The Official Account as the app uses it: events by webhook, sending, its tokens, the packages its groups live on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import web
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import zalo_oa_groups
from bot.came import Arrivals, KeepingChannel, sweep
from bot.channels import Capabilities, Channel, Deliver, Incoming, SendError
from bot.channels.fetching import Fetcher, hosts_of
from bot.channels.zalo_oa_api import NAME, OaApi, OaError
from bot.channels.zalo_oa_oauth import OAuth
from bot.channels.zalo_oa_out import Template, ZaloOaChannel, capabilities
from bot.channels.zalo_oa_parse import external_id, is_passed_over, line_of, parse
from bot.channels.zalo_oa_webhook import Webhook
from bot.config import Settings
from bot.directory import ZONE
from bot.spool import Spool, Update
from bot.zalo_oa_alarm import Alarm
from bot.zalo_oa_tokens import Bank, SharedTokens
from handlers.talk import Sent, say
from handlers.texts import Texts
from models.store import Store

RETRY, HOUR, DAY = 30.0, 3600.0, 86_400.0  # seconds

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """The account's tokens and a client that uses them."""

    tokens: SharedTokens
    api: OaApi
    alarm: Alarm


def row_of(settings: Settings) -> str:
    """The name of the account's row of tokens."""
    return f"{NAME}:{settings.zalo_oa_id}"


def account_of(settings: Settings, texts: Texts, store: Store, clock: Callable[[], datetime], holder: str) -> Account:
    """`holder` names this process in leases."""
    secret = settings.zalo_oa_app_secret.get_secret_value()
    alarm = Alarm(texts, _served(settings))
    oauth = OAuth(settings.zalo_oa_app_id, secret, settings.zalo_oa_oauth_url)

    def tell(conn: Connection, problem: str, version: int) -> None:
        alarm.tell_of_tokens(conn, problem, f"{row_of(settings)}:{version}", clock())

    async def lives(access: str) -> bool | None:
        return await api.lives(access)

    tokens = SharedTokens(Bank(row_of(settings), store, clock, holder, oauth, lives, tell))
    api = OaApi(tokens, clock, settings.zalo_oa_api_url, secret if settings.zalo_oa_proof else "")
    return Account(tokens, api, alarm)


def _served(settings: Settings) -> Collection[str]:
    tokens = {"telegram": settings.telegram_token, "zalo_bot": settings.zalo_bot_token}
    return (NAME, *(name for name, token in tokens.items() if token.get_secret_value()))


class ZaloOa:
    """Both halves of the channel, made from the settings."""

    def __init__(
        self, settings: Settings, texts: Texts, store: Store, clock: Callable[[], datetime], holder: str
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._account = account_of(settings, texts, store, clock, holder)
        fetcher = Fetcher(hosts_of(settings.zalo_image_hosts), settings.zalo_image_mb << 20)
        template = Template(
            settings.zalo_oa_template_id, settings.zalo_oa_template_field, settings.zalo_oa_template_length
        )
        sending = ZaloOaChannel(
            self._account.api, capabilities_of(settings), self._local, fetcher.fetch, template, self._tell_of_waiting
        )
        self._fetcher = fetcher
        keeping = KeepingChannel(sending, settings.media_dir)
        self.channel: Channel = keeping
        self._arrivals = Arrivals(keeping)
        self._spool = Spool(NAME, store, clock, self._read, self._identify)
        secrets = {"oa_secret": settings.zalo_oa_secret, "app_secret": settings.zalo_oa_app_secret}
        signing = {name: secret.get_secret_value() for name, secret in secrets.items()}
        self._webhook = Webhook(settings.zalo_oa_app_id, signing, self._spool.keep)
        self._called: tuple[str, ...] = ()
        self.name = NAME
        self.links = {NAME: f"https://zalo.me/{settings.zalo_oa_id}"}
        self.names: dict[str, str] = {}  # an account is called like the union: the bot keeps its own name

    @property
    def problem(self) -> str:
        """Why nothing can be sent or received; "" while all is well."""
        if self._webhook.refused_ours and not self._webhook.taken:
            return "no event was signed as the settings say"
        problem = self._account.tokens.problem
        return f"tokens: {problem}" if problem else ""

    @property
    def counts(self) -> Mapping[str, int]:
        return {"taken": self._webhook.taken, "refused": self._webhook.refused}

    @property
    def by_webhook(self) -> bool:
        return True

    def route(self, _deliver: Deliver) -> web.RouteDef:
        """What is posted is kept; `receive` hands it on."""
        return self._webhook.route()

    async def receive(self, deliver: Deliver, _may_poll: Callable[[], Awaitable[bool]]) -> None:
        """Until cancelled. Zalo being out of reach is waited out; what is kept already is worked on meanwhile."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._account.tokens.run())
            group.create_task(self._spool.run(deliver))
            group.create_task(every(DAY, self._introduce, again=RETRY))
            group.create_task(every(HOUR, self._tidy, again=HOUR))
            group.create_task(every(DAY, self._look_at_packages, again=HOUR))
            group.create_task(every(DAY, self._look_at_signatures, again=RETRY))

    async def close(self) -> None:
        await self.channel.close()
        await self._fetcher.close()

    def _local(self) -> datetime:
        return self._clock().astimezone(ZONE)

    # ------------------------------------------------------------ what came

    def _identify(self, raw: Mapping[str, Any]) -> Update:
        return Update(external_id(raw), line_of(raw), raw)

    async def _read(self, raw: Mapping[str, Any]) -> Incoming | None:
        """What it means, its file fetched: addresses die. Raises SendError where another try may get it."""
        incoming = parse(raw, self._settings.zalo_oa_id, self._called)
        if incoming is None:
            if not is_passed_over(str(raw.get("event_name"))):
                log.info("zalo_oa_event_passed_over", event_name=str(raw.get("event_name"))[:60])
            return None
        if incoming.is_group or not isinstance(incoming.event, Sent):
            return incoming
        return replace(incoming, event=await self._arrivals.event(incoming.external_id, incoming.event.media))

    # ------------------------------------------------------------ the account

    async def _introduce(self) -> None:
        found = await self._account.api.who_am_i()
        self._called = tuple(filter(None, [str(found.get("name") or "")]))

    async def _tidy(self) -> None:
        await asyncio.to_thread(sweep, self._settings.media_dir, timedelta(days=self._settings.draft_days + 1))

    async def _tell_of_waiting(self, code: int, way: str) -> None:
        try:
            await self._store.write(self._account.alarm.tell_of_waiting, code, way, self._clock())
        except SQLAlchemyError as error:  # the message is tried again within the hour, and this with it
            log.warning("zalo_oa_alarm_not_kept", code=code, error=type(error).__name__)

    async def _look_at_packages(self) -> None:
        """A group whose package runs out is shut, and deleted 45 days later: told two weeks before."""
        today = self._local().date()
        for asset in await zalo_oa_groups.assets(self._account.api):
            if asset.ends_soon(today):
                await self._store.write(self._tell_of, asset)

    async def _look_at_signatures(self) -> None:
        """A wrong key refuses whatever Zalo brings: everybody who writes is ignored, and nobody would know why."""
        await self._webhook.doubtful.wait()
        if not self._webhook.taken:
            await self._store.write(self._account.alarm.tell_of_signatures, self._clock())

    def _tell_of(self, conn: Connection, asset: zalo_oa_groups.Asset) -> None:
        words = say("zalo_oa.package", product=asset.product, until=f"{asset.until:%d/%m/%Y}" if asset.until else "")
        self._account.alarm.tell(conn, words, f"{asset.id}:{asset.until}", self._clock(), by_account=True)


async def every(seconds: float, work: Callable[[], Awaitable[None]], again: float) -> None:
    """Until cancelled; `again` seconds after a failure, which is no reason to stop receiving."""
    while True:
        try:
            await work()
        except (OaError, SendError) as error:
            log.warning("zalo_oa_not_reached", work=work.__name__, reason=str(error))
            await asyncio.sleep(again)
        except Exception as error:  # the database away for a moment, a disk: its text may hold anything
            log.error(  # noqa: TRY400 - as above
                "zalo_oa_work_failed", work=work.__name__, error=type(error).__name__
            )
            await asyncio.sleep(again)
        else:
            await asyncio.sleep(seconds)


def capabilities_of(settings: Settings) -> Capabilities:
    """Of this account. A template reaches those whose window has closed, too, at its own price."""
    by_template = bool(settings.zalo_oa_template_id)
    return capabilities(
        per_second=settings.zalo_oa_per_second,
        chat_interval=settings.zalo_oa_chat_interval,
        buttons=settings.zalo_oa_buttons,
        free_hours=settings.zalo_oa_free_hours,
        closed_hours=None if by_template else settings.zalo_oa_closed_hours,
        price=settings.zalo_oa_price,
        dear_hours=settings.zalo_oa_closed_hours if by_template else None,
        dear_price=settings.template_price,
    )
