"""Large files: the announcement counts up in place, the file leaves when it is there, and not before."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot.channels import Outgoing
from bot.poster_jobs import PosterJobs, Progress, Shop
from bot.replies import Writer
from handlers.papers import POSTERS, Paper
from models.chat import outbox as table
from models.queries import outbox
from models.store import Store
from tests.bot.office import CAMPAIGN, CHANNELS, NOON, TEXTS, WARD

REF = Paper(POSTERS, WARD, CAMPAIGN, NOON, "vi").ref
ANNOUNCED = outbox.NewMessage("buttons", "hoa", {"text": "Đang làm 115 tờ rơi"}, "in:buttons:u1:0", NOON)
FILE = outbox.NewMessage(
    *("buttons", "hoa", {"text": "", "media": [{"kind": "file", "ref": REF, "name": "to-roi-48.pdf"}]}),
    dedupe="posters:in:buttons:u1",
    made_at=NOON,
    priority=outbox.BULK,
    not_before=NOON + timedelta(minutes=1),
)


def rows(store: Store) -> list[tuple[str, str | None]]:
    """What is to be said, and the message it changes in place."""
    found = select(table.c.payload, table.c.edits).where(table.c.status == "queued").order_by(table.c.id)
    return [(row.payload["text"], row.edits) for row in store.read_now(lambda conn: conn.execute(found).all())]


def shop(store: Store, progress: Progress, *, edits: bool, seen: asyncio.Event | None = None) -> Shop:
    """A maker that is at page 30 of 115 until that was `seen`."""

    async def make(message: Outgoing) -> Outgoing:
        progress.tell(REF, 30, 115)
        if seen is not None:
            await seen.wait()
        progress.tell(REF, 115, 115)
        return message

    capabilities = {"buttons": replace(CHANNELS["buttons"], edits=edits)}
    return Shop(store, capabilities, lambda: NOON, Writer(TEXTS, CHANNELS, "here"), make, progress, lambda: None, 0.01)


def promised(store: Store) -> None:
    store.write_now(outbox.put, [ANNOUNCED, FILE])
    announced = table.update().where(table.c.dedupe == ANNOUNCED.dedupe)
    store.write_now(lambda conn: conn.execute(announced.values(status="sent", external_id="77")))


async def test_the_announcement_counts_up_in_place(store: Store) -> None:
    promised(store)
    seen, progress = asyncio.Event(), Progress()
    async with asyncio.TaskGroup() as group:
        group.create_task(PosterJobs(shop(store, progress, edits=True, seen=seen)).work())
        async with asyncio.timeout(20):
            while ("Đang làm tờ rơi: 30/115…", "77") not in rows(store):
                await asyncio.sleep(0.01)
        file = select(table.c.not_before).where(table.c.dedupe == FILE.dedupe)
        assert store.read_now(lambda conn: conn.execute(file).scalar_one()) > NOON, "it is not there yet"
        seen.set()
    assert ("Đã làm xong 115 tờ rơi, tệp tới ngay.", "77") in rows(store)
    assert len(rows(store)) == 2, "of what was said of the progress only the newest is left"
    assert store.read_now(lambda conn: conn.execute(file).scalar_one()) == NOON
    assert progress.pages == {}


async def test_where_nothing_can_be_changed_in_place_the_file_comes_alone(store: Store) -> None:
    promised(store)
    await PosterJobs(shop(store, Progress(), edits=False)).work()
    assert rows(store) == [("", None)]


async def test_a_file_that_cannot_be_made_is_the_senders_to_tell(store: Store) -> None:
    promised(store)

    async def make(_: Outgoing) -> Outgoing:
        raise OSError("disk full")

    await PosterJobs(replace(shop(store, Progress(), edits=True), make=make)).work()
    assert rows(store) == [("", None)]
