"""The web chat with the ways of another platform, so that anybody can see them in a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.channels import Capabilities
from bot.channels.webchat import WebChat
from bot.channels.zalo_bot_api import capabilities as zalo_bot

PLATFORMS = ("zalo",)


def web_chat(media_dir: Path, clock: Callable[[], datetime], pretend: str = "") -> WebChat:
    """The web chat as itself, or pretending to be one of `PLATFORMS`."""
    return WebChat(media_dir / "webchat", clock, able=_like_zalo() if pretend == "zalo" else None)


def _like_zalo() -> Capabilities:
    """Numbered lines in place of buttons, 2,000 characters, one message a turn, pictures by their address, other files
    as links. What is the browser's stays: its pace, no monthly plan, and in a group everything is heard.
    """
    own = WebChat.capabilities
    return replace(zalo_bot(own.per_second, 0, 0, None), name=own.name, mentions=False)
