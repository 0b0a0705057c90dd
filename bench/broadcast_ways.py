"""Who sends the reminder, each in a process of its own: `python -m bench.broadcast_ways NAME --url … --chats …`.

Prints one line of JSON: CPU seconds of this process while it sent.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

FIRST = 1_000_000  # the first chat's id
TEXT = "Anh/chị chưa nộp sáng kiến nào. Nhắn SK để nộp, ba phút là xong."


@dataclass(frozen=True, slots=True)
class Place:
    url: str
    token: str
    chats: int
    rate: int  # messages a second
    folder: Path

    @property
    def ids(self) -> list[int]:
        return [FIRST + number for number in range(self.chats)]


@dataclass(frozen=True, slots=True)
class Way:
    label: str
    loses: str  # by a kill -9 half-way
    send: Callable[[Place], Awaitable[float]]
    """Sends to all; gives the CPU seconds of this process when it began."""


async def ours(place: Place) -> float:
    """The product's own feeding, sender and journal, on SQLite; all it records of each recipient included."""
    from bench.broadcast_rows import confirm
    from bot.channels.telegram_api import NAME, capabilities
    from bot.channels.telegram_out import TelegramChannel
    from bot.parts import Plan, assemble
    from handlers.facts import House
    from handlers.texts import Texts
    from models import migrate
    from models.queries import casting
    from models.store import Store
    from scheduler.clock import system_clock

    database = f"sqlite:///{place.folder / 'bench.db'}"
    migrate.upgrade(database)
    store = Store.open(database)
    channel = TelegramChannel(place.token, capabilities(place.rate, 0.0, 0.0), place.url)
    loop = asyncio.get_running_loop()
    plan = Plan(
        store=store,
        texts=Texts.load(),
        channels={NAME: channel},
        clock=system_clock,
        holder="bench",
        house=House(),
        media_dir=place.folder,
        journals=place.folder,
        spawn=loop.create_task,
    )
    parts = assemble(plan)
    store.write_now(confirm, place.ids, TEXT, system_clock() - timedelta(seconds=1))
    began = time.process_time()
    running = [loop.create_task(parts.sender.run()), loop.create_task(parts.casting.run())]
    while await store.read(casting.under_way, system_clock()):  # noqa: ASYNC110 - the database says when it is over
        await asyncio.sleep(0.05)
    for task in running:
        task.cancel()
    await asyncio.wait(running)
    await channel.close()
    store.close()
    return began


async def rate_limiter(place: Place) -> float:
    """python-telegram-bot with its own limiter, fifty sends at once, and time enough for each; what fails is lost."""
    from telegram.error import TelegramError
    from telegram.ext import AIORateLimiter, ExtBot
    from telegram.request import HTTPXRequest

    limiter = AIORateLimiter(overall_max_rate=place.rate, overall_time_period=1, group_max_rate=0, max_retries=20)
    request = HTTPXRequest(connection_pool_size=64, **dict.fromkeys(TIMEOUTS, PATIENCE))
    bot = ExtBot(place.token, base_url=f"{place.url}/bot", request=request, rate_limiter=limiter)
    async with bot:
        began = time.process_time()
        left = iter(place.ids)

        async def work() -> None:
            for chat in left:  # shared: each takes the next
                with suppress(TelegramError):
                    await bot.send_message(chat, TEXT)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return began


PATIENCE, AT_ONCE = 60.0, 50  # seconds; sends
TIMEOUTS = ("connect_timeout", "read_timeout", "write_timeout", "pool_timeout")
WAYS: Mapping[str, Way] = {
    "ours": Way("Sáng Kiến Bot", "nothing", ours),
    "ptb": Way("python-telegram-bot, `ExtBot` + `AIORateLimiter`", "who got it and who did not", rate_limiter),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=WAYS)
    for name, kind in (("url", str), ("token", str), ("chats", int), ("rate", int), ("folder", Path)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    given = vars(parser.parse_args())
    way = WAYS[given.pop("name")]
    began = asyncio.run(way.send(Place(**given)))
    print(json.dumps({"cpu": time.process_time() - began}))


if __name__ == "__main__":
    main()
