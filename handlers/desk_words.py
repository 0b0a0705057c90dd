"""How requests for help are shown: to those who may see to them, and to the person who asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from handlers import voices
from handlers.desk_facts import HelpRequest
from handlers.fold import shortened
from handlers.forms import began
from handlers.talk import Card, Choice, Media, Reply, Say, Words, reply, say

REQUEST, TALK, TYPED = "request", "talk", "typed"  # kinds of cards
LATER = Choice("leave", say("choice.leave"), 0)
_TAKE, _OVER = Choice("take", say("request.take")), Choice("over", say("request.over"))
_ANSWER, _DONE = Choice("answer", say("request.answer")), Choice("done", say("request.done"))
AFTER = (_ANSWER, _DONE, LATER)  # once it has been answered
_TYPE, _PLACE = Choice("type", say("request.type")), Choice("place", say("request.place"))
_FRESH = timedelta(minutes=2)


def same_request(shown: str, card: Card) -> bool:
    """Is the card that was shown last (`State.card`) about the same request? Then the newer one takes its place."""
    kind, _, record = shown.partition(":")
    kinds = (REQUEST, TALK, TYPED)
    return kind in kinds and card.kind in kinds and record.partition(".")[0] == card.record.partition(".")[0]


# ---------------------------------------------------------------- to those who help


def head(r: HelpRequest) -> Say:
    """Who asks for what."""
    unit: Words = shortened(str(r.unit["short"]), 18) if r.unit else say("officer.no_unit")
    name = shortened(r.name, 60) or "?"
    if r.kind == "unit":
        return say("officer.unit_asked", name=name, words=shortened(r.words, 60))
    key = "officer.voice_asked" if r.kind == "voice" else "officer.help_asked"
    return say(key, name=name, unit=unit, phone=r.phone or "–")


def card(r: HelpRequest, person_id: int, now: datetime, *before: Words) -> Reply:
    """What may be done about it, for this person. Taken by somebody else: who, since when, and to take it over."""
    if r.done:
        return reply(*before, head(r), say("request.is_done"))
    lines: list[Words] = [*before, head(r), *_wrote(r), *_waits(r, now)]
    if r.taken_by not in (None, person_id):
        return reply(*before, head(r), taken(r, now), choices=(_OVER, LATER), card=Card(REQUEST, str(r.id)))
    if r.proposed:
        lines.append(say("request.proposed"))
    fill = (_PLACE,) if r.asks_for_unit else (_TYPE,) if r.can_be_typed else ()
    ways = (*(() if r.taken_by else (_TAKE,)), _ANSWER, *fill, _DONE)
    return reply(*lines, choices=(*ways, LATER), card=Card(REQUEST, str(r.id)))


def with_voice(shown: Reply, r: HelpRequest, channel: str, language: str, reader: int) -> Reply:
    """The card with the voice message that is to be typed: by the name its own channel knows, else fetched anew."""
    if not r.voice or r.done:
        return shown
    if r.voice.get("channel") == channel:
        voice = Media(str(r.voice["kind"]), str(r.voice["ref"]), name=str(r.voice.get("name") or ""))
    else:
        voice = Media("voice", voices.make_ref(r.id, language, reader), name=voices.NAME)
    return replace(shown, media=(voice,))


def taken(r: HelpRequest, now: datetime) -> Say:
    since = how_long(now - r.taken_at) if r.taken_at else how_long(timedelta())
    return say("request.taken_by", name=r.taker or say("preview.somebody"), since=since)


def row(r: HelpRequest, person_id: int, now: datetime) -> Say:
    """One line of the list: who, what, how long it has waited, who has it."""
    key = "row_mine" if r.taken_by == person_id else "row_taken" if r.taken_by else "row"
    return say(
        f"request.{key}",
        name=shortened(r.name, 24) or "?",
        kind=say(f"request.kind_{r.kind}"),
        waits=how_long(now - r.asked_at),
    )


def _wrote(r: HelpRequest) -> tuple[Words, ...]:
    if r.kind == "unit" or not r.words:
        return ()
    return (say("talk.from_asker", name=shortened(r.name, 24) or "?", text=shortened(r.words, 80)),)


def _waits(r: HelpRequest, now: datetime) -> tuple[Words, ...]:
    return () if now - r.asked_at < _FRESH else (say("request.waits", time=how_long(now - r.asked_at)),)


def how_long(time: timedelta) -> Say:
    """`35 phút`, `2 giờ`, `3 ngày`: rounded down."""
    minutes = max(1, int(time.total_seconds() // 60))
    if minutes < 60:
        return say("request.minutes", n=minutes)
    return say("request.hours", n=minutes // 60) if minutes < 48 * 60 else say("request.days", n=minutes // (24 * 60))


# ---------------------------------------------------------------- to the person who asked


def said_to_asker(request_id: int, helper: str, text: str) -> Reply:
    """A helper's words; what is answered to it goes back to the helper."""
    return talking(request_id, say("talk.from_helper", name=helper or say("preview.somebody"), text=text))


def talking(request_id: int, *lines: Words, words: bool = False) -> Reply:
    """`words`: offer to show what can be typed, too."""
    also = (Choice("words", say("talk.words")),) if words else ()
    choices = (Choice("answer", say("request.answer")), *also, Choice("leave", say("choice.done"), 0))
    return reply(*lines, choices=choices, card=Card(TALK, str(request_id)))


def typed_card(request_id: int, proposal: Mapping[str, Any], helper: str) -> Reply:
    """What was typed for the person: it is filed only when they say so."""
    title, body = shortened(str(proposal["title"]), 70), shortened(str(proposal["body"]), 60)
    lines = [
        say("typed.head", name=shortened(helper, 40) or say("preview.somebody")),
        say("confirm.line", text=title),
        say("confirm.line", text=body),
        say("typed.began", began=began.words(proposal["began"])),
    ]
    choices = (
        Choice("yes", say("typed.yes")),
        Choice("edit", say("confirm.edit")),
        Choice("leave", say("choice.no"), 0),
    )
    return Reply(tuple(lines), choices, Card(TYPED, f"{request_id}.{proposal['n']}"))
