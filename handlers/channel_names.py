"""What people call the channels the code knows by a short word."""

from __future__ import annotations

TITLES = {"telegram": "Telegram", "zalo_bot": "Zalo Bot", "zalo_oa": "Zalo OA", "web": "web", "webchat": "web"}


def title(channel: str) -> str:
    return TITLES.get(channel, channel)
