"""Files made just before the message that names them is sent: papers, lists and logs of one moment."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import structlog

from bot.channels import Outgoing
from handlers.talk import Media, say
from handlers.texts import Texts

KEPT_SECONDS = 24 * 3600  # for another try of the send; later it is made anew

log = structlog.get_logger(__name__)


class Wanted(Protocol):
    """What a name asks for: at least, in which language."""

    @property
    def language(self) -> str: ...


async def put_in(
    message: Outgoing,
    what: str,
    read: Callable[[str], Wanted | None],
    make: Callable[[Media], Awaitable[Media]],
    texts: Texts,
) -> Outgoing:
    """The message with files in place of the names that `read` understands; where one cannot be made, words that say
    so, and the log says it of `what`.
    """
    named = [(media.name, found) for media in message.media if (found := read(media.ref))]
    if not named:
        return message
    try:
        return replace(message, media=tuple([await make(media) for media in message.media]))
    except Exception as error:  # whatever it is, another try would end the same, and somebody waits for an answer
        name, wanted = named[0]
        log.error(f"{what}.not_made", file=name, reason=type(error).__name__)  # noqa: TRY400 - no words of people
        return replace(message, text=texts.render(wanted.language, say("paper.failed")), media=())


def path_of(folder: Path, ref: str, ending: str) -> Path:
    """Where the file of this name lies."""
    return folder / f"{hashlib.sha256(ref.encode()).hexdigest()}.{ending}"


def part_of(path: Path) -> Path:
    """Where it is written until it is whole: each process its own."""
    return path.with_suffix(f".{os.getpid()}.part")


def make_room(folder: Path) -> None:
    """See that the folder is there, and let go of what was sent long ago."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ages: dict[Path, float] = {}
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another process was quicker
            ages[path] = path.stat().st_mtime
    newest = max(ages.values(), default=0.0)
    for path, age in ages.items():
        if age < newest - KEPT_SECONDS:
            path.unlink(missing_ok=True)
