"""What is right and wrong about the Zalo Official Account, for `sangkien check` and `sangkien zalo status`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.channels import SendError
from bot.channels.zalo_oa_api import OaApi, OaError
from bot.channels.zalo_oa_errors import explain
from bot.config import Settings
from bot.holder import new_name
from bot.zalo_oa import account_of, row_of
from bot.zalo_oa_tokens import DYING_IN
from handlers.talk import Say, say
from handlers.texts import Texts
from models.queries import secrets
from models.store import Store
from scheduler.clock import system_clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """`level`: good | warning | bad."""

    level: str
    words: Say


def settings_of(settings: Settings) -> Iterator[Told]:
    """What can be said without asking anybody."""
    needed = {
        "SANGKIEN_ZALO_OA_APP_SECRET": settings.zalo_oa_app_secret.get_secret_value(),
        "SANGKIEN_ZALO_OA_SECRET": settings.zalo_oa_secret.get_secret_value(),
    }
    if missing := [name for name, value in needed.items() if not value]:
        yield Told("bad", say("zalo_oa.settings", names=", ".join(missing)))
    if not settings.public_url.startswith("https://"):
        yield Told("bad", say("zalo_oa.address"))


def connection_of(settings: Settings, store: Store, texts: Texts, now: datetime) -> Iterator[Told]:
    """How the tokens stand, and whether Zalo takes them."""
    kept = store.read_now(secrets.read, row_of(settings))
    if kept is None:
        yield Told("bad", say("zalo_oa.status_none", id=settings.zalo_oa_id))
        return
    if kept.problem:
        yield Told("bad", say(f"zalo_oa.{kept.problem}"))
    elif kept.pair.refresh_until - now < DYING_IN:
        yield Told("warning", say("zalo_oa.dying"))
    found, problem = ask(settings, store, texts, lambda api: api.who_am_i())
    if found is None:
        yield Told("bad", say("zalo_oa.status_problem", problem=problem))
        return
    name, package = (str(found.get(part) or "–") for part in ("name", "package_name"))
    yield Told("good", say("zalo_oa.status_name", name=name, package=package))


def ask(
    settings: Settings, store: Store, texts: Texts, question: Callable[[OaApi], Awaitable[T]]
) -> tuple[T | None, str]:
    """The answer, or why there is none. Renews the token where that is needed, as the bot does."""

    async def asked() -> T:
        api = account_of(settings, texts, store, system_clock, new_name()).api
        try:
            return await question(api)
        finally:
            await api.close()

    try:
        return asyncio.run(asked()), ""
    except OaError as error:
        return None, explain(error.code) or str(error)
    except SendError as error:
        return None, str(error)
