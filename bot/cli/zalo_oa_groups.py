"""`sangkien zalo groups …`: the Official Account's own groups (GMF), listed, made from a list, linked to units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import click
from sqlalchemy import Connection

from bot import zalo_oa_groups
from bot.channels.zalo_oa_api import NAME, OaApi
from bot.channels.zalo_oa_out import GROUP
from bot.cli.words import fail, language, say_cli, texts
from bot.cli.zalo_oa import account_settings, opened
from bot.config import Settings
from bot.directory import ZONE
from bot.zalo_oa_checks import ask
from bot.zalo_oa_groups import FREE, MOST_MEMBERS, TAKEN, Asset, Group
from handlers.talk import Say, say
from models.queries import chats, group_members, registry
from scheduler.clock import system_clock


@click.group("groups", help=say_cli("cli.zalo_groups"))
def groups_group() -> None:
    pass


@groups_group.command("list", help=say_cli("cli.zalo_groups_list"))
def list_command() -> None:
    chosen = account_settings()
    with opened(chosen) as store:
        found, problem = ask(chosen, store, texts(), _both)
        linked = dict(store.read_now(_linked))
    if found is None:
        fail("zalo_oa.not_reached", problem=problem)
    today = system_clock().astimezone(ZONE).date()
    for group in found[0]:
        state = "" if group.enabled else say_cli("zalo_oa.group_shut", until=group.deleted_on or "?")
        unit = linked.get(f"{GROUP}{group.id}") or say_cli("zalo_oa.group_free")
        click.echo(f"{group.id}  {group.name}  {unit}  {state}".rstrip())
    for asset in found[1]:
        until = f"{asset.until:%d/%m/%Y}" if asset.until else "?"
        soon = say_cli("zalo_oa.soon") if asset.ends_soon(today) else ""
        click.echo(f"{asset.product}  {asset.id}  {_state(asset)}  {until}  {soon}".rstrip())
    if not found[0] and not found[1]:
        click.echo(say_cli("zalo_oa.no_groups"))


def _state(asset: Asset) -> str:
    """A word of the platform that we do not know is shown as it came."""
    known = {FREE: "zalo_oa.asset_free", TAKEN: "zalo_oa.asset_taken"}
    return say_cli(known[asset.status]) if asset.status in known else asset.status


async def _both(api: OaApi) -> tuple[list[Group], list[Asset]]:
    return await zalo_oa_groups.groups(api), await zalo_oa_groups.assets(api)


def _linked(conn: Connection) -> list[tuple[str, str]]:
    rows = [row for row in chats.linked(conn) if row.channel == NAME]
    units = registry.units_by_id(conn, [row.unit_id for row in rows])
    return [(row.external_id, units[row.unit_id].short_name) for row in rows if row.unit_id in units]


# ------------------------------------------------------------ a new one


@dataclass(frozen=True, slots=True)
class _New:
    name: str
    unit_id: int
    kind: str
    members: tuple[str, ...]
    left_out: tuple[Say, ...]  # whom of those the bot knows, and why


@groups_group.command("create", help=say_cli("cli.zalo_groups_create"))
@click.option("--unit", "unit_code", required=True, help=say_cli("cli.unit"))
@click.option("--kind", type=click.Choice(["officers", "members"]), default="officers", help=say_cli("cli.zalo_kind"))
@click.option("--name", default="", help=say_cli("cli.zalo_name"))
@click.option("--member", "extra", multiple=True, required=True, help=say_cli("cli.zalo_member"))
@click.option("--asset", default="", help=say_cli("cli.zalo_asset"))
@click.option("--yes", is_flag=True, help=say_cli("cli.yes"))
def create_command(unit_code: str, kind: str, name: str, extra: tuple[str, ...], asset: str, yes: bool) -> None:
    chosen = account_settings()
    with opened(chosen) as store:
        new = store.read_now(_planned, unit_code, kind, name, extra, _closed(chosen))
        for words in new.left_out:
            click.echo(texts().render(language(), words))
        place = asset or _free_place(*ask(chosen, store, texts(), zalo_oa_groups.assets))
        if not yes:
            click.confirm(say_cli("zalo_oa.create_ask", name=new.name, n=len(new.members), asset=place), abort=True)
        made, problem = ask(
            chosen, store, texts(), lambda api: zalo_oa_groups.create(api, new.name, place, new.members)
        )
        if made is None or not made[0]:
            fail("zalo_oa.not_created", problem=problem or "?")
        store.write_now(_link, made[0], new)
    click.echo(say_cli("zalo_oa.created", name=new.name, link=made[1] or made[0]))


def _closed(chosen: Settings) -> datetime:
    """Who wrote last before this cannot be written to in private."""
    return system_clock() - timedelta(hours=chosen.zalo_oa_closed_hours)


def _planned(conn: Connection, unit_code: str, kind: str, name: str, extra: tuple[str, ...], closed: datetime) -> _New:
    """Those named first (one must be an admin of the account), then whoever the bot knows, those seen last before the
    others. Ends with 1 for no unit.
    """
    unit = registry.unit_by_code(conn, unit_code)
    if unit is None:
        fail("cli.no_unit", code=unit_code)
    known = group_members.find(conn, NAME, unit.id, kind)
    able = [row for row in known if row.reachable]
    wanted = tuple(dict.fromkeys([*extra, *(row.external_id for row in able)]))
    members = wanted[:MOST_MEMBERS]
    idle = sum(1 for row in able if row.external_id in members and row.last_seen < closed)
    counts = {"over": len(wanted) - len(members), "gone": len(known) - len(able), "idle": idle}
    left_out = tuple(say(f"zalo_oa.group_{why}", n=n, most=MOST_MEMBERS) for why, n in counts.items() if n)
    return _New(name or f"{unit.short_name} – sáng kiến", unit.id, kind, members, left_out)


def _free_place(found: list[Asset] | None, problem: Say | None) -> str:
    if found is None:
        fail("zalo_oa.not_reached", problem=problem)
    free = next((one.id for one in found if one.status == FREE), "")
    if not free:
        fail("zalo_oa.no_place")
    return free


def _link(conn: Connection, group_id: str, new: _New) -> None:
    row = chats.ensure(conn, NAME, f"{GROUP}{group_id}", title=new.name, language=language())
    chats.link(conn, row.id, unit_id=new.unit_id, kind=new.kind, by=None, at=system_clock())
