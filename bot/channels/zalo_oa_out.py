"""How messages go out from an Official Account: to one person (consultation messages) and to its own groups (GMF)."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from bot.channels import Button, Capabilities, Outgoing, Rejected, SendError, Sent
from bot.channels.text import LOCAL_FILE
from bot.channels.zalo_oa_api import NAME, UPLOAD_SECONDS, OaApi, OaError
from bot.channels.zalo_oa_errors import (
    ATTACHMENT_EXPIRED,
    FORM_NOT_TAKEN,
    OUR_FAULT,
    WINDOW_CLOSED,
    as_send_error,
    explain,
    waits_for_help,
)
from bot.channels.zalo_oa_uploads import FILE_SUFFIXES, Uploads
from handlers.talk import Media

TEXT_LIMIT = 2000
MOST_BUTTONS = 5
TITLE_LIMIT = 100  # characters of a button
TEMPLATE_LIMIT = 400  # characters of a template's parameter, where the settings say nothing else
SEND_SECONDS = 110.0  # two calls, and between them a new token: another process may be at it
GROUP = "gmf:"  # before a group's id: ids of people and of groups are otherwise not told apart
TO_PERSON = "/v3.0/oa/message/cs"
TO_GROUP = "/v3.0/oa/group/message"
BY_TEMPLATE = "/v3.0/oa/message/template"
IN_GROUP, TEMPLATE, IN_PERSON = "group", "template", "person"  # the ways a message goes
WEB = ("https://", "http://")
_MENTION = re.compile(r"\[@[^\[\]]*\]")

log = structlog.get_logger(__name__)


def capabilities(  # one row of the table of channels, with what the account's package and settings say
    per_second: float,
    chat_interval: float,
    buttons: int = MOST_BUTTONS,
    free_hours: int | None = None,
    closed_hours: int | None = None,
    price: int = 0,
    dear_hours: int | None = None,
    dear_price: int = 0,
) -> Capabilities:
    return Capabilities(
        name=NAME,
        text_limit=TEXT_LIMIT,
        caption_limit=TEXT_LIMIT,
        buttons=buttons,
        edits=False,
        files_out=True,
        groups=True,
        per_second=per_second,
        chat_interval=chat_interval,
        group_interval=chat_interval,
        free_hours=free_hours,
        closed_hours=closed_hours,
        price=price,
        dear_hours=dear_hours,
        dear_price=dear_price,
        send_seconds=SEND_SECONDS,
        media_seconds=SEND_SECONDS + UPLOAD_SECONDS,
        numbers_too=True,
        file_suffixes=FILE_SUFFIXES,
    )


@dataclass(frozen=True, slots=True)
class Template:
    """An approved template that reaches people after a week of silence; `field` is the parameter that takes words, so
    many characters.
    """

    id: str = ""
    field: str = ""
    limit: int = TEMPLATE_LIMIT


NO_TEMPLATE = Template()
TellOf = Callable[[int, str], Awaitable[None]]
"""Tells those who can mend it of an error's number, and which way the message went. Never raises."""


async def tell_nobody(_code: int, _way: str) -> None:
    pass


class ZaloOaChannel:
    """The sending half. `now` gives local time. `fetch` finds what a person sent. `tell` hears of what makes some
    messages wait until a person mends it.
    """

    def __init__(
        self,
        api: OaApi,
        row: Capabilities,
        now: Callable[[], datetime],
        fetch: Callable[[Media], Awaitable[bytes]],
        template: Template = NO_TEMPLATE,
        tell: TellOf = tell_nobody,
    ) -> None:
        self.capabilities = row
        self._api = api
        self._now = now
        self._fetch = fetch
        self._template = template
        self._tell = tell
        self._uploads = Uploads(api)

    async def send(self, message: Outgoing) -> Sent:
        """Send one message; with several files, the words go with the last picture. Raises SendError.

        Files that take no words have them in a message before. A picture Zalo will not take does not hold them back.
        """
        try:
            return await self._sent(message)
        except OaError as error:
            way = IN_GROUP if message.chat.startswith(GROUP) else IN_PERSON
            words = " ".join(plain(message.text).split())
            if error.code in WINDOW_CLOSED and self._template.id and words and way == IN_PERSON:
                return await self._by_template(message.chat, words)
            raise await self._meaning(error, way) from None

    async def acknowledge(self, callback: str) -> None:
        """A press comes as words: there is nothing to answer."""

    async def fetch(self, media: Media) -> bytes:
        """The bytes of a file a person sent. Raises SendError."""
        return await self._fetch(media)

    async def close(self) -> None:
        await self._api.close()

    # ------------------------------------------------------------ one message

    async def _sent(self, message: Outgoing) -> Sent:
        words = plain(message.text)
        sent = Sent("")
        for number, media in enumerate(message.media, 1):
            last = number == len(message.media)
            if media.kind == "photo":
                sent = await self._picture_or_words(message.chat, media, words if last else "")
                words = "" if last else words
            else:
                given = await _content(media)
                await self._uploads.file(*given)  # before the words: what fails after them is said again with them
                if words:
                    await self._words(message.chat, words, ())
                    words = ""
                sent = await self._file(message.chat, *given)
        if words or not message.media:
            sent = await self._words(message.chat, words, flat(message.buttons))
        return sent

    async def _words(self, chat: str, words: str, buttons: tuple[Button, ...]) -> Sent:
        body: dict[str, Any] = {"text": words}
        if not buttons or chat.startswith(GROUP) or len(buttons) > MOST_BUTTONS:
            return await self._post(chat, body)
        with_buttons = {"type": "template", "payload": {"buttons": [shown(button) for button in buttons]}}
        try:
            return await self._post(chat, {**body, "attachment": with_buttons})
        except OaError as error:
            if error.code not in FORM_NOT_TAKEN:
                raise
            log.warning("zalo_oa_buttons_not_taken", code=error.code)  # the numbers stand in the text, too
        return await self._post(chat, body)

    async def _picture_or_words(self, chat: str, media: Media, words: str) -> Sent:
        given = None if media.ref.startswith(WEB) else await _content(media)
        try:
            return await self._picture(chat, media.ref, given, words)
        except (Rejected, OaError) as error:
            if not words or (isinstance(error, OaError) and error.code not in OUR_FAULT):
                raise
            log.warning("zalo_oa_picture_left_out", reason=str(error))
        return await self._words(chat, words, ())

    async def _picture(self, chat: str, address: str, given: tuple[str, bytes] | None, words: str) -> Sent:
        if given is None:
            return await self._post(chat, pictured({"url": address}, words))
        name, data = given

        async def send(ref: str) -> Sent:
            return await self._post(chat, pictured({"attachment_id": ref}, words))

        return await self._fresh(lambda: self._uploads.picture(name, data), send)

    async def _file(self, chat: str, name: str, data: bytes) -> Sent:
        async def send(ref: str) -> Sent:
            return await self._post(chat, {"attachment": {"type": "file", "payload": {"token": ref}}})

        return await self._fresh(lambda: self._uploads.file(name, data), send)

    async def _fresh(self, upload: Callable[[], Awaitable[str]], send: Callable[[str], Awaitable[Sent]]) -> Sent:
        """What was uploaded for an earlier message serves again, unless the platform has forgotten it."""
        for _ in range(2):
            ref = await upload()
            try:
                return await send(ref)
            except OaError as error:
                if error.code != ATTACHMENT_EXPIRED:
                    raise
                self._uploads.forget(ref)
        raise Rejected("the platform forgets uploads at once")

    async def _by_template(self, chat: str, words: str) -> Sent:
        data = {self._template.field: shortened(words, self._template.limit)}
        call = {"user_id": chat, "template_id": self._template.id, "template_data": data}
        try:
            return _number(await self._api.post(BY_TEMPLATE, call))
        except OaError as error:
            raise await self._meaning(error, TEMPLATE) from None

    async def _meaning(self, error: OaError, way: str) -> SendError:
        """As one of our errors; what a person must mend stands in the log, and what only some messages wait for is
        told.
        """
        apart = way != IN_PERSON
        if reason := explain(error.code):
            log.error("zalo_oa_needs_a_person", code=error.code, reason=reason, way=way)
        if waits_for_help(error.code, apart=apart):
            await self._tell(error.code, way)
        return as_send_error(error, self._now(), apart=apart)

    async def _post(self, chat: str, message: dict[str, Any]) -> Sent:
        if chat.startswith(GROUP):
            call = {"recipient": {"group_id": chat.removeprefix(GROUP)}, "message": message}
            return _number(await self._api.post(TO_GROUP, call))
        return _number(await self._api.post(TO_PERSON, {"recipient": {"user_id": chat}, "message": message}))


def _number(answer: Any) -> Sent:
    return Sent(str(answer.get("message_id") or "") if isinstance(answer, dict) else "")


async def _content(media: Media) -> tuple[str, bytes]:
    """Name and bytes of a file of ours. Raises Rejected: other files are not everybody's to name."""
    if not media.ref.startswith(LOCAL_FILE):
        raise Rejected("not a file of this house")
    path = Path(media.ref.removeprefix(LOCAL_FILE))
    try:
        return media.name or path.name, await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise Rejected(f"file to send is not readable ({type(error).__name__})") from None


def plain(text: str) -> str:
    """Composed, and without "[@…]": whoever could have it said would call a whole group."""
    text = unicodedata.normalize("NFC", text)
    while "[@" in text:  # without its end it calls nobody, and what follows it is to be read
        text = _MENTION.sub("", text) if _MENTION.search(text) else text.replace("[@", "@")
    return text


def shortened(words: str, limit: int) -> str:
    """The beginning, and "…" where something was left out: after a whole word, if one is near."""
    if len(words) <= limit:
        return words
    whole = words[:limit].rpartition(" ")[0]
    return f"{whole if len(whole) > limit // 2 else words[: limit - 1]}…"


def pictured(element: dict[str, str], words: str) -> dict[str, Any]:
    payload = {"template_type": "media", "elements": [{"media_type": "image", **element}]}
    return {**({"text": words} if words else {}), "attachment": {"type": "template", "payload": payload}}


def shown(button: Button) -> dict[str, str]:
    """A press comes back as words that nobody sees."""
    return {"title": button.label[:TITLE_LIMIT], "type": "oa.query.hide", "payload": button.data}


def flat(rows: tuple[tuple[Button, ...], ...]) -> tuple[Button, ...]:
    return tuple(button for row in rows for button in row)
