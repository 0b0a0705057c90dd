"""Files people sent whose address soon dies: fetched at once, kept in a folder of their own until what they belong to
is filed.

A file that came is named `kept:NAME` from then on. Once it is evidence it moves to where evidence is kept; of a draft
nobody files it is erased with the draft's time.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import structlog

from bot.channels import Capabilities, Channel, Gone, Outgoing, Rejected, SendError, Sent
from bot.media import CAME, NAME, Unwanted, write_file
from handlers import talk
from handlers.talk import LOST, Event, Media, Odd
from models.queries.evidence import KEPT

MOST_TRIES = 5  # to fetch the file of an update

log = structlog.get_logger(__name__)


class KeepingChannel:
    """A channel whose files are kept as they come; in all else it is that channel."""

    def __init__(self, channel: Channel, media_dir: Path) -> None:
        self._channel = channel
        self.capabilities: Capabilities = channel.capabilities
        self._folder = media_dir / CAME
        self._settled = media_dir

    async def keep(self, media: Media) -> Media:
        """Fetch a file now: the same file by its new name. Raises SendError, OSError."""
        data = await self._channel.fetch(media)
        try:
            name = await asyncio.to_thread(write_file, self._folder, data, media.name)
        except Unwanted as error:
            raise Rejected(str(error)) from None
        return replace(media, ref=f"{KEPT}{name}", size=len(data))

    async def send(self, message: Outgoing) -> Sent:
        return await self._channel.send(message)

    async def acknowledge(self, callback: str) -> None:
        await self._channel.acknowledge(callback)

    async def fetch(self, media: Media) -> bytes:
        """The bytes of a file that came. Raises SendError (`Gone` where it is erased)."""
        if not media.ref.startswith(KEPT):
            return await self._channel.fetch(media)
        name = media.ref.removeprefix(KEPT)
        for path in (self._folder / name, self._settled / name):
            if NAME.fullmatch(name) and path.is_file():
                return await asyncio.to_thread(path.read_bytes)
        raise Gone("no longer kept")

    async def close(self) -> None:
        await self._channel.close()


class Arrivals:
    """Files of updates that are tried again when they fail (`bot.spool`): not for ever, as whoever sent one waits for
    an answer, and all he sends after it waits, too.
    """

    def __init__(self, channel: KeepingChannel) -> None:
        self._channel = channel
        self._tries: dict[str, int] = {}  # by update

    async def event(self, update: str, media: Media) -> Event:
        """The file as it is kept here; that it is lost, where it is not to be had or was tried often enough. Raises
        SendError, OSError, where another try may get it.
        """
        try:
            found: Event = talk.Sent(await self._channel.keep(media))
        except (SendError, OSError) as error:
            self._tries[update] = self._tries.get(update, 0) + 1
            if not isinstance(error, Gone | Rejected) and self._tries[update] < MOST_TRIES:
                raise
            name, reason = self._channel.capabilities.name, str(error) if isinstance(error, SendError) else ""
            log.warning("file_not_kept", channel=name, error=type(error).__name__, reason=reason)
            found = Odd(LOST, media.caption)
        self._tries.pop(update, None)
        return found


def sweep(media_dir: Path, older: timedelta) -> int:
    """Erase what came so long ago that no draft holds it any more; how many files."""
    before, gone = time.time() - older.total_seconds(), 0
    for path in (media_dir / CAME).glob("*"):
        with suppress(FileNotFoundError):  # moved, or swept by another process
            if path.stat().st_mtime < before:
                path.unlink()
                gone += 1
    return gone
