"""Days as they are typed on the command line."""

from __future__ import annotations

from datetime import date

from bot.cli.words import fail
from handlers import parse


def read_day(text: str | None, today: date) -> date:
    """`2026-11-20`, `20/11`, `hôm qua`; today where none is given. Ends with 1 for what is no day of the past."""
    if text is None:
        return today
    try:
        return date.fromisoformat(text)
    except ValueError:
        began = parse.began(text, today)
    if isinstance(began, parse.Problem) or began.precision != "day":
        fail("cli.bad_day", text=text)
    return began.first
