"""The only place that asks what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives an aware datetime. Passed as an argument wherever time matters; tests pass their own."""


def system_clock() -> datetime:
    return datetime.now(UTC)
