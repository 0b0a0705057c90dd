"""`sangkien report why`: where a number of the last notice comes from, as `VISAO` says it in the chat."""

from __future__ import annotations

import click
from sqlalchemy import Connection

from bot.cli.words import fail, language, say_cli, settings, texts
from bot.directory import ZONE
from bot.why import last_figures
from handlers import why, why_told
from handlers.why_facts import Figures
from handlers.why_numbers import Number
from models import migrate
from models.queries import registry
from models.store import Store
from scheduler.clock import system_clock


@click.command("why", help=say_cli("cli.report_why"), context_settings={"ignore_unknown_options": True})
@click.argument("number")
@click.option("--unit", "unit_code", help=say_cli("cli.unit"))
@click.option("--campaign", "campaign_code", help=say_cli("cli.campaign"))
def why_command(number: str, unit_code: str | None, campaign_code: str | None) -> None:
    chosen = settings()
    migrate.upgrade(chosen.database)
    store = Store.open(chosen.database)
    try:
        figures = store.read_now(_figures, unit_code, campaign_code)
    finally:
        store.close()
    found = why.explain(figures, number, language())
    for at, one in enumerate(found):
        click.echo("\n" * bool(at) + _told(figures, one, named=len(found) > 1))
    if not found:
        _nowhere(figures, number)


def _figures(conn: Connection, unit_code: str | None, campaign_code: str | None) -> Figures:
    if campaign_code:
        campaign = registry.campaign_by_code(conn, campaign_code)
    else:
        campaign = next(iter(registry.campaigns_open(conn, system_clock().astimezone(ZONE).date())), None)
    if campaign is None:
        fail("cli.no_campaign")
    unit = registry.unit_by_code(conn, unit_code) if unit_code else None
    if unit_code and unit is None:
        fail("cli.no_unit", code=unit_code)
    found = last_figures(conn, unit.id if unit else campaign.unit_id, None, campaign.id)
    if found is None:
        fail("cli.no_notice")
    return found


def _told(figures: Figures, number: Number, *, named: bool) -> str:
    lines = [why_told.label(figures, number, language())] if named else []
    return "\n".join(texts().render(language(), line) for line in (*lines, *why_told.tell(figures, number, language())))


def _nowhere(figures: Figures, number: str) -> None:
    """Numbers like it, where there are any. Ends with 1."""
    close = why.near(figures, number, language())
    if not close:
        fail("why.nowhere", number=number)
    for one in close:
        click.echo(texts().render(language(), why_told.label(figures, one, language())), err=True)
    fail("cli.why_near", number=number)
