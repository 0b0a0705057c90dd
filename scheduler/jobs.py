"""The timetable. It only asks "what is due?": the database says what is due and what is done, so that a job may run
twice, in two processes or after a restart, and each notice is still posted once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import structlog
from apscheduler.events import (  # type: ignore[import-untyped]  # APScheduler 3 has no types
    EVENT_JOB_ERROR,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
)
from apscheduler.job import Job  # type: ignore[import-untyped]  # as above
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]  # as above

from models.store import Store
from scheduler import kinds, morning, offers, preview, preview_due, requests, upkeep
from scheduler.clock import Clock
from scheduler.press import Due, Press

GRACE = 3600  # seconds that a run may be late and still count
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """What the jobs do, each run whole by itself."""

    store: Store
    clock: Clock
    wake_sender: Callable[[], None]
    press: Press
    draft_days: int

    async def post_notices(self) -> int:
        """Post every notice that is due, or give it to the officers who bring it out; how many messages. One group's
        failure does not hold back the others'.
        """
        found = await self.store.read(kinds.due, self.clock())
        messages = 0
        for item in found:
            if item.officers_of is None and item.channel in self.press.limits:
                messages += await self._post(item)
        for some in offers.together(found):
            about = {"kind": some[0].kind, "unit": some[0].officers_of, "day": some[0].day.isoformat()}
            messages += await self._at_once_or_each(some, offers.run, "offer", about)
        if messages:
            self.wake_sender()
        return messages

    async def _at_once_or_each(
        self, some: Sequence[Any], run: Callable[..., int], what: str, about: Mapping[str, Any]
    ) -> int:
        """All in one transaction, so that officers are told once; where that fails, each in its own."""
        try:
            messages = await self.store.write(run, some, self.clock(), self.press)
        except Exception:  # it stays due and is tried again in a minute; until then the log tells
            if len(some) > 1:
                return sum([await self._at_once_or_each([one], run, what, about) for one in some])
            _log.exception(f"{what}.failed", chat=_chat(some[0]), **about)
            return 0
        if messages:
            _log.info(f"{what}.shown", chat=_chat(some[0]), groups=len(some), **about, messages=messages)
        return messages

    async def each_minute(self) -> int:
        """What is due is posted; then officers are shown what will be due soon, reckoned from what has been posted; in
        the morning they get their summaries.
        """
        done = await self.post_notices() + await self.show_previews() + await self.summarise()
        return done + await self.remind_helpers()

    async def show_previews(self) -> int:
        """Show officers each notice before its hour; how many messages. One group's failure holds back no other's."""
        messages = 0
        for some in preview_due.together(await self.store.read(preview_due.due, self.clock())):
            about = {"what": some[0].what, "campaign": some[0].about.campaign_id}
            messages += await self._at_once_or_each(some, preview.run, "preview", about)
        if messages:
            self.wake_sender()
        return messages

    async def summarise(self) -> int:
        """The morning summaries that are due; how many messages."""
        messages = 0
        for item in await self.store.read(morning.due, self.clock(), self.press.limits.keys()):
            about = {"person": item.officer.person_id, "day": item.day.isoformat()}
            try:
                messages += await self.store.write(morning.send, item, self.clock(), self.press)
            except Exception:  # as above
                _log.exception("summary.failed", **about)
        if messages:
            self.wake_sender()
        return messages

    async def remind_helpers(self) -> int:
        """Requests for help that nobody has taken; how many people are told. One's failure holds back no other's."""
        told = 0
        for step in await self.store.read(requests.due, self.clock()):
            try:
                told += await self.store.write(requests.run, step, self.clock(), self.press)
            except Exception:  # as above
                _log.exception("request.failed", what=step.what, request=step.request_id)
        if told:
            self.wake_sender()
        return told

    async def _post(self, item: Due) -> int:
        about = {"kind": item.kind, "chat": item.chat_id, "campaign": item.campaign_id, "day": item.day.isoformat()}
        try:
            posted = await self.store.write(kinds.post_due, item, self.clock(), self.press)
        except Exception:  # it stays due and is tried again in a minute; until then the log tells
            _log.exception("notice.failed", **about)
            return 0
        if posted.notices:
            _log.info("notice.posted", **about, messages=posted.messages)
        return posted.messages

    async def keep_up(self) -> dict[str, int]:
        """Erase what need not be kept; how much of each."""
        done: dict[str, int] = {}
        for name, task, batch in upkeep.tasks(self.clock(), self.draft_days):
            done[name] = count = await self.store.write(task)
            while batch and count >= batch:
                count = await self.store.write(task)
                done[name] += count
        if any(done.values()):
            _log.info("upkeep.done", **done)
        return done


class Timetable:
    """The running timetable of one process. Made by `start`."""

    def __init__(self, post_notices: Callable[[], Awaitable[object]], keep_up: Callable[[], Awaitable[object]]) -> None:
        self._busy = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": GRACE, "coalesce": True, "max_instances": 1}
        )
        self._scheduler.add_listener(_tell, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        notices = self._alone(post_notices)
        self._scheduler.add_job(notices, id="notices_at_start")  # what fell due while we were down
        self._scheduler.add_job(notices, "cron", minute="*", second=0, id="notices")
        # away from the hours at which notices fall due
        self._scheduler.add_job(self._alone(keep_up), "cron", minute=30, second=30, id="upkeep")

    def _alone(self, run: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        async def job() -> None:
            async with self._busy:
                await run()

        return job

    def begin(self) -> None:
        self._scheduler.start()

    def planned(self) -> list[Job]:
        """What runs when."""
        return list(self._scheduler.get_jobs())

    async def stop(self) -> None:
        """No more runs; waits for the one under way."""
        self._scheduler.pause()
        async with self._busy:
            self._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # APScheduler shuts down in the loop's next turn


def _chat(item: Due | preview_due.Step) -> int:
    return item.chat_id if isinstance(item, Due) else item.about.chat_id


def start(work: Work) -> Timetable:
    """Start the timetable in the running event loop: notices every minute and at once, upkeep every hour."""
    timetable = Timetable(work.each_minute, work.keep_up)
    timetable.begin()
    return timetable


def _tell(event: JobExecutionEvent) -> None:
    if event.code == EVENT_JOB_MISSED:
        _log.warning("job.missed", job=event.job_id, due=str(event.scheduled_run_time))
    else:
        _log.error("job.failed", job=event.job_id, exc_info=event.exception)
