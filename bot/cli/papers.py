"""The forms of `sangkien report`: words on the screen, or a file that is written whole or not at all."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import click
from sqlalchemy import Connection

from bot import checks
from bot.cli.words import fail, language, say_cli, texts
from bot.config import Settings
from handlers import loudspeaker, notice
from handlers.board import Board
from handlers.facts import House
from models.queries import behind, registry
from models.store import Store

FORMS = ("text", "json", "loa", "png", "pdf", "xlsx")
_LONG = 50  # posters from which progress is shown


@dataclass(frozen=True)
class Reached:
    """How people reach the bot: what they type to, and what a QR code opens."""

    settings: Settings
    given: str | None = None  # a link by hand, such as that of a Zalo account

    @property
    def house(self) -> House:
        return House(support=self.settings.support)

    @cached_property
    def link(self) -> str:
        """The link given, else the filing page, Telegram's bot, the public address; "" where there is none of them."""
        if self.given or self.settings.filing_url:
            return self.given or self.settings.filing_url
        name = checks.telegram_name(self.settings)
        return f"https://t.me/{name}" if name else self.settings.public_url


def put_out(store: Store, board: Board, form: str, out: Path | None, reached: Reached) -> None:
    """The board in this form: printed, or written to `out` (a form that is no text: to a file of a name of its own)."""
    words = _in_words(board, form, reached.house)
    if words is not None:
        print_or_write(words, out)
        return
    code = store.read_now(behind.codes, board.unit_id)[board.unit_id]
    path = out or Path(f"ket-qua-{code}-{board.day:%Y%m%d}.{form}")
    if form == "xlsx":
        _workbook(store, board, path)
    elif form == "png":
        write_whole(path, lambda part: part.write_bytes(_picture(board, notice.FULL) or fail("cli.nothing_to_draw")))
    else:
        _bulletin(board, code, path, reached)


def print_or_write(words: str, out: Path | None) -> None:
    """On the screen, or into a file."""
    if out is None:
        click.echo(words)
    else:
        write_whole(out, lambda part: part.write_text(f"{words}\n", encoding="utf-8"))


def _in_words(board: Board, form: str, house: House) -> str | None:
    match form:
        case "text":
            return notice.board_text(texts(), language(), board, house)
        case "json":
            return json.dumps(board.to_json(), ensure_ascii=False, indent=2)
        case "loa":
            return loudspeaker.script(texts(), language(), board, house)
        case _:
            return None


def _picture(board: Board, kind: str) -> bytes | None:
    from bot.pictures import draw_now
    from handlers import picture

    return draw_now(picture.svg(texts(), language(), board, kind)) if picture.is_worth_drawing(board) else None


def _workbook(store: Store, board: Board, path: Path) -> None:
    from bot.papers import excel, figures

    gathered = store.read_now(figures.gather, board)
    write_whole(path, lambda part: excel.write(part, gathered, texts(), language()))


def _bulletin(board: Board, code: str, path: Path, reached: Reached) -> None:
    from bot.papers import bulletin

    if not reached.link:
        click.echo(say_cli("cli.no_qr"), err=True)
    sheet = bulletin.Bulletin(board, code, _picture(board, notice.SHORT), reached.link)
    write_whole(path, lambda part: bulletin.write(part, sheet, texts(), language(), reached.house))


def put_out_posters(store: Store, unit_code: str, day: date, out: Path | None, reached: Reached) -> None:
    """A page for each unit below the one named; for itself where there is none below."""
    from bot.papers import posters

    found = [posters.Poster(code, name) for code, name in store.read_now(_poster_units, unit_code, day)]
    if not reached.link:
        fail("cli.no_link")
    shown = len(found) >= _LONG and sys.stderr.isatty()

    def write(part: Path) -> None:
        with click.progressbar(found, label=say_cli("cli.posters_bar"), file=sys.stderr, hidden=not shown) as bar:
            posters.write(part, bar, texts(), language(), reached.house, reached.link)

    write_whole(out or Path(f"to-roi-{unit_code}.pdf"), write)


def _poster_units(conn: Connection, unit_code: str, day: date) -> list[tuple[str, str]]:
    unit = registry.unit_by_code(conn, unit_code)
    if unit is None:
        fail("cli.no_unit", code=unit_code)
    return behind.names_below(conn, unit.id, day) or [(unit.code, unit.name)]


def write_whole(path: Path, make: Callable[[Path], object]) -> None:
    """Make a file beside it and then put it in its place, and say where it is."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        make(part)
        part.replace(path)
    except OSError as error:
        fail("cli.not_written", file=str(path), problem=error.strerror or type(error).__name__)
    finally:
        part.unlink(missing_ok=True)
    click.echo(str(path))
