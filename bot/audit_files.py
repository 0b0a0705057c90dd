"""The trail of acts as a workbook, made just before it is sent, for what its reader may see at that moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot import audit_desk
from bot.channels import Outgoing
from bot.channels.text import LOCAL_FILE
from bot.directory import Directory
from bot.made_files import make_room, part_of, path_of, put_in
from handlers import audit_words
from handlers.audit_facts import Logged, LogSheet, read_sheet
from handlers.talk import Media
from handlers.texts import Texts
from models.queries import audit
from models.queries.audit import Within
from models.store import Store


class MayNotSee(Exception):
    """Whoever asked for the workbook may not see the trail any more."""


class AuditFiles:
    """`prepare` puts the workbook in place of its name. `folder` is where papers are made."""

    def __init__(self, store: Store, texts: Texts, folder: Path, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._texts = texts
        self._folder = folder
        self._clock = clock
        self._one = asyncio.Lock()  # a long trail takes seconds: one at a time

    async def prepare(self, message: Outgoing) -> Outgoing:
        """Where it cannot be made, words that say so."""
        return await put_in(message, "audit", read_sheet, self._made, self._texts)

    async def _made(self, media: Media) -> Media:
        wanted = read_sheet(media.ref)
        if wanted is None:
            return media
        path = path_of(self._folder, media.ref, "xlsx")
        part = part_of(path)
        async with self._one:
            await asyncio.to_thread(make_room, self._folder)
            await self._store.read(self._write, part, wanted)
            await asyncio.to_thread(part.replace, path)
        return replace(media, ref=f"{LOCAL_FILE}{path}")

    def _write(self, conn: Connection, part: Path, wanted: LogSheet) -> None:
        """As the reader's roles are now."""
        from bot.papers import trail  # with its library: only where one is made

        now, registry = self._clock(), Directory()
        within = audit_desk.within_reach(conn, registry, wanted.narrowed, wanted.person_id, now)
        if within is None:
            raise MayNotSee
        found = audit_desk.named(conn, registry, wanted.narrowed, within, now)
        head = self._texts.render(wanted.language, audit_words.head(found, wanted.narrowed, wanted.language))
        trail.write(part, all_of(conn, registry, within, now), self._texts, wanted.language, head)


def all_of(conn: Connection, registry: Directory, within: Within, now: datetime) -> Iterator[Logged]:
    """Every act within, newest first, however many: a part at a time."""
    for rows in audit.everything(conn, within):
        yield from audit_desk.logged(conn, registry, rows, now)
