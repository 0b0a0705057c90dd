"""Which milestones were passed."""

from __future__ import annotations

import pytest

from handlers.board import Board, compose
from handlers.milestones import Milestone, passed
from tests.handlers.boards import numbers


def board(total: int, *targets: int) -> Board:
    goals = [{"number": number, "count": total, "ends": "2026-12-31", "set_by": "LĐLĐ"} for number in targets]
    return compose(numbers(filed=total, adjusted=0, goals=goals, rows=[]))


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        (0, 0, []),
        (0, 1, [1]),
        (1, 99, []),
        (0, 100, [100, 1]),
        (99, 100, [100]),
        (100, 999, []),
        (999, 1000, [1000]),
        (1001, 5000, [5000]),
        (4999, 9999, [5000]),
        (9000, 50_000, [50_000, 10_000]),
        (600_000, 1_000_001, [1_000_000]),
        (1000, 990, []),  # corrected
    ],
)
def test_numbers_worth_telling(before: int, now: int, found: list[int]) -> None:
    assert passed(board(now), board(before)) == [Milestone(number) for number in found]


@pytest.mark.parametrize(
    ("before", "now", "targets", "found"),
    [
        (89, 90, (90,), [90]),
        (90, 91, (90,), []),
        (80, 101, (90, 95), [95, 90, 100]),  # targets first
        (90, 89, (90,), []),
    ],
)
def test_targets_reached(before: int, now: int, targets: tuple[int, ...], found: list[int]) -> None:
    assert [one.number for one in passed(board(now, *targets), board(before, *targets))] == found


def test_a_target_that_was_not_set_before_is_none() -> None:
    assert passed(board(50, 40), board(45)) == []
