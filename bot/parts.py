"""The parts of the bot put together, without starting any: app, demo, tests and bench all begin here."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.acts import NotAllowed, Tools
from bot.audit_files import AuditFiles
from bot.cast_pictures import CastPictures
from bot.channels import Capabilities, Channel, Outgoing
from bot.channels.text import lay_out
from bot.directory import Directory
from bot.facts import Desk
from bot.file_links import FileLinks, Maker
from bot.intake import Intake, Spawn
from bot.lane import Prepare
from bot.media import remove_files
from bot.menus import Menus
from bot.missed_files import MissedFiles
from bot.notice_pictures import NoticePictures
from bot.paper_files import PaperFiles, Source
from bot.pictures import Pictures
from bot.poster_jobs import PosterJobs, Progress, Shop
from bot.quota_alarm import QuotaAlarm
from bot.replies import Writer, consent_shown
from bot.sender import Sender
from bot.turn import Turns
from bot.uploads import Bench, Uploads
from bot.voices import Voices
from handlers.broadcast_facts import Reach
from handlers.facts import House
from handlers.route import Router
from handlers.texts import Texts
from models.store import Store
from scheduler import daily_notice, preview
from scheduler.cast_news import Herald
from scheduler.casting import Casting, Rules
from scheduler.desk import DeskPost
from scheduler.press import Press
from scheduler.reminders import Reminders

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Plan:
    """What the parts are made from. `house` is of no channel: `house_on` adds what differs there."""

    store: Store
    texts: Texts
    channels: Mapping[str, Channel]
    clock: Clock
    holder: str  # names this process in leases
    house: House
    media_dir: Path
    spawn: Spawn
    language: str = "vi"
    bot_links: Mapping[str, str] = field(default_factory=dict)
    bot_names: Mapping[str, str] = field(default_factory=dict)  # by channel, where it is not the house's
    pictures: Pictures | None = None  # None: notices are words only
    journals: Path | None = None  # where what was sent is noted at once; None: nobody kills this process
    cast_failures: int = 5  # percent of a broadcast's latest messages at which it stops itself

    @property
    def capabilities(self) -> dict[str, Capabilities]:
        return {name: channel.capabilities for name, channel in self.channels.items()}

    @property
    def reach(self) -> tuple[Reach, ...]:
        """What matters about each channel before something goes to many."""
        return tuple(self._reach(name, row) for name, row in self.capabilities.items() if row.calls)

    @staticmethod
    def _reach(name: str, able: Capabilities) -> Reach:
        found = Reach(
            name,
            able.per_second,
            closed_hours=able.closed_hours,
            free_hours=able.free_hours,
            price=able.price,
            dear_hours=able.dear_hours,
            dear_price=able.dear_price,
            edits=able.edits,
        )
        if able.quota is None or not able.quota.messages:
            return found
        return replace(found, monthly=able.quota.messages, kept=able.quota.keep_notices)

    @property
    def guests(self) -> frozenset[str]:
        """Channels from which no role is used."""
        return frozenset(name for name, row in self.capabilities.items() if not row.vouches)

    @property
    def limits(self) -> dict[str, int]:
        return {name: row.text_limit for name, row in self.capabilities.items()}

    @property
    def picture_channels(self) -> frozenset[str]:
        """Channels whose groups get a picture beside the notice: as a file, or as a link to it."""
        able = (name for name, row in self.capabilities.items() if row.files_out or self.house.public_url)
        return frozenset(able if self.pictures else ())

    def house_on(self, channel: str) -> House:
        """What may be said of this installation on a channel."""
        link, name = self.bot_links.get(channel, ""), self.bot_names.get(channel, "")
        row = self.capabilities.get(channel)
        changes: dict[str, Any] = {"bot_link": link} if link else {}
        changes |= {"bot_name": name} if name else {}
        if row is not None:
            changes |= {"voices": row.voices, "calls": row.calls}
        if row is not None and row.mentions:
            changes["mention"] = f"@{name or self.house.bot_name}"
        return replace(self.house, **changes) if changes else self.house

    @property
    def press(self) -> Press:
        """What notices are made with."""
        return Press(self.texts, self.limits, self.house, self.picture_channels)

    @property
    def prepare(self) -> Prepare:
        """What is done to a message with files just before it is sent."""
        return self.preparing(Progress())

    def preparing(self, progress: Progress) -> Prepare:
        """`prepare`, which says meanwhile how far large files are."""
        voices = Voices(self.store, self.texts, self.channels, self.media_dir)
        reminders = CastPictures(self.store, self.channels, self.media_dir)

        async def sent(message: Outgoing) -> Outgoing:
            return await reminders.prepare(await voices.prepare(message))

        if self.pictures is None:
            return sent
        drawn = NoticePictures(self.store, self.texts, self.pictures)
        papers = PaperFiles(
            Source(
                *(self.store, self.texts, self.house, self.media_dir / "papers", self.pictures.draw),
                link=lambda: self.house.filing_url or next(iter(self.bot_links.values()), ""),
                progress=progress.tell,
            )
        )

        about = (self.store, self.texts, self.media_dir / "papers", self.clock)
        missed, trail = MissedFiles(*about), AuditFiles(*about)

        async def prepare(message: Outgoing) -> Outgoing:
            listed = await trail.prepare(await missed.prepare(message))
            return await papers.prepare(await drawn.prepare(await sent(listed)))

        return prepare


@dataclass(frozen=True)
class Parts:
    intake: Intake
    sender: Sender
    links: FileLinks
    uploads: Uploads
    posters: PosterJobs
    casting: Casting
    quota_alarm: QuotaAlarm


def assemble(plan: Plan) -> Parts:
    directory = Directory()
    tools = _tools(plan, directory)
    progress = Progress()
    prepare = plan.preparing(progress)
    links = FileLinks(Maker(plan.store, plan.texts, plan.clock, plan.house.public_url, prepare, plan.language))
    sender = Sender(plan.store, plan.channels, plan.clock, plan.holder, lay_out, links.way_of, plan.journals)
    casting = casting_of(plan, sender.wake)
    posters = PosterJobs(Shop(plan.store, plan.capabilities, plan.clock, tools.writer, prepare, progress, sender.wake))

    def wake() -> None:
        for part in (sender, uploads, posters, casting):
            part.wake()

    intake = _intake(plan, _desk(plan, directory), tools, sender, wake)
    uploads = Uploads(Bench(plan.store, plan.channels, plan.clock, tools.writer, intake.deliver, sender.wake))
    quotas = {name: row.quota for name, row in plan.capabilities.items() if row.quota}
    quota_alarm = QuotaAlarm(plan.store, plan.clock, tools.writer, quotas, sender.wake)
    return Parts(intake, sender, links, uploads, posters, casting, quota_alarm)


def _desk(plan: Plan, directory: Directory) -> Desk:
    return Desk(
        directory,
        plan.house_on,
        plan.texts,
        language=plan.language,
        reach=plan.reach,
        guests=plan.guests,
    )


def _tools(plan: Plan, directory: Directory) -> Tools:
    return Tools(
        registry=directory,
        writer=Writer(plan.texts, plan.capabilities, plan.holder),
        post_notice=_poster(plan),
        previews=preview.PreviewDesk(plan.press),
        messenger=DeskPost(plan.press),
        consent_text=consent_shown(plan.texts),
        reach=plan.reach,
        guests=plan.guests,
    )


def _intake(plan: Plan, desk: Desk, tools: Tools, sender: Sender, wake: Callable[[], None]) -> Intake:
    """`wake`: all who may find something to do in what a turn wrote."""

    def acknowledge(channel: str, callback: str) -> Coroutine[Any, Any, None]:
        return plan.channels[channel].acknowledge(callback)

    return Intake(
        store=plan.store,
        desk=desk,
        turns=Turns(desk, Router(plan.texts), tools),
        clock=plan.clock,
        spawn=plan.spawn,
        send_now=sender.send_now,
        wake=wake,
        acknowledge=acknowledge,
        remove_files=lambda names: remove_files(plan.media_dir, names),
        show_menus=Menus(plan.channels, plan.texts).show,
    )


def casting_of(plan: Plan, wake_sender: Callable[[], None]) -> Casting:
    """What moves broadcasts on."""
    rows = plan.capabilities
    words = Reminders(plan.texts, plan.reach)
    paces = {name: row.per_second for name, row in rows.items()}
    files = frozenset(name for name, row in rows.items() if row.files_out)
    rules = Rules(
        *(paces, plan.cast_failures),
        fill=words.fill,
        gather=words.gather,
        left=words.left,
        files=files,
        pictured=frozenset(rows) if plan.house.public_url else files,
    )
    herald = Herald(plan.texts, frozenset(rows), frozenset(name for name, row in rows.items() if row.edits))
    return Casting(plan.store, plan.clock, wake_sender, rules, herald)


def _poster(plan: Plan) -> Callable[[Connection, int, datetime, int], Mapping[str, Any]]:
    """Posting a notice by hand. Raises NotAllowed with the reason where none can be posted."""

    def post_notice(conn: Connection, chat_id: int, now: datetime, person_id: int) -> Mapping[str, Any]:
        posted = daily_notice.post(conn, chat_id, now, plan.press, posted_by=person_id)
        if posted.why:
            raise NotAllowed(f"post.{posted.why}")
        return {}

    return post_notice
