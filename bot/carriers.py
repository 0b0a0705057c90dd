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
    """A channel, and how many of the crowd's people it carries: all (None), so many, or it is off (0)."""

    on: bool
    people: int | None
    words: tuple[Say, ...]
    problem: Say | None = None  # it is on and serves nobody until this is mended

    def carries(self, crowd: Crowd) -> bool:
        return self.on and self.problem is None and (self.people is None or self.people >= crowd.members)


def carriers(settings: Settings, crowd: Crowd) -> tuple[Carrier, ...]:
    return (_telegram(settings, crowd), _zalo_bot(settings, crowd), _account(settings, crowd), _page(settings))


def told(settings: Settings, crowd: Crowd) -> Iterator[Finding]:
    """Each channel with its sum, those that are off, too; last, whether any carries all."""
    found = carriers(settings, crowd)
    for one in found:
        mark = WARNING if not one.on else GOOD if one.carries(crowd) else BAD
        yield from (Finding(mark, words) for words in one.words)
    yield from _problems(found)
    yield _enough(settings, found, crowd)


def verdict(settings: Settings, crowd: Crowd) -> Iterator[Finding]:
    """What a check says of the channels in use; nothing where there is none, or nobody to be served."""
    found = carriers(settings, crowd)
    yield from _problems(found)
    if not crowd.members or not any(one.on for one in found):
        return
    whole, bot = _enough(settings, found, crowd), found[1]
    yield whole
    if bot.on and not bot.carries(crowd):
        yield Finding(WARNING if whole.mark == GOOD else BAD, _too_small(settings))


def _problems(found: Sequence[Carrier]) -> Iterator[Finding]:
    return (Finding(BAD, one.problem) for one in found if one.on and one.problem is not None)


def _enough(settings: Settings, found: Sequence[Carrier], crowd: Crowd) -> Finding:
    members = groups(crowd.members, settings.language)
    if any(one.carries(crowd) for one in found):
        return Finding(GOOD, say("carrier.enough", members=members))
    return Finding(BAD, say("carrier.not_enough", members=members))


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
    return Carrier(True, None, (told,))


def _zalo_bot(settings: Settings, crowd: Crowd) -> Carrier:
    on = bool(settings.zalo_bot_token.get_secret_value())
    filings = settings.zalo_bot_monthly // FIRST if settings.zalo_bot_monthly else None
    most = [number for number in (settings.zalo_bot_users or None, filings) if number is not None]
    needs = say(
        "carrier.zalo_needs",
        members=groups(crowd.members, settings.language),
        wanted=groups(crowd.wanted, settings.language),
    )
    words = (_too_small(settings) if most else say("carrier.zalo_all", plan=settings.zalo_bot_plan), needs)
    return Carrier(on, min(most) if most else None, words if on else (say("carrier.zalo_off"), *words))


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


def _account(settings: Settings, crowd: Crowd) -> Carrier:
    rate, price = settings.zalo_oa_per_second, settings.zalo_oa_price
    told = say(
        "carrier.account",
        free=settings.zalo_oa_free_hours,
        closed=settings.zalo_oa_closed_hours,
        price=groups(price, settings.language),
        members=groups(crowd.members, settings.language),
        minutes=_minutes(settings, crowd, rate),
        cost=groups(crowd.members * price, settings.language),
    )
    return Carrier(settings.has_account, None, (told,) if settings.has_account else (say("carrier.account_off"), told))


def _page(settings: Settings) -> Carrier:
    hourly = settings.filing_per_unit
    told = say("carrier.page", hourly=groups(hourly, settings.language), daily=groups(hourly * 8, settings.language))
    if not settings.public_filing:
        return Carrier(False, 0, (say("carrier.page_off"), told))
    if not settings.public_url:
        return Carrier(True, None, (told,), say("carrier.page_no_url"))
    if not settings.public_url.startswith("https://"):
        return Carrier(True, None, (told,), say("carrier.page_no_https"))
    return Carrier(True, None, (told,))


def _minutes(settings: Settings, crowd: Crowd, rate: float) -> str:
    return groups(math.ceil(crowd.members / rate / 60), settings.language)
