"""The Bot API methods the bot uses, with the refusals (and their texts) of the real server, tdlib/telegram-bot-api."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

from tests.servers.telegram_world import Json, Refusal, World, bad, forbidden

Params = dict[str, Any]
Method = Callable[[World, Params], Any]

TEXT_LIMIT, CAPTION_LIMIT, DATA_LIMIT, ANSWER_LIMIT = 4096, 1024, 64, 200
PHOTO_LIMIT, UPLOAD_LIMIT, DOWNLOAD_LIMIT = 10 << 20, 50 << 20, 20 << 20
MOST_BUTTONS, MOST_IN_ROW = 100, 8
SCOPES = {
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators",
    "chat", "chat_administrators", "chat_member",
}  # fmt: skip


def text_of(params: Params, name: str) -> str:
    value = params.get(name, "")
    if not isinstance(value, str):
        raise bad(f'field "{name}" must be of type String')
    return value


def number_of(params: Params, name: str) -> int | None:
    value = params.get(name)
    if value in (None, ""):
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad(f"invalid {name} specified") from None


def json_of(params: Params, name: str, kind: type[Any], default: Any) -> Any:
    """A parameter that is JSON: as it is in a JSON body, as text in a form."""
    value = params.get(name)
    if value in (None, ""):
        return default
    try:
        value = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None
    if not isinstance(value, kind):
        raise bad(f"object expected as {name}")
    return value


# ------------------------------------------------------------ where it goes


def chat_of(world: World, params: Params) -> int:
    """The chat of a send, or the refusal the real server gives."""
    if params.get("chat_id") in (None, ""):
        raise bad("chat_id is empty")
    try:
        chat = int(params["chat_id"])
    except (TypeError, ValueError):
        raise bad("chat not found") from None
    if chat in world.moved:
        raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=world.moved[chat])
    if chat not in world.users and chat not in world.groups:
        raise bad("chat not found")
    if chat in world.standing:
        raise forbidden(world.standing[chat])
    return chat


def thread_of(world: World, params: Params, chat: int) -> Json:
    thread = number_of(params, "message_thread_id")
    if thread is None:
        return {}
    if thread not in world.threads.get(chat, ()):  # General (1) too is sent without an id
        raise bad("message thread not found")
    return {"message_thread_id": thread, "is_topic_message": True}


def keyboard_of(params: Params) -> Json:
    markup = json_of(params, "reply_markup", dict, {})
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" must be an Array of Arrays')
    buttons = [button for row in rows for button in row]
    if len(buttons) > MOST_BUTTONS or any(len(row) > MOST_IN_ROW for row in rows):
        raise bad("reply markup is too long")
    for button in buttons:
        if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"].strip():
            raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        data = button.get("callback_data")
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= DATA_LIMIT:
            raise bad("BUTTON_DATA_INVALID")
    return {"reply_markup": {"inline_keyboard": rows}} if buttons else {}


def words_of(params: Params, name: str, limit: int, too_long: str) -> str:
    words = text_of(params, name)
    if "\x00" in words:
        raise bad("strings must be encoded in UTF-8")
    if len(words) > limit:
        raise bad(too_long)
    return words.strip()


# ------------------------------------------------------------ sending


def send_message(world: World, params: Params) -> Json:
    chat = chat_of(world, params)
    text = words_of(params, "text", TEXT_LIMIT, "message is too long")
    if not text:
        raise bad("message text is empty")
    body: Json = {"text": text} | keyboard_of(params) | thread_of(world, params, chat)
    if params.get("disable_notification") in (True, "true"):
        body["silent"] = True  # not in the real answer: lets a test see it
    return world.post(chat, body)


def _file(world: World, params: Params, name: str, limit: int) -> Json:
    """A file sent again by its id, or uploaded: then `params` has (file name, bytes)."""
    value = params.get(name)
    if isinstance(value, str) and value.startswith("attach://"):
        value = params.get(value.removeprefix("attach://"))
    if not value:
        raise bad(f"there is no {name} in the request")
    if isinstance(value, str):
        if value not in world.files:
            raise bad("wrong file identifier/HTTP URL specified")
        return {"file_id": value, "file_unique_id": value[-10:], "file_size": world.files[value]["size"]}
    file_name, data = value
    if not data:
        raise bad("file must be non-empty")
    if len(data) > limit:
        raise Refusal(413, "Request Entity Too Large")
    return world.keep(data, file_name)


def _with_caption(world: World, params: Params, chat: int, body: Json) -> Json:
    caption = words_of(params, "caption", CAPTION_LIMIT, "message caption is too long")
    body |= {"caption": caption} if caption else {}
    return world.post(chat, body | keyboard_of(params) | thread_of(world, params, chat))


def send_photo(world: World, params: Params) -> Json:
    chat = chat_of(world, params)
    photo = _file(world, params, "photo", PHOTO_LIMIT) | {"width": 90, "height": 60}
    return _with_caption(world, params, chat, {"photo": [photo]})


def send_document(world: World, params: Params) -> Json:
    chat = chat_of(world, params)
    document = _file(world, params, "document", UPLOAD_LIMIT)
    document["file_name"] = world.files[document["file_id"]]["name"]
    return _with_caption(world, params, chat, {"document": document})


def send_voice(world: World, params: Params) -> Json:
    chat = chat_of(world, params)
    return _with_caption(world, params, chat, {"voice": _file(world, params, "voice", UPLOAD_LIMIT) | {"duration": 1}})


def edit_message_text(world: World, params: Params) -> Json:
    chat = chat_of(world, params)
    message = world.messages.get(chat, {}).get(number_of(params, "message_id") or 0)
    if message is None:
        raise bad("message to edit not found")
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    text = words_of(params, "text", TEXT_LIMIT, "MESSAGE_TOO_LONG")
    if not text:
        raise bad("message text is empty")
    keyboard = keyboard_of(params)
    if text == message["text"] and keyboard.get("reply_markup") == message.get("reply_markup"):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same as"
            " a current content and reply markup of the message"
        )
    message.pop("reply_markup", None)
    message |= {"text": text, "edit_date": int(time.time())} | keyboard
    world.news.set()
    return message


def answer_callback_query(world: World, params: Params) -> bool:
    callback = text_of(params, "callback_query_id")
    pressed = world.callbacks.get(callback)
    if pressed is None or time.monotonic() - pressed > world.callback_life:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if len(text_of(params, "text")) > ANSWER_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    world.answered.append(callback)
    return True


# ------------------------------------------------------------ the rest


def get_me(world: World, params: Params) -> Json:
    return world.me


def get_file(world: World, params: Params) -> Json:
    file_id = text_of(params, "file_id")
    file = world.files.get(file_id)
    if file is None:
        raise bad("invalid file_id")
    if file["size"] > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    path = f"documents/{file_id}"
    return {"file_id": file_id, "file_unique_id": file_id[-10:], "file_size": file["size"], "file_path": path}


def _scope_of(world: World, params: Params) -> tuple[str, str]:
    scope = json_of(params, "scope", dict, {"type": "default"})
    if scope.get("type") not in SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    if scope["type"] == "chat":
        scope = {"type": "chat", "chat_id": chat_of(world, {"chat_id": scope.get("chat_id")})}
    return json.dumps(scope, sort_keys=True), text_of(params, "language_code")


def set_my_commands(world: World, params: Params) -> bool:
    commands = json_of(params, "commands", list, None)
    if commands is None or len(commands) > 100:
        raise bad("can't parse commands: too many or none")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_scope_of(world, params)] = commands
    return True


def delete_my_commands(world: World, params: Params) -> bool:
    world.commands.pop(_scope_of(world, params), None)
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    return world.commands.get(_scope_of(world, params), [])


def send_chat_action(world: World, params: Params) -> bool:
    return bool(chat_of(world, params))


METHODS: dict[str, Method] = {
    "answercallbackquery": answer_callback_query,
    "deletemycommands": delete_my_commands,
    "editmessagetext": edit_message_text,
    "getfile": get_file,
    "getme": get_me,
    "getmycommands": get_my_commands,
    "sendchataction": send_chat_action,
    "senddocument": send_document,
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "sendvoice": send_voice,
    "setmycommands": set_my_commands,
}
"""By name in lower case, as the real server matches them. The receiving ones are in `telegram_delivery.py`."""

SENDS = {"sendmessage", "sendphoto", "senddocument", "sendvoice", "editmessagetext"}
