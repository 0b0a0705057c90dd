"""The Zalo Bot platform's JSON -> `Incoming`.

What is documented and what is seen differ: an update comes wrapped or bare, a picture under `photo` or `photo_url`,
now and then with nothing in it at all. Nothing here raises: what cannot be read has nothing for the bot in it.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from bot.channels import Incoming
from bot.channels.text import without_mention
from bot.channels.zalo_bot_api import NAME
from handlers.talk import LOST, Event, Media, Odd, Said, Sent

LONGEST_ID = 80
LONGEST_KEY, MOST_KEYS = 40, 30
_EVENT = re.compile(r"message\.([a-z_]+)\.received")
_COMMAND = re.compile(r"(?<!\S)/\S.*", re.DOTALL)


def updates(answer: Any) -> list[Mapping[str, Any]]:
    """The updates in what came: one bare, one wrapped in `result`, a list of them, or none. Of a sort nobody has seen
    yet it is one all the same: the platform gives each only once.
    """
    if isinstance(answer, list):
        return [update for item in answer for update in updates(item)]
    if not isinstance(answer, Mapping) or not answer:
        return []
    wrapped = "event_name" not in answer and ("result" in answer or "ok" in answer)
    return updates(answer.get("result")) if wrapped else [answer]


def keys_of(raw: Mapping[str, Any]) -> list[str]:
    """What an update is made of, for the log: names of its fields, never what stands in them."""
    within = (f"{name}.{inner}" for name, value in raw.items() for inner in _object(value))
    return [key[:LONGEST_KEY] for key in sorted([*raw, *within])[:MOST_KEYS]]


def external_id(raw: Mapping[str, Any], bot_id: str) -> str:
    """The same for a repeat: bot and message; of what has no number the digest of all of it."""
    number = _text(_object(raw.get("message")).get("message_id"))
    if not number:
        number = hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()[:40]
    known = f"{bot_id}:{number}"
    return known if len(known) <= LONGEST_ID else hashlib.sha256(known.encode()).hexdigest()


def line_of(raw: Mapping[str, Any]) -> str:
    """Whose updates are worked on one after the other."""
    message = _object(raw.get("message"))
    return _text(_object(message.get("from")).get("id")) or _text(_object(message.get("chat")).get("id"))


def parse(raw: Mapping[str, Any], bot_id: str, names: Collection[str]) -> Incoming | None:
    """What one bare update means. `names`: what the bot is called, for mentions. None: nothing for the bot in it."""
    message = _object(raw.get("message"))
    sender, chat = _object(message.get("from")), _object(message.get("chat"))
    account = _text(sender.get("id"))
    where = _text(chat.get("id")) or account
    is_group = _text(chat.get("chat_type")).upper() == "GROUP"
    event = _event(_text(raw.get("event_name")), message, names if is_group else None)
    if event is None or not where or sender.get("is_bot") is True:
        return None
    return Incoming(
        channel=NAME,
        external_id=external_id(raw, bot_id),
        account=account or where,
        chat=where,
        is_group=is_group,
        event=event,
    )


def _event(name: str, message: Mapping[str, Any], names: Collection[str] | None) -> Event | None:
    found = _EVENT.fullmatch(name)
    kind = found[1] if found else ""
    if kind == "text":
        words = _heard(_words(message.get("text")), names)
        return Said(words) if words.strip() else None
    if kind == "image":
        caption = _heard(_words(message.get("caption")), names)
        address = _address(message, "photo_url", "photo")
        return Sent(Media("photo", address, caption)) if address else Odd(LOST, caption)
    if kind == "voice":
        address = _address(message, "voice_url", "voice")
        return Sent(Media("voice", address)) if address else Odd("voice")
    return Odd(kind) if kind and message else None


def _heard(text: str, names: Collection[str] | None) -> str:
    """In a group without "@the bot's name"; where that is not known, from the slash of a command on. `names` None: in
    private, as it stands.
    """
    if names is None:
        return text
    text = without_mention(text, names)
    command = _COMMAND.search(text) if text.startswith("@") else None
    return command[0] if command else text


def _address(message: Mapping[str, Any], *fields: str) -> str:
    for field in fields:
        value = message.get(field)
        if isinstance(value, list) and value:
            value = value[-1]
        if isinstance(value, Mapping):
            value = value.get("url")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    """An id or a word: numbers count as well, nothing else does."""
    return str(value) if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)) else ""


def _words(value: Any) -> str:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else ""
