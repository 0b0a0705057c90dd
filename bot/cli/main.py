"""The command `sangkien`: what it can do, each topic in a file of its own."""

from __future__ import annotations

from importlib import import_module

import click

from bot.cli.words import say_cli

COMMANDS = {  # where each stands
    "check": "house:check_command",
    "demo": "run:demo_command",
    "import": "registry:import_command",
    "invite": "house:invite_command",
    "migrate": "house:migrate_command",
    "reach": "house:reach_command",
    "report": "report:report_group",
    "run": "run:run_command",
    "template": "registry:template_command",
    "zalo": "zalo:zalo_group",
}


class Lazily(click.Group):
    """Loads a command's file when it is asked for: `run` need not wait for the spreadsheets of `import`."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(import_module(f"bot.cli.{module}"), name)
        assert isinstance(command, click.Command)  # noqa: S101 # for the type checker
        return command


@click.group(cls=Lazily, help=say_cli("cli.main"))
@click.version_option(package_name="sangkien-bot", prog_name="sangkien")
def main() -> None:
    pass
