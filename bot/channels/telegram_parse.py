"""Telegram's JSON -> `Incoming`: what a person did, in the words of `handlers.talk`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic import ValidationError

from bot.channels import Incoming
from bot.channels.telegram_api import NAME
from bot.channels.telegram_models import (
    CallbackQuery,
    Chat,
    ChatMemberAdministrator,
    ChatMemberUpdated,
    Message,
    Update,
    User,
)
from bot.channels.text import without_mention
from handlers.talk import Edited, Event, Joined, Media, Odd, Pressed, Said, Sent, Started

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

# What a person can send and a form cannot take. Everything else of this sort is a service message: not for us.
ODD = {
    "animation", "checklist", "contact", "dice", "game", "live_photo", "location", "paid_media", "poll",
    "rich_message", "sticker", "story", "unknown", "users_shared", "venue", "video_note",
}  # fmt: skip
RIGHTS = {name: False for name, right in ChatMemberAdministrator.model_fields.items() if right.annotation is bool}
COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)


class Malformed(Exception):
    """An update that is not what the Bot API promises. Its text names places in the JSON, never their contents."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself, as getMe says."""

    id: int
    username: str


def parse(raw: Mapping[str, Any], me: Me) -> Incoming | None:
    """One raw update; None where there is nothing for the bot in it. Raises Malformed."""
    try:
        update = Update.model_validate(_with_rights(raw) if "my_chat_member" in raw else raw)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        places = {".".join(map(str, fault["loc"][:3])) + f": {fault['type']}" for fault in faults}
    else:
        return incoming(update, me)
    raise Malformed("; ".join(sorted(places)[:5]))


def _with_rights(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Each Bot API gives admins a new right, which aiogram then requires: an older local server does not send it."""
    change = raw["my_chat_member"]
    if not isinstance(change, dict):
        return raw
    filled = {
        name: RIGHTS | member
        for name, member in change.items()
        if isinstance(member, dict) and member.get("status") == "administrator"
    }
    return {**raw, "my_chat_member": change | filled}


def incoming(update: Update, me: Me) -> Incoming | None:
    """What this update means to the bot; None for service messages, other bots, channel posts and unknown kinds."""
    number = str(update.update_id)
    if update.message is not None:
        return _message(number, update.message, me)
    if update.edited_message is not None:
        return _edited(number, update.edited_message)
    if update.callback_query is not None:
        return _pressed(number, update.callback_query)
    if update.my_chat_member is not None:
        return _standing(number, update.my_chat_member)
    return None


# ------------------------------------------------------------ messages


def _message(number: str, message: Message, me: Me) -> Incoming | None:
    moved = _moved(number, message)
    if moved is not None:
        return moved
    if not _from_person(message):
        return None
    event = _event(message, me)
    return None if event is None else _said_in(number, message, event)


def _moved(number: str, message: Message) -> Incoming | None:
    """Group to supergroup, told once in the old chat and once in the new one: both become the same words."""
    if message.migrate_to_chat_id is not None:
        old, new = message.chat.id, message.migrate_to_chat_id
    elif message.migrate_from_chat_id is not None:
        old, new = message.migrate_from_chat_id, message.chat.id
    else:
        return None
    return Incoming(
        channel=NAME,
        external_id=number,
        account=_account(message),
        chat=str(old),
        is_group=True,
        event=Odd("moved"),
        moved_to=str(new),
        group_title=message.chat.title or "",
    )


def _from_person(message: Message) -> bool:
    """Not a bot, a channel's post or its copy in the discussion group. An anonymous admin is a person."""
    if message.chat.type == "channel" or message.is_automatic_forward:
        return False
    if message.sender_chat is not None:
        return message.sender_chat.id == message.chat.id
    return message.from_user is not None and not message.from_user.is_bot


def _account(message: Message) -> str:
    """Who wrote. Anonymous admins of all groups share one Telegram user: the group itself stands for them."""
    if message.sender_chat is not None:
        return str(message.sender_chat.id)
    return str(message.from_user.id if message.from_user else message.chat.id)


def _said_in(number: str, message: Message, event: Event) -> Incoming:
    anonymous = message.sender_chat is not None
    return Incoming(
        channel=NAME,
        external_id=number,
        account=_account(message),
        chat=str(message.chat.id),
        is_group=_is_group(message.chat),
        event=event,
        thread=_thread(message),
        language="" if anonymous else _language(message.from_user),
        admin=True if anonymous else None,  # only admins can hide behind the group's name
        group_title=message.chat.title or "",
    )


def _event(message: Message, me: Me) -> Event | None:
    if message.text is not None:
        return _text(nfc(message.text), me, _is_group(message.chat))
    media = _media(message)
    if media is not None:
        return Sent(media)
    kind = _plain(message.content_type)
    return Odd(kind) if kind in ODD and not (kind == "unknown" and _is_group(message.chat)) else None


def _text(text: str, me: Me, is_group: bool) -> Event | None:
    """Words as they are; a command without its slash and address. None for another bot's command."""
    command = COMMAND.fullmatch(text.strip())
    if command is None:
        return Said(without_mention(text, [me.username]) if is_group else text)
    name, address, rest = command.groups(default="")
    if address and address.lower() != me.username.lower():
        return None
    rest = rest.strip()
    return Started(rest) if name.lower() == "start" else Said(f"{name} {rest}".strip())


def _media(message: Message) -> Media | None:
    caption = nfc(message.caption or "")
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return Media("photo", largest.file_id, caption, "", largest.file_size or 0)
    if message.voice is not None:
        return Media("voice", message.voice.file_id, caption, "", message.voice.file_size or 0)
    if message.audio is not None:
        audio = message.audio
        return Media("voice", audio.file_id, caption, nfc(audio.file_name or ""), audio.file_size or 0)
    file = message.video or (None if message.animation else message.document)
    if file is None:
        return None
    return Media("file", file.file_id, caption, nfc(file.file_name or ""), file.file_size or 0)


def _edited(number: str, message: Message) -> Incoming | None:
    words = message.text or message.caption
    if words is None or not _from_person(message):  # a live location, for one, edits itself every minute
        return None
    return _said_in(number, message, Edited(nfc(words)))


# ------------------------------------------------------------ presses and standing


def _pressed(number: str, query: CallbackQuery) -> Incoming | None:
    if query.data is None or query.from_user.is_bot:
        return None
    message = query.message  # may be inaccessible: then only chat and number are known
    chat = message.chat if message is not None else None
    return Incoming(
        channel=NAME,
        external_id=number,
        account=str(query.from_user.id),
        chat=str(chat.id if chat else query.from_user.id),
        is_group=chat is not None and _is_group(chat),
        event=Pressed(query.data),
        thread=_thread(message) if isinstance(message, Message) else "",
        language=_language(query.from_user),
        callback=query.id,
        group_title=(chat.title or "") if chat else "",
    )


def _standing(number: str, change: ChatMemberUpdated) -> Incoming | None:
    """The bot was added, promoted, removed; in private: blocked or let in again."""
    if change.chat.type == "channel":
        return None
    status = _plain(change.new_chat_member.status)
    if status == "restricted":
        status = "member" if getattr(change.new_chat_member, "is_member", True) else "left"
    known = {"creator": "admin", "administrator": "admin", "member": "member", "left": "left", "kicked": "left"}
    standing = known.get(status)
    if standing is None:
        return None
    is_group = _is_group(change.chat)
    return Incoming(
        channel=NAME,
        external_id=number,
        account=str(change.from_user.id),
        chat=str(change.chat.id),
        is_group=is_group,
        event=Joined("blocked" if standing == "left" and not is_group else standing),
        language=_language(change.from_user),
        group_title=change.chat.title or "",
    )


def _thread(message: Message) -> str:
    return str(message.message_thread_id) if message.is_topic_message and message.message_thread_id else ""


def _is_group(chat: Chat) -> bool:
    return chat.type in {"group", "supergroup"}


def _plain(value: str) -> str:
    """aiogram's enumerations are strings that neither print nor hash as their values."""
    return str(value.value) if isinstance(value, Enum) else value


def _language(user: User | None) -> str:
    return (user.language_code or "") if user else ""


def nfc(text: str) -> str:
    """Composed letters: clients differ, and everything after this compares."""
    return unicodedata.normalize("NFC", text)
