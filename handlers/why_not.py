"""What became of a group's daily notice, or why nothing was sent: one sentence for each group. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from handlers.fold import shortened
from handlers.moments import clock, day_text
from handlers.talk import Say, Words, say
from handlers.why_facts import GroupDay, PostedNotice

DAILY = "daily"
HAND = "hand"  # the channel of groups the bot is not in: officers post there themselves
NAME = 40  # characters of a group's title
SOON = timedelta(minutes=5)  # the timetable looks each minute: what is due for longer was not looked at


def line(day: GroupDay, language: str = "vi") -> Say:
    """ "15 chủ tịch: đã đăng 17h01, theo giờ hẹn."; a group without a title is named by its unit and kind."""
    name: Words = shortened(day.title, NAME) or say("link.choice", unit=day.unit, kind=say(f"group.{day.kind}"))
    if day.several and day.campaign:
        name = say("why_not.of_campaign", group=name, campaign=day.campaign)
    return say("why_not.line", group=name, what=what(day, language))


def is_out(day: GroupDay) -> bool:
    return day.posted is not None or (day.decided is not None and day.decided.status == "posted")


def what(day: GroupDay, language: str = "vi") -> Words:
    """What became of it; of several reasons the one that would have to be mended first."""
    if day.posted is not None:
        return _posted(day, day.posted, language)
    if day.decided is not None and day.decided.status == "posted":
        return _decided("why_not.by_hand", day, language)
    return _standing(day) or _campaign(day, language) or _settings(day) or _hour(day, language)


# ---------------------------------------------------------------- it was posted


def _posted(day: GroupDay, posted: PostedNotice, language: str) -> Words:
    by = say("why_not.asked_by", name=posted.by or say("why_not.officer")) if posted.by is not None else None
    how = by or say("why_not.by_clock")
    made = _time(posted.made_at, language)
    if day.channel == HAND:
        return say("why_not.by_hand", by=posted.by or say("why_not.officer"), time=made)
    match posted.status:
        case "sent":
            return say("why_not.sent", time=_time(posted.sent_at or posted.made_at, language), how=how)
        case "refused":
            return say("why_not.refused", time=made, reason=refusal(posted.outcome))
        case "expired":
            return say("why_not.expired", time=made)
    until = max(filter(None, (posted.until, day.blocked_until)), default=None)
    if until is not None and until > day.now:
        return say("why_not.blocked", time=made, until=_time(until, language))
    return say("why_not.queued", time=made)


def refusal(outcome: str) -> Say:
    """The sender's outcome in words (`bot/outcomes.py` writes it: the kind of error, then the platform's words)."""
    for key, begins in (("gone", "Gone"), ("gave_up", "gave up"), ("unknown", "unknown")):
        if outcome.startswith(begins):
            return say(f"why_not.refusal.{key}")
    return say("why_not.refusal.other")


# ---------------------------------------------------------------- it was not


def _standing(day: GroupDay) -> Words | None:
    if day.linked_at is None:
        return say("why_not.not_linked")
    if day.channel != HAND and day.standing not in ("member", "admin"):
        return say("why_not.not_in")
    return None


def _campaign(day: GroupDay, language: str) -> Words | None:
    if day.campaign:
        return None
    if day.opens_on is not None:
        return say("why_not.opens", day=day_text(day.opens_on, language))
    if day.closed_on is not None:
        return say("why_not.closed", day=day_text(day.closed_on, language))
    return say("why_not.no_campaign")


def _settings(day: GroupDay) -> Words | None:
    if not day.kinds.get(DAILY, True):
        return say("why_not.switched_off")
    if str(day.now.isoweekday()) not in day.days:
        return say("why_not.not_this_day", weekday=say(f"notice.weekday.{day.now.weekday()}"))
    return None


def _hour(day: GroupDay, language: str) -> Words:
    """What the clock and the officers have said to it."""
    due = _at(day.now.date(), day.hour, day.now)
    shown = {"hour": _time(due, language)}
    if day.linked_at is not None and day.linked_at.date() == day.now.date() and day.linked_at >= due:
        return say("why_not.from_tomorrow", linked=_time(day.linked_at, language), **shown)
    if day.decided is not None and day.decided.status == "skipped":
        return _decided("why_not.skipped", day, language)
    if day.now < due:
        key = "why_not.approved_for" if day.decided and day.decided.status == "approved" else "why_not.not_yet"
        return say(key, **shown)
    if day.channel == HAND:
        return say("why_not.nobody_posted", **shown)
    if day.approval and not (day.decided and day.decided.status == "approved"):
        return say("why_not.waits_for_approval", **shown)
    if _is_quiet(day, day.now.time()) and not _is_quiet(day, due.time()):  # an hour chosen within them is kept
        return say("why_not.quiet", first=day.quiet_from, last=day.quiet_to, **shown)
    return say("why_not.soon" if day.now < due + SOON else "why_not.timetable", **shown)


def _decided(key: str, day: GroupDay, language: str) -> Say:
    decided = day.decided
    at = decided.at if decided is not None else None
    by = decided.by if decided is not None else ""
    return say(key, by=by or say("why_not.officer"), time=_time(at or day.now, language))


def _is_quiet(day: GroupDay, at: time) -> bool:
    """As `scheduler/hours.py` has it: the same hour twice means there are none."""
    first, last = time.fromisoformat(day.quiet_from), time.fromisoformat(day.quiet_to)
    return (first <= at < last) if first <= last else (at >= first or at < last)


def _at(day: date, hour: str, like: datetime) -> datetime:
    return datetime.combine(day, time.fromisoformat(hour), like.tzinfo)


def _time(at: datetime, language: str) -> str:
    return clock(at, at.date(), language)
