"""What follows when a message could not be sent: decided here as a plain value, then recorded in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels import Gone, Moved, NotNow, RateLimited, SendError, Temporary, Unauthorized
from models.queries import chats, lease, outcome, reach, untold
from models.queries.outbox import Claimed

MOST_TRIES = 20
MOST_HOURS = 24  # since the first try
LONGEST_WAIT = timedelta(hours=72)  # for a window to open, a night or a day's quota to be over
FIRST_DELAY = 1.0  # seconds, doubled with each try
LONGEST_DELAY = 300.0
TOKEN_PAUSES = timedelta(seconds=5), timedelta(minutes=1)  # the first and the longest while the token is not taken


@dataclass(frozen=True, slots=True)
class Verdict:
    """`again_at` None: refused. `blocks_until`: nothing of the whole channel leaves before. `counts`: it was a try.
    `unreached`: the person cannot be reached; what was to be said is kept.
    """

    reason: str
    again_at: datetime | None = None
    counts: bool = True
    maybe_sent: bool = False
    blocks_until: datetime | None = None
    moved_to: str = ""
    chat_gone: bool = False
    unreached: bool = False


def judge(
    message: Claimed, error: SendError, now: datetime, random: Callable[[], float], refused_for: timedelta = timedelta()
) -> Verdict:
    """What an error means for this message. `random` gives 0 … 1; `refused_for`: how long no token has been taken."""
    reason = f"{type(error).__name__}: {error}"
    match error:
        case RateLimited():
            until = now + timedelta(seconds=max(error.after, 0.0))
            return Verdict(reason, until, counts=False, blocks_until=until)
        case Unauthorized():  # as long again as it has lasted: a fault of the moment must not cost minutes
            first, longest = TOKEN_PAUSES
            until = now + min(max(refused_for, first), longest)
            return Verdict(reason, until, counts=False, blocks_until=until)
        case NotNow() if error.until - message.first_tried_at > LONGEST_WAIT:  # until they write, for all we know
            return Verdict(reason, unreached=True)
        case NotNow():
            return Verdict(reason, error.until, counts=False)
        case Moved():  # counted, lest two chats that name each other go on for ever
            return Verdict(reason, now if message.attempts < MOST_TRIES else None, moved_to=error.new_chat)
        case Gone():
            return Verdict(reason, chat_gone=True, unreached=True)
        case Temporary():
            return _later(message, reason, now, random)
        case _:
            return Verdict(reason)


def _later(message: Claimed, reason: str, now: datetime, random: Callable[[], float]) -> Verdict:
    too_old = now - message.first_tried_at >= timedelta(hours=MOST_HOURS)
    if too_old or message.attempts >= MOST_TRIES:
        return Verdict(f"gave up after {message.attempts} tries: {reason}", maybe_sent=True)
    delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (message.attempts - 1))
    # up to a quarter more, so that what failed together does not come back together
    return Verdict(reason, now + timedelta(seconds=delay * (1 + random() / 4)), maybe_sent=True)


def record(conn: Connection, message: Claimed, verdict: Verdict, holder: str, now: datetime) -> None:
    """Write down the verdict, and what it means for the chat and the channel."""
    if verdict.blocks_until is not None:
        lease.block(conn, message.channel, verdict.blocks_until)
    if verdict.moved_to:
        chats.move(conn, message.channel, message.chat, verdict.moved_to)
    if verdict.again_at is None:
        outcome.refuse(conn, message.id, holder, now, verdict.reason)
    elif verdict.counts:
        outcome.again(conn, message.id, holder, verdict.again_at, verdict.reason, maybe_sent=verdict.maybe_sent)
    else:
        outcome.release(conn, [message.id], holder, verdict.again_at)
    if verdict.unreached:
        untold.keep(conn, [message.id])
    if verdict.chat_gone:
        reach.gone(conn, message.channel, message.chat, now, is_group=message.is_group)
