"""The whole bot on a stage: a real store, a clock that stands where it is put, a channel of paper."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, select

from bot.channels import Capabilities, Incoming, Outgoing, Sent
from bot.parts import Parts, Plan, assemble
from bot.pictures import Pictures
from handlers.facts import House
from handlers.talk import Event, Media
from handlers.texts import Texts
from models.chat import outbox
from models.store import Store
from scheduler.jobs import Work

PLAIN = Capabilities(  # like a channel without buttons: choices are numbered lines, one message of 2.000 characters
    name="webchat",
    text_limit=2000,
    caption_limit=2000,
    buttons=0,
    edits=False,
    files_out=True,
    groups=True,
    per_second=10_000,
    chat_interval=0,
    group_interval=0,
)
_LEFT = select(outbox.c.status, outbox.c.not_before).where(outbox.c.status.in_(("queued", "sending")))
NOTHING, LATER, NOW = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it reached a chat."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()  # label, data
    media: tuple[Media, ...] = ()


class Paper:
    """A channel that keeps what it is given."""

    def __init__(self, capabilities: Capabilities = PLAIN) -> None:
        self.capabilities = capabilities
        self.chats: dict[str, list[Shown]] = defaultdict(list)

    async def send(self, message: Outgoing) -> Sent:
        buttons = tuple((b.label, b.data) for row in message.buttons for b in row)
        self.chats[message.chat].append(Shown(message.text, buttons, message.media))
        return Sent(str(len(self.chats[message.chat])))

    async def acknowledge(self, callback: str) -> None:
        pass

    async def fetch(self, media: Media) -> bytes:
        return media.ref.encode()

    async def close(self) -> None:
        pass


class Stage:
    """`async with Stage(store, now) as stage`: what is done on it is done by the real intake, sender and jobs."""

    def __init__(
        self,
        store: Store,
        now: datetime,
        *,
        house: House,
        texts: Texts | None = None,
        channel: Paper | None = None,
        beside: Sequence[Paper] = (),
        media_dir: Path = Path("data/media"),
        pictures: Pictures | None = None,
    ) -> None:
        """`beside`: more channels of paper."""
        self.store = store
        self.now = now
        self.texts = texts or Texts.load()
        self.channel = channel or Paper()
        self.papers = {paper.capabilities.name: paper for paper in (self.channel, *beside)}
        self._house = house
        self._media_dir = media_dir
        self._pictures = pictures
        self._numbers = count(1)
        self._group = asyncio.TaskGroup()
        self._sending: asyncio.Task[None] | None = None
        self.parts: Parts

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        self.plan = Plan(
            store=self.store,
            texts=self.texts,
            channels=self.papers,
            clock=lambda: self.now,
            holder="stage",
            house=self._house,
            media_dir=self._media_dir,
            spawn=self._spawn,
            pictures=self._pictures,
        )
        self.parts = assemble(self.plan)
        self._sending = self._group.create_task(self.parts.sender.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sending:
            self._sending.cancel()
        await self._group.__aexit__(kind, error, trace)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> object:
        return self._group.create_task(work)

    async def play(self, incoming: Incoming) -> list[Shown]:
        """Deliver one update and give what the chat it came from was told."""
        chats = self.papers[incoming.channel].chats
        before = len(chats[incoming.chat])
        await self.parts.intake.deliver(incoming)
        await self.settle()
        return chats[incoming.chat][before:]

    async def act(self, account: str, event: Event, chat: str = "", **more: Any) -> list[Shown]:
        """A person does something: in private, or in the group `chat`."""
        incoming = Incoming(
            channel=self.channel.capabilities.name,
            external_id=f"stage-{next(self._numbers)}",
            account=account,
            chat=chat or account,
            is_group=bool(chat),
            event=event,
        )
        return await self.play(replace(incoming, **more))

    async def tick(self) -> None:
        """The timetable's minute: whatever is due is posted."""
        work = Work(self.store, lambda: self.now, self.parts.sender.wake, self.plan.press, draft_days=30)
        await work.each_minute()
        await self.settle()

    async def settle(self) -> None:
        """Until files are read and all has gone that is to go; what waits for a moment is brought forward to it."""
        await self.parts.posters.work()
        await self._drain()
        await self._cast()
        await self.parts.uploads.work()
        await self._drain()

    async def _cast(self) -> None:
        """Broadcasts go on while any of them has something to send."""
        while await self.parts.casting.work():
            if await self.store.read(_left, self.now) == NOTHING:
                return
            await self._drain()

    async def _drain(self) -> None:
        while left := await self.store.read(_left, self.now):
            if left == LATER:
                self.now += timedelta(seconds=1)
            self.parts.sender.wake()
            await asyncio.sleep(0.002)


def _left(conn: Connection, now: datetime) -> int:
    """Is anything still to go: NOTHING, only LATER, or NOW?"""
    rows = conn.execute(_LEFT).all()
    if not rows:
        return NOTHING
    return LATER if all(row.status == "queued" and row.not_before > now for row in rows) else NOW
