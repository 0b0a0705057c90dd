"""Which channel carries how many people, with the sum that says so (conversation.md §7). Values only.

A first filing takes seven messages of the worker and seven of the bot, the next four and four (conversation.md §1, §2);
a plan that counts messages counts both ways.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.config import Settings
from bot.findings import BAD, GOOD, WARNING, Finding
from handlers.figures import groups
from handlers.talk import Say, say

FIRST, NEXT = 14, 8  # messages of a filing, both ways


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is to be served. `wanted`: groups, one for each unit."""

    units: int
    members: int

    @property
    def wanted(self) -> int:
        return self.units


@dataclass(frozen=True, slots=True)
class Carrier:
    """A channel, and how many of the crowd's people and groups it carries: all (None), so many, or it is off (0)."""

    on: bool
    people: int | None
    words: tuple[Say, ...]
    rooms: int | None = None  # groups
    problem: Say | None = None  # it is on and serves nobody until this is mended
    alone: bool = True  # may it be the only channel?

    def carries(self, crowd: Crowd) -> bool:
        if not self.on or self.problem is not None:
            return False
        fits = self.people is None or self.people >= crowd.members
        return fits and (self.rooms is None or self.rooms >= crowd.wanted)


def carriers(settings: Settings, crowd: Crowd, account: Say | None) -> tuple[Carrier, ...]:
    """`account`: why the Official Account serves nobody yet; None: nothing is known against it."""
    return (_telegram(settings, crowd), _zalo_bot(settings, crowd), _account(settings, crowd, account), _page(settings))


def told(settings: Settings, crowd: Crowd, account: Say | None) -> Iterator[Finding]:
    """Each channel with its sum, those that are off, too; last, whether any carries all."""
    found = carriers(settings, crowd, account)
    whole = _enough(settings, found, crowd)
    for one in found:
        yield from (Finding(_mark(one, crowd, whole), words) for words in one.words)
    yield from _problems(found)
    if settings.zalo_bot_users:  # not known of the platform: nobody is promised more than the smaller number
        yield Finding(WARNING, say("carrier.zalo_rooms_too", users=_most(settings, settings.zalo_bot_users)))
    yield whole


def verdict(settings: Settings, crowd: Crowd, account: Say | None) -> Iterator[Finding]:
    """What a check says of the channels in use; nothing where there is none, or nobody to be served. What is wrong with
    the account, it says by itself.
    """
    found = carriers(settings, crowd, account)
    _, bot, _, page = found
    yield from _problems((page,))
    if not crowd.members or not any(one.on for one in found):
        return
    whole = _enough(settings, found, crowd)
    yield whole
    if bot.on and not bot.carries(crowd):
        yield Finding(WARNING if whole.mark == GOOD else BAD, _too_small(settings))


def _mark(one: Carrier, crowd: Crowd, whole: Finding) -> str:
    if not one.on:
        return WARNING
    if not one.carries(crowd):
        return BAD
    return GOOD if one.alone or whole.mark == GOOD else WARNING


def _problems(found: Sequence[Carrier]) -> Iterator[Finding]:
    return (Finding(BAD, one.problem) for one in found if one.on and one.problem is not None)


def _enough(settings: Settings, found: Sequence[Carrier], crowd: Crowd) -> Finding:
    members = groups(crowd.members, settings.language)
    able = [one for one in found if one.carries(crowd)]
    if any(one.alone for one in able):
        return Finding(GOOD, say("carrier.enough", members=members))
    return Finding(BAD, say("carrier.only_telegram" if able else "carrier.not_enough", members=members))


def _telegram(settings: Settings, crowd: Crowd) -> Carrier:
    if not settings.telegram_token.get_secret_value():
        return Carrier(False, 0, (say("reach.telegram_off"),))
    rate = settings.telegram_per_second
    told = say(
        "reach.telegram",
        members=groups(crowd.members, settings.language),
        minutes=_minutes(settings, crowd, rate),
        rate=f"{rate:g}",
    )
    return Carrier(True, None, (told,), alone=False)  # parts of the country cannot reach it


def _zalo_bot(settings: Settings, crowd: Crowd) -> Carrier:
    on = bool(settings.zalo_bot_token.get_secret_value())
    filings = settings.zalo_bot_monthly // FIRST if settings.zalo_bot_monthly else None
    most = [number for number in (settings.zalo_bot_users or None, filings) if number is not None]
    needs = say(
        "carrier.zalo_needs",
        members=groups(crowd.members, settings.language),
        wanted=groups(crowd.wanted, settings.language),
    )
    rooms = settings.zalo_bot_groups or None
    limited = bool(most) or rooms is not None
    words = (_too_small(settings) if limited else say("carrier.zalo_all", plan=settings.zalo_bot_plan), needs)
    people = min(most) if most else None
    return Carrier(on, people, words if on else (say("carrier.zalo_off"), *words), rooms)


def _too_small(settings: Settings) -> Say:
    monthly = settings.zalo_bot_monthly
    if not monthly:
        users, rooms = _most(settings, settings.zalo_bot_users), _most(settings, settings.zalo_bot_groups)
        return say("carrier.zalo_people", plan=settings.zalo_bot_plan, users=users, rooms=rooms)
    return say(
        "carrier.zalo",
        plan=settings.zalo_bot_plan,
        users=_most(settings, settings.zalo_bot_users),
        rooms=_most(settings, settings.zalo_bot_groups),
        monthly=groups(monthly, settings.language),
        filings=groups(monthly // FIRST, settings.language),
        first=FIRST,
        more=groups(monthly // NEXT, settings.language),
        next=NEXT,
    )


def _most(settings: Settings, number: int) -> str | Say:
    return groups(number, settings.language) if number else say("carrier.no_limit")


def _account(settings: Settings, crowd: Crowd, problem: Say | None) -> Carrier:
    rate, price, by_template = settings.zalo_oa_per_second, settings.zalo_oa_price, bool(settings.zalo_oa_template_id)
    most = max(price, settings.template_price) if by_template else price
    told = say(
        "carrier.account_template" if by_template else "carrier.account",
        free=settings.zalo_oa_free_hours,
        closed=settings.zalo_oa_closed_hours,
        price=groups(price, settings.language),
        dear=groups(settings.template_price, settings.language),
        most=groups(most, settings.language),
        members=groups(crowd.members, settings.language),
        minutes=_minutes(settings, crowd, rate),
        cost=groups(crowd.members * most, settings.language),
    )
    words = (told,) if settings.has_account else (say("carrier.account_off"), told)
    return Carrier(settings.has_account, None, words, problem=problem)


def _page(settings: Settings) -> Carrier:
    hourly = settings.filing_per_unit
    told = say("carrier.page", hourly=groups(hourly, settings.language), daily=groups(hourly * 8, settings.language))
    if not settings.public_filing:
        return Carrier(False, 0, (say("carrier.page_off"), told))
    if not settings.public_url:
        return Carrier(True, None, (told,), problem=say("carrier.page_no_url"))
    if not settings.public_url.startswith("https://"):
        return Carrier(True, None, (told,), problem=say("carrier.page_no_https"))
    return Carrier(True, None, (told,))


def _minutes(settings: Settings, crowd: Crowd, rate: float) -> str:
    return groups(math.ceil(crowd.members / rate / 60), settings.language)
