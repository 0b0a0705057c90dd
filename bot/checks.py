"""What is right and wrong about a set-up, each with what to do. Values only; `sangkien check` prints them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError

from bot import carriers, public_address, zalo_bot_checks, zalo_oa_checks
from bot.config import Settings
from bot.directory import ZONE
from bot.findings import BAD, GOOD, WARNING, Finding
from handlers.figures import groups
from handlers.talk import Say, say
from handlers.texts import Texts
from models import migrate
from models.queries import readiness, tally
from models.store import Store

FONTS = Path(__file__).parent / "web" / "static" / "fonts"
FONT_WEIGHTS = ("400", "600")


def findings(settings: Settings, unknown: tuple[str, ...], now: datetime) -> Iterator[Finding]:
    yield from _settings(settings, unknown)
    yield from _token(settings)
    yield from zalo_bot_checks.of_settings(settings)
    if settings.has_account:
        yield from _account(zalo_oa_checks.settings_of(settings))
    yield from _fonts()
    yield from _database(settings, now)


def _settings(settings: Settings, unknown: tuple[str, ...]) -> Iterator[Finding]:
    if unknown:
        yield Finding(BAD, say("cli.settings_unknown", names=", ".join(unknown)))
    else:
        yield Finding(GOOD, say("check.settings"))
    secret = settings.telegram_webhook_secret.get_secret_value()
    if secret and not settings.public_url.startswith("https://"):
        yield Finding(BAD, say("check.webhook"))
    if settings.has_channel and not settings.public_url:
        yield Finding(WARNING, say("check.public_url"))
    if settings.has_channel:
        yield from public_address.opened(settings)
    if settings.public_filing and settings.public_url.startswith("https://") and not settings.proxy_header:
        yield Finding(WARNING, say("check.proxy_header"))  # this server speaks no TLS: a proxy stands before it
    if not settings.controller or not settings.contact:
        yield Finding(BAD, say("check.controller"))


def _token(settings: Settings) -> Iterator[Finding]:
    if not settings.has_channel:
        yield Finding(BAD, say("check.token_none"))
    if not settings.telegram_token.get_secret_value():
        return
    name, problem = _ask_telegram(settings)
    if problem:
        yield Finding(BAD, say("check.token_bad", problem=problem))
    else:
        yield Finding(GOOD, say("check.token", name=name))


def _account(told: Iterable[zalo_oa_checks.Told]) -> Iterator[Finding]:
    marks = {"good": GOOD, "warning": WARNING, "bad": BAD}
    return (Finding(marks[one.level], one.words) for one in told)


def telegram_name(settings: Settings) -> str | None:
    """The bot's name on Telegram, for links; None where it cannot be asked."""
    if not settings.telegram_token.get_secret_value():
        return None
    name, problem = _ask_telegram(settings)
    return None if problem else name


def _ask_telegram(settings: Settings) -> tuple[str, Say | None]:
    """(the bot's name, what is wrong)"""
    from bot import telegram_problems
    from bot.channels.telegram_api import ApiError, BotApi
    from bot.channels.telegram_in import who_am_i

    async def ask() -> str:
        async with BotApi(settings.telegram_token.get_secret_value(), settings.telegram_api_url) as api:
            return (await who_am_i(api)).username

    try:
        return asyncio.run(ask()), None
    except ApiError as error:
        return "", telegram_problems.of_bot(error)


def _fonts() -> Iterator[Finding]:
    missing = [w for w in FONT_WEIGHTS if not any(FONTS.glob(f"*vietnamese-{w}*.woff2"))]
    for weight in missing:
        yield Finding(BAD, say("check.fonts_bad", name=f"Be Vietnam Pro {weight}"))
    if not missing:
        yield Finding(GOOD, say("check.fonts"))


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    shown = make_url(settings.database).render_as_string(hide_password=True)
    try:
        migrate.upgrade(settings.database)
        store = Store.open(settings.database)
    except (SQLAlchemyError, OSError) as error:
        yield Finding(BAD, say("check.database_bad", url=shown, problem=type(error).__name__))
        return
    try:
        yield Finding(GOOD, say("check.database", url=shown))
        if settings.has_account:
            yield from _account(zalo_oa_checks.connection_of(settings, store, Texts.load(), now))
        yield from store.read_now(_contents, settings, zalo_oa_checks.unusable(settings, store, now), now)
    finally:
        store.close()


def _contents(conn: Connection, settings: Settings, account: Say | None, now: datetime) -> list[Finding]:
    day = now.astimezone(ZONE).date()
    house = readiness.house(conn, day)
    found = [_tallies(conn, house.initiatives)]
    if house.units:
        found.append(
            Finding(GOOD, say("check.crowd", units=house.units, members=groups(house.members, settings.language)))
        )
    for missing, key in (
        (house.sample, "check.sample"),
        (not house.units, "check.no_units"),
        (not house.campaigns, "check.no_campaign"),
        (not house.admins, "check.no_admin"),
    ):
        if missing:
            found.append(Finding(BAD, say(key)))
    if without := readiness.without_officer(conn, day):
        found.append(Finding(WARNING, say("check.officers", without=without, n=house.units)))
    found += carriers.verdict(settings, carriers.Crowd(house.units, house.members), account)
    found += zalo_bot_checks.of_plan(conn, settings, now)
    if without := readiness.without_target(conn, day):
        found.append(Finding(WARNING, say("check.targets", without=without, n=house.units)))
    return found


def _tallies(conn: Connection, initiatives: int) -> Finding:
    differing = tally.differences(conn)
    if not differing:
        return Finding(GOOD, say("check.tallies", n=initiatives))
    first = differing[0]
    kept, counted = (f"{filed} ({adjusted:+d})" for filed, adjusted in (first.kept, first.recounted))
    values = {"unit": first.unit_id, "day": first.day.isoformat(), "kept": kept, "counted": counted}
    return Finding(BAD, say("check.tallies_bad", n=len(differing), **values))
