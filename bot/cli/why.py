"""`sangkien report why`: where a number of a recent notice comes from, as `VISAO` says it in the chat."""

from __future__ import annotations

from collections.abc import Sequence

import click
from sqlalchemy import Connection

from bot.cli.words import fail, language, say_cli, settings, texts
from bot.directory import ZONE
from bot.why_desk import figures as figures_of
from bot.why_desk import recent
from handlers import why, why_kinds, why_told
from handlers.talk import Say, say
from handlers.why import Place
from handlers.why_facts import Figures
from handlers.why_numbers import Number
from models import migrate
from models.queries import notices, registry
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
        known = store.read_now(_recent, unit_code, campaign_code)
        found = why.find(known, number, language())
        told = [store.read_now(_behind, place) for place in found]
    finally:
        store.close()
    for at, (figures, numbers) in enumerate(told):
        click.echo("\n" * bool(at) + texts().render(language(), say("why.of_notice", notice=_notice(figures))))
        for nth, one in enumerate(numbers):
            click.echo("\n" * bool(nth) + _told(figures, one, named=len(numbers) > 1))
    if not found:
        _nowhere(known, number)


def _behind(conn: Connection, place: Place) -> tuple[Figures, Sequence[Number]]:
    """What is behind the figures is looked up only of the notices that have the number."""
    row = notices.by_id(conn, place.figures.notice_id)
    return (figures_of(conn, row) if row is not None else place.figures), place.numbers


def _notice(figures: Figures) -> Say:
    return why_kinds.notice(figures, language())


def _recent(conn: Connection, unit_code: str | None, campaign_code: str | None) -> Sequence[Figures]:
    if campaign_code:
        campaign = registry.campaign_by_code(conn, campaign_code)
    else:
        campaign = next(iter(registry.campaigns_open(conn, system_clock().astimezone(ZONE).date())), None)
    if campaign is None:
        fail("cli.no_campaign")
    unit = registry.unit_by_code(conn, unit_code) if unit_code else None
    if unit_code and unit is None:
        fail("cli.no_unit", code=unit_code)
    found = recent(conn, unit.id if unit else campaign.unit_id, None, campaign.id)
    if not found:
        fail("cli.no_notice")
    return found


def _told(figures: Figures, number: Number, *, named: bool) -> str:
    lines = [why_told.label(figures, number, language())] if named else []
    return "\n".join(texts().render(language(), line) for line in (*lines, *why_told.tell(figures, number, language())))


def _nowhere(known: Sequence[Figures], number: str) -> None:
    """Numbers like it, of the newest notice that has any. Ends with 1."""
    figures, close = next(((one, found) for one in known if (found := why.near(one, number, language()))), (None, ()))
    if figures is None:
        fail("why.nowhere", number=number)
    for one in close:
        click.echo(texts().render(language(), why_told.label(figures, one, language())), err=True)
    fail("cli.why_near", number=number)
