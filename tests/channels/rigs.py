"""The table of the contract test: each channel with a server that plays its platform. A new channel is a row.

A **rig** is a sending half that is connected, Lan's private chat on it, what she reads, and how to make the next send
end in each of the errors this channel can meet. `faults` names those by the error they must become.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.channels import (
    Channel,
    Gone,
    Moved,
    NotNow,
    Quota,
    RateLimited,
    Rejected,
    SendError,
    Temporary,
    Unauthorized,
    Unsure,
)
from bot.channels import telegram_api as telegram
from bot.channels import zalo_bot_api as zalo
from bot.channels.fetching import Fetcher
from bot.channels.telegram_out import TelegramChannel
from bot.channels.webchat import WebChat
from bot.channels.zalo_bot_out import ZaloBotChannel
from handlers.talk import Media
from tests.channels import zalo_oa
from tests.channels.on_the_web import page as on_page
from tests.servers.telegram import TelegramServer
from tests.servers.zalo_bot import ZaloBotServer
from tests.servers.zalo_oa import ZaloOaServer
from tests.whole.people import in_words

LAN = 11
NOW = datetime(2026, 11, 20, tzinfo=UTC)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"anh cua Lan" * 20


@dataclass
class Rig:
    channel: Channel
    chat: str
    read: Callable[[], Awaitable[list[str]]]  # what reached Lan: words, then "[label]" of each button
    secret: str = ""  # stands in no error
    faults: Mapping[str, tuple[type[SendError], Callable[[], object]]] = field(default_factory=dict)
    hold: Callable[[bytes], Awaitable[Media]] | None = None  # a photo Lan sent, with these bytes
    lost: Callable[[], object] = lambda: None  # what Lan sent is no longer there


@asynccontextmanager
async def on_telegram(_folder: Path) -> AsyncIterator[Rig]:
    async with TelegramServer() as server:
        server.user(LAN, "Lan", started=True)
        server.group(-500, "Nhóm", supergroup=False)
        channel = TelegramChannel(server.token, telegram.capabilities(25, 1, 3), server.url, seconds=1.0)

        async def read() -> list[str]:
            return [in_words(message) for message in server.sent(LAN)]

        async def hold(data: bytes) -> Media:
            return Media("photo", server.keep(data, "m.jpg")["file_id"])

        def fail(kind: str) -> Callable[[], object]:
            return lambda: server.fail("sendMessage", kind)

        faults: dict[str, tuple[type[SendError], Callable[[], object]]] = {
            "429": (RateLimited, fail("429")),
            "502 in HTML": (Temporary, fail("502")),
            "no answer": (Unsure, fail("timeout")),
            "reset": (Unsure, fail("reset")),
            "accepted, then 502": (Temporary, fail("502-after")),
            "blocked": (Gone, lambda: server.block(LAN, tell=False)),
            "moved": (Moved, lambda: _move(server)),
            "another token": (Unauthorized, lambda: setattr(server, "token", "1:other")),
            "an answer that is none": (Unsure, fail("500")),
        }
        yield Rig(channel, str(LAN), read, server.token, faults, hold, server.files.clear)
        await channel.close()


def _move(server: TelegramServer) -> None:
    """Lan's chat cannot move; any that did answers so."""
    server.moved[LAN] = -100500


@asynccontextmanager
async def on_zalo_bot(_folder: Path) -> AsyncIterator[Rig]:
    async with ZaloBotServer() as server:
        server.user("lan", "Lan")
        server.say("lan", "alo")
        api = zalo.ZaloBotApi(server.token, server.url)
        fetcher = Fetcher([server.url], largest=1 << 20)
        able = zalo.capabilities(3, 1, 1, Quota("Basic", 3000, 50, 3))
        channel = ZaloBotChannel(api, able, fetcher, lambda: NOW, quota_pause=300, seconds=1.0)

        async def read() -> list[str]:
            return server.texts("lan")

        async def hold(data: bytes) -> Media:
            return Media("photo", server.host(data))

        def fail(kind: str) -> Callable[[], object]:
            return lambda: server.fail("sendMessage", kind)

        faults: dict[str, tuple[type[SendError], Callable[[], object]]] = {
            "one too many for the plan": (NotNow, fail("429")),
            "quota that is really used up": (NotNow, lambda: server.plan.update(messages=1)),
            "502 in HTML": (Temporary, fail("502")),
            "504 in HTML": (Unsure, fail("504")),
            "their internal error": (Unsure, fail("403")),
            "their time-out": (Unsure, fail("408")),
            "no answer": (Unsure, fail("timeout")),
            "reset": (Unsure, fail("reset")),
            "accepted, then reset": (Unsure, fail("reset-after")),
            "bad request": (Rejected, fail("400")),
            "blocked": (Gone, lambda: server.gone.add("lan")),
            "token reset": (Unauthorized, fail("401")),
            "another token": (Unauthorized, lambda: setattr(server, "token", "1:other")),
            "no such address": (Unauthorized, fail("404")),
        }
        yield Rig(channel, "lan", read, server.token, faults, hold, lambda: server.expired.update(server.pictures))
        await channel.close()


@asynccontextmanager
async def on_zalo_oa(_folder: Path) -> AsyncIterator[Rig]:
    async with ZaloOaServer() as server:
        server.user(zalo_oa.LAN)
        server.interacts(zalo_oa.LAN)
        fetcher = Fetcher([server.url], largest=1 << 20)
        channel = zalo_oa.channel_of(server, zalo_oa.GivenTokens(server), fetch=fetcher.fetch)

        async def read() -> list[str]:
            return [
                "\n".join([one["text"], *(f"[{button['title']}]" for button in one.get("buttons", ()))])
                for one in server.sent(zalo_oa.LAN)
            ]

        async def hold(data: bytes) -> Media:
            return Media("photo", server.keep_file("a.jpg", data))

        def fail(*kinds: str) -> Callable[[], object]:
            return lambda: server.fail("/v3.0/oa/message/cs", *kinds)

        faults: dict[str, tuple[type[SendError], Callable[[], object]]] = {
            "too many calls": (RateLimited, fail("-32")),
            "night": (NotNow, fail("-234")),
            "quota": (NotNow, fail("-211")),
            "502 in HTML": (Temporary, fail("502")),
            "no answer": (Unsure, fail("timeout")),
            "accepted, then reset": (Unsure, fail("reset-after")),
            "bad field": (Rejected, fail("-201")),
            "not following any more": (Gone, lambda: server.unfollow(zalo_oa.LAN)),
            "a week of silence": (Gone, lambda: server.interacts(zalo_oa.LAN, ago=8 * 86_400)),
            "package too low": (Unauthorized, fail("-224")),
            "token twice refused": (Unauthorized, fail("-216", "-216")),
        }
        yield Rig(channel, zalo_oa.LAN, read, "of-nobody", faults, hold, server.files.clear)
        await channel.close()
        await fetcher.close()


@asynccontextmanager
async def on_webchat(folder: Path) -> AsyncIterator[Rig]:
    channel = WebChat(folder / "uploads", lambda: NOW)

    async def read() -> list[str]:
        return [
            "\n".join([entry.text, *(f"[{button.label}]" for row in entry.buttons for button in row)])
            for entry in channel.entries(["lan"], 0)
        ]

    async def hold(data: bytes) -> Media:
        return await channel.uploads.store(data, "m.jpg", "image/jpeg", "")

    def lose() -> None:
        for path in (folder / "uploads").iterdir():
            path.unlink()

    yield Rig(channel, "lan", read, hold=hold, lost=lose)
    await channel.close()


@asynccontextmanager
async def on_the_web(folder: Path) -> AsyncIterator[Rig]:
    async with on_page(folder) as (channel, chat, read, hold):

        def lose() -> None:
            for path in (folder / "came").iterdir():
                path.unlink()

        yield Rig(channel, chat, read, hold=hold, lost=lose)


RIGS: dict[str, Callable[[Path], AbstractAsyncContextManager[Rig]]] = {
    "telegram": on_telegram,
    "web": on_the_web,
    "webchat": on_webchat,
    "zalo_bot": on_zalo_bot,
    "zalo_oa": on_zalo_oa,
}
