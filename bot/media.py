"""Keeps the bytes of what people sent: platforms forget files, and a council asks for them months later."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.channels import Channel, Gone, NotNow, RateLimited, Rejected, SendError, Unauthorized
from bot.media_types import suffix_of
from handlers.talk import Media
from models.queries.evidence import KEPT, NEVER, is_stored, keep_evidence, pending_evidence
from models.queries.rows import AnyRow
from models.store import Store

LARGEST = 20 << 20  # bytes; what Telegram lets a bot fetch
GIVE_UP = timedelta(days=14)  # a file that could not be fetched for so long is not asked for any more
BATCH = 50
CAME = "came"  # folder of files that came with their messages and are not evidence yet: see `bot.came`
NAME = re.compile(r"[A-Za-z0-9_-]{32}\.[a-z0-9]{1,5}")

log = structlog.get_logger(__name__)


class Unwanted(Exception):
    """A file we do not keep, and will not on another try."""


async def fetch_pending(
    store: Store, channels: Mapping[str, Channel], folder: Path, clock: Callable[[], datetime]
) -> int:
    """Fetch the evidence that is not kept yet, each once, and return how many files were kept.

    What fails is left for a later call; what can never succeed is marked so. A channel that asks to wait, and a disk
    that takes no more, end the call for that channel. Raises nothing but what the store raises.
    """
    since = clock() - GIVE_UP
    open_channels = dict(channels)
    kept, after = 0, 0
    while open_channels:
        rows = await store.read(pending_evidence, tuple(open_channels), since, after, BATCH)
        for row in rows:
            if row.channel in open_channels:
                kept += await _fetch_one(store, open_channels, folder, row)
            after = row.id
        if len(rows) < BATCH:
            break
    return kept


async def _fetch_one(store: Store, channels: dict[str, Channel], folder: Path, row: AnyRow) -> bool:
    """True if this file is kept now. Removes a channel from `channels` that gives no more for the moment."""
    try:
        stored = await _stored(channels[row.channel], folder, row)
    except (Gone, Rejected, Unwanted) as error:
        await store.write(keep_evidence, row.id, NEVER)
        log.warning("evidence_refused", evidence=row.id, channel=row.channel, error=type(error).__name__)
        return False
    except (SendError, OSError) as error:
        if isinstance(error, RateLimited | NotNow | Unauthorized | OSError):
            del channels[row.channel]
        log.warning("evidence_not_fetched", evidence=row.id, channel=row.channel, error=type(error).__name__)
        return False
    if await store.write(keep_evidence, row.id, stored):
        return True
    if not await store.read(is_stored, stored):  # the evidence was erased meanwhile, or another process kept it
        await remove_files(folder, [stored])
    return False


async def _stored(channel: Channel, folder: Path, row: AnyRow) -> str:
    """Under which name the file is kept now. Raises SendError, Unwanted, OSError."""
    if row.ref.startswith(KEPT):
        return await asyncio.to_thread(settle, folder, row.ref)
    data = await channel.fetch(Media(row.kind, row.ref, name=row.name))
    return await asyncio.to_thread(write_file, folder, data, row.name)


def settle(folder: Path, ref: str) -> str:
    """Move a file that came with its message to where evidence is kept; its name there. Raises Gone, OSError."""
    name = ref.removeprefix(KEPT)
    if not NAME.fullmatch(name):
        raise Gone("no such name")
    try:
        (folder / CAME / name).rename(folder / name)
    except FileNotFoundError:
        if not (folder / name).is_file():  # another process may have moved it
            raise Gone("no longer kept") from None
    return name


def write_file(folder: Path, data: bytes, given_name: str = "") -> str:
    """Write one file durably under a name nobody can guess, and return that name. Raises Unwanted, OSError."""
    if len(data) > LARGEST:
        raise Unwanted("too large")
    suffix = suffix_of(data, given_name)
    if suffix is None:
        raise Unwanted("kind of file")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{secrets.token_urlsafe(24)}.{suffix}"
    half = folder / f"{name}.part"
    try:
        with half.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.rename(folder / name)
    finally:
        half.unlink(missing_ok=True)
    _sync_folder(folder)
    return name


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too, where the system knows how."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


async def remove_files(folder: Path, names: Iterable[str]) -> None:
    """Erase kept files by their `stored` names; what is not such a name, or is gone already, is passed over."""
    paths = [place / name for name in names if NAME.fullmatch(name) for place in (folder, folder / CAME)]
    await asyncio.to_thread(_unlink, paths)


def _unlink(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
