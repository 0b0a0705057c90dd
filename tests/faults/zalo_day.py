"""A working day on Zalo: how big it is, what goes wrong, and what the platforms brought to whom."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
from sqlalchemy import Connection, func, select

from bot.channels.zalo_oa_oauth import Granted
from bot.channels.zalo_oa_out import GROUP
from bot.zalo_oa_tokens import pair_of
from models.chat import inbound
from models.queries import secrets
from models.store import Store
from scheduler.clock import system_clock
from tests.faults.process import BotProcess
from tests.faults.sizes import WHOLE
from tests.faults.test_kills import unsent
from tests.faults.zalo_people import CS, GMF, BotPlatform, OaPlatform, Unreachable, groups

WORKERS, AT_ONCE, GROUPS = (300, 60, 20) if WHOLE else (30, 15, 4)
FILING, POSTED, REMINDING, NOTICES = (12, 1, 3, 3) if WHOLE else (1, 0, 1, 1)  # kills; one more before the notices
UNREACHABLE = Unreachable(silent=20, refused=6) if WHOLE else Unreachable(silent=3, refused=2)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING, EVENING = (datetime(2026, 11, 20, hour, minute, tzinfo=ZONE) for hour, minute in ((8, 30), (17, 0)))
NEXT_DAY = datetime(2026, 11, 21, 6, 1, tzinfo=ZONE)
HOA = 13
REMINDER = "nhớ nộp thêm sáng kiến trước thứ Sáu nhé"
ANSWERED_WITHIN = 0.1  # seconds, by a busy machine, from the platform's taking a message to our noting it
BOT_FAULTS = ("502", "502-after", "403", "408", "429", "reset", "reset-after", "slow")
OA_FAULTS = ("502", "502-after", "reset", "reset-after", "slow")
# Two in a row, a new token that is refused at once, stop the account for some seconds.
TOKEN_FAULTS = ("-216", "-220")
RENEWAL_FAULTS = ("502", "slow")  # a kill while a new pair is on its way loses it
TOO_FAST, NO_QUOTA = "-32", "-211"  # each waits: half a minute; till six in the morning
UPLOAD, OAUTH = "/v2.0/oa/upload/image", "oauth"


@dataclass
class Trouble:
    """Faults of both platforms, kills, and how many repeats they may bring: of what was taken and not answered."""

    bot: BotPlatform
    oa: OaPlatform
    process: BotProcess
    luck: random.Random
    killed: list[float] = field(default_factory=list)

    async def kill(self, *, groups: bool = False) -> None:
        """A moment after faults that the kill may hit half-way."""
        self.strike(groups=groups)
        await asyncio.sleep(self.luck.uniform(0, 0.05))
        self.killed.append(time.monotonic())
        await self.process.kill()
        await self.process.start()

    async def weather(self) -> None:
        """Faults without a kill, until cancelled: one in so many messages, lest a single one meets them all."""
        while True:
            taken = len(self.bot.taken) + len(self.oa.taken)
            while len(self.bot.taken) + len(self.oa.taken) < taken + 40:
                await asyncio.sleep(0.02)
            self.strike()

    def strike(self, *, groups: bool = False) -> None:
        """The next messages to people, or to groups, go wrong, and the next updates come twice."""
        self.bot.fail("sendMessage", self.luck.choice(BOT_FAULTS))
        if groups:
            self.bot.fail("sendPhoto", self.luck.choice(BOT_FAULTS))
            self.oa.may_fail(GMF, self.luck.choice(OA_FAULTS))
            self.oa.may_fail(UPLOAD, self.luck.choice(OA_FAULTS))
        else:
            self.oa.may_fail(CS, self.luck.choice(TOKEN_FAULTS), self.luck.choice(OA_FAULTS))
            self.oa.may_fail(OAUTH, self.luck.choice(RENEWAL_FAULTS))
        self.bot.duplicates += 3
        self.oa.events.repeats += 3

    def most_repeats(self, platform: BotPlatform | OaPlatform) -> int:
        """As docs/decisions/0017 says: what was taken and could not be known to be."""
        on_the_wire = sum(kill - ANSWERED_WITHIN <= at <= kill + 0.5 for kill in self.killed for at in platform.taken)
        return platform.unanswered + on_the_wire


@dataclass
class Day:
    """The platforms, the bot, its database and its folder."""

    bot: BotPlatform
    oa: OaPlatform
    store: Store
    process: BotProcess
    trouble: Trouble
    luck: random.Random
    media: Path
    url: str
    began: float

    @property
    def account(self) -> str:
        return f"zalo_oa:{self.oa.oa_id}"

    def connect(self) -> None:
        """As `sangkien zalo connect` leaves it."""
        answer = self.oa.grants.grant()
        granted = Granted(answer["access_token"], answer["refresh_token"], 90_000)
        self.store.write_now(secrets.connect, self.account, pair_of(granted, MORNING, 0.5))

    async def administrator(self) -> None:
        """A pair that was refused, or lost between answer and commit: he is told, and connects again."""
        while True:
            kept = await self.store.read(secrets.read, self.account)
            if kept is not None and kept.problem:
                self.connect()
            await asyncio.sleep(0.2)

    def set_clock(self, moment: datetime) -> None:
        """What the next life of the process takes for the time."""
        self.process.program = ("tests.faults.later", str((moment - system_clock()).total_seconds()))

    async def all_sent(self) -> None:
        await self.oa.events.all_taken(60)
        async with asyncio.timeout(60):
            while not self.bot.updates.empty() or await self.store.read(received) or await self.store.read(unsent):
                self.process.check()
                await asyncio.sleep(0.05)

    async def is_up(self) -> None:
        """The last kill may have been a moment ago: a clean stop is asked of one that has started."""
        async with asyncio.timeout(30), aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{self.url}/health/live"):
                        return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)

    def tell(self, words: str) -> None:
        print(f"  after {time.monotonic() - self.began:.0f} s {words}", flush=True)

    # ------------------------------------------------------------ what people got

    def texts(self, channel: str, chat: str) -> list[str]:
        sent = self.bot.sent(chat) if channel == "zalo_bot" else self.oa.sent(chat.removeprefix(GROUP))
        return [str(message.get("text") or "") for message in sent]

    def drawn(self, channel: str, chat: str) -> list[bytes]:
        """The pictures a group got: fetched by the platform, or uploaded to it."""
        if channel == "zalo_bot":
            return [message["photo"] for message in self.bot.sent(chat) if "photo" in message]
        return [message["image"]["data"] for message in self.oa.sent(chat.removeprefix(GROUP)) if "image" in message]

    def seen(self) -> int:
        """How many groups have got a picture."""
        return sum(bool(self.drawn(*group)) for group in groups(GROUPS))

    def reminded(self) -> set[str]:
        """Whom the platforms brought the reminder, but for Hoa, who was shown it."""
        chats = [*(("zalo_bot", user) for user in self.bot.from_bot), *(("zalo_oa", user) for user in self.oa.from_bot)]
        found = {user for channel, user in chats if any(REMINDER in text for text in self.texts(channel, user))}
        return found - {str(HOA)}


def received(conn: Connection) -> int:
    """Updates that are kept and not worked on."""
    return int(conn.scalar(select(func.count()).where(inbound.c.status == "received")) or 0)
