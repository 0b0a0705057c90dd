"""`sangkien zalo status`, `webhook` and `groups met` of the Zalo bot: what only a person may change is asked first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click
from sqlalchemy import Connection

from bot import zalo_bot_checks, zalo_problems
from bot.channels.zalo_bot_api import LATER, NAME, NO_WEBHOOK, ApiError, ZaloBotApi
from bot.channels.zalo_bot_webhook import LONGEST, SHORTEST, set_webhook
from bot.cli.words import fail, language, say_cli, settings, texts
from bot.config import Settings
from bot.directory import ZONE
from handlers.talk import say
from models import migrate
from models.queries import chats, lease, registry
from models.store import Store
from scheduler.clock import system_clock

T = TypeVar("T")


def bot_status(chosen: Settings) -> tuple[list[str], bool]:
    """What Zalo says of the bot, who receives, what is used of the plan; and whether all is well."""
    told = zalo_bot_checks.ask(chosen)
    if told.problem:
        lines = [say_cli("zalo.failed", problem=told.problem)]
    else:
        lines = [
            say_cli("zalo.bot", name=told.name),
            say_cli("zalo.groups_yes" if told.can_join_groups else "zalo.groups_no"),
            say_cli("zalo.webhook_is", url=told.webhook) if told.webhook else say_cli("zalo.webhook_none"),
        ]
    return [*lines, *_read(chosen, _standing, chosen)], told.problem is None


def _standing(conn: Connection, chosen: Settings) -> list[str]:
    """Who polls, and what is used of the plan."""
    now = system_clock()
    holding = lease.holder(conn, f"poll:{NAME}", now)
    polls = (
        say_cli("zalo.poller", holder=holding.holder, until=f"{holding.until.astimezone(ZONE):%H:%M:%S}")
        if holding is not None
        else say_cli("zalo.poller_none")
    )
    used = zalo_bot_checks.of_plan(conn, chosen, now)
    return [polls, *(f"{finding.mark} {texts().render(language(), finding.words)}" for finding in used)]


# ---------------------------------------------------------------- webhook


@click.group("webhook", help=say_cli("cli.zalo_webhook"))
def webhook_group() -> None:
    pass


@webhook_group.command("set", help=say_cli("cli.zalo_webhook_set"))
@click.option("--yes", is_flag=True, help=say_cli("cli.zalo_yes"))
def set_command(yes: bool) -> None:
    chosen = _connected()
    secret, wanted = chosen.zalo_bot_webhook_secret.get_secret_value(), zalo_bot_checks.wanted_webhook(chosen)
    if not wanted.startswith("https://") or not SHORTEST <= len(secret) <= LONGEST:
        fail("zalo.needs_webhook", least=SHORTEST, most=LONGEST)
    now = _call(chosen, zalo_bot_checks.webhook_of)
    _consent(yes, "zalo.ask_set", url=wanted, now=now or say_cli("zalo.now_none"))
    found = _call(chosen, lambda api: set_webhook(api, wanted, secret))
    click.echo(say_cli("zalo.was_set"))
    _tell(found)


@webhook_group.command("test", help=say_cli("cli.zalo_webhook_test"))
def test_command() -> None:
    async def tried(api: ZaloBotApi) -> Any:
        try:
            return await api.call("testWebhook")
        except ApiError as error:
            if error.code in {LATER, NO_WEBHOOK}:
                fail("zalo.too_often" if error.code == LATER else "zalo.no_test")
            raise

    _tell(_call(_connected(), tried))


@webhook_group.command("delete", help=say_cli("cli.zalo_webhook_delete"))
@click.option("--yes", is_flag=True, help=say_cli("cli.zalo_yes"))
def delete_command(yes: bool) -> None:
    chosen = _connected()
    now = _call(chosen, zalo_bot_checks.webhook_of)
    if not now:
        click.echo(say_cli("zalo.none_set"))
        return
    _consent(yes, "zalo.ask_delete", now=now)
    _call(chosen, lambda api: api.call("deleteWebhook"))
    click.echo(say_cli("zalo.was_deleted"))


def _tell(found: Any) -> None:
    """What Zalo found when it tried the address. Ends with 1 where it could not."""
    if not isinstance(found, dict):
        return
    if found.get("ok") is not True:
        fail("zalo.not_verified", outcome=str(found.get("outcome") or found.get("status_code") or "?"))
    click.echo(say_cli("zalo.verified"))


def _consent(yes: bool, key: str, **values: Any) -> None:
    if not yes and not click.confirm(say_cli(key, **values)):
        click.echo(say_cli("zalo.unchanged"))
        raise SystemExit(1)


# ---------------------------------------------------------------- groups


@click.command("met", help=say_cli("cli.zalo_groups_met"))
def met_command() -> None:
    for line in _read(_connected(), _groups) or [say_cli("zalo.no_groups")]:
        click.echo(line)


def _groups(conn: Connection) -> list[str]:
    lines, rows = [], chats.of_channel(conn, NAME)
    units = registry.units_by_id(conn, [row.unit_id for row in rows if row.unit_id is not None])
    for row in rows:
        title = row.title or say_cli("zalo.group_unnamed", id=row.external_id)
        unit = units.get(row.unit_id)
        if row.standing == "left":
            lines.append(say_cli("zalo.group_left", title=title))
        elif unit is None:
            lines.append(say_cli("zalo.group_open", title=title))
        else:
            kind = say(f"group.{row.kind}")
            lines.append(say_cli("zalo.group", title=title, unit=unit.short_name, kind=kind, hour=row.hour))
    return lines


# ---------------------------------------------------------------- within


def _connected() -> Settings:
    chosen = settings()
    if not chosen.zalo_bot_token.get_secret_value():
        fail("zalo.no_token")
    return chosen


def _call(chosen: Settings, work: Callable[[ZaloBotApi], Awaitable[T]]) -> T:
    """Ends the command with what is wrong where Zalo refuses."""

    async def called() -> T:
        async with ZaloBotApi(chosen.zalo_bot_token.get_secret_value(), chosen.zalo_bot_api_url) as api:
            return await work(api)

    try:
        return asyncio.run(called())
    except ApiError as error:
        fail("zalo.failed", problem=zalo_problems.of_bot(error))


def _read(chosen: Settings, fn: Callable[..., list[str]], *args: Any) -> list[str]:
    migrate.upgrade(chosen.database)
    store = Store.open(chosen.database)
    try:
        return store.read_now(fn, *args)
    finally:
        store.close()
