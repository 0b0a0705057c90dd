"""The far side of every contestant's HTTP layer: takes a reply, answers as Telegram would, tells who waits."""

from __future__ import annotations

import asyncio
import json
import time
from itertools import count
from typing import Any

TOKEN = "700000001:bench-token-of-nobody"  # a well-formed token; nothing ever leaves the process
BOT = {"id": 700000001, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


class Outlet:
    """Notes the moment at which a chat's reply was handed over."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Future[float]] = {}
        self._ids = count(1)

    def expect(self, chat: int) -> asyncio.Future[float]:
        """The next reply to `chat`: its hand-over, in seconds of `time.perf_counter`."""
        self._waiting[chat] = waiting = asyncio.get_running_loop().create_future()
        return waiting

    def handed(self, chat: int) -> None:
        waiting = self._waiting.pop(chat, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(time.perf_counter())

    def answer(self, method: str, form: dict[str, Any]) -> bytes:
        """Telegram's answer to a call, as bytes. Raises ValueError for a method that the bench does not know."""
        match method.lower():
            case "sendmessage":
                chat = int(form["chat_id"])
                self.handed(chat)
                return _ok(_message(next(self._ids), chat, str(form["text"])))
            case "getme":
                return _ok({**BOT, "can_join_groups": True, "can_read_all_group_messages": False})
            case "setmycommands" | "deletewebhook" | "answercallbackquery":
                return _ok(True)
        raise ValueError(f"the bench has no answer to {method}")


def _message(number: int, chat: int, text: str) -> dict[str, Any]:
    return {
        "message_id": number,
        "date": 1_790_000_000,
        "chat": {"id": chat, "type": "private", "first_name": "Lan"},
        "from": BOT,
        "text": text,
    }


def _ok(result: Any) -> bytes:
    return json.dumps({"ok": True, "result": result}, ensure_ascii=False).encode()
