"""Files as links, for channels that carry none: `{PUBLIC_URL}/tep/<what, until when, proof>/<file name>`.

Nothing is stored for a link: it names the file as the outbox does (`paper:…`, `picture:…`), and a proof made with the
installation's secret (HMAC-SHA256) says that it is ours. The file is made by the same code that makes one to be sent.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from bot import link_rights
from bot.channels import Capabilities, Outgoing, SendError
from bot.channels.text import LOCAL_FILE
from bot.lane import Prepare
from handlers import audit_facts, cast_picture, papers, picture, voices
from handlers.talk import Media, Say, say
from handlers.texts import Texts
from models.queries import marks
from models.store import Store

LIFE = timedelta(days=3)
ROOT = "/tep"
UNKNOWN, EXPIRED, FAILED = "unknown", "expired", "failed"

_PROOF: Final = 16  # bytes
_TOKEN = re.compile(r"([A-Za-z0-9-]{5,120})\.([0-9]{10})\.([A-Za-z0-9_-]{22})")
_NAME = re.compile(r"[a-z0-9-]{1,60}\.[a-z]{3,4}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Maker:
    """What links are made with. `make` puts files in place of names (`Plan.prepare`); `url` "": there are no links."""

    store: Store
    texts: Texts
    clock: Callable[[], datetime]
    url: str
    make: Prepare
    language: str = "vi"


class FileLinks:
    def __init__(self, maker: Maker) -> None:
        self._maker = maker
        self._key = b""

    def way_of(self, able: Capabilities) -> Prepare:
        """How files leave by a channel: as files, some kinds as files, pictures by their address, or all as links."""
        if able.file_suffixes:
            return self._partly(able.file_suffixes)
        if able.files_out:
            return self._maker.make
        return self.as_urls if able.pictures_by_url else self.instead

    async def instead(self, message: Outgoing) -> Outgoing:
        """The message with words in place of its files: a link for each of ours, or why there is none."""
        told = [await self._told(media) for media in message.media]
        lines = [message.text, *dict.fromkeys(told)]
        return replace(message, text="\n".join(line for line in lines if line), media=())

    async def as_urls(self, message: Outgoing) -> Outgoing:
        """The message with its pictures by their address, which the platform fetches, and all other files as links."""
        shown, others = list[Media](), list[Media]()
        for media in message.media:
            address = await self._address(media) if media.kind == "photo" and _language(media.ref) else ""
            (shown if address else others).append(replace(media, ref=address or media.ref))
        told = await self.instead(replace(message, media=tuple(others))) if others else message
        return replace(told, media=tuple(shown))

    def _partly(self, suffixes: Collection[str]) -> Prepare:
        """For a channel that carries pictures and files of these suffixes: all others go as links."""

        async def prepare(message: Outgoing) -> Outgoing:
            able, others = list[Media](), list[Media]()
            for media in message.media:
                fits = media.kind == "photo" or media.name.lower().endswith(tuple(f".{one}" for one in suffixes))
                (able if fits else others).append(media)
            told = await self.instead(replace(message, media=tuple(others))) if others else message
            return await self._maker.make(replace(told, media=tuple(able))) if able else replace(told, media=())

        return prepare

    async def open(self, token: str, name: str) -> Path | str:
        """The file a link names; UNKNOWN for a link we never made, EXPIRED (also where the role is gone that it was
        made for), or FAILED where it cannot be made.
        """
        found = _TOKEN.fullmatch(token)
        if found is None or not _NAME.fullmatch(name):
            return UNKNOWN
        bare, until, proof = found.groups()
        if not hmac.compare_digest(proof, await self._proof(bare, until, name)):
            return UNKNOWN
        if self._maker.clock() >= datetime.fromtimestamp(int(until), UTC):
            return EXPIRED
        ref = bare.replace("-", ":")
        if not await self._maker.store.read(link_rights.may_open, ref, self._maker.clock()):
            return EXPIRED
        return await self._made(Media("file", ref, name=name))

    # ------------------------------------------------------------ within

    async def _told(self, media: Media) -> str:
        language = _language(media.ref)
        if not language:  # a file that a person sent: it stays on the channel it came by
            return self._maker.texts.render(self._maker.language, say("links.not_ours"))
        return self._maker.texts.render(language, await self._words(media))

    async def _words(self, media: Media) -> Say:
        link = await self._address(media)
        if not link:
            return say("links.no_address")
        if cast_picture.read_ref(media.ref):
            return say("links.photo", link=link, days=LIFE.days)
        return say("links.picture" if media.kind == "photo" else "links.file", link=link, days=LIFE.days)

    async def _address(self, media: Media) -> str:
        """Good for `LIFE`; "" where nobody reaches us."""
        if not self._maker.url:
            return ""
        until = self._maker.clock() + LIFE
        bare = media.ref.replace(":", "-")
        stamp = f"{int(until.timestamp()):010d}"
        token = f"{bare}.{stamp}.{await self._proof(bare, stamp, media.name)}"
        return f"{self._maker.url}{ROOT}/{token}/{media.name}"

    async def _proof(self, bare: str, until: str, name: str) -> str:
        if not self._key:
            self._key = bytes.fromhex(await self._maker.store.write(marks.secret, marks.LINK_KEY))
        digest = hmac.new(self._key, f"{bare}|{until}|{name}".encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(digest[:_PROOF]).decode().rstrip("=")

    async def _made(self, media: Media) -> Path | str:
        try:
            made = await self._maker.make(Outgoing("", "", media=(media,)))
        except SendError as error:
            log.error("link.not_made", kind=media.ref.split(":")[0], reason=type(error).__name__)  # noqa: TRY400 - no words of people
            return FAILED
        ref = made.media[0].ref if made.media else ""
        return Path(ref.removeprefix(LOCAL_FILE)) if ref.startswith(LOCAL_FILE) else FAILED


def _language(ref: str) -> str:
    """Of a file of ours; "" for what is none."""
    paper, drawn, trail = papers.read_ref(ref), picture.read_ref(ref), audit_facts.read_sheet(ref)
    sent = voices.read_ref(ref) or cast_picture.read_ref(ref)
    if trail is not None:
        return trail.language
    if sent is not None:
        return sent[1]
    if paper is not None:
        return paper.language
    return drawn[2] if drawn is not None else ""
