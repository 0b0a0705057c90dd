"""Puts the drawn picture into a message that names one: just before it is sent, and only then."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from bot.channels import Outgoing, Rejected
from bot.channels.text import LOCAL_FILE
from bot.pictures import NotDrawn, Pictures
from handlers import picture, week_picture
from handlers.board import Board
from handlers.kinds import WEEKLY
from handlers.talk import Media
from handlers.texts import Texts
from handlers.weekly import Week
from models.queries import notices, previews
from models.queries.rows import AnyRow
from models.store import Store

log = structlog.get_logger(__name__)


class NoticePictures:
    """Draws the pictures of frozen notices. Groups that get the same board share one file."""

    def __init__(self, store: Store, texts: Texts, pictures: Pictures) -> None:
        self._store = store
        self._texts = texts
        self._pictures = pictures

    async def prepare(self, message: Outgoing) -> Outgoing:
        """The message with files in place of names of pictures. Raises Rejected where one cannot be drawn."""
        if not any(picture.read_ref(media.ref) for media in message.media):
            return message
        return replace(message, media=tuple([await self._drawn(media) for media in message.media]))

    async def _drawn(self, media: Media) -> Media:
        named = picture.read_ref(media.ref)
        if named is None:
            return media
        notice_id, kind, language = named
        look = previews.by_id if picture.of_preview(media.ref) else notices.by_id
        found = await self._store.read(look, notice_id)
        if found is None:
            raise Rejected("picture: no such notice")
        try:
            path = await self._pictures.draw(await asyncio.to_thread(self._svg, found, kind, language))
        except Exception as error:  # whatever it is, another try would end the same, and the words are out already
            reason = str(error) if isinstance(error, NotDrawn) else type(error).__name__
            log.error("picture.not_drawn", notice=notice_id, reason=reason)  # noqa: TRY400 - see `bot.lane._fault`
            raise Rejected(f"picture: {reason}") from error
        return replace(media, ref=f"{LOCAL_FILE}{path}")

    def _svg(self, frozen: AnyRow, kind: str, language: str) -> str:
        """What is drawn follows from the kind of the notice: of a week its days, of any other its units."""
        board = Board.from_json(frozen.numbers)
        if frozen.kind == WEEKLY:
            return week_picture.svg(self._texts, language, board, Week.from_json(frozen.numbers["week"]))
        return picture.svg(self._texts, language, board, kind)
