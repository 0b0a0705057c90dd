"""The list of those a broadcast did not reach as a workbook, made just before it is sent, for one officer's units.

It names people and their phone numbers: it goes as a file to whoever may see it, never as a link that others may open.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection

from bot.cast_desk import missed_of
from bot.channels import Outgoing
from bot.channels.text import LOCAL_FILE
from bot.directory import Directory
from bot.paper_files import make_room
from bot.papers.sheet import UNIT, Column, Sheet
from handlers.cast import Missed, MissedList, read_list
from handlers.talk import Media, say
from handlers.texts import Texts
from models.store import Store

log = structlog.get_logger(__name__)


class MissedFiles:
    """`prepare` puts the workbook in place of its name. `folder` is where papers are made."""

    def __init__(self, store: Store, texts: Texts, folder: Path, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._texts = texts
        self._folder = folder
        self._clock = clock

    async def prepare(self, message: Outgoing) -> Outgoing:
        """Where it cannot be made, words that say so."""
        named = [found for media in message.media if (found := read_list(media.ref))]
        if not named:
            return message
        try:
            return replace(message, media=tuple([await self._made(media) for media in message.media]))
        except Exception as error:  # another try would end the same, and somebody waits for an answer
            log.error("missed.not_made", reason=type(error).__name__)  # noqa: TRY400 - no words of people
            return replace(message, text=self._texts.render(named[0].language, say("paper.failed")), media=())

    async def _made(self, media: Media) -> Media:
        wanted = read_list(media.ref)
        if wanted is None:
            return media
        path = self._folder / f"{hashlib.sha256(media.ref.encode()).hexdigest()}.xlsx"
        await asyncio.to_thread(make_room, self._folder)
        people = await self._store.read(self._people, wanted)
        await asyncio.to_thread(self._write, path, people, wanted.language)
        return replace(media, ref=f"{LOCAL_FILE}{path}")

    def _people(self, conn: Connection, wanted: MissedList) -> list[Missed]:
        """As the officer's roles are now."""
        return list(missed_of(conn, Directory(), wanted.broadcast_id, wanted.person_id, self._clock()))

    def _write(self, path: Path, people: Sequence[Missed], language: str) -> None:
        from bot.papers import excel  # with its library: only where one is made

        part = path.with_suffix(f".{os.getpid()}.part")
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
