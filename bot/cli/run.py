"""`sangkien run` and `sangkien demo`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import click

from bot.cli.words import fail, say_cli, settings
from bot.config import Settings
from bot.logs import set_up_logs


@click.command("run", help=say_cli("cli.run"))
@click.option(
    "--only", multiple=True, type=click.Choice(["receive", "send", "schedule", "web"]), help=say_cli("cli.only")
)
@click.option("--pretend", type=click.Choice(["zalo"]), help=say_cli("cli.pretend"))
def run_command(only: tuple[str, ...], pretend: str | None) -> None:
    from bot import app  # the whole bot is loaded by the commands that need it

    chosen = settings()
    if pretend and chosen.has_channel:
        fail("run.pretend_real")
    _check_secrets(chosen)
    set_up_logs(chosen.log_level)
    try:
        asyncio.run(app.run_until_stopped(chosen, only, _tell, pretend or ""))
    except app.PortTaken:
        fail("run.port_taken", port=chosen.http_port)
    click.echo(say_cli("run.stopped"))


def _check_secrets(chosen: Settings) -> None:
    """Ends with 1 where a platform that is to post its updates would not take its secret."""
    from bot.channels.telegram_webhook import SECRET
    from bot.channels.zalo_bot_webhook import LONGEST, SHORTEST

    if not chosen.public_url:  # then nothing is posted
        return
    telegram = chosen.telegram_webhook_secret.get_secret_value() if chosen.telegram_token.get_secret_value() else ""
    zalo = chosen.zalo_bot_webhook_secret.get_secret_value() if chosen.zalo_bot_token.get_secret_value() else ""
    if telegram and not SECRET.fullmatch(telegram):
        fail("run.telegram_secret")
    if zalo and not SHORTEST <= len(zalo) <= LONGEST:
        fail("check.zalo_webhook", least=SHORTEST, most=LONGEST)


def _tell(running: object) -> None:
    from bot.app import Running

    assert isinstance(running, Running)  # noqa: S101 # for the type checker: the app is imported late
    if running.demo:
        click.echo(say_cli("run.demo", url=running.url))
        return
    click.echo(say_cli("run.ready", url=running.url))
    if running.platforms:
        click.echo(say_cli("run.channel", names=", ".join(running.platforms)))


@click.command("demo", help=say_cli("cli.demo"))
@click.option("--days", type=click.IntRange(1, 35), help=say_cli("cli.demo_days"))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help=say_cli("cli.demo_out"))
def demo_command(days: int | None, out: Path | None) -> None:
    if out is not None and days is None:
        fail("cli.demo_out_days")
    set_up_logs("warning")
    try:
        asyncio.run(_played(days, out))
    except* BrokenPipeError:  # whoever reads it (`| head`) has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to write goes nowhere


async def _played(days: int | None, out: Path | None) -> None:
    if days is None:
        from bot import demo

        await demo.play(click.echo)
    else:
        from bot.demo_drive.play import play

        await play(click.echo, days, out)
