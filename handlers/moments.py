"""Moments and days as they are printed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from babel.dates import format_date


def clock(at: datetime, day: date, language: str) -> str:
    """`17h00` (en: `17:00`); the end of `day` is 24h00 (domain.md §6)."""
    hour = 24 if is_end(at, day) else at.hour
    return f"{hour:02d}:{at.minute:02d}" if language == "en" else f"{hour}h{at.minute:02d}"


def day_text(day: date, language: str) -> str:
    """`20/11/2026` (en: `20 November 2026`)."""
    return format_date(day, "d MMMM y", locale="en") if language == "en" else f"{day.day}/{day.month}/{day.year}"


def short_day(day: date, language: str) -> str:
    """`20/11` (en: `20 Nov`), beside others of the same year."""
    return format_date(day, "d MMM" if language == "en" else "d/M", locale=language)


def is_end(at: datetime, day: date) -> bool:
    return at.date() == day + timedelta(days=1) and at.time() == time(0)
