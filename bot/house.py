"""What the talk and the notices may say of this installation, from its settings."""

from __future__ import annotations

from bot import demo_data
from bot.config import Settings
from handlers.facts import House


def house_of(settings: Settings, url: str, *, demo: bool) -> House:
    controller = settings.controller or (demo_data.CONTROLLER if demo else "Công đoàn")
    public = url if demo else settings.public_url  # the demo's readers sit at this machine
    return House(
        controller=controller,
        contact=settings.contact,
        data_url=f"{url}/dl",
        support=settings.support or (demo_data.SUPPORT if demo else ""),
        public_url=public,
        filing_url=settings.filing_url,
        board_url=f"{public}/ketqua" if public and settings.public_board else "",
    )
