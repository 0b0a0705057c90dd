"""How a preview is shown to officers: a card to decide, then a message that is the notice and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.fold import shortened
from handlers.moments import clock, day_text, is_end
from handlers.preview_facts import SKIPPED, Preview
from handlers.talk import Card, Choice, Reply, Say, Words, reply, say

PREVIEW, DECIDED = "preview", "decided"  # kinds of cards: what 0 means differs
FRESH, RENEWED, NEWER, WAITING = "fresh", "renewed", "newer", "waiting"  # why a card is shown
REPLACED = "replaced"  # another one had been approved already
NAMED = 3  # groups, before the others are only counted
_TIME, _NOW = Choice("time", say("preview.at_its_hour")), Choice("now", say("preview.now"))
_FIX, _DONE = Choice("fix", say("preview.fix")), Choice("posted", say("preview.by_hand"))
_AGAIN, _SKIP = Choice("again", say("preview.again")), Choice("skip", say("preview.not_today"))
_NOT_TODAY = Choice("leave", say("preview.not_today"), 0)
_CLOSE = Choice("leave", say("choice.done"), 0)


def name(p: Preview, most: int = 60) -> Words:
    """The group's title, else its unit and kind."""
    return shortened(p.title, most) if p.title else say("link.choice", unit=p.unit, kind=say(f"group.{p.kind}"))


def names(p: Preview) -> Words:
    """Of all groups that its card stands for."""
    return listed([name(p, 30), *(name(other, 30) for other in p.also)]) if p.also else name(p)


def listed(found: Sequence[Words]) -> Words:
    """Some names; the rest as a number."""
    if len(found) == 1:
        return found[0]
    rest = len(found) - NAMED
    shown = tuple(found[:NAMED])
    return say("preview.groups", names=shown) if rest <= 0 else say("preview.groups_more", names=shown, rest=rest)


def hour(p: Preview, language: str) -> str:
    return clock(p.at, p.day, language)


def card(p: Preview, language: str, why: str = FRESH) -> Reply:
    """What is asked of an officer (conversation.md §5). `0` means: nothing is posted today."""
    waits = "preview.hand_waits" if p.by_hand else "preview.waits"
    fresh = "preview.hand_card" if p.by_hand else "preview.card"
    lines = [say(waits if why == WAITING else fresh, hour=hour(p, language)), say("preview.group", name=names(p))]
    if why in (RENEWED, NEWER, REPLACED):
        lines.insert(0, say(f"preview.{why}"))
    return reply(*lines, choices=(*_ways(p), _FIX, _NOT_TODAY), card=Card(PREVIEW, p.record, p.version))


def _ways(p: Preview) -> tuple[Choice, ...]:
    if p.by_hand:
        return (_DONE,)
    return (_TIME, _NOW) if p.timed else (_NOW,)


def decided_card(p: Preview, person_id: int, language: str, now: datetime) -> Reply:
    """A preview somebody has decided, shown again: whoever did may still change it."""
    said = reply(standing(p, language, now), say("preview.group", name=name(p)))
    if p.is_anothers(person_id):
        return said
    ways = _ways(p) if p.status == SKIPPED else (*(way for way in _ways(p) if way is not _TIME), _SKIP)
    return Reply(said.text, (*ways, _AGAIN, _CLOSE), Card(DECIDED, p.record, p.version))


def standing(p: Preview, language: str, now: datetime) -> Say:
    """What became of it, in one sentence."""
    day, who = day_text(p.day, language), p.decider or say("preview.somebody")
    if p.posted_at is not None:
        key = "preview.is_posted" if p.decided_by is None else "preview.is_posted_by"
        return say(key, name=who, day=day, time=clock(p.posted_at, p.day, language))
    if p.decided_at is not None and p.is_open(now):
        key = "preview.is_skipped" if p.status == SKIPPED else "preview.is_approved"
        return say(key, name=who, time=clock(p.decided_at, p.day, language), hour=hour(p, language))
    return say("preview.over", day=day)


def until(p: Preview, language: str) -> Words:
    """`24h00`, or `12h00 ngày 21/11/2026`: how long it can still be decided about."""
    time = clock(p.closes, p.day, language)
    if is_end(p.closes, p.day):
        return time
    return say("preview.until_day", time=time, day=day_text(p.closes.date(), language))
