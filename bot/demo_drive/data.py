"""The data files of the replayed drive, which ship with the package."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from importlib.resources import files

from bot.registry.schema import CAMPAIGNS, PHASES, TARGETS, UNITS
from bot.registry.sheets import Sheet, read_csv

_FOLDER = files("bot.demo_drive")


def sheets() -> list[Sheet]:
    """Units, campaign, phases and targets, as `sangkien import` reads them."""
    return [
        read_csv(table.key, (_FOLDER / f"{table.key}.csv").read_bytes())
        for table in (UNITS, CAMPAIGNS, PHASES, TARGETS)
    ]


def figures() -> dict[date, Mapping[str, int]]:
    """The cumulative number of each unit (by its code) at the end of each day, the day before the drive first."""
    rows = list(csv.DictReader(io.StringIO((_FOLDER / "figures.csv").read_text(encoding="utf-8"))))
    days = [name for name in rows[0] if name != "unit"]
    return {date.fromisoformat(day): {row["unit"]: int(row[day]) for row in rows} for day in days}


def names() -> dict[str, str]:
    """Short names by code."""
    text = (_FOLDER / "units.csv").read_text(encoding="utf-8")
    return {row["code"]: row["short_name"] for row in csv.DictReader(io.StringIO(text))}
