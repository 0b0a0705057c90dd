"""The channel of the web chat: a feed for each chat, in memory and gone with the process, and a folder of uploads."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import secrets
from collections.abc import AsyncGenerator, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.channels import Button, Capabilities, Outgoing, Rejected, Sent
from bot.channels.text import LOCAL_FILE
from handlers.talk import Media

UPLOAD_LIMIT = 10 * 1024 * 1024  # bytes
ADDRESS = ("http://", "https://")  # a picture of ours that the page fetches by its link
BOT = ""  # the author of what the bot says

_REF = re.compile(r"[A-Za-z0-9_-]{32}\.(?:jpg|png|gif|webp|bin)")
_PICTURES = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a chat as the page shows it."""

    id: int  # its place in the chat
    revision: int  # rises over all chats with each new or changed message: what a listener has seen up to
    chat: str
    author: str  # account, or BOT
    text: str
    at: datetime
    buttons: tuple[tuple[Button, ...], ...] = ()
    media: tuple[Media, ...] = ()
    key: str = ""  # the id the page gave to a person's own message
    edited: bool = False


class Uploads:
    """Files people sent, in one folder under names nobody can guess."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def store(self, data: bytes, name: str, content_type: str, caption: str) -> Media:
        """Keep a file. What really is a picture becomes a photo, sound becomes a voice message, all else a file."""
        suffix = _suffix(data)
        ref = f"{secrets.token_urlsafe(24)}.{suffix}"
        await asyncio.to_thread(self._write, ref, data)
        kind = "photo" if suffix != "bin" else "voice" if content_type.startswith("audio/") else "file"
        return Media(kind, ref, caption, name, len(data))

    def path(self, ref: str) -> Path:
        """Where an upload lies. Raises `Rejected` for anything but the name of an upload that exists."""
        if not self.has(ref):
            raise Rejected("no such upload")
        return self._folder / ref

    def has(self, ref: str) -> bool:
        return _REF.fullmatch(ref) is not None and (self._folder / ref).is_file()

    async def adopt(self, path: Path) -> str:
        """Keep a copy of a file of ours and give its name: the same for the same file, and only who has it could tell.

        Raises `Rejected` where it cannot be read.
        """
        try:
            data = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise Rejected(f"file to send is not readable ({type(error).__name__})") from None
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode()
        ref = f"{digest[:32]}.{_suffix(data)}"
        if not self.has(ref):
            await asyncio.to_thread(self._write, ref, data)
        return ref

    async def remove(self, media: Media) -> None:
        """Forget an upload, as if it had never come."""
        await asyncio.to_thread(self.path(media.ref).unlink)

    def _write(self, ref: str, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / ref).write_bytes(data)


class WebChat:
    """The sending half of the channel, and the feed that the page listens to.

    `clock` gives aware times; `keep` is how many messages of a chat are remembered.
    """

    capabilities = Capabilities(
        name="webchat",
        text_limit=4096,
        caption_limit=4096,
        buttons=8,
        edits=True,
        files_out=True,
        groups=True,
        per_second=1000,
        chat_interval=0,
        group_interval=0,
    )

    def __init__(
        self, uploads: Path, clock: Callable[[], datetime], keep: int = 500, able: Capabilities | None = None
    ) -> None:
        """`able`: what another channel can do, to be seen in the browser."""
        self.capabilities = able or WebChat.capabilities
        self.uploads = Uploads(uploads)
        self._clock = clock
        self._keep = keep
        self._chats: dict[str, dict[int, Entry]] = {}
        self._listeners: set[asyncio.Event] = set()
        self._closed = False
        # starting at the time in ms lets ids rise over restarts too: a page that reconnects misses and repeats nothing
        self._last = int(clock().timestamp() * 1000)

    # ------------------------------------------------------------ the Channel protocol

    async def send(self, message: Outgoing) -> Sent:
        """Put a message into its chat's feed, or change it in place. Raises `Rejected` if the page cannot show it."""
        if len(message.text) > self.capabilities.text_limit:
            raise Rejected("text too long")
        message = await self._taken_in(message)
        if message.edits:
            return self._edit(message)
        place = self.reserve()
        now = self._clock()
        self._publish(Entry(place, place, message.chat, BOT, message.text, now, message.buttons, message.media))
        return Sent(str(place))

    async def recall(self, message: Outgoing, external_id: str, at: datetime) -> None:
        """Show again, in its old place, what was sent before a restart. Files that are gone since are left out."""
        place = int(external_id)
        here = [media for media in message.media if media.ref.startswith(LOCAL_FILE) or self.uploads.has(media.ref)]
        media = (await self._taken_in(replace(message, media=tuple(here)))).media
        if not message.text and not media:
            return
        self._publish(Entry(place, place, message.chat, BOT, message.text, at, message.buttons, media))

    async def acknowledge(self, callback: str) -> None:
        """The page needs no answer to a press."""

    async def fetch(self, media: Media) -> bytes:
        """The bytes of an upload. Raises `Rejected` when there is no such upload."""
        return await asyncio.to_thread(self.uploads.path(media.ref).read_bytes)

    async def close(self) -> None:
        """End all feeds, so that a server that stops need not wait for its listeners."""
        self._closed = True
        self._wake()

    # ------------------------------------------------------------ what the page does

    def reserve(self) -> int:
        """The next place of the feed. A person's words take theirs before the bot answers, shown once they are in."""
        self._last += 1
        return self._last

    def echo(self, chat: str, *, place: int, author: str, key: str, text: str, media: tuple[Media, ...] = ()) -> None:
        """Show a person's own message to all who look at the chat. One with a known key is a repeat."""
        if not self.knows(chat, key):
            self._publish(Entry(place, self.reserve(), chat, author, text, self._clock(), media=media, key=key))

    def knows(self, chat: str, key: str) -> bool:
        return any(entry.key == key for entry in self._chats.get(chat, {}).values())

    def label(self, chat: str, data: str) -> str:
        """What stands on the newest button with these data; "" when the chat no longer remembers it."""
        for entry in reversed(self._chats.get(chat, {}).values()):
            for button in (button for row in entry.buttons for button in row):
                if button.data == data:
                    return button.label
        return ""

    def entries(self, chats: Collection[str], after: int) -> list[Entry]:
        """What is new or changed after a revision, oldest first. To a revision of the future everything is new."""
        seen = after if after <= self._last else 0
        found = (entry for chat in chats for entry in self._chats.get(chat, {}).values() if entry.revision > seen)
        return sorted(found, key=lambda entry: entry.revision)

    async def follow(self, chats: Collection[str], after: int, heartbeat: float) -> AsyncGenerator[list[Entry], None]:
        """What `entries` gives, at once and whenever there is more; an empty list each `heartbeat` silent seconds."""
        wake = asyncio.Event()
        self._listeners.add(wake)
        try:
            while not self._closed:
                wake.clear()
                fresh = self.entries(chats, after)
                after = fresh[-1].revision if fresh else after
                yield fresh
                await _woken(wake, heartbeat)
        finally:
            self._listeners.discard(wake)

    # ------------------------------------------------------------ within

    async def _taken_in(self, message: Outgoing) -> Outgoing:
        """With files of ours among the uploads, where the page can reach them. Raises `Rejected` for unknown files."""
        media = tuple([await self._reachable(media) for media in message.media])
        return replace(message, media=media)

    async def _reachable(self, media: Media) -> Media:
        if media.ref.startswith(LOCAL_FILE):
            return replace(media, ref=await self.uploads.adopt(Path(media.ref.removeprefix(LOCAL_FILE))))
        if media.ref.startswith(ADDRESS) and self.capabilities.pictures_by_url:
            return media
        self.uploads.path(media.ref)
        return media

    def _edit(self, message: Outgoing) -> Sent:
        if not message.edits.isdecimal():
            raise Rejected("not a message of this chat")
        place = int(message.edits)
        # a message of before a restart is unknown here, but pages still show it: its time is lost, its place is not
        known = self._chats.get(message.chat, {}).get(place)
        entry = known or Entry(place, place, message.chat, BOT, "", self._clock())
        self._publish(
            replace(
                entry,
                revision=self.reserve(),
                text=message.text,
                buttons=message.buttons,
                media=message.media or entry.media,
                edited=True,
            )
        )
        return Sent(message.edits)

    def _publish(self, entry: Entry) -> None:
        chat = self._chats.setdefault(entry.chat, {})
        chat[entry.id] = entry
        while len(chat) > self._keep:
            del chat[next(iter(chat))]
        self._wake()

    def _wake(self) -> None:
        for listener in self._listeners:
            listener.set()


async def _woken(wake: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await wake.wait()
    except TimeoutError:
        return False


def _suffix(data: bytes) -> str:
    """By what the file is, not by what it calls itself: a name or type given by the sender is never trusted."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((suffix for magic, suffix in _PICTURES if data.startswith(magic)), "bin")
