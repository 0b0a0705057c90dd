"""A notice that waits for an officer, in words: its card, what became of it."""

from __future__ import annotations

from datetime import datetime

from handlers import why_not
from handlers.fold import shortened
from handlers.kinds import family
from handlers.moments import clock, day_text
from handlers.offer_facts import POSTED, SKIPPED, Offer
from handlers.preview_words import listed
from handlers.talk import Card, Choice, Reply, Say, Words, reply, say

OFFER, HANDED = "offer", "handed"  # kinds of cards: on the first 0 is an answer
_POST, _DONE = Choice("post", say("offered.post")), Choice("posted", say("preview.by_hand"))
_NO, _LATER = Choice("leave", say("offered.no"), 0), Choice("leave", say("choice.leave"), 0)


def what(offer: Offer) -> Say:
    """ "Bản tin tuần"."""
    return say(f"offered.kind.{family(offer.kind)}")


def names(offer: Offer) -> Words:
    most = 60 if len(offer.groups) == 1 else 30
    return listed(
        [
            shortened(one.title, most) or say("link.choice", unit=one.unit, kind=say(f"group.{one.kind}"))
            for one in offer.groups
        ]
    )


def card(offer: Offer, language: str) -> Reply:
    """What is asked of an officer; the words themselves are a message of their own."""
    about = {"what": what(offer), "names": names(offer)}
    if offer.by_hand:
        return reply(say("offered.hand", **about), choices=(_DONE, _LATER), card=Card(HANDED, str(offer.lead)))
    asked = say("offered.approve", until=until(offer, language), **about)
    return reply(asked, choices=(_POST, _NO), card=Card(OFFER, str(offer.lead)))


def until(offer: Offer, language: str) -> Words:
    """`12h00 ngày 24/11/2026`"""
    return _moment(offer.closes, language)


def line(offer: Offer, now: datetime, language: str) -> Say:
    """For VISAO: "Bản tin tuần, Zalo 15 chủ tịch: nhóm tự đăng, …"."""
    return say("offered.line", what=what(offer), names=names(offer), standing=standing(offer, now, language))


def standing(offer: Offer, now: datetime, language: str) -> Words:
    """What became of it, as a part of a sentence."""
    by = offer.decider or say("why_not.officer")
    at = _moment(offer.decided_at or offer.made_at, language)
    if offer.status == POSTED:
        return say("why_not.by_hand", by=by, time=at) if offer.by_hand else _sent(offer, by, at)
    if offer.status == SKIPPED:
        return say("offered.skipped", by=by, time=at)
    if offer.by_hand:
        return say("offered.nobody_posted")
    return say("offered.waits" if offer.is_open(now) else "offered.undecided", until=until(offer, language))


def _sent(offer: Offer, by: Words, at: Words) -> Words:
    match offer.sending:
        case "refused":
            return say("why_not.refused", time=at, reason=why_not.refusal(offer.outcome))
        case "expired":
            return say("why_not.expired", time=at)
        case "queued":
            return say("why_not.queued", time=at)
    return say("why_not.sent", time=at, how=say("why_not.asked_by", name=by))


def _moment(at: datetime, language: str) -> Words:
    return say("preview.until_day", time=clock(at, at.date(), language), day=day_text(at.date(), language))
