"""`sangkien zalo …`: what an administrator does with Zalo's platforms."""

from __future__ import annotations

import click

from bot.cli.words import say_cli, settings
from bot.cli.zalo_bot import bot_status, met_command, webhook_group
from bot.cli.zalo_oa import account_status, connect_command
from bot.cli.zalo_oa_groups import groups_group


@click.group("zalo", help=say_cli("cli.zalo"))
def zalo_group() -> None:
    pass


@zalo_group.command("status", help=say_cli("cli.zalo_status"))
@click.option("--user", default="", help=say_cli("cli.zalo_user"))
def status_command(user: str) -> None:
    chosen = settings()
    for line in account_status(chosen, user) if chosen.has_account else [say_cli("zalo_oa.status_off")]:
        click.echo(line)
    has_bot = bool(chosen.zalo_bot_token.get_secret_value())
    lines, well = bot_status(chosen) if has_bot else ([say_cli("zalo.no_token")], True)
    for line in lines:
        click.echo(line)
    if not well:
        raise SystemExit(1)


zalo_group.add_command(connect_command)
zalo_group.add_command(webhook_group)
zalo_group.add_command(groups_group)
groups_group.add_command(met_command)
