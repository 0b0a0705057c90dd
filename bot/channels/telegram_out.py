"""How messages go out on Telegram: python-telegram-bot's `ExtBot`, with our transport and without its rate limiter."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from telegram import BotCommandScopeChat, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions
from telegram import Message as TelegramMessage
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import ExtBot
from telegram.warnings import PTBUserWarning

from bot.channels import (
    Button,
    Capabilities,
    Gone,
    Moved,
    Outgoing,
    RateLimited,
    Rejected,
    SendError,
    Sent,
    Temporary,
    Unauthorized,
    Unsure,
)
from bot.channels.telegram_api import API_URL, DOWNLOAD_LIMIT
from bot.channels.telegram_http import AiohttpRequest, NotConnected, TooLarge
from bot.channels.telegram_pictures import KnownPictures, Mark, mark_of
from bot.channels.text import LOCAL_FILE
from handlers.talk import Media

CALL_SECONDS = 30.0
UNSAID_WAIT = 5.0  # seconds, for a 429 that does not say how long
AWAY = ("bad gateway", "service unavailable", "(502)", "(503)")  # in lower case

# Descriptions of a 400 (tdlib/telegram-bot-api), in lower case.
UNREACHABLE = (
    "chat not found", "user not found", "peer_id_invalid", "chat_write_forbidden", "chat_restricted",
    "not enough rights to send", "have no rights to send", "group chat was deactivated", "chat was deleted",
)  # fmt: skip
NO_SUCH_THREAD = ("message thread not found", "topic_closed", "topic_deleted")
# What the library raises: its own errors, and plain ones where an answer lacks what it should have.
FAULTS = (TelegramError, LookupError, TypeError, ValueError, AttributeError)
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
UNCHANGED = "message is not modified"
NO_SUCH_FILE = ("wrong file", "wrong remote file", "temporarily unavailable")  # what a file_id was good for is over
CANNOT_EDIT = ("message to edit not found", "message can't be edited", "there is no text in the message to edit")

log = structlog.get_logger(__name__)
warnings.filterwarnings("ignore", "Please use 'Bot.sendMessage'", PTBUserWarning)  # see `_send_words`


class TelegramChannel:
    """The sending half of Telegram. Pace is the sender's; here a 429 only becomes `RateLimited`."""

    def __init__(
        self, token: str, capabilities: Capabilities, base_url: str = API_URL, seconds: float = CALL_SECONDS
    ) -> None:
        logging.getLogger("telegram").setLevel(logging.INFO)  # its debug lines repeat what is sent
        self.capabilities = capabilities
        self._pictures = KnownPictures()
        self._http = AiohttpRequest(seconds)
        self._bot: ExtBot[None] = ExtBot(
            token,
            base_url=f"{base_url}/bot",
            base_file_url=f"{base_url}/file/bot",
            request=self._http,
            get_updates_request=self._http,
        )

    async def send(self, message: Outgoing) -> Sent:
        """Send one message; with several files, the words and buttons go with the last. Raises SendError.

        An edit of a message that is as it should be is a success; one that is gone is sent anew. A topic that is gone
        is left out.
        """
        try:
            return await self._send(message)
        except BadRequest as error:
            if not (message.thread and _says(error, *NO_SUCH_THREAD)):
                raise as_send_error(error) from None
            log.info("telegram_thread_gone", chat=message.chat, thread=message.thread)
        except FAULTS as error:
            raise as_send_error(error) from None
        try:
            return await self._send(message, in_thread=False)
        except FAULTS as error:
            raise as_send_error(error) from None

    async def acknowledge(self, callback: str) -> None:
        """The empty answer that ends the spinner of a button. Never raises: a late answer is no fault."""
        try:
            await self._bot.answer_callback_query(callback)
        except FAULTS as error:
            log.info("telegram_callback_unanswered", reason=type(error).__name__)

    async def set_menu(self, chat: str, lines: Sequence[tuple[str, str]]) -> None:
        """The commands shown in one private chat, whatever language its client speaks; none: those of all chats."""
        scope = BotCommandScopeChat(chat)
        try:
            if lines:
                await self._bot.set_my_commands(lines, scope=scope)
            else:
                await self._bot.delete_my_commands(scope=scope)
        except FAULTS as error:
            log.warning("telegram_menu_not_set", reason=type(error).__name__)

    async def fetch(self, media: Media) -> bytes:
        """The bytes of a file a person sent, at most 20 MB. Raises SendError (`Rejected` where it is larger)."""
        try:
            file = await self._bot.get_file(media.ref)
            if file.file_path is None or (file.file_size or 0) > DOWNLOAD_LIMIT:
                raise TooLarge("larger than getFile gives")
            if file.file_path.startswith(("http://", "https://")):
                return await self._http.download(file.file_path, DOWNLOAD_LIMIT)
            return await asyncio.to_thread(Path(file.file_path).read_bytes)  # a Bot API server run with --local
        except (*FAULTS, OSError) as error:
            raise as_send_error(error) from None

    async def close(self) -> None:
        await self._http.shutdown()

    # ------------------------------------------------------------ one attempt

    async def _send(self, message: Outgoing, *, in_thread: bool = True) -> Sent:
        common: dict[str, Any] = {
            "chat_id": message.chat,
            "message_thread_id": message.thread if in_thread and message.thread else None,
            "disable_notification": message.silent or None,
        }
        if message.edits and not message.media and await self._edit(message):
            return Sent(message.edits)
        if not message.media:
            return await self._send_words(message, common)
        for media in message.media[:-1]:
            await self._send_media(media, common)
        words = {"caption": message.text or None, "reply_markup": keyboard(message.buttons)}
        return _sent(await self._send_media(message.media[-1], common | words))

    async def _send_words(self, message: Outgoing, common: dict[str, Any]) -> Sent:
        """Most messages: as plain JSON. The library's `send_message` makes objects of what goes and of what comes back,
        which takes five times as long as the rest of the call.
        """
        rows = [[{"text": button.label, "callback_data": button.data} for button in row] for row in message.buttons]
        call = {
            "text": message.text,
            "reply_markup": {"inline_keyboard": rows} if rows else None,
            "link_preview_options": {"is_disabled": True},
        }
        answer = await self._bot.do_api_request("sendMessage", api_kwargs=common | call)
        return Sent(str(answer["message_id"]))

    async def _edit(self, message: Outgoing) -> bool:
        """Change the message in place; False where it must be sent anew."""
        try:
            await self._bot.edit_message_text(
                text=message.text,
                chat_id=message.chat,
                message_id=int(message.edits),
                reply_markup=keyboard(message.buttons),
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest as error:
            if _says(error, *CANNOT_EDIT):
                return False
            if not _says(error, UNCHANGED):
                raise
        return True

    async def _send_media(self, media: Media, common: dict[str, Any]) -> TelegramMessage:
        if media.kind == "photo":
            return await self._send_photo(media, common)
        content = await _content(media)
        if media.kind == "voice":
            return await self._bot.send_voice(voice=content, **common)
        return await self._bot.send_document(document=content, **common)

    async def _send_photo(self, media: Media, common: dict[str, Any]) -> TelegramMessage:
        """One of ours by its file_id once it has gone up."""
        mark = await asyncio.to_thread(_mark, media)
        if mark is not None and (known := self._pictures.file_id(mark)):
            try:
                return await self._bot.send_photo(photo=known, **common)
            except BadRequest as error:
                if not _says(error, *NO_SUCH_FILE):
                    raise
                self._pictures.forget(mark)
        sent = await self._bot.send_photo(photo=await _content(media), **common)
        if mark is not None and sent.photo:
            self._pictures.keep(mark, sent.photo[-1].file_id)  # the largest comes last
        return sent


def _mark(media: Media) -> Mark | None:
    """None for a file_id, and for a file that cannot be read, which is said when it is."""
    if not media.ref.startswith(LOCAL_FILE):
        return None
    try:
        return mark_of(Path(media.ref.removeprefix(LOCAL_FILE)))
    except OSError:
        return None


async def _content(media: Media) -> str | InputFile:
    """A file_id, or the bytes of a file of ours. python-telegram-bot would open any path: not everybody's to name."""
    if not media.ref.startswith(LOCAL_FILE):
        if not media.ref.replace("-", "").replace("_", "").isalnum():
            raise BadRequest("not a file_id")
        return media.ref
    path = Path(media.ref.removeprefix(LOCAL_FILE))
    try:
        data = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise BadRequest(f"file to send is not readable ({type(error).__name__})") from None
    return InputFile(data, filename=media.name or path.name)


def keyboard(rows: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in rows]
    )


def _sent(message: TelegramMessage) -> Sent:
    return Sent(str(message.message_id))


# ------------------------------------------------------------ what went wrong, in our words


def as_send_error(error: Exception) -> SendError:
    """Every error of the library as one of ours. Texts are Telegram's own; none holds the token."""
    if not isinstance(error, TelegramError):
        return Unsure(f"answer not understood ({type(error).__name__})")
    if isinstance(error, RetryAfter):
        return RateLimited(_seconds(error.retry_after))
    if isinstance(error, ChatMigrated):
        return Moved(str(error.new_chat_id))
    if isinstance(error, Forbidden):
        return Gone(error.message)
    if isinstance(error, InvalidToken | EndPointNotFound):  # of a plain call that is all it says of a bad token
        return Unauthorized("Telegram does not accept the token")
    if isinstance(error, TooLarge):
        return Rejected(error.message)
    if isinstance(error, BadRequest):  # before NetworkError, whose subclass it is
        return Gone(error.message) if _says(error, *UNREACHABLE) else Rejected(error.message)
    if isinstance(error, NetworkError):
        return _by_status(error)
    return Unsure(error.message[:100])


def _by_status(error: NetworkError) -> SendError:
    """Time-outs, resets and 5xx: the message may or may not have gone out, unless Telegram is away altogether."""
    reason = error.message.partition(". Parsing the server response")[0][:100]
    if "(429)" in reason or "too many requests" in reason.lower():
        return RateLimited(UNSAID_WAIT)
    if "(413)" in reason or "request entity too large" in reason.lower():
        return Rejected(reason)
    if isinstance(error, NotConnected):
        return Temporary(reason, perhaps=False)
    return Temporary(reason) if any(words in reason.lower() for words in AWAY) else Unsure(reason)


def _seconds(wait: int | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _says(error: TelegramError, *phrases: str) -> bool:
    words = error.message.lower()
    return any(phrase in words for phrase in phrases)
