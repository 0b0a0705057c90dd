"""Filing on the web as the app uses it: the channel, its pages, and what is tidied behind it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.came import KeepingChannel, sweep
from bot.channels.web import WebChannel
from bot.config import Settings
from bot.filing_door import FilingDoor, Limits, Means
from bot.parts import Parts, Plan
from bot.web.filing_desk import Desk
from bot.web.filing_page import add_filing
from bot.web.pages import Pages
from bot.web.trace_page import add_trace
from bot.web.visitor import House

TIDY_EVERY = 3600.0  # seconds

log = structlog.get_logger(__name__)


class PublicFiling:
    """Made from the settings; `add` puts its pages into the site."""

    def __init__(self, settings: Settings) -> None:
        self.channel = KeepingChannel(WebChannel(), settings.media_dir)
        self._folder, self._older = settings.media_dir, timedelta(days=settings.draft_days + 1)
        self._limits = Limits(
            address=settings.filing_per_address,
            starts=settings.filing_per_unit,
            address_starts=settings.filing_starts_per_address,
            wrong=settings.filing_wrong_codes,
        )
        self._house = House(settings.public_url, settings.proxy_header)
        self._door: FilingDoor | None = None

    def add(self, site: web.Application, plan: Plan, parts: Parts, pages: Pages) -> None:
        means = Means(
            store=plan.store,
            texts=plan.texts,
            clock=plan.clock,
            deliver=parts.intake.deliver,
            media_dir=plan.media_dir,
            links=parts.links.instead,
            limits=self._limits,
        )
        self._door = FilingDoor(means)
        desk = Desk(pages, self._door, self._house, plan.clock)
        add_filing(site, desk)
        add_trace(site, desk)

    async def keep_tidy(self) -> None:
        """Until cancelled."""
        while self._door is not None:
            try:
                await self._door.tidy()
                await asyncio.to_thread(sweep, self._folder, self._older)
            except (SQLAlchemyError, OSError) as error:
                log.warning("filing_not_tidied", error=type(error).__name__)
            await asyncio.sleep(TIDY_EVERY)
