"""When the new way of working began: choices for the common answers, months and dates typed (domain.md §4 row 11)."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from handlers import parse
from handlers.facts import Campaign
from handlers.form import Answer, Ask, Ctx, Field, Heard, Miss, Taken
from handlers.talk import Choice, Reply, Say, reply, say

CHOICES = ("week", "month", "last_month", "older", "none")


def _ask(_: Ctx) -> Reply:
    return reply(say("began.ask"), choices=tuple(Choice(key, say(f"began.{key}")) for key in CHOICES))


def _take(ctx: Ctx, heard: Heard) -> Taken:
    today = ctx.facts.today
    match heard.key:
        case "week":
            return Answer(_json(today - timedelta(days=today.weekday()), "week"))
        case "month":
            return Answer(_json(today.replace(day=1), "month"))
        case "last_month":
            return Answer(_json((today.replace(day=1) - timedelta(days=1)).replace(day=1), "month"))
        case "older":
            return Ask(reply(say("began.which")), {"older": True})
        case "none":
            return Answer({"none": True})
    understood = parse.began(heard.text, today)
    if isinstance(understood, parse.Problem):
        return Miss(reply(say("began.future" if understood.key == "future" else "began.again")))
    return Answer(_json(understood.first, understood.precision))


def _json(first: date, precision: str) -> dict[str, Any]:
    return {"date": first.isoformat(), "precision": precision}


field = Field("began", _ask, _take)


def span(began: Mapping[str, Any]) -> tuple[date, date]:
    """First and last day that the answer can mean."""
    first = date.fromisoformat(began["date"])
    match began["precision"]:
        case "week":
            return first, first + timedelta(days=6)
        case "month":
            return first, _month_end(first.year, first.month)
        case "quarter":
            return first, _month_end(first.year, first.month + 2)
        case "year":
            return first, date(first.year, 12, 31)
    return first, first


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def outside(began: Mapping[str, Any], campaign: Campaign) -> bool:
    """Does the whole answer lie outside the campaign's window of first application?"""
    if began.get("none"):
        return False
    first, last = span(began)
    return last < campaign.applied_from or first > campaign.applied_to


def words(began: Mapping[str, Any]) -> Say:
    """`tháng 11/2026`, `tuần 16–22/11/2026`, `ngày 3/11/2026`."""
    if began.get("none"):
        return say("began.none")
    first, last = span(began)
    match began["precision"]:
        case "week":
            start = str(first.day) if first.month == last.month else f"{first.day}/{first.month}"
            return say("began.in_week", first=start, last=f"{last.day}/{last.month}/{last.year}")
        case "month":
            return say("began.in_month", month=f"{first.month}/{first.year}")
        case "quarter":
            return say("began.in_quarter", quarter=f"{(first.month + 2) // 3}/{first.year}")
        case "year":
            return say("began.in_year", year=str(first.year))
    return say("began.on_day", day=f"{first.day}/{first.month}/{first.year}")
