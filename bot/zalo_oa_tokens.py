"""The tokens of an Official Account, shared by all processes: each refresh token is spent once, by one of them.

A refresh kills the old pair. So: one process at a time (a lease that outlives the call), looked at again under the
lease, written down before the call, the new pair committed before anybody uses it. A process that dies between the
platform's answer and the commit leaves what it wrote down: whoever comes next asks the platform whether the old access
token still lives. If it does, nothing was spent; if not, the pair is lost and an administrator must connect anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import SendError, Temporary, Unauthorized
from bot.channels.zalo_oa_api import Token
from bot.channels.zalo_oa_oauth import CALL_SECONDS, Granted, NotSent, OAuth, Refused, Unclear
from models.queries import lease, secrets
from models.queries.secrets import DYING, LOST, REFUSED, Kept, Pair
from models.store import Store

LEASE_SECONDS = 3 * CALL_SECONDS
EARLY, LATE = 0.5, 0.8  # of an access token's life (25 h): renewed after 12 h 30 to 20 h, each time at another moment
AGAIN, SELDOM = timedelta(seconds=5), timedelta(minutes=10)  # after a refusal: as long again as it has lasted
TOLD_AFTER = timedelta(minutes=1)  # of refusals: one may be a fault of the moment
DYING_IN = timedelta(days=14)
ROUND_SECONDS = 60.0
LOOK_SECONDS = 0.05  # while another process renews; seldomer the longer it takes
CONNECT = "the tokens are lost: sangkien zalo connect"
KEEP_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)  # seconds; a pair that is not stored is lost

T = TypeVar("T")
log = structlog.get_logger(__name__)


class NoToken(Unauthorized):
    """Never connected, not any more, or not renewed: mostly only an administrator can mend it."""


class NotRenewed(Temporary):
    """`kind`: the name of what went wrong. `doubtful`: the platform may have renewed it all the same."""

    def __init__(self, kind: str, *, doubtful: bool) -> None:
        super().__init__(f"token {'perhaps renewed, no answer' if doubtful else 'not renewed'} ({kind})")
        self.kind = kind
        self.doubtful = doubtful


@dataclass(frozen=True)
class Bank:
    """What the tokens are kept and renewed with.

    `lives(access)`: does the platform still take this access token? None: it cannot be asked just now.
    `tell(conn, problem, version)` tells the administrators, in the transaction that records the problem.
    """

    name: str  # of the row
    store: Store
    clock: Callable[[], datetime]
    holder: str  # names this process in leases
    oauth: OAuth
    lives: Callable[[str], Awaitable[bool | None]]
    tell: Callable[[Connection, str, int], None]
    luck: Callable[[], float] = field(default=random.random)  # 0 … 1


class SharedTokens:
    """See `bot.channels.zalo_oa_api.Tokens`."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._known: Kept | None = None
        self._missing = ""
        self._alone = asyncio.Lock()  # the lease is the process's, not the coroutine's

    @property
    def problem(self) -> str:
        """ "" while all is well, or nobody has looked yet; "none", or one of `secrets.PROBLEMS`."""
        return self._known.problem if self._known else self._missing

    async def current(self) -> Token:
        """Raises NoToken, Temporary."""
        known = self._known
        if known is None or known.problem:  # it may have been mended meanwhile
            known = await self._look()
        if known.pair.access_until <= self._bank.clock():
            return await self.renew(known.version)
        return Token(known.version, known.pair.access)

    async def renew(self, after: int) -> Token:
        """A token of a later version: another process's, or this one renews it. Raises NoToken, Temporary."""
        async with self._alone:
            known = await self._look()
            if known.version <= after:
                known = await to_the_end(self._renewed(after))
        return Token(known.version, known.pair.access)

    async def round(self) -> None:
        """Renew what is due and tell what is wrong. Raises nothing but what the store raises."""
        try:
            known = await self._look()
            await self._warn(known)
            if known.spending or known.pair.renew_at <= self._bank.clock():
                await self.renew(known.version)
        except SendError as error:
            log.warning("zalo_oa_token_not_renewed", reason=str(error))

    async def run(self) -> None:
        """Until cancelled: a round at once, then every minute."""
        while True:
            try:
                await self.round()
            except SQLAlchemyError as error:
                log.warning("zalo_oa_token_unreadable", error=type(error).__name__)
            await asyncio.sleep(ROUND_SECONDS)

    # ------------------------------------------------------------ under the lease

    async def _look(self) -> Kept:
        self._known = known = await self._bank.store.read(secrets.read, self._bank.name)
        if known is None:
            self._missing = "none"
            raise NoToken("not connected: sangkien zalo connect")
        return known

    async def _renewed(self, after: int) -> Kept:
        bank = self._bank
        name = f"token:{bank.name}"
        pause = LOOK_SECONDS
        while not await bank.store.write(lease.take, name, bank.holder, bank.clock(), LEASE_SECONDS):
            await asyncio.sleep(pause)
            pause = min(pause * 1.2, 1.0)
            known = await self._look()
            if known.version > after:
                return known
        try:
            known = await self._look()
            return known if known.version > after else await self._spend(known)
        finally:
            await bank.store.write(lease.release, name, bank.holder)

    async def _spend(self, known: Kept) -> Kept:
        """Raises NoToken, Temporary."""
        bank = self._bank
        if known.problem == LOST:
            raise NoToken(CONNECT)
        if known.problem and bank.clock() < known.pair.renew_at:
            raise NoToken("the token was not renewed a moment ago")
        doubtful = bool(known.spending) and not await self._settle(known)
        if not await bank.store.write(self._begin, known):
            return await self._look()
        try:
            new = await bank.oauth.refresh(known.pair.refresh)
        except NotSent as error:
            await bank.store.write(secrets.end, bank.name, known.version)
            raise NotRenewed(str(error), doubtful=False) from None
        except Unclear as error:  # what was written down stays: the next try asks the platform
            raise NotRenewed(str(error), doubtful=True) from None
        except Refused as error:
            await bank.store.write(self._refused, known, LOST if doubtful else REFUSED)
            log.error("zalo_oa_token_refused", reason=str(error))  # noqa: TRY400 # the reason says it all
            raise NoToken(f"the token is not renewed: {error}") from None
        return await self._kept(known, new)

    def _begin(self, conn: Connection, known: Kept) -> bool:
        bank = self._bank
        spent = fingerprint(known.pair.refresh)
        return secrets.begin(conn, bank.name, known.version, spent=spent, holder=bank.holder, now=bank.clock())

    async def _settle(self, known: Kept) -> bool:
        """Somebody began to spend this token and never stored an answer. Returns where it may be spent (again): True
        where the platform says that it was not.

        An access token that has run out by itself tells nothing; then there is nothing to lose any more. Raises
        NoToken where the answer is lost, Temporary where the platform cannot be asked.
        """
        bank = self._bank
        lives = await bank.lives(known.pair.access)
        if lives is None:
            raise NotRenewed("the platform cannot be asked what became of it", doubtful=True)
        if not lives and bank.clock() < known.pair.access_until:
            await bank.store.write(self._refused, known, LOST)
            log.error("zalo_oa_token_lost", spent=known.spending)
            raise NoToken(CONNECT)
        log.warning("zalo_oa_token_not_spent" if lives else "zalo_oa_token_tried_again", token=known.spending)
        return lives

    def _refused(self, conn: Connection, known: Kept, problem: str) -> None:
        bank = self._bank
        now = bank.clock()
        if problem == REFUSED:
            secrets.end(conn, bank.name, known.version)
        news = secrets.trouble(conn, bank.name, known.version, problem, now=now, again_at=now + self._wait(known))
        if news if problem == LOST else self._lasted(known) >= TOLD_AFTER:  # the same words are told once
            bank.tell(conn, problem, known.version)

    def _lasted(self, known: Kept) -> timedelta:
        now = self._bank.clock()
        return now - (known.problem_since or now)

    def _wait(self, known: Kept) -> timedelta:
        """Before the platform is asked again. A fault of the moment costs a worker seconds; a lasting one no calls."""
        return min(max(self._lasted(known), AGAIN), SELDOM)

    async def _kept(self, known: Kept, new: Granted) -> Kept:
        """Stored before anybody uses it. Raises SQLAlchemyError when that could not be done for minutes."""
        bank = self._bank
        pair = pair_of(new, bank.clock(), bank.luck())
        for pause in KEEP_PAUSES:
            try:
                await bank.store.write(secrets.keep, bank.name, known.version, pair)
                break
            except SQLAlchemyError as error:
                log.error("zalo_oa_token_not_stored", error=type(error).__name__)  # noqa: TRY400 # tokens are in it
                await asyncio.sleep(pause)
        else:
            await bank.store.write(secrets.keep, bank.name, known.version, pair)
        log.info("zalo_oa_token_renewed", version=known.version + 1)
        return await self._look()

    async def _warn(self, known: Kept) -> None:
        """Days before the refresh token dies: then nothing has been renewed for weeks."""
        if known.pair.refresh_until - self._bank.clock() < DYING_IN and known.problem in ("", REFUSED):
            await self._bank.store.write(self._dying, known)

    def _dying(self, conn: Connection, known: Kept) -> None:
        bank = self._bank
        if secrets.trouble(conn, bank.name, known.version, DYING, now=bank.clock()):
            bank.tell(conn, DYING, known.version)


def pair_of(new: Granted, now: datetime, luck: float) -> Pair:
    """`luck` (0 … 1) sets when it is renewed, so that processes and accounts do not all come at once."""
    lives = timedelta(seconds=new.access_seconds)
    return Pair(
        access=new.access,
        refresh=new.refresh,
        access_until=now + lives,
        refresh_until=now + timedelta(seconds=new.refresh_seconds),
        renew_at=now + lives * (EARLY + (LATE - EARLY) * luck),
    )


def fingerprint(token: str) -> str:
    """Names a token without telling it."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Once begun it is finished, though the caller be cancelled: then CancelledError is raised afterwards."""
    cancelled = False
    failed: list[BaseException] = []
    done: list[T] = []

    async def caught() -> None:
        try:
            done.append(await work)
        except Exception as error:  # raised below: a task group would wrap it
            failed.append(error)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(caught())
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True  # the group waits for the work, and does not pass the cancelling on
    if cancelled:
        raise asyncio.CancelledError
    if failed:
        raise failed[0]
    return done[0]
