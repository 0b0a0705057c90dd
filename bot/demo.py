"""`sangkien demo`: a short working day on the sample, without a server and without waiting."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.demo_data import CONTROLLER, SUPPORT
from bot.directory import ZONE
from bot.registry.sample import load_sample
from bot.stage import Stage
from handlers.facts import House
from handlers.talk import Said, say
from models import migrate
from models.store import Store
from scheduler.clock import system_clock

HOUSE = House(controller=CONTROLLER, data_url="https://sangkien.example.vn/dl", support=SUPPORT)
FIRST = (  # Lan, on a cheap phone, without accents
    "sk 4827",
    "1",
    "tran thi lan",
    "lam cu ga may tui ao khong phai ve phan",
    "truoc ve phan tung tui hay lech. gio dat vao cu may luon. nhanh hon 10 giay 1 ao, it phai thao",
    "2",
    "1",
)
SECOND = (  # Minh has filed before: four messages
    "sk dan bang mau len thung chi de khoi lay nham",
    "truoc hay lay nham mau phai thao ra. gio nhin bang la biet",
    "1",
    "1",
)
Out = Callable[[str], object]


async def play(out: Out) -> None:
    """Yesterday's notice, today's lunch break, today's notice at 17:00: printed as the chats show them."""
    today = system_clock().astimezone(ZONE).date()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'demo.db'}"
        migrate.upgrade(url)
        store = Store.open(url)
        try:
            await _day(store, today, out)
        finally:
            store.close()


async def _day(store: Store, today: date, out: Out) -> None:
    yesterday = today - timedelta(days=1)
    await store.write(load_sample, today, _at(yesterday, 8))
    async with Stage(store, _at(yesterday, 17), house=HOUSE) as stage:
        await stage.tick()
        stage.now = _at(today, 12, 5)
        _title(stage, out, "demo.first")
        await _talk(stage, "lan", "Lan", FIRST, out)
        _title(stage, out, "demo.second")
        await _talk(stage, "minh", "Minh", SECOND, out)
        stage.now = _at(today, 17)
        await stage.tick()
        for key, chat in (("demo.officers", "nhom-can-bo"), ("demo.members", "nhom-doan-vien")):
            _title(stage, out, key)
            out(stage.channel.chats[chat][-1].text)


async def _talk(stage: Stage, account: str, name: str, lines: tuple[str, ...], out: Out) -> None:
    for line in lines:
        out(f"{name}: {line}")
        for shown in await stage.act(account, Said(line)):
            out(f"Bot: {shown.text}\n")
        stage.now += timedelta(seconds=18)


def _title(stage: Stage, out: Out, key: str) -> None:
    out(f"\n── {stage.texts.render('vi', say(key))} ──\n")


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)
