"""Workers who file through kills: each waits for the answer as long as it takes, and remembers all that was said."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from tests.servers.telegram_world import Json

PATIENCE = 100.0  # seconds for one answer: a start takes a few, a kill may come right after it, a lease takes 60
RECEIPT = re.compile(r"^Đã nhận\..*?Mã(?: sáng kiến)?: ([\d ]+\d)", re.DOTALL)
CONSENT, NAME, TITLE, BODY, BEGAN, SUMMARY, DONE = (
    "Công đoàn xin lưu", "Họ và tên của", "đã cải tiến việc gì", "Trước", "Bắt đầu làm cách mới", "xem lại", "Đã nhận.",
)  # fmt: skip
FIRST = (
    ("sk 4827", CONSENT), ("1", NAME), ("tran thi lan", TITLE), ("{title}", BODY),
    ("truoc hay lech, gio dat vao cu may luon, nhanh hon 10 giay 1 ao", BEGAN), ("2", SUMMARY), ("1", DONE),
)  # fmt: skip
NEXT = (
    ("sk {title}", BODY), ("truoc hay lay nham mau, gio nhin bang mau la biet ngay", BEGAN), ("1", SUMMARY),
    ("1", DONE),
)  # fmt: skip
LABELS = {CONSENT: "Đồng ý", BEGAN: "Tuần này", SUMMARY: "Nộp"}  # the button where another worker types a number
THINGS = (
    "cu ga may tui ao", "gia de chi mau", "xe day vai 3 tang", "khay dung kim gay", "bang mau phan loai chi",
    "den soi duong may", "thanh chan tay", "ke go de khuon", "may hut bui vai", "tui dung nhan size",
)  # fmt: skip
WHERE = ("chuyen 1", "chuyen 2", "to cat", "to la", "kho nguyen lieu", "to hoan thien", "phong mau", "can tin")


@dataclass
class Progress:
    """What all workers together have done."""

    steps: int = 0  # answers read
    filed: int = 0


class Platform(Protocol):
    """A played platform, as people use it."""

    def say(self, user: int, text: str) -> object: ...
    def press(self, user: int, message: Json, data: str) -> object: ...
    def sent(self, chat: int) -> list[Json]: ...
    async def wait_sent(self, chat: int, count: int, timeout: float) -> list[Json]: ...


@dataclass
class Worker:
    """Somebody who files `filings` initiatives, one after the other, by numbers or by buttons."""

    server: Platform
    id: int
    filings: int
    luck: random.Random
    progress: Progress
    heard: list[Json] = field(default_factory=list)  # each once, in order
    repeats: int = 0
    codes: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    _read: int = 0

    async def work(self) -> None:
        presses = self.id % 2 == 0
        asked = ""  # what the bot asked last
        for script in self._scripts():
            for words, expected in script:
                if presses and asked in LABELS and words.isdigit():
                    self.server.press(self.id, self.heard[-1], LABELS[asked])
                else:
                    self.server.say(self.id, words)
                answer = await self._answer(expected)
                asked = expected
                self.progress.steps += 1
            self._keep(answer)

    def _scripts(self) -> Iterator[list[tuple[str, str]]]:
        for number in range(self.filings):
            title = f"{self.luck.choice(THINGS)} {self.luck.choice(WHERE)} {self.id}-{number}"
            self.titles.append(title)
            yield [(words.format(title=title), expected) for words, expected in (NEXT if number else FIRST)]

    async def _answer(self, expected: str) -> Json:
        """The next message that is not a repeat of the one before; it must be the expected one."""
        while True:
            messages = await self.server.wait_sent(self.id, self._read + 1, timeout=PATIENCE)
            message = messages[self._read]
            self._read += 1
            if self.heard and same(message, self.heard[-1]):
                self.repeats += 1
                continue
            self.heard.append(message)
            if expected not in message["text"]:
                raise AssertionError(f"worker {self.id} expected {expected!r}, read {message['text']!r}")
            return message

    def _keep(self, receipt: Json) -> None:
        found = RECEIPT.match(receipt["text"])
        assert found is not None, receipt["text"]
        self.codes.append(found[1])
        self.progress.filed += 1

    async def rest(self) -> list[str]:
        """What came after the last answer and is not a repeat of it: must be nothing."""
        extra = self.server.sent(self.id)[self._read :]
        self.repeats += sum(same(message, self.heard[-1]) for message in extra)
        return [message["text"] for message in extra if not same(message, self.heard[-1])]


def same(one: Json, other: Json) -> bool:
    return bool(one["text"] == other["text"] and one.get("reply_markup") == other.get("reply_markup"))


async def all_work(workers: list[Worker]) -> None:
    async with asyncio.TaskGroup() as group:
        for worker in workers:
            group.create_task(worker.work())
