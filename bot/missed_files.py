"""The list of those a broadcast did not reach as a workbook, made just before it is sent, for one officer's units.

It names people and their phone numbers: it goes as a file to whoever may see it, never as a link that others may open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.cast_desk import missed_of
from bot.channels import Outgoing
from bot.channels.text import LOCAL_FILE
from bot.directory import Directory
from bot.made_files import make_room, part_of, path_of, put_in
from bot.papers.sheet import UNIT, Column, Sheet
from handlers.cast import Missed, MissedList, read_list
from handlers.talk import Media, say
from handlers.texts import Texts
from models.store import Store


class MissedFiles:
    """`prepare` puts the workbook in place of its name. `folder` is where papers are made."""

    def __init__(self, store: Store, texts: Texts, folder: Path, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._texts = texts
        self._folder = folder
        self._clock = clock

    async def prepare(self, message: Outgoing) -> Outgoing:
        """Where it cannot be made, words that say so."""
        return await put_in(message, "missed", read_list, self._made, self._texts)

    async def _made(self, media: Media) -> Media:
        wanted = read_list(media.ref)
        if wanted is None:
            return media
        path = path_of(self._folder, media.ref, "xlsx")
        await asyncio.to_thread(make_room, self._folder)
        people = await self._store.read(self._people, wanted)
        await asyncio.to_thread(self._write, path, people, wanted.language)
        return replace(media, ref=f"{LOCAL_FILE}{path}")

    def _people(self, conn: Connection, wanted: MissedList) -> list[Missed]:
        """As the officer's roles are now."""
        return list(missed_of(conn, Directory(), wanted.broadcast_id, wanted.person_id, self._clock()))

    def _write(self, path: Path, people: Sequence[Missed], language: str) -> None:
        from bot.papers import excel  # with its library: only where one is made

        part = part_of(path)
        excel.write_sheets(part, [_sheet(people, self._texts, language)], self._texts, language)
        part.replace(path)


def _sheet(people: Sequence[Missed], texts: Texts, language: str) -> Sheet:
    why = {
        reason: texts.render(language, say(f"cast.why_{reason}")) for reason in ("blocked", "gone", "failed", "quota")
    }
    columns = (
        UNIT,
        Column(say("cast.column_name"), 28),
        Column(say("cast.column_phone"), 16),
        Column(say("cast.column_why"), 24),
    )
    rows = ((one.unit, one.name, one.phone, why[one.why]) for one in people)
    return Sheet(say("cast.sheet"), columns, rows)
