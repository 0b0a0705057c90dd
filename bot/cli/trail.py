"""`sangkien report audit`: who did what when, as NHATKY tells it in the chat, of the whole installation."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import click
from sqlalchemy import Connection

from bot import audit_desk
from bot.audit_files import all_of
from bot.cli.days import read_day
from bot.cli.papers import print_or_write, write_whole
from bot.cli.words import fail, language, say_cli, settings, texts
from bot.directory import Directory
from handlers import audit_words
from handlers.audit_facts import SERVER, Logged, Narrowed
from handlers.fold import fold
from handlers.talk import Words
from models import migrate
from models.queries import registry
from models.store import Store
from scheduler.clock import system_clock

FORMS = ("text", "xlsx", "json")
EVER = date(2000, 1, 1)
SHOWN = 200  # acts on the screen; all of them go into a file


@click.command("audit", help=say_cli("cli.report_audit"))
@click.option("--unit", "unit_code", help=say_cli("cli.unit"))
@click.option("--person", "person", help=say_cli("cli.audit_person"))
@click.option("--from", "first", help=say_cli("cli.audit_from"))
@click.option("--to", "last", help=say_cli("cli.audit_to"))
@click.option("--format", "form", type=click.Choice(FORMS), default="text", help=say_cli("cli.format"))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=say_cli("cli.out"))
def audit_command(
    unit_code: str | None, person: str | None, first: str | None, last: str | None, form: str, out: Path | None
) -> None:
    chosen = settings()
    migrate.upgrade(chosen.database)
    store = Store.open(chosen.database)
    try:
        store.read_now(_put_out, _Asked(unit_code, person, first, last), form, out)
    finally:
        store.close()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What it is narrowed to, as it was typed."""

    unit_code: str | None
    person: str | None
    first: str | None
    last: str | None


def _put_out(conn: Connection, asked: _Asked, form: str, out: Path | None) -> None:
    now, registered = system_clock(), Directory()
    local = audit_desk.zone(conn, registered, now)
    today = now.astimezone(local).date()
    narrowed = _narrowed(conn, asked, today)
    within = audit_desk.within(narrowed, None, local)
    rows = all_of(conn, registered, within, now)
    if form == "xlsx":
        named = audit_desk.named(conn, registered, narrowed, within, now)
        path = out or Path("nhat-ky.xlsx")
        write_whole(path, lambda part: _workbook(part, rows, audit_words.head(named, narrowed, language())))
        return
    words = _json(rows) if form == "json" else _text(rows, today, most=None if out else SHOWN)
    print_or_write(words or say_cli("audit.none"), out)


def _workbook(path: Path, rows: Iterable[Logged], head: Words) -> None:
    from bot.papers import trail  # with its library: only where one is made

    trail.write(path, rows, texts(), language(), texts().render(language(), head))


def _text(rows: Iterable[Logged], today: date, most: int | None) -> str:
    told = list(islice(rows, most + 1 if most else None))
    lines = [texts().render(language(), audit_words.line(row, language(), today)) for row in told[:most]]
    return "\n".join([*lines, say_cli("cli.audit_more", n=most)] if most and len(told) > most else lines)


def _json(rows: Iterable[Logged]) -> str:
    """One object an act: names as they are known now, details as they were kept."""
    return json.dumps([_object(row) for row in rows], ensure_ascii=False, indent=2)


def _object(row: Logged) -> dict[str, object]:
    return {
        "id": row.id,
        "at": row.at.isoformat(),
        "by": row.by or None,
        "server": row.nobody == "server",
        "action": row.action,
        "what": texts().render(language(), audit_words.bare(row, language())),
        "unit": row.code or None,
        "details": dict(row.details),
    }


# ---------------------------------------------------------------- narrowed down


def _narrowed(conn: Connection, asked: _Asked, today: date) -> Narrowed:
    unit = registry.unit_by_code(conn, asked.unit_code) if asked.unit_code else None
    if asked.unit_code and unit is None:
        fail("cli.no_unit", code=asked.unit_code)
    if not (asked.first or asked.last):
        return Narrowed(unit.id if unit else 0, _person(conn, asked.person))
    first = read_day(asked.first, today) if asked.first else EVER
    last = read_day(asked.last, today)
    if last < first:
        fail("cli.bad_span")
    return Narrowed(unit.id if unit else 0, _person(conn, asked.person), first, last)


def _person(conn: Connection, name: str | None) -> int | None:
    """By name; the command line's own acts are those of `server`."""
    if name is None or fold(name) in ("server", "may chu"):
        return SERVER if name else None
    found = audit_desk.actors_like(conn, name, None)
    if not found:
        fail("cli.audit_nobody", name=name)
    meant = [one for one in found if fold(one.name) == fold(name)] or found
    if len(meant) > 1:
        fail("cli.audit_which", names=", ".join(f"{one.name} ({one.unit or one.id})" for one in meant))
    return meant[0].id
