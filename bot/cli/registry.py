"""`sangkien import` and `sangkien template`: the registry's way in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

import click
from sqlalchemy import Connection, make_url

from bot.cli.words import say_cli
from bot.cli.words import settings as checked_settings
from bot.registry import importing, report, schema
from bot.registry.plan import Plan
from bot.registry.problems import Refused, Unreadable
from bot.registry.rows import Reading
from bot.registry.sheets import read_file
from bot.registry.template import write_template
from handlers.talk import Words, say
from handlers.texts import LANGUAGES, Texts
from models import migrate
from models.store import Store
from scheduler.clock import system_clock

T = TypeVar("T")
LONG = 2_000  # rows from which progress is shown

language_option = click.option(
    "--language", type=click.Choice(LANGUAGES), default=None, help="vi | en (SANGKIEN_LANGUAGE)."
)


@click.command("import", help=say_cli("cli.import"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=say_cli("cli.dry_run"))
@language_option
def import_command(file: Path, dry_run: bool, language: str | None) -> None:
    """All of the file or nothing of it."""
    settings = checked_settings()
    told = _Told(Texts.load(), language or settings.language)
    try:
        reading = importing.read(read_file(file), track=_tracked(told.words(say("registry.out.reading"))))
        planned = _run(settings.database, reading, dry_run)
    except Unreadable as error:
        told.fail(error.what)
    except Refused as refused:
        for line in report.problems(refused.problems, told.texts, told.language):
            click.echo(line, err=True)
        told.fail(say("registry.out.refused", n=len(refused.problems)))
    _tell(planned, told, settings.database, dry_run)


@click.command("template", help=say_cli("cli.template"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--table", type=click.Choice([t.key for t in schema.TABLES]), help=say_cli("cli.table"))
@language_option
def template_command(file: Path, table: str | None, language: str | None) -> None:
    told = _Told(Texts.load(), language or checked_settings().language)
    if file.exists():
        told.fail(say("registry.template.exists", file=file.name))
    try:
        write_template(file, told.texts, told.language, system_clock().date(), table)
    except Unreadable as error:
        told.fail(error.what)
    click.echo(told.words(say("registry.template.done", file=file.name)))


class _Told:
    """The words of a command, in its language."""

    def __init__(self, texts: Texts, language: str) -> None:
        self.texts = texts
        self.language = language

    def words(self, what: Words) -> str:
        return self.texts.render(self.language, what)

    def fail(self, what: Words) -> NoReturn:
        click.echo(self.words(what), err=True)
        raise SystemExit(1)


def _run(url: str, reading: Reading, dry_run: bool) -> Plan:
    migrate.upgrade(url)
    store = Store.open(url)
    try:
        if dry_run:
            return store.read_now(importing.compare, reading)
        return store.write_now(_apply, reading)
    finally:
        store.close()


def _apply(conn: Connection, reading: Reading) -> Plan:
    planned = importing.compare(conn, reading)
    importing.write(conn, planned, system_clock())
    return planned


def _tell(planned: Plan, told: _Told, url: str, dry_run: bool) -> None:
    for line in report.problems(planned.warnings, told.texts, told.language):
        click.echo(line, err=True)
    if dry_run:
        for line in report.changes(planned, told.texts, told.language):
            click.echo(line)
    for line in report.counts(planned, told.texts, told.language):
        click.echo(line)
    shown = make_url(url).render_as_string(hide_password=True)
    click.echo(told.words(say("registry.out.dry" if dry_run else "registry.out.done", database=shown)))


def _tracked(label: str) -> Callable[[Sequence[T]], Iterable[T]]:
    """Passes rows through and draws a bar for long files, where somebody is looking."""

    def track(rows: Sequence[T]) -> Iterator[T]:
        if len(rows) < LONG or not sys.stderr.isatty():
            yield from rows
            return
        with click.progressbar(rows, label=label, file=sys.stderr) as bar:
            yield from bar

    return track
