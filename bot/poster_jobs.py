"""Posters of a large district: made beside the sending, with progress in the message that announced them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import Capabilities, Outgoing
from bot.replies import Address, Writer
from handlers import papers
from handlers.talk import Media, Say, reply, say
from models.queries import outbox, poster_jobs
from models.queries.rows import AnyRow
from models.store import Store

POLL_SECONDS = 15.0
STEP_SECONDS = 1.5  # between two changes of one message

log = structlog.get_logger(__name__)


@dataclass
class Progress:
    """How far each file is, by its name: pages done, pages in all. Written by the thread that makes it."""

    pages: dict[str, tuple[int, int]] = field(default_factory=dict)

    def tell(self, ref: str, done: int, of: int) -> None:
        self.pages[ref] = (done, of)


@dataclass(frozen=True, slots=True)
class Shop:
    """What the files are made with. `make` puts them in place of their names, and keeps them for the send."""

    store: Store
    capabilities: Mapping[str, Capabilities]
    clock: Callable[[], datetime]
    writer: Writer
    make: Callable[[Outgoing], Awaitable[Outgoing]]
    progress: Progress
    wake_sender: Callable[[], None]
    step: float = STEP_SECONDS


class PosterJobs:
    """`run` makes what waits, at once when woken; `work` does it one time. A job cut off is the sender's to make."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._news = asyncio.Event()

    def wake(self) -> None:
        self._news.set()

    async def run(self) -> None:
        while True:
            self._news.clear()
            try:
                await self.work()
            except* SQLAlchemyError as away:  # the database, for a moment; a group, where something was being made
                log.warning("posters.unreadable", error=type(away.exceptions[0]).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._news.wait()

    async def work(self) -> None:
        """Raises what the store raises."""
        shop = self._shop
        for row in await shop.store.read(poster_jobs.waiting, tuple(shop.capabilities), shop.clock()):
            (item,) = row.payload["media"]
            media = Media(item["kind"], item["ref"], name=item["name"])
            async with asyncio.TaskGroup() as group:
                making = group.create_task(self._made(media))
                while not (await asyncio.wait({making}, timeout=shop.step))[0]:
                    await self._tell(row, media)
            await self._tell(row, media, done=True)
            await shop.store.write(poster_jobs.forward, row.id, shop.clock())
            shop.progress.pages.pop(media.ref, None)
            shop.wake_sender()

    async def _made(self, media: Media) -> None:
        try:
            await self._shop.make(Outgoing("", "", media=(media,)))
        except Exception as error:  # the send makes it again, and tells the officer if that fails too
            log.warning("posters.not_made", error=type(error).__name__)

    async def _tell(self, row: AnyRow, media: Media, *, done: bool = False) -> None:
        """Change the announcement in place, where the channel can and it is out."""
        shop, paper = self._shop, papers.read_ref(media.ref)
        at = shop.progress.pages.get(media.ref)
        if not shop.capabilities[row.channel].edits or paper is None or at is None:
            return
        edits = await shop.store.read(poster_jobs.sent_as, row)
        if edits:
            words = say("posters.made", n=at[1]) if done else say("posters.progress", done=at[0], n=at[1])
            message = self._message(row, words, paper.language, edits, key=f"{at[0]}" if not done else "done")
            await shop.store.write(outbox.put, [message])
            shop.wake_sender()

    def _message(self, row: AnyRow, words: Say, language: str, edits: str, *, key: str) -> outbox.NewMessage:
        writer, to = self._shop.writer, Address(row.channel, row.chat, person_id=row.person_id)
        return outbox.NewMessage(
            channel=to.channel,
            chat=to.chat,
            payload={"text": writer.texts.reply(language, reply(words)).text},
            dedupe=f"progress:{row.id}:{row.dedupe}:{key}"[:120],
            made_at=self._shop.clock(),
            person_id=to.person_id,
            replaces="posters",
            edits=edits,
        )
