"""`sangkien check`, `migrate`, `invite`, `reach`: for whoever runs the house."""

from __future__ import annotations

import math

import click
from sqlalchemy import Connection

from bot import checks
from bot.checks import ZONE
from bot.cli.words import fail, say_cli, settings, texts
from bot.cli.words import language as chosen_language
from bot.config import Settings, unknown_names
from bot.findings import BAD
from handlers import rights
from handlers.figures import groups
from models import migrate
from models.queries import invites, people, readiness, registry
from models.store import Store
from scheduler.clock import system_clock


@click.command("check", help=say_cli("cli.check"))
def check_command() -> None:
    """Ends with 1 when something must be mended."""
    bad = 0
    for finding in checks.findings(settings(), unknown_names(), system_clock()):
        click.echo(f"{finding.mark} {texts().render(chosen_language(), finding.words)}")
        bad += finding.mark == BAD
    click.echo(say_cli("check.bad", n=bad) if bad else say_cli("check.good"))
    if bad:
        raise SystemExit(1)


@click.command("migrate", help=say_cli("cli.migrate"))
def migrate_command() -> None:
    migrate.upgrade(settings().database)
    click.echo(say_cli("cli.migrated"))


@click.command("invite", help=say_cli("cli.invite"))
@click.argument("kind", type=click.Choice(rights.KINDS))
@click.option("--unit", "unit_code", help=say_cli("cli.unit"))
@click.option("--campaign", "campaign_code", help=say_cli("cli.invite_campaign"))
@click.option("--to", "to_name", default="", help=say_cli("cli.invite_to"))
def invite_command(kind: str, unit_code: str | None, campaign_code: str | None, to_name: str) -> None:
    if kind != rights.OWNER and not unit_code and not (kind == rights.ADMIN and campaign_code):
        fail("cli.invite_unit")
    chosen = settings()
    store = _store(chosen)
    try:
        code = store.write_now(_invite, kind, unit_code, campaign_code, to_name)
    finally:
        store.close()
    click.echo(say_cli("cli.invited", code=code, days=invites.LIFE.days))
    if (name := checks.telegram_name(chosen)) is not None:
        click.echo(say_cli("cli.invite_link", link=f"https://t.me/{name}?start=ma-{code}"))


def _invite(conn: Connection, kind: str, unit_code: str | None, campaign_code: str | None, to_name: str) -> str:
    """An owner's is of everything; an admin's of a campaign has the tree of that, if no unit is named."""
    unit = registry.unit_by_code(conn, unit_code) if unit_code else None
    if unit_code and unit is None:
        fail("cli.no_unit", code=unit_code)
    campaign = registry.campaign_by_code(conn, campaign_code) if campaign_code else None
    if campaign_code and campaign is None:
        fail("cli.no_campaign")
    unit_id = unit.id if unit else campaign.unit_id if campaign else None
    campaign_id = campaign.id if campaign else None
    if kind == rights.OWNER:
        unit_id = campaign_id = None
    now = system_clock()
    code = invites.make(conn, kind=kind, unit_id=unit_id, campaign_id=campaign_id, to_name=to_name, now=now)
    made = invites.find(conn, code, now)
    about = {"unit_id": unit_id, "campaign_id": campaign_id, "invite": made.id if made else None}
    people.note(conn, None, "invite.make", now, kind=kind, **about)
    return code


@click.command("reach", help=say_cli("cli.reach"))
def reach_command() -> None:
    chosen = settings()
    store = _store(chosen)
    try:
        found = store.read_now(readiness.house, system_clock().astimezone(ZONE).date())
    finally:
        store.close()
    for line in _reach(found, chosen):
        click.echo(line)


def _reach(found: readiness.House, chosen: Settings) -> list[str]:
    members, rate = groups(found.members), chosen.telegram_per_second
    lines = [
        say_cli("reach.head", units=found.units, members=members, campaigns=", ".join(found.campaigns) or "–"),
        *([say_cli("reach.unknown", n=found.units_without_members)] if found.units_without_members else []),
        say_cli(
            "reach.people",
            people=found.people,
            groups=found.groups,
            linked=found.linked_units,
            officers=found.officers + found.admins,
        ),
    ]
    if chosen.telegram_token.get_secret_value():
        minutes = math.ceil(found.members / rate / 60)
        lines.append(say_cli("reach.telegram", members=members, minutes=groups(minutes), rate=f"{rate:g}"))
    else:
        lines.append(say_cli("reach.telegram_off"))
    return [*lines, say_cli("reach.zalo_off"), say_cli("reach.webchat")]


def _store(chosen: Settings) -> Store:
    migrate.upgrade(chosen.database)
    return Store.open(chosen.database)
