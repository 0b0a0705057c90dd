"""An Official Account on loopback with Lan, who has written, and what the bot's halves of it are made from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels import Rejected
from bot.channels.zalo_oa_api import OaApi, Token
from bot.channels.zalo_oa_out import GROUP, TellOf, Template, ZaloOaChannel, capabilities, tell_nobody
from handlers.talk import Media
from tests.servers.zalo_oa import ZaloOaServer

NO_TEMPLATE = Template()
LAN, MINH, HOA = "246800000000000001", "246800000000000002", "246800000000000003"
TEAM = "f414c8f76fa586fb0001"
TEAM_CHAT = f"{GROUP}{TEAM}"
NOON = datetime(2026, 11, 20, 12, 0, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


class GivenTokens:
    """The platform's own pair at hand: `current` is what was read last, `renew` asks the platform for the next."""

    def __init__(self, server: ZaloOaServer) -> None:
        self._grants = server.grants
        self._grants.grant()
        self._version, self._access = 1, self._grants.access
        self.renewals = 0

    async def current(self) -> Token:
        return Token(self._version, self._access)

    async def renew(self, after: int) -> Token:
        assert after == self._version
        self.renewals += 1
        self._version, self._access = after + 1, self._grants.access
        return Token(self._version, self._access)


def channel_of(
    server: ZaloOaServer,
    tokens: GivenTokens,
    now: Callable[[], datetime] = lambda: NOON,
    template: Template = NO_TEMPLATE,
    fetch: Callable[[Media], Awaitable[bytes]] | None = None,
    tell: TellOf = tell_nobody,
    **more: Any,
) -> ZaloOaChannel:
    api = OaApi(tokens, now, server.url, **{"seconds": 1.0, **more})
    able = capabilities(20, 0, free_hours=48, closed_hours=168, price=55)
    return ZaloOaChannel(api, able, now, fetch or no_file, template, tell)


async def no_file(media: Media) -> bytes:
    raise Rejected(f"no {media.kind} here")


def later(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)
