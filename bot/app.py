"""The running bot: the only place where everything meets, and the only one that starts tasks."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from aiohttp import web

from bot import demo_data, holder, media, memory
from bot.config import DEMO_DATABASE, Settings
from bot.directory import ZONE
from bot.gauges import gauges
from bot.house import house_of
from bot.parts import Parts, Plan, assemble
from bot.pictures import Pictures
from bot.platforms import Platform, chosen, wants_site, with_events
from bot.pretend import web_chat
from bot.public_filing import PublicFiling
from bot.scoreboard import Scoreboard
from bot.scoreboard_pictures import ScoreboardPictures
from bot.uploads import Door
from bot.ways_in import WaysIn
from bot.web.files import add_files
from bot.web.health import add_health
from bot.web.metrics import add_metrics
from bot.web.pages import Pages, Rights
from bot.web.routes import add_rights, add_webchat
from bot.web.scoreboard import add_scoreboard
from bot.web.shell import add_shell
from bot.web.upload_page import add_upload_page
from handlers.channel_names import title
from handlers.facts import House
from handlers.texts import Texts
from models import migrate
from models.queries import lease
from models.store import Store
from scheduler import jobs
from scheduler.clock import Clock, system_clock

PARTS = ("receive", "send", "schedule", "web")
MEDIA_EVERY = 30.0  # seconds between two looks for photos that are not kept yet

log = structlog.get_logger(__name__)


class PortTaken(Exception):
    """Another program listens on the address."""


class Tasks:
    """What goes on by itself: kept, so that it is neither lost nor silent, and waited for at the end."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("task_failed", error=type(error).__name__, exc_info=error)

    async def drain(self, seconds: float = 10.0) -> None:
        """Wait for what is under way; what takes longer is cut off (its leases run out and it is done again)."""
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=seconds)
            for task in late:
                task.cancel()


@dataclass(frozen=True)
class Running:
    """A started bot. `url` is where its web server listens."""

    url: str
    parts: Parts
    store: Store
    demo: bool
    platforms: tuple[str, ...] = ()  # as people call them


class App:
    """`async with App(settings) as running`: started inside, stopped cleanly after."""

    def __init__(
        self, settings: Settings, only: Collection[str] = (), clock: Clock = system_clock, pretend: str = ""
    ) -> None:
        """`pretend`: the platform whose ways the web chat takes on (`bot.pretend`)."""
        self._settings = settings
        self._only = set(only) or set(PARTS)
        self._clock = clock
        self._pretend = pretend
        self._stack = AsyncExitStack()
        self._tasks = Tasks()
        self._demo = not settings.has_channel

    async def __aenter__(self) -> Running:
        try:
            return await self._start()
        except BaseException:
            await self._stack.aclose()
            raise

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _start(self) -> Running:
        listening = self._listen() if self._has_site() else None
        port = listening.getsockname()[1] if listening else self._settings.http_port
        url = self._settings.public_url or f"http://{self._settings.http_host}:{port}"
        store = await self._open_store()
        texts = Texts.load()
        mine = holder.new_name()
        ways = self._ways_in(texts, store, mine)
        plan = self._plan(texts, store, mine, ways, house_of(self._settings, url, demo=self._demo))
        await holder.bury(store, mine, self._settings.journals, self._clock())
        parts = assemble(plan)
        if ways.webchat:
            await demo_data.recall(store, ways.webchat, plan.prepare)
        self._stack.callback(parts.sender.close)
        self._stack.push_async_callback(self._tasks.drain)
        if listening:
            await self._serve(self._site(plan, parts, ways), listening)
        self._run_parts(plan, parts, ways)
        memory.settle()
        return Running(url, parts, store, self._demo, tuple(title(one.name) for one in ways.platforms))

    def _has_site(self) -> bool:
        """A process that only sends or schedules needs no address; receiving does where updates come by webhook."""
        return "web" in self._only or ("receive" in self._only and wants_site(self._settings))

    # ------------------------------------------------------------ what it stands on

    def _listen(self) -> socket.socket:
        """The address first: it is the commonest thing to be wrong. Raises PortTaken."""
        try:
            listening = socket.create_server((self._settings.http_host, self._settings.http_port))
        except OSError as error:
            raise PortTaken(str(error)) from error
        self._stack.callback(listening.close)
        return listening

    async def _open_store(self) -> Store:
        url = DEMO_DATABASE if self._demo else self._settings.database
        await asyncio.to_thread(migrate.upgrade, url)
        store = Store.open(url)
        self._stack.callback(store.close)
        if self._demo:
            await demo_data.load_once(store, self._clock())
        return store

    def _pictures(self) -> Pictures:
        pictures = Pictures(self._settings.media_dir / "pictures")
        self._stack.push_async_callback(pictures.close)
        return pictures

    def _ways_in(self, texts: Texts, store: Store, mine: str) -> WaysIn:
        platforms = chosen(self._settings, texts, store, self._clock, mine)
        for platform in platforms:
            self._stack.push_async_callback(platform.close)
        filing = PublicFiling(self._settings) if self._settings.public_filing or self._demo else None
        webchat = web_chat(self._settings.media_dir, self._clock, self._pretend) if self._demo else None
        return WaysIn(platforms, filing, webchat)

    def _plan(self, texts: Texts, store: Store, mine: str, ways: WaysIn, house: House) -> Plan:
        return Plan(
            store=store,
            texts=texts,
            channels=ways.channels,
            clock=self._clock,
            holder=mine,
            house=house,
            media_dir=self._settings.media_dir,
            journals=self._settings.journals,
            spawn=self._tasks.spawn,
            language=self._settings.language,
            bot_links=ways.links,
            bot_names=ways.names,
            pictures=self._pictures(),
            cast_failures=self._settings.broadcast_failures,
        )

    # ------------------------------------------------------------ the web

    def _site(self, plan: Plan, parts: Parts, ways: WaysIn) -> web.Application:
        site, pages, platforms = web.Application(), Pages(plan.texts, self._settings.language), ways.platforms
        add_shell(site, pages)
        add_health(site, lambda: _checks(plan.store, platforms))
        read, able = plan.store.read, plan.capabilities
        add_metrics(site, lambda: with_events(read(gauges, able, plan.clock()), platforms))
        add_rights(site, pages, Rights.of(plan.house, self._settings.draft_days, page="web" in plan.channels))
        if "web" in self._only:
            add_files(site, parts.links.open)
            add_upload_page(site, pages, Door(plan.store, plan.clock, parts.uploads.wake))
        if self._settings.public_board and "web" in self._only:
            source = Scoreboard(plan.store, plan.clock)
            painter = ScoreboardPictures(plan.pictures, plan.texts, plan.clock) if plan.pictures else None
            add_scoreboard(site, pages, plan.texts, source, self._settings.public_url, painter)
        if ways.webchat and "web" in self._only:
            deliver = parts.intake.deliver
            add_webchat(site, pages, webchat=ways.webchat, cast=demo_data.CAST, deliver=deliver, zone=ZONE)
        if "receive" in self._only:
            site.router.add_routes([p.route(parts.intake.deliver) for p in platforms if p.by_webhook])
        if ways.filing and "web" in self._only:
            ways.filing.add(site, plan, parts, pages)
        return site

    async def _serve(self, site: web.Application, listening: socket.socket) -> None:
        runner = web.AppRunner(site, access_log=None, handle_signals=False, shutdown_timeout=5)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, listening).start()

    # ------------------------------------------------------------ what runs

    def _run_parts(self, plan: Plan, parts: Parts, ways: WaysIn) -> None:
        """Each part of `--only`. They are stopped in the opposite order: receiving first, sending last."""
        if plan.store.shared:
            self._forever(holder.keep_burying(plan.store, plan.holder, self._settings.journals, plan.clock))
        if ways.filing and "web" in self._only:
            self._forever(ways.filing.keep_tidy())
        if "send" in self._only:
            self._forever(parts.sender.run())
            self._forever(parts.posters.run())
            self._forever(parts.casting.run())
            self._forever(parts.quota_alarm.run())
            self._forever(self._keep_media(plan))
        if "schedule" in self._only:
            timetable = jobs.start(
                jobs.Work(plan.store, plan.clock, parts.sender.wake, plan.press, self._settings.draft_days)
            )
            self._stack.push_async_callback(timetable.stop)
        if "receive" in self._only:
            self._forever(parts.uploads.run())
        for platform in ways.platforms if "receive" in self._only else ():
            poll = holder.PollLease(f"poll:{platform.name}", plan.store, plan.clock, plan.holder)
            self._stack.push_async_callback(poll.release)
            self._forever(poll.renew())
            self._forever(platform.receive(parts.intake.deliver, poll.take))

    def _forever(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._tasks.spawn(work)

        async def stop() -> None:
            task.cancel()
            await asyncio.wait({task})

        self._stack.push_async_callback(stop)

    async def _keep_media(self, plan: Plan) -> None:
        while True:
            await media.fetch_pending(plan.store, plan.channels, plan.media_dir, plan.clock)
            await asyncio.sleep(MEDIA_EVERY)


async def _checks(store: Store, platforms: Sequence[Platform]) -> Mapping[str, bool]:
    """What `/health/ready` names: can the database be read, does each platform let messages in?"""
    found: dict[str, bool] = {}
    try:
        await asyncio.wait_for(store.read(lease.blocked_until, "telegram"), timedelta(seconds=5).total_seconds())
        found["database"] = True
    except Exception as error:  # any failure to read is the answer
        log.warning("not_ready", part="database", error=type(error).__name__)
        found["database"] = False
    return found | {platform.name: not platform.problem for platform in platforms}


async def run_until_stopped(
    settings: Settings,
    only: Collection[str],
    started: Callable[[Running], None],
    pretend: str = "",
    clock: Clock = system_clock,
) -> None:
    """Run until Ctrl-C or SIGTERM. Raises PortTaken."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with App(settings, only, clock, pretend) as running:
        started(running)
        await stop.wait()
