"""`sangkien zalo …`: what an administrator does with Zalo's platforms."""

from __future__ import annotations

import click

from bot.cli.words import say_cli, settings
from bot.cli.zalo_oa import account_status, connect_command
from bot.cli.zalo_oa_groups import groups_group


@click.group("zalo", help=say_cli("cli.zalo"))
def zalo_group() -> None:
    pass


@zalo_group.command("status", help=say_cli("cli.zalo_status"))
def status_command() -> None:
    chosen = settings()
    for line in account_status(chosen) if chosen.has_account else [say_cli("zalo_oa.status_off")]:
        click.echo(line)


zalo_group.add_command(connect_command)
zalo_group.add_command(groups_group)
