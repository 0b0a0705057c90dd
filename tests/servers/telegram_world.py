"""What the played Bot API knows: people, groups, messages, files, and the updates that wait for the bot."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from typing import Any

Json = dict[str, Any]

NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
ANONYMOUS_ADMIN = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


class Refusal(Exception):
    """An answer with ok=false."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str, **parameters: int) -> Refusal:
    return Refusal(400, f"Bad Request: {description}", **parameters)


def forbidden(description: str) -> Refusal:
    return Refusal(403, f"Forbidden: {description}")


class World:
    """Plain dictionaries; what makes an update returns its id (0 where the bot does not want that kind)."""

    def __init__(self, token: str = "4827:test-token-of-nobody", username: str = "SangKienTestBot") -> None:
        self.token = token
        self.me: Json = {
            "id": int(token.split(":", maxsplit=1)[0]),
            "is_bot": True,
            "first_name": "Sáng kiến",
            "username": username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.as_user = {k: v for k, v in self.me.items() if not k.startswith(("can_", "supports_"))}
        self.users: dict[int, Json] = {}
        self.groups: dict[int, Json] = {}
        self.standing: dict[int, str] = {}  # why a send to this chat is refused; absent: it is taken
        self.threads: dict[int, set[int]] = {}
        self.moved: dict[int, int] = {}
        self.files: dict[str, Json] = {}  # file_id -> name, data, size
        self.messages: dict[int, dict[int, Json]] = {}
        self.from_bot: dict[int, list[Json]] = {}
        self.callbacks: dict[str, float] = {}
        self.callback_life = 15.0  # seconds in which a press may be answered
        self.answered: list[str] = []
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.updates: dict[int, Json] = {}
        self.allowed: set[str] | None = None
        self.wanted = asyncio.Event()  # an update waits
        self.news = asyncio.Event()  # the bot sent something
        self._update_ids = itertools.count(700_001)
        self._message_ids = itertools.count(1)
        self._numbers = itertools.count(1)

    # ------------------------------------------------------------ people and groups

    def user(self, user: int, first_name: str, language: str = "vi", started: bool = False) -> int:
        """Somebody with Telegram. Until they write (or `started`), the bot may not write to them."""
        self.users[user] = {"id": user, "is_bot": False, "first_name": first_name, "language_code": language}
        if not started:
            self.standing[user] = "bot can't initiate conversation with a user"
        return user

    def group(self, group: int, title: str, supergroup: bool = True, threads: tuple[int, ...] = ()) -> int:
        """A group the bot is not in yet: see `add_to_group`."""
        kind = "supergroup" if supergroup else "group"
        self.groups[group] = {"id": group, "type": kind, "title": title}
        if threads:
            self.groups[group]["is_forum"] = True
            self.threads[group] = set(threads)
        self.standing[group] = f"bot is not a member of the {kind} chat"
        return group

    def chat(self, chat: int) -> Json:
        if chat in self.groups:
            return self.groups[chat]
        person = self.users[chat]
        return {"id": chat, "type": "private", "first_name": person["first_name"]}

    def add_to_group(self, user: int, group: int, payload: str | None = None, admin: bool = False) -> int:
        """`user` adds the bot; with `payload`, by a startgroup link. Returns the id of the my_chat_member update."""
        update = self.bot_standing(user, group, "administrator" if admin else "member")
        if payload is not None:
            self.say(user, f"/start@{self.me['username']} {payload}", chat=group)
        return update

    def bot_standing(self, user: int, chat: int, status: str) -> int:
        """The bot's own status changes: member, administrator, restricted, left, kicked."""
        old = "left" if chat in self.standing else "member"
        if status in {"left", "kicked"}:
            kind = self.chat(chat)["type"]
            self.standing[chat] = "bot was blocked by the user" if chat > 0 else f"bot was kicked from the {kind} chat"
        else:
            self.standing.pop(chat, None)
        return self.push(
            "my_chat_member",
            {
                "chat": self.chat(chat),
                "from": self.users[user],
                "date": int(time.time()),
                "old_chat_member": self._member(old),
                "new_chat_member": self._member(status),
            },
        )

    def _member(self, status: str) -> Json:
        member: Json = {"user": self.as_user, "status": status}
        if status == "kicked":
            member["until_date"] = 0
        if status == "administrator":
            names = "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats"
            names += " can_restrict_members can_promote_members can_change_info can_invite_users"
            names += " can_post_stories can_edit_stories can_delete_stories can_send_welcome_messages"
            member |= dict.fromkeys(names.split(), False)
        return member

    def block(self, user: int, tell: bool = True) -> int:
        """`user` blocks the bot; with `tell` false the bot learns it only from a 403."""
        if tell:
            return self.bot_standing(user, user, "kicked")
        self.standing[user] = "bot was blocked by the user"
        return 0

    def deactivate(self, user: int) -> None:
        self.standing[user] = "user is deactivated"

    def migrate(self, group: int, new: int) -> int:
        """The group becomes a supergroup with a new id; both service messages are sent."""
        self.groups[new] = {**self.groups[group], "id": new, "type": "supergroup"}
        self.moved[group] = new
        by = {"from": ANONYMOUS_ADMIN, "sender_chat": self.chat(new)}
        self._from_person(None, group, by | {"migrate_to_chat_id": new})
        return self._from_person(None, new, by | {"migrate_from_chat_id": group})

    # ------------------------------------------------------------ what people do

    def say(self, user: int, text: str, chat: int | None = None, thread: int | None = None) -> int:
        """A text, in private or in the group `chat`. A slash word in front is a command, as clients mark it."""
        body: Json = {"text": text}
        if text.startswith("/"):
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        if thread is not None:
            body |= {"message_thread_id": thread, "is_topic_message": True}
        return self._from_person(user, chat or user, body)

    def say_anonymously(self, group: int, text: str) -> int:
        """A group admin who hides behind the group's name."""
        body = {"text": text, "from": ANONYMOUS_ADMIN, "sender_chat": self.chat(group)}
        return self._from_person(None, group, body)

    def edit(self, user: int, text: str, message: int = 1) -> int:
        body = self._message(user, user, {"text": text, "edit_date": int(time.time())}) | {"message_id": message}
        return self.push("edited_message", body)

    def press(self, user: int, message: Json, data: str) -> int:
        """Press the button of `message` with this label or this data, however old the message is."""
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            data = next((button["callback_data"] for button in row if button["text"] == data), data)
        callback = f"{user}{next(self._numbers):09d}"
        self.callbacks[callback] = time.monotonic()
        body = {"id": callback, "from": self.users[user], "message": message, "chat_instance": "1", "data": data}
        return self.push("callback_query", body)

    def photo(self, user: int, data: bytes = b"\xff\xd8\xff\xe0 jpeg", caption: str = "", album: str = "") -> int:
        sizes = [self.keep(data[: len(data) // 2], "s.jpg"), self.keep(data, "m.jpg")]
        body: Json = {"photo": [size | {"width": 90 * n, "height": 60 * n} for n, size in enumerate(sizes, 1)]}
        body |= {"caption": caption} if caption else {}
        body |= {"media_group_id": album} if album else {}
        return self._from_person(user, user, body)

    def document(self, user: int, name: str, data: bytes, caption: str = "", size: int | None = None) -> int:
        """A file; `size` is what the platform says of it, where that shall differ from the bytes."""
        body: Json = {"document": self.keep(data, name, size) | {"file_name": name}}
        return self._from_person(user, user, body | ({"caption": caption} if caption else {}))

    def voice(self, user: int, data: bytes = b"OggS voice") -> int:
        return self._from_person(user, user, {"voice": self.keep(data, "v.oga") | {"duration": 3}})

    def odd(self, user: int, **body: Any) -> int:
        """Any other message: `odd(lan, contact={…})`."""
        return self._from_person(user, user, body)

    def malformed(self, user: int) -> int:
        """An update with its required parts missing."""
        return self.push("message", {"from": self.users[user], "text": "không có chat, không có date"})

    def _from_person(self, user: int | None, chat: int, body: Json) -> int:
        if user == chat:
            self.standing.pop(chat, None)
        return self.push("message", self._message(user, chat, body))

    def _message(self, user: int | None, chat: int, body: Json) -> Json:
        number = next(self._message_ids)
        message: Json = {"message_id": number, "date": int(time.time()), "chat": self.chat(chat)}
        if user is not None:
            message["from"] = self.users[user]
        return message | body

    # ------------------------------------------------------------ files, updates, what the bot sent

    def keep(self, data: bytes, name: str, size: int | None = None) -> Json:
        """Store a file as Telegram does and describe it as messages do."""
        file_id = f"AgAC-{next(self._numbers):06d}_{len(data)}"
        self.files[file_id] = {"name": name, "data": data, "size": len(data) if size is None else size}
        return {"file_id": file_id, "file_unique_id": file_id[-10:], "file_size": self.files[file_id]["size"]}

    def push(self, kind: str, body: Json) -> int:
        wanted = kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT
        if not wanted:
            return 0
        update = next(self._update_ids)
        self.updates[update] = {"update_id": update, kind: body}
        self.wanted.set()
        return update

    def confirm(self, below: int) -> None:
        """Forget what the bot confirmed. Ids rise, so the oldest come first."""
        while self.updates and (oldest := next(iter(self.updates))) < below:
            del self.updates[oldest]

    def post(self, chat: int, body: Json) -> Json:
        """A message of the bot, accepted."""
        message = self._message(None, chat, body) | {"from": self.as_user}
        self.messages.setdefault(chat, {})[message["message_id"]] = message
        self.from_bot.setdefault(chat, []).append(message)
        self.news.set()
        return message

    def sent(self, chat: int) -> list[Json]:
        """What the bot sent to this chat, oldest first, edits applied."""
        return list(self.from_bot.get(chat, ()))

    async def wait_sent(self, chat: int, count: int, timeout: float = 10.0) -> list[Json]:
        """Wait until the bot has sent `count` messages to the chat in all. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while len(self.from_bot.get(chat, ())) < count:
                self.news.clear()
                await self.news.wait()
        return self.sent(chat)


class Window:
    """Counts what passed in the last `seconds`."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self.seconds = seconds
        self.times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more may pass; 0 when it may now."""
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        return 0.0 if len(self.times) < self.limit else self.times[0] + self.seconds - now
