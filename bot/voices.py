"""A voice message for somebody on another channel than the one it came by: fetched just before it is sent again.

Its bytes are kept, under a name nobody can guess, until the request is done or the person is erased.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog

from bot.channels import Channel, Gone, Outgoing, Rejected, SendError, Temporary
from bot.channels.text import LOCAL_FILE
from bot.media import Unwanted, remove_files, write_file
from handlers.talk import Media, say
from handlers.texts import Texts
from handlers.voices import NAME, read_ref
from models.queries import requests
from models.store import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Voices:
    store: Store
    texts: Texts
    channels: Mapping[str, Channel]
    folder: Path

    async def prepare(self, message: Outgoing) -> Outgoing:
        """The message with voice messages in place of their names; with words where one is not to be had any more.

        Raises Temporary where its own channel does not give it just now.
        """
        named = [found for media in message.media if (found := read_ref(media.ref))]
        if not named:
            return message
        made = [await self._made(media) for media in message.media]
        if all(made):
            return replace(message, media=tuple(media for media in made if media))
        gone = self.texts.render(named[0][1], say("voice.gone"))
        return replace(message, text="\n".join(filter(None, (message.text, gone))), media=())

    async def _made(self, media: Media) -> Media | None:
        found = read_ref(media.ref)
        if found is None:
            return media
        kept = await self.store.read(requests.media_of, found[0])
        stored = str(kept.get("stored") or "") if kept else ""
        if kept and not stored:
            stored = await self._fetched(found[0], kept)
        return Media("voice", f"{LOCAL_FILE}{self.folder / stored}", name=NAME) if stored else None

    async def _fetched(self, request_id: int, kept: Mapping[str, Any]) -> str:
        """Under which name it is kept now; "" where it is not to be had, or is not wanted any more."""
        channel = self.channels.get(str(kept.get("channel", "")))
        if channel is None:
            return ""
        try:
            data = await channel.fetch(Media(str(kept["kind"]), str(kept["ref"]), name=str(kept.get("name") or "")))
            stored = await asyncio.to_thread(write_file, self.folder, data, str(kept.get("name") or NAME))
        except (Gone, Rejected, Unwanted) as error:
            log.warning("voice_refused", request=request_id, error=type(error).__name__)
            return ""
        except SendError as error:  # of that channel, which says nothing about the one this is to be sent by
            raise Temporary(f"voice message not fetched ({type(error).__name__})") from None
        if await self.store.write(requests.keep_media, request_id, {**kept, "stored": stored}):
            return stored
        await remove_files(self.folder, [stored])
        return ""
