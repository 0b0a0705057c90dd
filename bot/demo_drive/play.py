"""The replay: An and Hoa start their drives in the chat, the portal's figures come in each night, the clock posts.

The clock stands still from 23h55 to 7h30, so that each day's notice is caught up and cut at 24h00, as the published
figures are.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from bot.demo_drive import data
from bot.demo_drive.load import AN, GROUPS, HOA, load
from bot.directory import ZONE
from bot.pictures import draw_now
from bot.stage import Shown, Stage
from handlers import picture
from handlers.board import Board
from handlers.facts import House
from handlers.moments import day_text
from handlers.talk import Said, say
from models import migrate
from models.chat import chat, notice
from models.store import Store

HOUSE = House(controller="Tổng LĐLĐ Việt Nam (diễn lại)", support="Tổ hỗ trợ sáng kiến")
DAYS = 35
SHOWN = (1, 8)  # and the last one that is played
NIGHT, MORNING = time(23, 55), time(7, 30)
NAME = "35 ngày cao điểm"
DRIVES = (  # who starts which: its days come in between
    ("an", ("caodiem 1", NAME, "ngay mai", "35", "bo qua", "1")),
    ("hoa", ("caodiem", NAME, "ngay mai", "35", "45.760", "1")),
)
LINE = ("hoa", "themdong 22.264 tác giả, đứng đầu cả nước về số người (theo Cổng, 31/5)")
NAMES = {player.account: (player.name or "").split()[-1] for player in (AN, HOA)}
_DAY = timedelta(days=1)
Out = Callable[[str], object]


async def play(out: Out, days: int = DAYS, folder: Path | None = None) -> None:
    """Print what the groups were told of days 1, 8 and the last; with `folder` their pictures are written there."""
    figures = data.figures()
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{Path(place) / 'demo.db'}"
        migrate.upgrade(url)
        store = Store.open(url)
        try:
            before = min(figures)
            await store.write(load, _at(before - _DAY, NIGHT))
            async with Stage(store, _at(before, NIGHT), house=HOUSE) as stage:
                await Replay(stage, out, figures, folder).run(days)
        finally:
            store.close()


class Replay:
    """The drive on a stage, day by day."""

    def __init__(self, stage: Stage, out: Out, figures: Mapping[date, Mapping[str, int]], folder: Path | None) -> None:
        self._stage, self._out, self._folder = stage, out, folder
        self._figures = sorted(figures.items())
        self._names = dict(data.names())

    async def run(self, days: int) -> None:
        """The evening before the drive, then so many of its days."""
        shown = {nth for nth in SHOWN if nth <= days} | {days}
        for nth, (day, figures) in enumerate(self._figures[: days + 1]):
            self._stage.now = _at(day, NIGHT)
            if nth in shown:
                self._title("demo_drive.day", nth=nth, day=day_text(day, "vi"))
            await self._paste(figures, aloud=nth in shown)
            if nth == 0:
                await self._start()
            if nth == DAYS:
                await self._say(*LINE)
            told = await self._morning(day + _DAY)
            if nth in shown:
                self._show(told)
                await self._draw(nth, day)

    async def _start(self) -> None:
        self._title("demo_drive.start")
        for account, lines in DRIVES:
            for line in lines:
                await self._say(account, line)

    async def _paste(self, figures: Mapping[str, int], *, aloud: bool) -> None:
        rows = [f"{self._names[code]}\t{number}" for code, number in figures.items()]
        words = f"so cong {NIGHT.hour}h{NIGHT.minute}"
        shown = await self._stage.act("an", Said("\n".join([words, *rows])))
        if aloud:
            self._out(f"{NAMES['an']}: {words}\n{rows[0]}\n{rows[1]}\n… ({len(rows)})")
            self._out("\n".join(f"Bot: {one.text}" for one in shown))

    async def _say(self, account: str, line: str) -> None:
        self._out(f"{NAMES[account]}: {line}")
        for shown in await self._stage.act(account, Said(line)):
            self._out(f"Bot: {shown.text}\n")

    async def _morning(self, day: date) -> dict[str, list[Shown]]:
        """What each group is told: the notice of the day before, cut at 24h00, and the drive's."""
        before = {group: len(self._stage.channel.chats[group]) for group in GROUPS}
        self._stage.now = _at(day, MORNING)
        await self._stage.tick()
        return {group: self._stage.channel.chats[group][seen:] for group, seen in before.items()}

    def _title(self, key: str, **values: Any) -> None:
        self._out(f"\n── {self._stage.texts.render('vi', say(key, **values))} ──\n")

    def _show(self, told: Mapping[str, list[Shown]]) -> None:
        for group, messages in told.items():
            self._title("demo_drive.group", name=GROUPS[group].title)
            self._out("\n\n".join(shown.text for shown in messages))

    async def _draw(self, nth: int, day: date) -> None:
        """The country's board since the drive began."""
        if self._folder is None:
            return
        numbers = await self._stage.store.read(_frozen, next(iter(GROUPS)), day + _DAY)
        svg = picture.svg(self._stage.texts, "vi", Board.from_json(numbers))
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"day{nth:02d}.png").write_bytes(draw_now(svg))


def _frozen(conn: Connection, group: str, day: date) -> Mapping[str, object]:
    asked = (
        select(notice.c.numbers)
        .join(chat, chat.c.id == notice.c.chat_id)
        .where(chat.c.external_id == group, notice.c.kind == "drive", notice.c.day == day)
    )
    return dict(conn.execute(asked).scalar_one())


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, ZONE)
