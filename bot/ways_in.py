"""By what people reach this installation: the platforms it is connected to, the filing page, the web chat of a demo."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.channels import Channel
from bot.channels.webchat import WebChat
from bot.platforms import Platform
from bot.public_filing import PublicFiling


@dataclass(frozen=True)
class WaysIn:
    platforms: Sequence[Platform]
    filing: PublicFiling | None
    webchat: WebChat | None

    @property
    def channels(self) -> dict[str, Channel]:
        found: dict[str, Channel] = {platform.name: platform.channel for platform in self.platforms}
        if self.filing:
            found[self.filing.channel.capabilities.name] = self.filing.channel
        if self.webchat:
            found[self.webchat.capabilities.name] = self.webchat
        return found

    @property
    def links(self) -> Mapping[str, str]:
        """Addresses that open the bot, by channel: filled once the platforms have told them."""
        return ChainMap(*(platform.links for platform in self.platforms))

    @property
    def names(self) -> Mapping[str, str]:
        """What the bot is called, by channel: filled once the platforms have told it."""
        return ChainMap(*(platform.names for platform in self.platforms))
