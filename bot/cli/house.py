"""`sangkien check`, `migrate`, `invite`, `reach`: for whoever runs the house."""

from __future__ import annotations

import click
from sqlalchemy import Connection

from bot import carriers, checks, public_address, zalo_oa_checks
from bot.cli.words import fail, say_cli, settings, texts
from bot.cli.words import language as chosen_language
from bot.config import Settings, unknown_names
from bot.directory import ZONE
from bot.findings import BAD, Finding
from handlers import rights
from handlers.figures import groups
from models import migrate
from models.queries import invites, people, readiness, registry
from models.store import Store
from scheduler.clock import system_clock


@click.command("check", help=say_cli("cli.check"))
def check_command() -> None:
    """Ends with 1 when something must be mended."""
    found = list(checks.findings(settings(), unknown_names(), system_clock()))
    bad = sum(1 for finding in found if finding.mark == BAD)
    whom = next((finding.words.values for finding in found if finding.words.key == "check.crowd"), None)
    if not bad:
        click.echo(say_cli("check.good"))
    elif whom is None:
        click.echo(say_cli("check.bad", n=bad))
    else:
        click.echo(say_cli("check.bad_for", n=bad, **whom))
    for finding in found:
        click.echo(_shown(finding))
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
@click.option("--members", type=click.IntRange(1), help=say_cli("cli.reach_members"))
def reach_command(members: int | None) -> None:
    chosen, now = settings(), system_clock()
    store = _store(chosen)
    try:
        found = store.read_now(readiness.house, now.astimezone(ZONE).date())
        account = zalo_oa_checks.unusable(chosen, store, now)
    finally:
        store.close()
    for line in _house(found, members):
        click.echo(line)
    for finding in carriers.told(chosen, carriers.Crowd(found.units, members or found.members), account):
        click.echo(_shown(finding))
    for finding in public_address.opened(chosen):
        click.echo(_shown(finding))


def _house(found: readiness.House, members: int | None) -> list[str]:
    """Who is there; `members` in place of what the registry says."""
    named = {"units": found.units, "campaigns": ", ".join(found.campaigns) or "–"}
    unknown = found.units_without_members if members is None else 0
    return [
        say_cli("reach.head", members=groups(members or found.members, chosen_language()), **named),
        *([say_cli("reach.unknown", n=unknown)] if unknown else []),
        say_cli(
            "reach.people",
            people=found.people,
            groups=found.groups,
            linked=found.linked_units,
            officers=found.officers + found.admins,
        ),
    ]


def _shown(finding: Finding) -> str:
    return f"{finding.mark} {texts().render(chosen_language(), finding.words)}"


def _store(chosen: Settings) -> Store:
    migrate.upgrade(chosen.database)
    return Store.open(chosen.database)
