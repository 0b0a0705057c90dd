"""A crowd that is reminded: people in the database and at the played platform, faults, and what came of it."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import Connection, insert, select, update

from models.broadcast import broadcast, recipient
from models.person import account, person
from models.queries import registry
from models.store import Store
from models.unit import campaign
from scheduler.clock import system_clock
from tests.servers.telegram import TelegramServer
from tests.servers.telegram_methods import SENDS, Params

RATE = 300  # messages a second for the token
ANSWERED_WITHIN = 0.05  # seconds, by a busy machine
FIRST = 1_000_000  # the first person's id at the platform
TEXT = "Anh/chị chưa nộp sáng kiến nào. Nhắn SK để nộp, ba phút là xong."
ADMIN = 99
CHATTERS = tuple(range(100, 150))


class Platform(TelegramServer):
    """Takes down when each send came in, and when what the bot answers a chatting worker did."""

    def __init__(self) -> None:
        super().__init__()
        self.arrivals: list[float] = []
        self.waits: list[tuple[float, float]] = []  # in which nothing may be sent: a 429 and its retry_after
        self.answers: dict[int, asyncio.Future[float]] = {}
        self.reminders: Counter[int] = Counter()

    def on_the_wire(self, killed: float) -> int:
        """Sends whose answer may not have reached the process before it was killed: only these may come again."""
        return sum(killed - ANSWERED_WITHIN <= at for at in self.arrivals if at < killed + 0.5)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        now = time.monotonic()
        if request.match_info["method"].lower() in SENDS:
            self.arrivals.append(now)
        answer = await super()._call(request)
        if answer.status == 429:
            self.waits.append((now, now + 1))
        return answer

    async def _result(self, method: str, params: Params) -> Any:
        now = time.monotonic()
        result = await super()._result(method, params)
        if method in SENDS and str(params["chat_id"]).isdigit():
            chat = int(params["chat_id"])
            if chat >= FIRST:
                self.reminders[chat] += 1
            waiting = self.answers.pop(chat, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(now)
        return result


@dataclass
class Crowd:
    """So many people, of whom 2 % blocked the bot and 1 % are gone; nobody told the bot."""

    server: Platform
    people: int
    luck: random.Random
    lost: set[int] = field(default_factory=set)

    @property
    def reachable(self) -> int:
        return self.people - len(self.lost)

    def gather(self) -> None:
        for number in range(self.people):
            chat = self.server.user(FIRST + number, f"Lan {number}", started=True)
            if number % 100 in (7, 53):
                self.server.block(chat, tell=False)
            elif number % 100 == 31:
                self.server.deactivate(chat)
            else:
                continue
            self.lost.add(chat)

    def confirm(self, store: Store) -> int:
        """Everybody is known to the bot, and a reminder to all of them has just been confirmed; its id."""
        return store.write_now(self._confirm)

    def _confirm(self, conn: Connection) -> int:
        now = system_clock()
        conn.execute(update(campaign).values(timezone=_where_it_is_noon(now)))
        unit = registry.unit_by_code(conn, "48")
        assert unit is not None
        rows = [{"id": FIRST + n, "name": f"Lan {n}", "created_at": now} for n in range(self.people)]
        conn.execute(insert(person), [*rows, {"id": ADMIN, "name": "An", "created_at": now}])
        known = {"channel": "telegram", "last_seen": now}
        ids = [ADMIN, *(FIRST + n for n in range(self.people))]
        conn.execute(insert(account), [known | _named(one) | {"person_id": one} for one in ids])
        values = {"campaign_id": conn.scalars(select(campaign.c.id)).first(), "unit_id": unit.id, "text": TEXT}
        values |= {"audience": {"rule": "everyone"}, "status": "planned", "made_by": ADMIN, "made_at": now}
        values |= {"starts_at": now, "channel": "telegram", "chat": str(ADMIN)}
        (broadcast_id,) = conn.execute(insert(broadcast).returning(broadcast.c.id), values).one()
        meant = {"broadcast_id": broadcast_id, "channel": "telegram", "unit_id": unit.id, "day": now.date()}
        people = range(FIRST, FIRST + self.people)
        conn.execute(insert(recipient), [meant | {"chat": str(one), "person_id": one} for one in people])
        return int(broadcast_id)

    async def trouble(self) -> None:
        """Now and then a burst of 429 with its wait, 5xx or resets, until cancelled."""
        while True:
            await asyncio.sleep(self.luck.uniform(1.5, 4))
            kind = self.luck.choice(("429", "500", "502", "reset"))
            self.server.fail("sendmessage", kind, times=self.luck.randint(2, 6))

    def check(self) -> int:
        """Everyone who can be reached got it; how many messages came twice."""
        reached = set(self.server.reminders)
        assert {FIRST + n for n in range(self.people)} - reached == self.lost
        return self.server.reminders.total() - len(reached)


def _named(one: int) -> dict[str, Any]:
    return {"external_id": str(one), "chat": str(one)}


def _where_it_is_noon(now: datetime) -> str:
    """Whatever time it is here: at night nobody is reminded."""
    east = 12 - now.astimezone(UTC).hour
    name = f"Etc/GMT{'-' if east >= 0 else '+'}{abs(east)}"
    assert timedelta(hours=11) <= timedelta(hours=now.astimezone(ZoneInfo(name)).hour) <= timedelta(hours=13)
    return name


# ---------------------------------------------------------------- replies meanwhile


@dataclass
class Chatter:
    """Fifty workers who each write once a second, and how long the bot took to answer: seconds by when they wrote."""

    server: Platform
    took: list[tuple[float, float]] = field(default_factory=list)

    async def chat(self) -> None:
        async with asyncio.TaskGroup() as group:
            for number, user in enumerate(CHATTERS):
                self.server.user(user, f"Minh {user}")
                group.create_task(self._chat(user, number / len(CHATTERS)))

    async def _chat(self, user: int, late: float) -> None:
        await asyncio.sleep(late)
        while True:
            waiting = self.server.answers[user] = asyncio.get_running_loop().create_future()
            said = time.monotonic()
            self.server.say(user, "xem")
            try:
                async with asyncio.timeout(20):
                    self.took.append((said, await waiting - said))
            except TimeoutError:
                continue
            await asyncio.sleep(max(0.0, said + 1 - time.monotonic()))


@asynccontextmanager
async def beside(*work: Any) -> AsyncIterator[None]:
    """These go on while the block does."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


# ---------------------------------------------------------------- figures


@dataclass(frozen=True)
class Measured:
    busiest: int  # sends in any second
    used: float  # of the rate, while nothing stood in the way
    clear: float  # seconds
    p99: float  # seconds to the answer of a worker

    def __str__(self) -> str:
        return (
            f"busiest second {self.busiest}, {self.used:.1%} of the rate over {self.clear:.0f} s, "
            f"p99 of replies {self.p99 * 1000:.0f} ms"
        )


def measure(server: Platform, chatter: Chatter, closed: list[tuple[float, float]], until: float) -> Measured:
    """`closed`: spans in which no process ran, or none had all its work. `until`: when the queue ran dry."""
    times = server.arrivals
    busiest = max(_in_a_second(times))
    spans = sorted([*closed, *((since - 0.05, end + 0.3) for since, end in server.waits)])
    clear = _clear(times[0] + 1, until, spans)
    length = sum(end - since for since, end in clear)
    sends = sum(any(since <= at < end for since, end in clear) for at in times)
    calm = [took for said, took in chatter.took if not any(since - 0.5 <= said <= end for since, end in spans)]
    calm.sort()
    return Measured(busiest, sends / (length * RATE), length, calm[int(len(calm) * 0.99)])


def _in_a_second(times: list[float]) -> list[int]:
    first, counts = 0, []
    for last, at in enumerate(times):
        while times[first] <= at - 1:
            first += 1
        counts.append(last - first + 1)
    return counts


def _clear(since: float, until: float, spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """What is left between them, but for pieces of less than half a second."""
    out = []
    for begin, end in [*spans, (until, until)]:
        if min(begin, until) - since >= 0.5:
            out.append((since, min(begin, until)))
        since = max(since, end)
    return out
