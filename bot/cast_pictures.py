"""The picture of a reminder for people on another channel than the one it came by: fetched once, then kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog

from bot.channels import Channel, Gone, Outgoing, Rejected, SendError, Temporary
from bot.channels.text import LOCAL_FILE
from bot.media import Unwanted, write_file
from handlers.cast_picture import read_ref
from handlers.talk import Media
from models.queries import cast_media
from models.store import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CastPictures:
    store: Store
    channels: Mapping[str, Channel]
    folder: Path

    async def prepare(self, message: Outgoing) -> Outgoing:
        """The message with the picture in place of its name; words alone where it is not to be had any more.

        Raises Temporary where its own channel does not give it just now.
        """
        if not any(read_ref(media.ref) for media in message.media):
            return message
        made = [await self._made(media) for media in message.media]
        return replace(message, media=tuple(media for media in made if media))

    async def _made(self, media: Media) -> Media | None:
        found = read_ref(media.ref)
        if found is None:
            return media
        kept = await self.store.read(cast_media.of, found[0])
        if kept is None:
            return None
        channel, item = kept
        stored = str(item.get("stored") or "") or await self._fetched(found[0], channel, item)
        return replace(media, ref=f"{LOCAL_FILE}{self.folder / stored}") if stored else None

    async def _fetched(self, broadcast_id: int, name: str, item: Mapping[str, Any]) -> str:
        """Under which name it is kept from now on; "" where it is not to be had."""
        channel = self.channels.get(name)
        if channel is None:
            return ""
        try:
            data = await channel.fetch(Media(str(item["kind"]), str(item["ref"]), name=str(item.get("name") or "")))
            stored = await asyncio.to_thread(write_file, self.folder, data, str(item.get("name") or ""))
        except (Gone, Rejected, Unwanted) as error:
            log.warning("cast_picture_refused", broadcast=broadcast_id, error=type(error).__name__)
            return ""
        except SendError as error:  # of that channel, which says nothing about the one this is to be sent by
            raise Temporary(f"picture not fetched ({type(error).__name__})") from None
        return await self.store.write(cast_media.keep, broadcast_id, {**item, "stored": stored})
