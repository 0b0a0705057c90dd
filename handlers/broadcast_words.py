"""How a reminder is shown to whoever composes it: who gets it and who does not, how long it takes, what it costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from handlers.broadcast import allowed_from
from handlers.broadcast_facts import AudienceNow, ChannelNow, Made, Rule
from handlers.channel_names import title
from handlers.figures import groups
from handlers.fold import fold, shortened
from handlers.form import Ctx
from handlers.moments import clock, day_text, short_day
from handlers.parse import coming
from handlers.talk import Say, Words, say

_NO_CHOICE = 10  # no choice of a question has such a number
_CONFIRMED = re.compile(r"(?P<word>gui|send)? ?(?P<number>[0-9][0-9. ]*)")


def shown(ctx: Ctx, found: AudienceNow, wanted: datetime, starts: datetime, *, picture: bool) -> tuple[Words, ...]:
    """The reminder as one recipient reads it, then everything to know before it is sent."""
    lines: list[Words] = []
    if found.example:
        lines.append(say("broadcast.example", unit=shortened(found.example_unit, 60), text=found.example))
    lines.append(_counted(ctx, found))
    if found.left_out:
        lines.append(say("broadcast.left_out", reasons=_reasons(ctx, found)))
    lines += list(_channels(ctx, found))
    if picture:
        lines.append(say("broadcast.with_picture"))
    if starts != wanted:
        lines.append(say("broadcast.quiet", when=when(ctx, starts)))
    ends = starts + timedelta(seconds=found.seconds)
    if allowed_from(ends) != ends:
        lines.append(say("broadcast.into_night", when=when(ctx, allowed_from(ends))))
    return tuple(lines)


def _counted(ctx: Ctx, found: AudienceNow) -> Words:
    """People, groups, by channel where there are several; how long it takes."""
    if not found.number:
        return say("broadcast.nobody")
    return say(
        "broadcast.counted",
        whom=whom(ctx, found.people, found.groups),
        time=duration(found.seconds),
        by=_by(ctx, found),
    )


def whom(ctx: Ctx, people: int, of_groups: int) -> Say:
    """ "1.204 người", "3 nhóm"."""
    if of_groups:
        return say("broadcast.groups", n=of_groups, number=number(ctx, of_groups))
    return say("broadcast.people", n=people, number=number(ctx, people))


def _by(ctx: Ctx, found: AudienceNow) -> str:
    parts = (f"{one.name} {number(ctx, one.people + one.groups)}" for one in found.channels)
    return f" ({' · '.join(parts)})" if len(found.channels) > 1 else ""


def duration(seconds: float) -> Say:
    """Whole minutes, rounded up."""
    minutes = int(-(-seconds // 60))
    return say("broadcast.minutes", n=minutes) if minutes > 1 else say("broadcast.minute")


def _reasons(ctx: Ctx, found: AudienceNow) -> tuple[Say, ...]:
    return tuple(say(f"broadcast.why.{why}", number=number(ctx, n)) for why, n in found.left_out)


def _channels(ctx: Ctx, found: AudienceNow) -> Iterator[Words]:
    """What only channels with windows or quotas have."""
    for one in found.channels:
        if one.paid:
            yield _cost(ctx, one)
        if one.quota_left is not None:
            lacking = max(one.people + one.groups - one.quota_left, 0)
            left = number(ctx, one.quota_left)
            key = "broadcast.quota_short" if lacking else "broadcast.quota"
            yield say(key, channel=title(one.name), left=left, lacking=number(ctx, lacking))


def _cost(ctx: Ctx, one: ChannelNow) -> Words:
    return say("broadcast.cost", channel=title(one.name), number=number(ctx, one.paid), cost=number(ctx, one.cost))


# ---------------------------------------------------------------- confirmed


def send_label(ctx: Ctx, starts: datetime, *, now: bool) -> Words:
    return say("broadcast.send_now") if now else say("broadcast.send_at", when=when(ctx, starts))


def typed(number: int) -> Say | str:
    """What confirms it. A habit of typing 1 sends nothing: a number that might be a choice's has a word before it."""
    return str(number) if number >= _NO_CHOICE else say("broadcast.typed", number=number)


def confirms(text: str, number: int) -> bool:
    """`1204`, `1.204`, `GUI 1204`; of a few only `GUI 2` (en: `SEND 2`)."""
    found = _CONFIRMED.fullmatch(fold(text).strip())
    if found is None or coming.whole_number(found["number"]) != number:
        return False
    return bool(found["word"]) or number >= _NO_CHOICE


def sure(ctx: Ctx, starts: datetime, *, now: bool) -> Words:
    known = ctx.answers
    to_type = typed(int(known["number"]))
    who = whom(ctx, int(known["people"]), int(known["groups"]))
    if now:
        return say("broadcast.sure", whom=who, typed=to_type)
    return say("broadcast.sure_later", whom=who, typed=to_type, when=when(ctx, starts))


def grown(ctx: Ctx, found: AudienceNow) -> tuple[Words, ...]:
    """More would get it than a moment ago: how many, and what that costs."""
    now = say("broadcast.grown", whom=whom(ctx, found.people, found.groups), typed=typed(found.number))
    return (*_channels(ctx, found), now)


def confirmed(ctx: Ctx, later: datetime | None) -> Words:
    return say("broadcast.planned", when=when(ctx, later)) if later else say("broadcast.begun")


# ---------------------------------------------------------------- in a list


def label(ctx_language: str, made: Made) -> Say:
    at = (
        f"{short_day(made.starts_at.date(), ctx_language)} {clock(made.starts_at, made.starts_at.date(), ctx_language)}"
    )
    return say(
        "broadcast.listed", when=at, unit=shortened(made.unit, 18), status=say(f"broadcast.status.{made.status}")
    )


def details(language: str, made: Made) -> tuple[Words, ...]:
    day = made.starts_at.date()
    at = f"{clock(made.starts_at, day, language)} {day_text(day, language)}"
    head = say(
        "broadcast.details",
        unit=made.unit,
        rule=rule_words(made.rule),
        when=at,
        status=say(f"broadcast.status.{made.status}"),
    )
    return head, shortened(made.text, 150)


def rule_words(rule: Rule) -> Say:
    if rule.name == "groups":
        which = "both" if len(rule.kinds) > 1 else rule.kinds[0]
        return say(f"broadcast.which.{which}")
    if rule.name in ("zero", "below"):
        return say("broadcast.rule_below", percent=rule.percent) if rule.percent else say("broadcast.which.zero")
    return say(f"broadcast.rule.{rule.name}")


# ---------------------------------------------------------------- figures and moments


def number(ctx: Ctx, count: int) -> str:
    return groups(count, ctx.state.language)


def when(ctx: Ctx, at: datetime) -> str:
    """`18h00 20/11`."""
    return f"{clock(at, at.date(), ctx.state.language)} {short_day(at.date(), ctx.state.language)}"


def day_of(ctx: Ctx, iso: str) -> str:
    return day_text(date.fromisoformat(iso), ctx.state.language)
