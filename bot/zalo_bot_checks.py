"""What `sangkien check` says of the Zalo bot, and what `sangkien zalo status` asks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import zalo_problems
from bot.channels.zalo_bot_api import NAME, NO_WEBHOOK, ApiError, ZaloBotApi
from bot.channels.zalo_bot_webhook import LONGEST, PATH, SHORTEST
from bot.config import Settings
from bot.findings import BAD, GOOD, WARNING, Finding
from bot.quota import LEVELS, level, parts
from bot.zalo_bot import quota_of
from handlers.figures import groups as grouped
from handlers.talk import Say, say
from models.queries import meter


@dataclass(frozen=True, slots=True)
class Told:
    """What the platform says of the bot. `problem`: why it could not be asked, the rest is then empty."""

    name: str = ""
    can_join_groups: bool = False
    webhook: str = ""
    problem: Say | None = None


def ask(settings: Settings) -> Told:
    """Ask who the bot is and where its updates go."""

    async def asked() -> Told:
        async with ZaloBotApi(settings.zalo_bot_token.get_secret_value(), settings.zalo_bot_api_url) as api:
            me = await api.call("getMe")
            found: Mapping[str, Any] = me if isinstance(me, dict) else {}
            name = str(found.get("display_name") or found.get("account_name") or "?")
            return Told(name, found.get("can_join_groups") is True, await webhook_of(api))

    try:
        return asyncio.run(asked())
    except ApiError as error:
        return Told(problem=zalo_problems.of_bot(error))


async def webhook_of(api: ZaloBotApi) -> str:
    """Where updates are posted to; "" where there is no webhook. Raises ApiError."""
    try:
        info = await api.call("getWebhookInfo")
    except ApiError as error:
        if error.code == NO_WEBHOOK:
            return ""
        raise
    return str(info.get("url") or "") if isinstance(info, dict) else ""


def wanted_webhook(settings: Settings) -> str:
    """The address the settings mean updates to be posted to; "" where they mean polling."""
    secret = settings.zalo_bot_webhook_secret.get_secret_value()
    return f"{settings.public_url}{PATH}" if secret and settings.public_url else ""


def of_settings(settings: Settings) -> Iterator[Finding]:
    """Nothing where no Zalo bot is connected."""
    if not settings.zalo_bot_token.get_secret_value():
        return
    secret = settings.zalo_bot_webhook_secret.get_secret_value()
    if secret and not (SHORTEST <= len(secret) <= LONGEST and settings.public_url.startswith("https://")):
        yield Finding(BAD, say("check.zalo_webhook", least=SHORTEST, most=LONGEST))
    if not settings.public_url:
        yield Finding(BAD, say("check.zalo_public_url"))
    told = ask(settings)
    if told.problem:
        yield Finding(BAD, say("check.zalo_token_bad", problem=told.problem))
        return
    yield Finding(GOOD, say("check.zalo_token", name=told.name))
    wanted = wanted_webhook(settings)
    if told.webhook != wanted:
        yield Finding(BAD, say("check.zalo_webhook_other" if wanted else "check.zalo_webhook_left", url=told.webhook))
    if not told.can_join_groups:
        yield Finding(WARNING, say("check.zalo_no_groups"))


def of_plan(conn: Connection, settings: Settings, now: datetime) -> Iterator[Finding]:
    """What is used of the plan."""
    if not settings.zalo_bot_token.get_secret_value():
        return
    quota = quota_of(settings)
    for what, (used, most) in parts(quota, meter.usage(conn, NAME, meter.month_of(now))).items():
        mark = {0: GOOD, LEVELS[-1]: BAD}.get(level(used, most), WARNING)
        shown = {"used": grouped(used, settings.language), "most": grouped(most, settings.language)}
        yield Finding(mark, say(f"check.plan_{what}", plan=quota.plan, **shown))
