"""What is said of a broadcast under way: one message that is edited in place, the report, those not reached."""

from __future__ import annotations

from handlers.card import CLOSE
from handlers.cast import CANCEL, GREW, PAGE, PAUSE, RESUME, Cast, Missed, MissedPage
from handlers.figures import groups
from handlers.talk import Card, Choice, Reply, Say, Words, reply, say

BAR = 12  # blocks
_STEER = {
    "planned": (CANCEL,),
    "running": (PAUSE, CANCEL),
    "paused": (RESUME, CANCEL),
}


def card(cast: Cast, language: str) -> Reply:
    """How far it is, with what may be done about it; once it is over, the report."""
    if cast.ended_at is not None:
        return report(cast, language)
    choices = tuple(Choice(to, _label(to, cast, language)) for to in _STEER.get(cast.status, ()))
    lines = (_state(cast, language), bar(cast, language), *_counts(cast, language), *_rate(cast, language))
    return reply(*lines, choices=(*choices, CLOSE), card=_card(cast))


def report(cast: Cast, language: str) -> Reply:
    """The end: how many got it, how many did not and why, how long it took."""
    head = "cast.cancelled" if cast.status == "cancelled" else "cast.done"
    choices = (Choice("missed", say("cast.missed")),) if cast.missed else ()
    lines = (
        say(head, unit=cast.unit, sent=groups(cast.sent, language), of=groups(cast.of, language)),
        *_counts(cast, language)[1:],
        *_took(cast, language),
    )
    return reply(*lines, choices=(*choices, CLOSE) if choices else (), card=_card(cast) if choices else None)


def _card(cast: Cast) -> Card:
    return Card("cast", str(cast.id), cast.version)


def _label(to: str, cast: Cast, language: str) -> Say:
    if to == RESUME and cast.paused_why == GREW:
        return say("cast.resume_all", of=groups(cast.of, language))
    return say(f"cast.{to}")


def _state(cast: Cast, language: str) -> Say:
    if cast.paused_why == GREW:
        of, confirmed = groups(cast.of, language), groups(cast.confirmed, language)
        return say("cast.grew", unit=cast.unit, of=of, confirmed=confirmed)
    if cast.status == "paused":
        return say("cast.stopped_itself" if cast.paused_why == "failures" else "cast.paused", unit=cast.unit)
    if cast.rests_until:
        return say("cast.rests", unit=cast.unit, until=cast.rests_until)
    return say(f"cast.is_{cast.status}", unit=cast.unit)


def bar(cast: Cast, language: str) -> str:
    """ "██████░░░░░░ 50% (10.000/20.000)": full only when nobody is left."""
    done = cast.done * BAR // cast.of if cast.of else BAR
    share = cast.done * 100 // cast.of if cast.of else 100
    return f"{'█' * done}{'░' * (BAR - done)} {share}% ({groups(cast.done, language)}/{groups(cast.of, language)})"


def _counts(cast: Cast, language: str) -> tuple[Words, ...]:
    """Those sent, then a line of what went otherwise, where anything did."""
    kinds = ("blocked", "gone", "failed", "quota", "skipped")
    words = {"skipped": "unsent"} if cast.status == "cancelled" else {}
    other = tuple(
        say(f"cast.n_{words.get(kind, kind)}", number=groups(n, language))
        for kind in kinds
        if (n := getattr(cast, kind)) > 0
    )
    sent = say("cast.n_sent", number=groups(cast.sent, language))
    return (sent, say("cast.others", kinds=other)) if other else (sent,)


def _rate(cast: Cast, language: str) -> tuple[Words, ...]:
    if cast.status != "running" or not cast.per_second or cast.rests_until:
        return ()
    rate, minutes = groups(cast.per_second, language), -(-cast.seconds_left // 60)
    return (say("cast.rate", rate=rate, n=minutes, minutes=groups(minutes, language)),)


def _took(cast: Cast, language: str) -> tuple[Words, ...]:
    if cast.started_at is None or cast.ended_at is None:
        return ()
    seconds = max(1, round((cast.ended_at - cast.started_at).total_seconds()))
    rate = groups(-(-cast.sent // seconds), language)
    if seconds < 60:
        return (say("cast.took_short", rate=rate),)
    minutes = -(-seconds // 60)
    return (say("cast.took", n=minutes, minutes=groups(minutes, language), rate=rate),)


# ---------------------------------------------------------------- those not reached


def in_person(cast: Cast, missed: int, language: str) -> Reply:
    """To an officer of units in which some were not reached."""
    said = say("cast.in_person", unit=cast.unit, n=missed, number=groups(missed, language))
    return reply(said, choices=(Choice("missed", say("cast.missed")), CLOSE), card=_card(cast))


def missed_page(cast: Cast, page: MissedPage, number: int, language: str) -> Reply:
    """A page of people to be told in person. `number` counts from 0."""
    first = number * PAGE + 1
    last = first + len(page.people) - 1
    head = say("cast.to_tell", unit=cast.unit, first=first, last=last, of=groups(page.of, language))
    more = (Choice(f"m{number + 1}", say("cast.more")),) if last < page.of else ()
    lines = (_line(one) for one in page.people)
    return reply(head, *lines, choices=(*more, Choice("sheet", say("cast.as_file")), CLOSE), card=_card(cast))


def _line(one: Missed) -> Say:
    name = one.name[:30] or say("cast.nameless")
    return say("cast.person", name=name, unit=one.unit[:30], phone=one.phone or "–", why=say(f"cast.why_{one.why}"))
