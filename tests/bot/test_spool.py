"""Updates kept before the work: nothing is lost, nothing done twice, each person's in their order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.channels import Incoming
from bot.spool import LEFT_BEHIND, MOST_AT_ONCE, Spool, Update
from handlers.talk import Said
from models import chat as c
from models.queries import inbound
from models.store import Store
from tests.bot.office import NOON

CHANNEL = "buttons"


class Work:
    """The intake in little: claims an update, then it is done; the next `failing` of some words fail first."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.done: list[str] = []
        self.failing: dict[str, int] = {}

    async def __call__(self, incoming: Incoming) -> None:
        words = incoming.event.text if isinstance(incoming.event, Said) else ""
        if self.failing.get(words):
            self.failing[words] -= 1
            raise OSError(words)
        if await self.store.write(inbound.claim, CHANNEL, incoming.external_id, incoming.account, NOON):
            self.done.append(words)


async def read(raw: Mapping[str, Any]) -> Incoming | None:
    if raw["words"] == "nothing for the bot":
        return None
    return Incoming(CHANNEL, raw["id"], raw["who"], raw["who"], is_group=False, event=Said(raw["words"]))


def identify(raw: Mapping[str, Any]) -> Update:
    return Update(raw["id"], raw["who"], raw)


def update(number: int, words: str, who: str = "lan") -> dict[str, Any]:
    return {"id": f"u{number}", "who": who, "words": words}


def spool(store: Store, later: timedelta = timedelta(0)) -> Spool:
    return Spool(CHANNEL, store, lambda: NOON + later, read, identify)


@asynccontextmanager
async def running(one: Spool, work: Work) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(one.run(work))
        yield
        task.cancel()


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


def rows(conn: Connection) -> list[tuple[str, str, Any]]:
    found = conn.execute(select(c.inbound.c.external_id, c.inbound.c.status, c.inbound.c.raw).order_by(c.inbound.c.id))
    return [(row.external_id, row.status, row.raw) for row in found]


async def test_it_is_kept_as_it_came_until_it_is_done_and_then_erased(store: Store) -> None:
    work, one = Work(store), spool(store)
    assert await one.keep(update(1, "lam cu ga may tui ao"))
    assert await store.read(rows) == [("u1", "received", update(1, "lam cu ga may tui ao"))]
    async with running(one, work):
        await until(lambda: work.done)
    assert await store.read(rows) == [("u1", "done", None)]


async def test_a_repeat_does_nothing_before_nor_after(store: Store) -> None:
    work, one = Work(store), spool(store)
    async with running(one, work):
        assert [await one.keep(update(1, "sk")), await one.keep(update(1, "sk"))] == [True, False]
        await until(lambda: work.done)
        assert not await one.keep(update(1, "sk"))
        await one.keep(update(2, "xem"))
        await until(lambda: len(work.done) == 2)
    assert work.done == ["sk", "xem"]


async def test_what_a_killed_process_left_is_done_by_the_next(store: Store) -> None:
    dead, work = spool(store), Work(store)
    for number in range(3):
        await dead.keep(update(number, str(number)))
    async with running(spool(store), work):
        await until(lambda: len(work.done) == 3)
    assert work.done == ["0", "1", "2"]


async def test_what_another_process_left_is_found_in_time(store: Store) -> None:
    """Two processes that work on the same one: it is done once."""
    work = Work(store)
    other = spool(store)
    async with running(spool(store, LEFT_BEHIND), work), running(spool(store, LEFT_BEHIND), work):
        await other.keep(update(1, "sk"))
        await until(lambda: work.done)
        await asyncio.sleep(0.05)
    assert work.done == ["sk"]


async def test_what_fails_holds_back_its_own_line_and_no_other(store: Store) -> None:
    work, one = Work(store), spool(store)
    work.failing = {"một": 1}
    async with running(one, work):
        for number, (words, who) in enumerate((("một", "lan"), ("hai", "lan"), ("ba", "minh"))):
            await one.keep(update(number, words, who))
        await until(lambda: len(work.done) == 3)
    assert work.done == ["ba", "một", "hai"]


async def test_what_fails_for_ever_keeps_nobody_out_however_many_wait(store: Store) -> None:
    """A host of pictures that is down: those who sent one wait, Lan is served."""
    work, one, ever = Work(store), spool(store), 1_000_000
    work.failing = {str(number): ever for number in range(MOST_AT_ONCE)}
    async with running(one, work):
        for number in range(MOST_AT_ONCE):
            await one.keep(update(number, str(number), who=f"worker {number}"))
        await until(lambda: all(left < ever for left in work.failing.values()))
        await one.keep(update(MOST_AT_ONCE, "sk", who="lan"))
        await until(lambda: work.done)
    assert work.done == ["sk"]


async def test_what_means_nothing_is_done_with(store: Store) -> None:
    work, one = Work(store), spool(store)
    async with running(one, work):
        await one.keep(update(1, "nothing for the bot"))
        await one.keep(update(2, "sk"))
        await until(lambda: work.done)
    assert await store.read(rows) == [("u1", "done", None), ("u2", "done", None)]


async def test_what_no_database_takes_is_left_out(store: Store) -> None:
    one = spool(store)
    assert await one.keep(update(1, "ga\0 may \ud83d") | {"list": ["\0x"]})
    ((_, _, raw),) = await store.read(rows)
    assert (raw["words"], raw["list"]) == ("ga may ?", ["x"])
