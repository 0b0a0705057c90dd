"""The sample's data files, which ship with the package."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from importlib.resources import files

from bot.registry.schema import TABLES
from bot.registry.sheets import Sheet, read_csv

_FOLDER = files("bot.registry") / "sample"


@dataclass(frozen=True, slots=True)
class SampleFiling:
    unit: str  # code
    days_ago: int
    author: str
    title: str
    body: str


def sheets() -> list[Sheet]:
    """The registry's tables; days are relative to the day of loading."""
    return [read_csv(table.key, (_FOLDER / f"{table.key}.csv").read_bytes()) for table in TABLES]


def filings() -> list[SampleFiling]:
    """Oldest first, so that codes rise with time."""
    text = (_FOLDER / "filings.csv").read_text(encoding="utf-8")
    rows = [
        SampleFiling(row["unit"], int(row["days_ago"]), row["author"], row["title"], row["body"])
        for row in csv.DictReader(io.StringIO(text))
    ]
    return sorted(rows, key=lambda filing: -filing.days_ago)
