"""Which counter a board is about, in words (domain.md §5: always name the one that is printed)."""

from __future__ import annotations

from typing import Any

from handlers.board import FILED
from handlers.talk import Say, say


def counted(key: str, counter: str, **values: Any) -> Say:
    """The words of `key` where lượt nộp rank; where another counter does those of `key.of`, which name it as `unit`."""
    if counter == FILED:
        return say(key, **values)
    return say(f"{key}.of", unit=counter_name(counter), **values)


def counter_name(counter: str, number: int = 2) -> Say:
    """ "lượt nộp", "sáng kiến hợp lệ", "tác giả", for so many."""
    return say(f"counter.{counter}", n=number)


def counter_heading(counter: str) -> Say:
    """Above a narrow column: "Lượt nộp", "Hợp lệ", "Tác giả"."""
    return say(f"counter_short.{counter}")
