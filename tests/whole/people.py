"""People on the played Telegram: what they do, and what they must read in the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.servers.telegram import TelegramServer
from tests.servers.telegram_world import Json

TITLE = "lam cu ga may tui ao khong phai ve phan"
BODY = "truoc ve phan tung tui hay lech. gio dat vao cu may luon. nhanh hon 10 giay 1 ao, it phai thao"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"anh cua Lan" * 20


@dataclass
class Chat:
    """A chat as its people see it: every message of the bot is read once, in order."""

    server: TelegramServer
    id: int
    heard: int = 0  # messages of the bot read so far

    async def reads(self, *expected: str) -> Json:
        """The next message; each fragment must stand in it or on its buttons."""
        messages = await self.server.wait_sent(self.id, self.heard + 1)
        message = messages[self.heard]
        self.heard += 1
        shown = in_words(message)
        for fragment in expected:
            assert fragment in shown, f"expected: {fragment}\nread: {shown}"
        return message

    @property
    def last(self) -> Json:
        return self.server.sent(self.id)[-1]

    @property
    def unread(self) -> list[str]:
        return [in_words(message) for message in self.server.sent(self.id)[self.heard :]]


class Someone(Chat):
    """Somebody in a private chat with the bot."""

    async def says(self, text: str, *expected: str) -> Json:
        self.server.say(self.id, text)
        return await self.reads(*expected)

    async def says_in(self, group: Chat, text: str, *expected: str) -> Json:
        self.server.say(self.id, text, chat=group.id)
        return await group.reads(*expected)

    async def presses(self, label: str, *expected: str, message: Json | None = None) -> Json:
        """The button with this label, on the newest message (or on an older one)."""
        self.server.press(self.id, message or self.last, label)
        return await self.reads(*expected)

    async def registers(self) -> None:
        await self.says("sk 4827", "May Sao Mai", "[Đồng ý]")
        await self.says("1", "Họ và tên")
        await self.says("tran thi lan", "cải tiến việc gì")

    async def writes_it_up(self) -> None:
        """To the summary."""
        await self.says(TITLE, "Trước đây làm thế nào")
        await self.says(BODY, "Bắt đầu làm cách mới")
        await self.says("2", "xem lại", "[Nộp]")

    async def files(self) -> str:
        """The first initiative, by typing; gives its code."""
        await self.registers()
        await self.writes_it_up()
        return code_of(await self.says("1", "Đã nhận"))


def in_words(message: Json) -> str:
    rows: list[list[dict[str, Any]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    labels = [f"[{button['text']}]" for row in rows for button in row]
    return "\n".join([message.get("text") or message.get("caption") or "", *labels])


def code_of(receipt: Json) -> str:
    """`48 27 031` of "Mã sáng kiến: 48 27 031."."""
    return str(receipt["text"]).partition("Mã sáng kiến: ")[2].partition(".")[0]
