"""This process in leases: its name, the right to receive, and what killed processes left behind.

A process that was killed leaves leases. Those of other machines run out by themselves; those of this one need not be
waited for: whoever starts here sees that it is gone.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import journal
from models.queries import lease, meter, outcome
from models.store import Store

POLL_LEASE = 20.0  # seconds; for so long nobody receives after the machine of the one who did is gone
POLL_RENEW = 5.0  # seconds between two renewals, so that the lease may be shorter than a poll
LOOK_EVERY = 5.0  # seconds
_HOST_CHARS = 24  # the name must fit into 60 characters

log = structlog.get_logger(__name__)


class PollLease:
    """One process polls with a token; the others wait until its lease runs out."""

    def __init__(
        self,
        name: str,
        store: Store,
        clock: Callable[[], datetime],
        holder: str,
        renew_every: float = POLL_RENEW,
    ) -> None:
        """`renew_every`: seconds between two renewals."""
        self._name = name
        self._renew_every = renew_every
        self._store = store
        self._clock = clock
        self._holder = holder
        self._held = False

    async def take(self) -> bool:
        """Take or renew it; False while another process has it."""
        self._held = await self._store.write(lease.take, self._name, self._holder, self._clock(), POLL_LEASE)
        return self._held

    async def renew(self) -> None:
        """Keep it, once taken, until cancelled."""
        while True:
            await asyncio.sleep(self._renew_every)
            try:
                if self._held:
                    await self.take()
            except SQLAlchemyError as error:  # then it runs out, which is right: nothing could be stored either
                log.warning("poll_lease_not_renewed", error=type(error).__name__)

    async def release(self) -> None:
        await self._store.write(lease.release, self._name, self._holder)


async def bury(store: Store, mine: str, journals: Path, now: datetime) -> None:
    """What killed processes of this machine held is free at once, not when their leases run out; what their journals
    say was sent is sent.
    """
    names = {*await store.read(lease.holders), *await asyncio.to_thread(journal.holders, journals)}
    dead = sorted(name for name in names if is_dead(name, mine))
    if dead:
        noted = await asyncio.to_thread(journal.lines, journals, dead)
        await store.write(_take_over, dead, noted, now)
        await asyncio.to_thread(journal.drop, journals, dead)
        log.warning("killed_process_found", leases_of=len(dead))


def _take_over(conn: Connection, dead: Sequence[str], noted: Sequence[journal.Line], now: datetime) -> None:
    sent = outcome.sent_before(conn, {line.message_id: line.external_id for line in noted}, dead, now)
    for channel, count in sent.items():
        meter.add_sent(conn, channel, meter.month_of(now), count)
    lease.end(conn, dead)


async def keep_burying(store: Store, mine: str, journals: Path, clock: Callable[[], datetime]) -> None:
    """Look for killed processes until cancelled: one that ran beside this one may never start again."""
    while True:
        await asyncio.sleep(LOOK_EVERY)
        try:
            await bury(store, mine, journals, clock())
        except SQLAlchemyError as error:  # their leases run out by themselves
            log.warning("killed_processes_not_looked_for", error=type(error).__name__)


def new_name() -> str:
    """`host-namespace-pid-random`: told apart from an earlier process that had the same pid."""
    return f"{_here()}-{os.getpid()}-{secrets.token_hex(4)}"


def is_dead(name: str, mine: str) -> bool:
    """Did the process `name` run here, and is it gone? False where that cannot be known. `mine`: this process's."""
    place, _, rest = name.rpartition("-")[0].rpartition("-")
    if os.name != "posix" or place != _here() or not rest.isdigit() or name == mine:
        return False
    pid = int(rest)
    return pid == os.getpid() or not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _here() -> str:
    """Host and process namespace: two containers may share a host's name and have the same pids."""
    try:
        namespace = str(os.stat("/proc/self/ns/pid").st_ino)
    except OSError:
        namespace = "0"
    return f"{socket.gethostname()[:_HOST_CHARS]}-{namespace}"
