"""The filing page's rig: what the channel takes stands in an outbox, and Lan reads it from there as the page does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bot.came import KeepingChannel
from bot.channels import Incoming, Outgoing, Sent
from bot.channels.web import NAME, WebChannel
from bot.filing_door import FilingDoor, Means, account_of
from bot.media import CAME, write_file
from handlers.talk import Media
from handlers.texts import Texts
from models import migrate
from models.queries import outbox, people
from models.queries.evidence import KEPT
from models.queries.outbox import NewMessage
from models.store import Store

COOKIE = "lan" * 10
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


class Noted(KeepingChannel):
    """The real channel; what it took is what the sender had in the outbox."""

    def __init__(self, folder: Path, store: Store) -> None:
        super().__init__(WebChannel(), folder)
        self._store = store
        self._numbers = count(1)

    async def send(self, message: Outgoing) -> Sent:
        sent = await super().send(message)
        choices = [[button.label, None, button.data] for row in message.buttons for button in row]
        payload = {"text": message.text, "choices": choices}
        row = NewMessage(NAME, message.chat, payload, f"in:web:{next(self._numbers)}:0", NOW)
        await self._store.write(outbox.put, [row])
        return sent


@asynccontextmanager
async def page(folder: Path) -> AsyncIterator[tuple[Noted, str, Any, Any]]:
    """The channel, Lan's chat, what she reads, and how a photo of hers is kept."""
    url = f"sqlite:///{folder / 'web.db'}"
    migrate.upgrade(url)
    store, chat = Store.open(url), account_of(COOKIE)
    await store.write(lambda conn: people.introduce(conn, NAME, chat, chat=chat, state={"language": "vi"}, now=NOW))
    channel = Noted(folder, store)
    clock = lambda: NOW + timedelta(minutes=1)  # noqa: E731
    door = FilingDoor(Means(store, Texts.load(), clock, _nobody, folder, _as_it_is))

    async def read() -> list[str]:
        visit = await door.visit(COOKIE)
        told = (*visit.earlier, *visit.newest)
        return ["\n".join([one.text, *(f"[{b.label}]" for row in one.buttons for b in row)]) for one in told]

    async def hold(data: bytes) -> Media:
        return Media("photo", f"{KEPT}{write_file(folder / CAME, data)}")

    yield channel, chat, read, hold
    store.close()


async def _nobody(_: Incoming) -> None:
    raise AssertionError("nothing is handed in here")


async def _as_it_is(message: Outgoing) -> Outgoing:
    return message
