"""Dialogues: what people say and what the bot answers, on the whole bot, in the words of the Vietnamese catalogue.

`await lan.says("sk 4827", "Đơn vị: ", "Đồng ý")`: each fragment must stand in the answer. Between any two lines the
state goes through the database as JSON. In private every message is held to the house's rules: at most 320 characters,
at most five choices besides the one that leaves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from bot.stage import Shown, Stage
from handlers.talk import Edited, Event, Media, Odd, Pressed, Said, Sent, Started
from models.initiative import initiative
from models.person import account

LONGEST, MOST_CHOICES = 320, 5
LONG_ON_PURPOSE = ("Kết quả sáng kiến", "LIÊN ĐOÀN LAO ĐỘNG", "Đối chiếu Cổng – Bot,")  # notices and boards


@dataclass
class Person:
    """Somebody in a private chat with the bot, or (`chat`) in a group."""

    stage: Stage
    account: str
    chat: str = ""
    said: int = 0
    heard: list[Shown] = field(default_factory=list)

    async def says(self, text: str, *expected: str) -> str:
        return await self.does(Said(text), *expected)

    async def sends(self, kind: str = "photo", caption: str = "", *expected: str, ref: str = "photo-1") -> str:
        return await self.does(Sent(Media(kind, ref, caption, name=f"{ref}.jpg")), *expected)

    async def presses(self, label: str, *expected: str) -> str:
        """The button with this label, on the newest message that has it."""
        data = next(d for shown in reversed(self.heard) for name, d in shown.buttons if name == label)
        return await self.does(Pressed(data), *expected, callback="press-1")

    async def edits(self, text: str, *expected: str) -> str:
        return await self.does(Edited(text), *expected)

    async def sends_odd(self, kind: str, *expected: str) -> str:
        return await self.does(Odd(kind), *expected)

    async def starts(self, payload: str, *expected: str) -> str:
        return await self.does(Started(payload), *expected)

    async def does(self, event: Event, *expected: str, **more: Any) -> str:
        self.said += 1
        shown = await self.stage.act(self.account, event, self.chat, **more)
        self.heard += shown
        if not self.chat:
            for one in shown:
                holds_the_rules(one)
        answer = "\n---\n".join(one.text + _labels(one) for one in shown)
        for fragment in expected:
            assert fragment in answer, f"{self.account} said {event!r}\nexpected: {fragment}\nheard: {answer}"
        return answer

    @property
    def last(self) -> str:
        return self.heard[-1].text if self.heard else ""

    def filed(self) -> list[Any]:
        """This person's initiatives and ideas, oldest first."""
        return self.stage.store.read_now(_filed, self.account)


def holds_the_rules(shown: Shown) -> None:
    if any(words in shown.text for words in LONG_ON_PURPOSE):
        return
    assert len(shown.text) <= LONGEST, f"{len(shown.text)} characters:\n{shown.text}"
    numbers = set(re.findall(r"(?:^|   )([1-9]\d?)\. ", shown.text, re.MULTILINE))
    assert len(numbers) <= MOST_CHOICES, shown.text
    assert len([label for label, _ in shown.buttons]) <= MOST_CHOICES + 1, shown.buttons


def _labels(shown: Shown) -> str:
    return "".join(f"\n[{label}]" for label, _ in shown.buttons)


def _filed(conn: Connection, name: str) -> list[Any]:
    person_id = select(account.c.person_id).where(account.c.external_id == name).scalar_subquery()
    rows = conn.execute(select(initiative).where(initiative.c.author_id == person_id).order_by(initiative.c.id))
    return list(rows.all())
