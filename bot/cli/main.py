"""The command `sangkien`: what it can do, each topic in a file of its own."""

from __future__ import annotations

import click

from bot.cli import house, registry, report, run
from bot.cli.words import say_cli


@click.group(help=say_cli("cli.main"))
@click.version_option(package_name="sangkien-bot", prog_name="sangkien")
def main() -> None:
    pass


for command in (
    run.run_command,
    run.demo_command,
    house.check_command,
    house.migrate_command,
    house.invite_command,
    house.reach_command,
    registry.import_command,
    registry.template_command,
    report.report_group,
):
    main.add_command(command)
