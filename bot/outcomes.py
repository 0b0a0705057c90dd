"""What follows when a message could not be sent: decided here as a plain value, then recorded in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels import Gone, Moved, NotNow, RateLimited, SendError, Temporary, Unauthorized, Unsure
from models.queries import chats, lease, meter, outcome, reach, untold
from models.queries.outbox import Claimed

MOST_MOVES = 20
LONGEST_AWAY = timedelta(hours=24)  # so long is a platform waited for
LONGEST_WAIT = timedelta(hours=72)  # for a window to open, a night or a day's quota to be over
FIRST_DELAY = 1.0  # seconds; then as long again as it has been
LONGEST_DELAY = 300.0
# After a try that may have arrived, in seconds: one more than there are pauses. Few, for each may be a repeat; growing,
# so that the last one lies beyond the longest outage (docs/decisions/0025).
AGAIN_TO_PERSON = (1.0, 3.0, 15.0, 120.0, 900.0, 3600.0, 7200.0, 14400.0)
AGAIN_TO_GROUP = (2.0, 10.0, 60.0, 1800.0, 7200.0, 14400.0)
TOKEN_PAUSES = timedelta(seconds=5), timedelta(minutes=1)  # the first and the longest while the token is not taken


@dataclass(frozen=True, slots=True)
class Verdict:
    """`again_at` None: refused. `blocks_until`: nothing of the whole channel leaves before. `counts`: it was a try that
    may have arrived. `unreached`: the person cannot be reached; what was to be said is kept. `because`: the key of what
    administrators are to know.
    """

    reason: str
    again_at: datetime | None = None
    counts: bool = True
    maybe_sent: bool = False
    blocks_until: datetime | None = None
    moved_to: str = ""
    chat_gone: bool = False
    unreached: bool = False
    because: str = ""


class Troubles:
    """Since when sending has been going wrong: with a token for all, with a platform that is away for each message."""

    def __init__(self) -> None:
        self._token_refused_at: datetime | None = None  # first, since it was last taken
        self._away: dict[int, datetime] = {}

    def since(self, message: Claimed, error: SendError, now: datetime) -> datetime:
        """In this way: it may have waited for something else before."""
        if isinstance(error, Temporary):
            return self._away.setdefault(message.id, now)
        self._away.pop(message.id, None)
        if isinstance(error, Unauthorized):
            self._token_refused_at = self._token_refused_at or now
        return self._token_refused_at or now

    def over(self, message: Claimed) -> None:
        """It went out."""
        self._token_refused_at = None
        self._away.pop(message.id, None)


def judge(
    message: Claimed, error: SendError, now: datetime, random: Callable[[], float], lasted: timedelta = timedelta()
) -> Verdict:
    """What an error means for this message. `random` gives 0 … 1; `lasted`: how long no token has been taken, or the
    platform been away for this message.
    """
    reason = f"{type(error).__name__}: {error}"
    match error:
        case RateLimited():
            until = now + timedelta(seconds=max(error.after, 0.0))
            return Verdict(reason, until, counts=False, blocks_until=until, because=error.because)
        case Unauthorized():  # as long again as it has lasted: a fault of the moment must not cost minutes
            first, longest = TOKEN_PAUSES
            until = now + min(max(lasted, first), longest)
            return Verdict(reason, until, counts=False, blocks_until=until)
        case NotNow() if error.until - message.first_tried_at > LONGEST_WAIT:  # until they write, for all we know
            return Verdict(reason, unreached=True)
        case NotNow():
            return Verdict(reason, error.until, counts=False, because=error.because)
        case Moved():  # counted, lest two chats that name each other go on for ever
            return Verdict(reason, now if message.attempts < MOST_MOVES else None, moved_to=error.new_chat)
        case Gone():
            return Verdict(reason, chat_gone=True, unreached=True)
        case Unsure():
            return _once_more(message, reason, now, random)
        case Temporary():
            return _later(error, now, random, lasted)
        case _:
            return Verdict(reason)


def _once_more(message: Claimed, reason: str, now: datetime, random: Callable[[], float]) -> Verdict:
    """It may have arrived."""
    pauses = AGAIN_TO_GROUP if message.is_group else AGAIN_TO_PERSON
    if message.attempts > len(pauses):
        return Verdict(f"unknown after {message.attempts} tries: {reason}", maybe_sent=True, unreached=True)
    return Verdict(reason, now + _about(pauses[message.attempts - 1], random), maybe_sent=True)


def _later(error: Temporary, now: datetime, random: Callable[[], float], lasted: timedelta) -> Verdict:
    """The platform is away: no matter how often it was tried, until it has been so for a day."""
    reason = f"{type(error).__name__}: {error}"
    if lasted >= LONGEST_AWAY:
        return Verdict(f"gave up after a day: {reason}", maybe_sent=error.perhaps, unreached=True)
    delay = min(max(lasted.total_seconds(), FIRST_DELAY), LONGEST_DELAY)
    return Verdict(reason, now + _about(delay, random), counts=False, maybe_sent=error.perhaps)


def _about(seconds: float, random: Callable[[], float]) -> timedelta:
    """Up to a quarter more, so that what failed together does not come back together."""
    return timedelta(seconds=seconds * (1 + random() / 4))


def record(conn: Connection, message: Claimed, verdict: Verdict, holder: str, now: datetime) -> None:
    """Write down the verdict, and what it means for the chat and the channel."""
    if verdict.blocks_until is not None:
        lease.block(conn, message.channel, verdict.blocks_until)
    if verdict.moved_to:
        chats.move(conn, message.channel, message.chat, verdict.moved_to)
    if verdict.again_at is None:
        outcome.refuse(conn, message.id, holder, now, verdict.reason)
    else:
        outcome.again(
            *(conn, message.id, holder, verdict.again_at, verdict.reason),
            maybe_sent=verdict.maybe_sent,
            counts=verdict.counts,
        )
    if verdict.because:
        meter.note_refusal(conn, message.channel, now, verdict.because)
    if verdict.unreached:
        untold.keep(conn, [message.id])
    if verdict.chat_gone:
        reach.gone(conn, message.channel, message.chat, now, is_group=message.is_group)
