"""How messages go out on the Zalo Bot platform: plain text, and pictures by an address that Zalo fetches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.channels import (
    Capabilities,
    Gone,
    NotNow,
    Outgoing,
    RateLimited,
    Rejected,
    SendError,
    Sent,
    Temporary,
    Unauthorized,
    Unsure,
)
from bot.channels.fetching import Fetcher
from bot.channels.zalo_bot_api import CALL_SECONDS, ApiError, NoAnswer, ZaloBotApi
from handlers.talk import Media

LATER_PAUSE = 60.0  # seconds
LONGEST_PAUSE = 6 * 3600.0  # seconds, for a chat the plan does not carry
SEVERAL = 3  # chats that were refused one after the other: it is not their fault
WEB = ("https://", "http://")
AWAY = (502, 503)  # a proxy says that nobody is behind it
QUOTA = "zalo_problem.bot_quota"  # the words for administrators


class ZaloBotChannel:
    """The sending half. Never with `parse_mode`: nothing a worker writes can become markup."""

    def __init__(
        self,
        api: ZaloBotApi,
        capabilities: Capabilities,
        fetcher: Fetcher,
        clock: Callable[[], datetime],
        quota_pause: float,
        seconds: float = CALL_SECONDS,
    ) -> None:
        """`quota_pause`: seconds nothing is sent where the platform says that the quota is used up; `seconds`: in which
        a message must be taken.
        """
        self._clock = clock
        self._refused: set[str] = set()  # chats that were refused for a quota since anything was taken
        self._pauses: dict[str, float] = {}  # seconds such a chat waited last
        self.capabilities = capabilities
        self._api = api
        self._fetcher = fetcher
        self._quota_pause = quota_pause
        self._seconds = seconds

    async def send(self, message: Outgoing) -> Sent:
        """Send one message; with several pictures, the words go with the last. Raises SendError.

        A picture Zalo will not take does not hold back the words.
        """
        if not message.media:
            return await self._words(message)
        if any(media.kind != "photo" or not media.ref.startswith(WEB) for media in message.media):
            raise Rejected("only pictures by their address")
        ids, refused = list[str](), None
        for number, media in enumerate(message.media, 1):
            words = message.text if number == len(message.media) else ""
            try:
                ids.append(await self._photo(message.chat, media.ref, words))
            except Rejected as error:
                refused = error
                if words:
                    ids.append((await self._words(message)).external_id)
        if not ids and refused is not None:
            raise refused
        return Sent(ids[-1], len(ids))

    async def acknowledge(self, callback: str) -> None:
        """There are no buttons to answer."""

    async def fetch(self, media: Media) -> bytes:
        """The bytes of a file a person sent, by its address. Raises SendError (`Rejected` where it is not fetched)."""
        return await self._fetcher.fetch(media)

    async def close(self) -> None:
        await self._fetcher.close()
        await self._api.close()

    # ------------------------------------------------------------ one call

    async def _words(self, message: Outgoing) -> Sent:
        return Sent(await self._call("sendMessage", self._seconds, chat_id=message.chat, text=message.text))

    async def _photo(self, chat: str, address: str, words: str) -> str:
        caption = {"caption": words} if words else {}
        return await self._call("sendPhoto", self.capabilities.media_seconds, chat_id=chat, photo=address, **caption)

    async def _call(self, method: str, seconds: float, **params: Any) -> str:
        """The id of what was sent, "" where the platform does not tell."""
        try:
            result = await self._api.call(method, seconds, **params)
        except ApiError as error:
            raise self._as_send_error(error, str(params["chat_id"])) from None
        self._refused.clear()
        self._pauses.pop(str(params["chat_id"]), None)
        return str(result.get("message_id") or "") if isinstance(result, dict) else ""

    def _as_send_error(self, error: ApiError, chat: str) -> SendError:
        match error.code:
            case 400:
                return Rejected(error.description)
            case 401 | 404:  # the methods exist: it is the token that does not
                return Unauthorized("Zalo does not accept the token")
            case 410:
                return Gone(error.description)
            case 426:
                return RateLimited(LATER_PAUSE)
            case 429:
                return self._shut_out(chat)
            case 403 | 408:  # "internal server error", and a time-out: perhaps sent
                return Unsure(str(error)[:100])
        if isinstance(error, NoAnswer) and not error.left:
            return Temporary(str(error)[:100], perhaps=False)
        if error.code in AWAY:
            return Temporary(str(error)[:100])
        return Rejected(str(error)[:100]) if 400 < error.code < 500 else Unsure(str(error)[:100])

    def _shut_out(self, chat: str) -> SendError:
        """The month's messages, or only one person (or group) too many for the plan: the platform does not say which.
        A chat that is refused waits alone, longer each time; when several are, and nobody is taken, all wait.
        """
        self._pauses[chat] = pause = min(self._pauses.get(chat, self._quota_pause / 2) * 2, LONGEST_PAUSE)
        self._refused.add(chat)
        if len(self._refused) >= SEVERAL:
            self._refused.clear()
            return RateLimited(self._quota_pause, QUOTA)
        return NotNow(self._clock() + timedelta(seconds=pause), QUOTA)
