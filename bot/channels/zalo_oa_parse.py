"""An Official Account's events -> `Incoming`. Nothing here raises: what cannot be read has nothing for the bot in it.

The account's own messages come back as events (`oa_send_…`): they are passed over, or the bot would answer itself.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from bot.channels import Incoming
from bot.channels.text import without_mention
from bot.channels.zalo_oa_api import NAME
from bot.channels.zalo_oa_out import GROUP
from handlers.talk import CARD, QUESTION, Event, Joined, Media, Odd, Pressed, Said, Sent, Started

LONGEST_ID = 80
Raw = Mapping[str, Any]

_SENT = re.compile(r"user_send_(group_)?([a-z_]+)")
_PRESS = re.compile(rf"(?:{QUESTION}:[0-9]+:[^\s:]+|{CARD}:[a-z_]+:[^\s:]+:[0-9]+:[^\s:]+)")
_MENTION = re.compile(r"\[@[^\[\]]*\][ \t]*")
_MEDIA = {"image": "photo", "file": "file", "audio": "voice", "voice": "voice"}
_GROUP_JOINED = {"create_group": "admin"}
_GROUP_LEFT = {"delete_group": "left"}
_PRIVATE: dict[str, Event] = {"follow": Started(), "unfollow": Joined("blocked"), "user_withdraw": Joined("withdrawn")}


def events(raw: Raw) -> list[Raw]:
    """One for each file: several pictures may come as one message."""
    message = _object(raw.get("message"))
    files = message.get("attachments")
    if not isinstance(files, list) or len(files) < 2:
        return [raw]
    number = _text(message.get("msg_id")) or _digest(raw)
    words = [_words(message.get("text")), *[""] * (len(files) - 1)]  # said of all of them: once
    return [
        {**raw, "message": {**message, "msg_id": f"{number}.{place}", "text": text, "attachments": [file]}}
        for place, (file, text) in enumerate(zip(files, words, strict=True))
    ]


def external_id(raw: Raw) -> str:
    """The same for a repeat: the message's number; of what has none, event, person and time; else the digest of all."""
    number = _text(_object(raw.get("message")).get("msg_id"))
    if not number:
        parts = (_text(raw.get("event_name")), line_of(raw), _text(raw.get("timestamp")))
        number = ":".join(parts) if all(parts) else _digest(raw)
    return number if len(number) <= LONGEST_ID else _digest(raw)


def line_of(raw: Raw) -> str:
    """Whose events are worked on one after the other."""
    return _person(raw) or _text(raw.get("group_id"))


def parse(raw: Raw, oa_id: str = "", names: tuple[str, ...] = ()) -> Incoming | None:
    """What one event means. `oa_id`: events of other accounts are not ours. `names`: what the account is called."""
    name = _text(raw.get("event_name"))
    if oa_id and _account(raw, name) not in {"", oa_id}:
        return None
    if found := _SENT.fullmatch(name):
        return _message(raw, in_group=bool(found[1]), kind=found[2], names=names)
    person, group = _person(raw), _text(raw.get("group_id"))
    if name in _PRIVATE and person:
        return _incoming(raw, person, person, _PRIVATE[name])
    standing = _GROUP_JOINED.get(name) or _GROUP_LEFT.get(name)
    if standing and group:
        return _incoming(raw, "", f"{GROUP}{group}", Joined(standing), title=_words(raw.get("group_name")))
    return None


def is_passed_over(name: str) -> bool:
    """Is it of a sort that is passed over on purpose? Of others the log tells."""
    return name.startswith(("oa_send_", "user_received_", "user_seen_", "anonymous_send_", "user_reacted_")) or (
        name in {"user_click_chatnow", "user_submit_info"} or "group" in name
    )


# ------------------------------------------------------------ within


def _message(raw: Raw, *, in_group: bool, kind: str, names: tuple[str, ...]) -> Incoming | None:
    message = _object(raw.get("message"))
    person = _person(raw)
    chat = f"{GROUP}{_text(_object(raw.get('recipient')).get('id'))}" if in_group else person
    event = _event(kind, message)
    if in_group and isinstance(event, Pressed | Said):
        event = Said(without_mention(_MENTION.sub("", _words(message.get("text"))).strip(), names))
    if event is None or not person or chat == GROUP:
        return None
    return _incoming(raw, person, chat, event)


def _event(kind: str, message: Raw) -> Event | None:
    words = _words(message.get("text"))
    if kind == "text":
        if not words.strip():
            return None
        return Pressed(words.strip()) if _PRESS.fullmatch(words.strip()) else Said(words)
    if kind not in _MEDIA:
        return Odd(kind)
    files = message.get("attachments")
    payload = _object(_object(files[0]).get("payload")) if isinstance(files, list) and files else {}
    address = _text(payload.get("url")).strip()
    if not address:
        return Odd(kind)
    size = _text(payload.get("size"))
    name = _words(payload.get("name"))
    return Sent(Media(_MEDIA[kind], address, words, name, int(size) if size.isdecimal() else 0))


def _incoming(raw: Raw, account: str, chat: str, event: Event, title: str = "") -> Incoming:
    return Incoming(
        channel=NAME,
        external_id=external_id(raw),
        account=account,
        chat=chat,
        is_group=chat.startswith(GROUP),
        event=event,
        group_title=title,
    )


def _person(raw: Raw) -> str:
    """Messages name a sender; following and leaving name a follower."""
    for field in ("sender", "follower", "user"):
        if found := _text(_object(raw.get(field)).get("id")):
            return found
    return _text(raw.get("user_id"))


def _account(raw: Raw, name: str) -> str:
    """Which account it came to: `oa_id`, and of a person's message its recipient."""
    told = _text(raw.get("oa_id"))
    if told or not _SENT.fullmatch(name) or name.startswith("user_send_group_"):
        return told
    return _text(_object(raw.get("recipient")).get("id"))


def _digest(raw: Raw) -> str:
    return hashlib.sha256(json.dumps(raw, sort_keys=True, default=str).encode()).hexdigest()[:40]


def _object(value: Any) -> Raw:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    """An id or a word: numbers count as well, nothing else does."""
    return str(value) if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)) else ""


def _words(value: Any) -> str:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else ""
