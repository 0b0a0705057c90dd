"""Ranking, changes since the last notice, freezing."""

from __future__ import annotations

import json
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.board import Board, Row, compose, most, rank, rising
from tests.handlers.boards import UNITS, numbers, row, yesterday


def _rows(*figures: tuple[int, int | None]) -> list[Row]:
    return [
        Row(at, f"Đơn vị {at}", filed=count, target=target, toward=count) for at, (count, target) in enumerate(figures)
    ]


def test_nobody_is_ranked_while_all_are_at_zero() -> None:
    ranked = rank(_rows((0, 40), (0, None), (0, 20)))
    assert [(row.unit_id, row.rank) for row in ranked] == [(0, None), (1, None), (2, None)]


def test_ties_share_a_rank_and_the_next_is_skipped() -> None:
    ranked = rank(_rows((57, 60), (30, 100), (76, 80), (132, 110)))
    assert [(row.unit_id, row.rank) for row in ranked] == [(3, 1), (0, 2), (2, 2), (1, 4)]


def test_the_unrounded_share_decides() -> None:
    ranked = rank(_rows((1, 3), (333, 1000), (3334, 10_000)))  # all print as 33,3%
    assert [(row.unit_id, row.rank) for row in ranked] == [(2, 1), (0, 2), (1, 3)]


def test_units_without_a_target_follow_unranked_and_empty_ones_come_last() -> None:
    ranked = rank(_rows((0, 10), (500, None), (1, 100)))
    assert [(row.unit_id, row.rank) for row in ranked] == [(2, 1), (1, None), (0, None)]


def test_where_nobody_has_a_target_the_count_ranks() -> None:
    ranked = rank(_rows((5, None), (9, None), (0, None), (9, None)))
    assert [(row.unit_id, row.rank) for row in ranked] == [(1, 1), (3, 1), (0, 3), (2, None)]


_FIGURES = st.lists(st.tuples(st.integers(0, 50), st.one_of(st.none(), st.integers(1, 50))), max_size=12)


@settings(deadline=None)
@given(_FIGURES)
def test_ranks_are_competition_ranks(figures: list[tuple[int, int | None]]) -> None:
    rows = rank(_rows(*figures))
    assert sorted(row.unit_id for row in rows) == list(range(len(figures)))
    placed = [row for row in rows if row.rank is not None]
    aimed = any(target for _, target in figures)
    keys = [Fraction(row.toward, row.target or 1) if aimed else Fraction(row.count) for row in placed]
    assert [row.rank for row in placed] == [1 + sum(other > key for other in keys) for key in keys]
    assert all(row.count > 0 for row in placed)


def test_what_changed_is_split_into_new_and_adjusted() -> None:
    board = compose(numbers(), yesterday())
    assert (board.total, board.change, board.new, board.corrected) == (1015, 38, 40, -2)
    changes = {row.name: row.change for row in board.rows}
    assert changes == {name: change for name, _, change, _ in UNITS}
    cau_dien = next(row for row in board.rows if row.name == "THCS Cầu Diễn")
    assert (cau_dien.new, cau_dien.corrected) == (0, -2)


def test_the_first_board_has_no_change_and_a_new_unit_none_of_its_own() -> None:
    assert compose(numbers()).change is None
    before = yesterday()
    before["rows"] = before["rows"][:-1]
    late = next(row for row in compose(numbers(), before).rows if row.name == "Xây dựng Số 9")
    assert late.change is None


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(-3, 3)), min_size=1, max_size=10))
def test_the_days_add_up_to_the_total(days: list[tuple[int, int]]) -> None:
    last, filed, adjusted, changes = numbers(filed=0, adjusted=0, rows=[]), 0, 0, 0
    for new, corrected in days:
        filed, adjusted = filed + new, adjusted + corrected
        board = compose(numbers(filed=filed, adjusted=adjusted, rows=[]), last)
        changes += board.change or 0
        last = board.to_json()
    assert changes == board.total


def test_a_frozen_board_is_json_and_comes_back_the_same() -> None:
    board = compose(numbers(), yesterday(), named=True)
    assert Board.from_json(json.loads(json.dumps(board.to_json()))) == board


def test_a_board_frozen_by_another_version_still_loads() -> None:
    frozen = compose(numbers(), yesterday()).to_json() | {"mood": "good"}
    del frozen["notes"], frozen["phase"]
    frozen["rows"][0]["medal"] = "gold"
    assert Board.from_json(frozen).total == 1015


def test_units_are_compared_by_the_phase_only_where_no_whole_target_exists() -> None:
    phased = [row(1, "A", 90, None, phase=50, in_phase=20), row(2, "B", 40, None, phase=50, in_phase=40)]
    board = compose(numbers(rows=phased, phase="Giai đoạn 2"))
    assert board.by_phase
    assert [(row.name, row.rank, row.toward) for row in board.rows] == [("B", 1, 40), ("A", 2, 20)]
    mixed = [phased[0], row(2, "B", 40, 100, phase=50, in_phase=40)]
    assert not compose(numbers(rows=mixed)).by_phase


def test_what_no_row_shows_is_told() -> None:
    assert compose(numbers()).others == 0
    assert compose(numbers(filed=1020)).others == 3


def test_the_longest_lists_are_the_first_three_and_their_equals() -> None:
    rows = [
        Row(at, f"Đơn vị {at}", filed=count, new=change)
        for at, (count, change) in enumerate([(9, 0), (9, 1), (5, 2), (5, 3), (1, 4), (0, -1)])
    ]
    assert [row.unit_id for row in most(rows)] == [0, 1, 2, 3]
    assert [row.unit_id for row in rising(rows)] == [4, 3, 2]
