"""Puts a bulletin, a workbook or posters into a message that names one: made just before it is sent, in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.boards import as_posted, board_of
from bot.channels import Outgoing
from bot.channels.text import LOCAL_FILE
from bot.made_files import make_room, part_of, path_of, put_in
from handlers import notice, picture
from handlers.board import Board
from handlers.facts import House
from handlers.papers import ENDINGS, POSTERS, WORKBOOK, Paper, read_ref
from handlers.talk import Media
from handlers.texts import Texts
from models.queries import behind, registry
from models.store import Store

P = TypeVar("P")


def _untold(_ref: str, _done: int, _of: int) -> None:
    """Nobody waits to hear how far a file is."""


@dataclass(frozen=True, slots=True)
class Source:
    """What papers are made from. `draw` turns an SVG into a PNG file; `link` is what a QR code opens, "" for none."""

    store: Store
    texts: Texts
    house: House
    folder: Path
    draw: Callable[[str], Awaitable[Path]]
    link: Callable[[], str]
    progress: Callable[[str, int, int], None] = _untold  # name of the file, pages done, pages in all


class PaperFiles:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._one = asyncio.Lock()  # a workbook takes memory: one at a time

    async def prepare(self, message: Outgoing) -> Outgoing:
        """The message with files in place of names of papers; where one cannot be made, words that say so."""
        return await put_in(message, "paper", read_ref, self._made, self._source.texts)

    async def _made(self, media: Media) -> Media:
        paper = read_ref(media.ref)
        if paper is None:
            return media
        path = path_of(self._source.folder, media.ref, ENDINGS[paper.kind])
        async with self._one:
            if not await asyncio.to_thread(path.exists):
                await self._make(paper, path)
        return replace(media, ref=f"{LOCAL_FILE}{path}")

    async def _make(self, paper: Paper, path: Path) -> None:
        source = self._source
        part = part_of(path)
        await asyncio.to_thread(make_room, source.folder)
        if paper.kind == WORKBOOK:
            await source.store.read(_write_workbook, paper, part, source.texts)
        elif paper.kind == POSTERS:
            await source.store.read(_write_posters, paper, part, source)
        else:
            await self._write_bulletin(paper, part)
        await asyncio.to_thread(part.replace, path)

    async def _write_bulletin(self, paper: Paper, part: Path) -> None:
        from bot.papers import bulletin  # with the libraries for PDF: only where one is made

        source = self._source
        shown, code = await source.store.read(_shown, paper)
        png = None
        if picture.is_worth_drawing(shown):
            svg = picture.svg(source.texts, paper.language, shown, notice.SHORT, own=paper.unit_id)
            png = await asyncio.to_thread((await source.draw(svg)).read_bytes)
        sheet = bulletin.Bulletin(shown, code, png, source.link())
        await asyncio.to_thread(bulletin.write, part, sheet, source.texts, paper.language, source.house)


# ---------------------------------------------------------------- on a read connection


def _write_workbook(conn: Connection, paper: Paper, part: Path, texts: Texts) -> None:
    """Of the unit's own board: what its neighbours filed is not for its officers."""
    from bot.papers import excel, figures

    local = _local(conn, paper)
    board = as_posted(conn, paper.unit_id, paper.campaign_id, local)
    excel.write(part, figures.gather(conn, board), texts, paper.language)


def _write_posters(conn: Connection, paper: Paper, part: Path, source: Source) -> None:
    """A page for each unit below, else for the unit itself. Raises ValueError where a QR code would open nothing."""
    from bot.papers import posters

    link = source.link() or source.house.public_url
    if not link:
        raise ValueError("no link to the bot")
    unit = registry.units_by_id(conn, [paper.unit_id])[paper.unit_id]
    below = behind.names_below(conn, unit.id, _local(conn, paper).date()) or [(unit.code, unit.name)]
    pages = _told([posters.Poster(code, name) for code, name in below], lambda *at: source.progress(paper.ref, *at))
    posters.write(part, pages, source.texts, paper.language, source.house, link)


def _told(pages: Sequence[P], tell: Callable[[int, int], None]) -> Iterator[P]:
    for done, page in enumerate(pages):
        tell(done, len(pages))
        yield page
    tell(len(pages), len(pages))


def _shown(conn: Connection, paper: Paper) -> tuple[Board, str]:
    """The board a bulletin shows, and the unit's code: a unit with none below it stands on its parent's board."""
    local = _local(conn, paper)
    unit = registry.units_by_id(conn, [paper.unit_id])[paper.unit_id]
    alone = unit.parent_id is not None and not registry.children(conn, unit.id, local.date())
    whose = unit.parent_id if alone and unit.parent_id is not None else unit.id
    return board_of(conn, whose, paper.campaign_id, local), unit.code


def _local(conn: Connection, paper: Paper) -> datetime:
    return paper.cut_at.astimezone(ZoneInfo(behind.zone(conn, paper.campaign_id)))


# ---------------------------------------------------------------- the folder
