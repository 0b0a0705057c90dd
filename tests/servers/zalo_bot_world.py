"""What the played Zalo Bot platform knows: people, groups, messages, pictures, and what it has counted this month."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """An answer with ok=false: with HTTP 200, as nearly always on this platform."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


class World:
    """Plain dictionaries. People and groups are known from their first message on: before it nobody can be written to.

    `wrapped`: updates come as `{ok, result}`; bare otherwise. `photo_field`: where a picture's address stands.
    `plan`: messages a month in both directions, users, groups; None: no limit.
    """

    def __init__(self, token: str, name: str = "Bot Sáng Kiến") -> None:
        self.token = token
        self.name = name  # as people see it, and as mentions are made of it
        self.me: Json = {
            "id": token.partition(":")[0],
            "account_name": "bot.sangkien",
            "account_type": "BASIC",
            "can_join_groups": True,
            "display_name": name,
        }
        self.users: dict[str, str] = {}
        self.groups: dict[str, str] = {}
        self.met: dict[str, None] = {}  # chats that have written to the bot, in their order
        self.gone: set[str] = set()  # chats that can no longer be written to
        self.from_bot: dict[str, list[Json]] = defaultdict(list)
        self.updates: asyncio.Queue[Json] = asyncio.Queue()
        self.news = asyncio.Event()  # the bot sent something
        self.pictures: dict[str, bytes] = {}
        self.expired: set[str] = set()
        self.file_status = 200  # what the host of pictures answers, whichever it is asked for
        self.wrapped = False
        self.photo_field = "photo_url"
        self.plan: dict[str, int | None] = {"messages": None, "users": None, "groups": None}
        self.counted = 0  # messages in both directions
        self.url = ""
        self._numbers = itertools.count(1)

    # ------------------------------------------------------------ people

    def user(self, user: str, name: str) -> str:
        self.users[user] = name
        return user

    def group(self, group: str, title: str) -> str:
        """A group whose leader has let the bot in. It hears only what mentions it, or answers it."""
        self.groups[group] = title
        return group

    def say(self, user: str, text: str, chat: str = "", replying: bool = False) -> Json | None:
        """What a person types. In a group None, and nothing is told to the bot, without a mention."""
        return self._message(user, "text", chat, {"text": text}, heard=self.mentions(text) or replying)

    def mention(self, text: str) -> str:
        """As the picker of the app writes it."""
        return f"@{self.name} {text}"

    def mentions(self, text: str) -> bool:
        return f"@{self.name}" in text

    def photo(self, user: str, data: bytes, caption: str = "", chat: str = "") -> Json | None:
        """A picture under a public address that will die."""
        address = self.host(data)
        about = {self.photo_field: address, "message_type": "CHAT_PHOTO"} | ({"caption": caption} if caption else {})
        return self._message(user, "image", chat, about, heard=self.mentions(caption))

    def voice(self, user: str, data: bytes) -> Json | None:
        return self._message(user, "voice", "", {"voice_url": self.host(data), "message_type": "CHAT_VOICE"})

    def sticker(self, user: str) -> Json | None:
        return self._message(user, "sticker", "", {"sticker": "x1", "url": f"{self.url}/sticker/x1"})

    def unsupported(self, user: str, chat: str = "", empty: bool = False) -> Json | None:
        """A link, a contact, a file: no content, now and then no message at all."""
        if empty:
            return self.push({"event_name": "message.unsupported.received"})
        return self._message(user, "unsupported", chat, {}, heard=True)

    def host(self, data: bytes) -> str:
        name = f"p{next(self._numbers)}.jpg"
        self.pictures[name] = data
        return f"{self.url}/picture/{name}"

    def _message(self, user: str, kind: str, chat: str, about: Json, heard: bool = True) -> Json | None:
        where = chat or user
        if chat and not heard:
            return None
        self.met.setdefault(where)
        self.gone.discard(where)
        message = {
            "message_id": self.number(),
            "date": int(time.time() * 1000),
            "from": {"id": user, "display_name": self.users[user], "is_bot": False},
            "chat": {"id": where, "chat_type": "GROUP" if chat else "PRIVATE"},
        }
        return self.push({"event_name": f"message.{kind}.received", "message": message | about})

    def push(self, update: Json) -> Json:
        """Hand the bot any update at all."""
        self.counted += 1
        self.updates.put_nowait(update)
        return update

    def number(self) -> str:
        return f"{next(self._numbers):020x}"

    def envelope(self, update: Json) -> Json:
        return {"ok": True, "result": update} if self.wrapped else update

    # ------------------------------------------------------------ what the bot sends

    def post(self, chat: str, message: Json) -> Json:
        """Raises Refusal where it cannot be written to, or the plan is used up."""
        self._check_plan(chat)
        if chat not in self.met or chat in self.gone:
            raise Refusal(410, "The chat_id is invaild")
        self.counted += 1
        sent = {"message_id": self.number(), "date": int(time.time() * 1000)}
        self.from_bot[chat].append(message | sent)
        self.news.set()
        return sent

    def _check_plan(self, chat: str) -> None:
        people = [known for known in self.met if known in self.users]
        groups = [known for known in self.met if known in self.groups]
        full = (
            (self.plan["messages"], self.counted + 1),
            (self.plan["users"], people.index(chat) + 1 if chat in people else 0),
            (self.plan["groups"], groups.index(chat) + 1 if chat in groups else 0),
        )
        if any(most is not None and count > most for most, count in full):
            raise Refusal(429, "Quota exceeded")

    def sent(self, chat: str) -> list[Json]:
        return self.from_bot[chat]

    def texts(self, chat: str) -> list[str]:
        return [str(message.get("text") or message.get("caption") or "") for message in self.from_bot[chat]]

    async def wait_sent(self, chat: str, count: int, seconds: float = 10.0) -> list[Json]:
        """Wait until the bot has sent so many messages to a chat. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while len(self.from_bot[chat]) < count:
                self.news.clear()
                await self.news.wait()
        return self.from_bot[chat]
