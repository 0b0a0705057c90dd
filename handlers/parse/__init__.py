"""What workers type, read strictly: money, dates, shares, phone numbers. Pure; a value or a `Problem`, never an error.

Nothing is guessed in silence: what has two readings is a problem or is marked as not sure, and is repeated to the
worker.
"""

from __future__ import annotations

from handlers.parse.dates import Began, began
from handlers.parse.money import Money, dotted, in_words, money, written
from handlers.parse.people import coauthors, percent, phone, shares
from handlers.parse.problem import Problem

__all__ = [
    "Began",
    "Money",
    "Problem",
    "began",
    "coauthors",
    "dotted",
    "in_words",
    "money",
    "percent",
    "phone",
    "shares",
    "written",
]
