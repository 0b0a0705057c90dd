"""`sangkien run` and `sangkien demo`."""

from __future__ import annotations

import asyncio

import click

from bot.cli.words import fail, say_cli, settings
from bot.logs import set_up_logs


@click.command("run", help=say_cli("cli.run"))
@click.option(
    "--only", multiple=True, type=click.Choice(["receive", "send", "schedule", "web"]), help=say_cli("cli.only")
)
def run_command(only: tuple[str, ...]) -> None:
    from bot import app  # the whole bot is loaded by the commands that need it

    chosen = settings()
    set_up_logs(chosen.log_level)
    try:
        asyncio.run(app.run_until_stopped(chosen, only, _tell))
    except app.PortTaken:
        fail("run.port_taken", port=chosen.http_port)
    click.echo(say_cli("run.stopped"))


def _tell(running: object) -> None:
    from bot.app import Running

    assert isinstance(running, Running)  # noqa: S101 # for the type checker: the app is imported late
    if running.demo:
        click.echo(say_cli("run.demo", url=running.url))
        return
    click.echo(say_cli("run.ready", url=running.url))
    click.echo(say_cli("run.channel", names="Telegram"))


@click.command("demo", help=say_cli("cli.demo"))
def demo_command() -> None:
    from bot import demo

    set_up_logs("warning")
    asyncio.run(demo.play(click.echo))
