"""What is right and wrong about the Zalo Official Account, for `sangkien check` and `sangkien zalo status`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.channels import SendError
from bot.channels.zalo_oa_api import OaApi, OaError
from bot.config import Settings
from bot.directory import ZONE
from bot.holder import new_name
from bot.zalo_oa import account_of, row_of
from bot.zalo_oa_tokens import DYING_IN
from bot.zalo_problems import of_account
from handlers.talk import Say, say
from handlers.texts import Texts
from models.queries import secrets
from models.store import Store
from scheduler.clock import system_clock

QUOTA = "/v3.0/oa/quota/message"
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
    if settings.zalo_oa_template_id and settings.zalo_oa_template_price is None:
        yield Told("warning", say("zalo_oa.template_price", price=settings.template_price))


def unusable(settings: Settings, store: Store, now: datetime) -> Say | None:
    """Why the account can serve nobody, by what is set and stored. None: nothing is known against it (Zalo is not
    asked), or no account is named.
    """
    if not settings.has_account:
        return None
    kept = store.read_now(secrets.read, row_of(settings))
    if kept is None:
        return say("zalo_oa.status_none", id=settings.zalo_oa_id)
    if kept.problem == secrets.LOST or (kept.problem and kept.pair.access_until <= now):
        return say(f"zalo_oa.{kept.problem}")
    if kept.pair.refresh_until <= now:
        return say("zalo_oa.run_out")
    return next((one.words for one in settings_of(settings) if one.level == "bad"), None)


def connection_of(settings: Settings, store: Store, texts: Texts, now: datetime) -> Iterator[Told]:
    """How the tokens stand, and whether Zalo takes them."""
    kept = store.read_now(secrets.read, row_of(settings))
    if kept is None:
        yield Told("bad", say("zalo_oa.status_none", id=settings.zalo_oa_id))
        return
    if kept.problem:
        yield Told("bad", say(f"zalo_oa.{kept.problem}"))
    elif kept.pair.refresh_until <= now:
        yield Told("bad", say("zalo_oa.run_out"))
    elif kept.pair.refresh_until - now < DYING_IN:
        yield Told("warning", say("zalo_oa.dying"))
    found, problem = ask(settings, store, texts, lambda api: api.who_am_i())
    if found is None:
        yield Told("bad", say("zalo_oa.status_problem", problem=problem))
        return
    name, package = (str(found.get(part) or "–") for part in ("name", "package_name"))
    if str(found.get("oa_id") or settings.zalo_oa_id) != settings.zalo_oa_id:
        yield Told("bad", say("zalo_oa.status_other", name=name))
        return
    yield Told("good", say("zalo_oa.status_name", name=name, package=package))


def window_of(settings: Settings, store: Store, texts: Texts, user: str, now: datetime) -> Say:
    """May this person be written to now, and what does it cost? Zalo is asked, not our own records."""
    answer, problem = ask(settings, store, texts, lambda api: api.post(QUOTA, {"user_id": user}))
    if not isinstance(answer, dict):
        return say("zalo_oa.status_problem", problem=problem or "?")
    stamp = str(answer.get("last_interaction") or "")
    if not stamp.isdecimal():
        return say("zalo_oa.user_never", id=user)
    last = datetime.fromtimestamp(int(stamp) / 1000, ZONE)
    hours = (now - last) / timedelta(hours=1)
    left = str((answer.get("cs_reply") or {}).get("remain", "?"))
    values = {"id": user, "last": f"{last:%H:%M %d/%m/%Y}"}
    if hours <= settings.zalo_oa_free_hours:
        return say("zalo_oa.user_free", **values, left=left)
    if hours <= settings.zalo_oa_closed_hours:
        return say("zalo_oa.user_paid", **values, price=settings.zalo_oa_price)
    if settings.zalo_oa_template_id:
        return say("zalo_oa.user_template", **values, price=settings.template_price)
    return say("zalo_oa.user_closed", **values)


def ask(
    settings: Settings, store: Store, texts: Texts, question: Callable[[OaApi], Awaitable[T]]
) -> tuple[T | None, Say | None]:
    """The answer, or why there is none. Renews the token where that is needed, as the bot does."""

    async def asked() -> T:
        api = account_of(settings, texts, store, system_clock, new_name()).api
        try:
            return await question(api)
        finally:
            await api.close()

    try:
        return asyncio.run(asked()), None
    except (OaError, SendError) as error:
        return None, of_account(error)
