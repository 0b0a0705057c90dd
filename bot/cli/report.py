"""`sangkien report`: the figures of a day in every form, QR posters, the trail of acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from bot import in_detail
from bot.cli import papers
from bot.cli.days import read_day
from bot.cli.trail import audit_command
from bot.cli.why import why_command
from bot.cli.words import fail, language, say_cli, settings, texts
from bot.directory import ZONE
from handlers.board import Board
from handlers.in_detail import Detail
from handlers.in_detail import render as words_in_detail
from models import migrate
from models.queries import registry
from models.store import Store
from scheduler import daily_notice
from scheduler.clock import system_clock


@click.group("report", help=say_cli("cli.report"))
def report_group() -> None:
    pass


@report_group.command("board", help=say_cli("cli.report_board"))
@click.option("--day", help=say_cli("cli.day"))
@click.option("--unit", "unit_code", help=say_cli("cli.unit"))
@click.option("--campaign", "campaign_code", help=say_cli("cli.campaign"))
@click.option("--format", "form", type=click.Choice(papers.FORMS), default="text", help=say_cli("cli.format"))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=say_cli("cli.out"))
@click.option("--link", help=say_cli("cli.link"))
def board_command(
    day: str | None, unit_code: str | None, campaign_code: str | None, form: str, out: Path | None, link: str | None
) -> None:
    chosen = settings()
    migrate.upgrade(chosen.database)
    store = Store.open(chosen.database)
    try:
        board = store.read_now(_board, _Wanted(day, unit_code, campaign_code))
        papers.put_out(store, board, form, out, papers.Reached(chosen, link))
    finally:
        store.close()


@report_group.command("details", help=say_cli("cli.report_details"))
@click.option("--day", help=say_cli("cli.day"))
@click.option("--unit", "unit_code", help=say_cli("cli.unit"))
@click.option("--campaign", "campaign_code", help=say_cli("cli.campaign"))
@click.option("--from", "first", help=say_cli("cli.span_from"))
@click.option("--to", "last", help=say_cli("cli.span_to"))
def details_command(
    day: str | None, unit_code: str | None, campaign_code: str | None, first: str | None, last: str | None
) -> None:
    chosen = settings()
    migrate.upgrade(chosen.database)
    store = Store.open(chosen.database)
    try:
        detail = store.read_now(_detail, _Wanted(day, unit_code, campaign_code), first, last)
    finally:
        store.close()
    click.echo(words_in_detail(texts(), language(), detail))


@report_group.command("posters", help=say_cli("cli.posters"))
@click.option("--unit", "unit_code", required=True, help=say_cli("cli.posters_unit"))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=say_cli("cli.out"))
@click.option("--link", help=say_cli("cli.link"))
def posters_command(unit_code: str, out: Path | None, link: str | None) -> None:
    chosen = settings()
    migrate.upgrade(chosen.database)
    store = Store.open(chosen.database)
    try:
        papers.put_out_posters(
            store, unit_code, system_clock().astimezone(ZONE).date(), out, papers.Reached(chosen, link)
        )
    finally:
        store.close()


report_group.add_command(why_command)
report_group.add_command(audit_command)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Whose figures, of which day, as they were typed."""

    day: str | None
    unit: str | None
    campaign: str | None


def _board(conn: Connection, wanted: _Wanted) -> Board:
    return daily_notice.board_at(conn, *_moment(conn, wanted))


def _detail(conn: Connection, wanted: _Wanted, first: str | None, last: str | None) -> Detail:
    unit_id, campaign_id, cut_at, day = _moment(conn, wanted)
    span = (read_day(first, day), read_day(last, day)) if first or last else None
    if span is not None and span[1] < span[0]:
        fail("cli.bad_span")
    return in_detail.gather(conn, unit_id, campaign_id, cut_at, day, span=span)


def _moment(conn: Connection, wanted: _Wanted) -> tuple[int, int, datetime, date]:
    """Unit, campaign, cut-off and local day: today's figures of this minute, another day's of its end."""
    now = system_clock()
    campaign = _campaign(conn, read_day(wanted.day, now.astimezone(ZONE).date()), wanted.campaign)
    zone = ZoneInfo(campaign.timezone)
    today = now.astimezone(zone).date()
    day = read_day(wanted.day, today)
    unit = registry.unit_by_code(conn, wanted.unit) if wanted.unit else None
    if wanted.unit and unit is None:
        fail("cli.no_unit", code=wanted.unit)
    end = datetime.combine(day + timedelta(days=1), time(0), zone)
    cut_at = now.astimezone(zone).replace(second=0, microsecond=0) if day == today else end
    return unit.id if unit else campaign.unit_id, campaign.id, cut_at, day


def _campaign(conn: Connection, day: date, code: str | None) -> registry.Campaign:
    found = registry.campaign_by_code(conn, code) if code else next(iter(registry.campaigns_open(conn, day)), None)
    if found is None:
        fail("cli.no_campaign")
    return found
