"""Ranking, changes since the last notice, freezing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.board import Board, Coverage, Ended, Row, compose, most, rank, rising
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


def test_a_group_may_want_the_rows_by_count_or_in_the_official_order() -> None:
    figures = _rows((0, 40), (57, 60), (132, 200), (5, None))
    by_count = rank(figures, "count")
    assert [(row.unit_id, row.rank) for row in by_count] == [(2, 1), (1, 2), (3, 3), (0, None)]
    official = rank(figures, "official")
    assert [(row.unit_id, row.rank) for row in official] == [(0, None), (1, 1), (2, 2), (3, None)]


def test_the_order_is_frozen_with_the_numbers_and_moves_are_those_of_the_ranks_shown() -> None:
    by_count = compose(numbers(), yesterday(), sorted_by="count")
    assert Board.from_json(json.loads(json.dumps(by_count.to_json()))) == by_count
    assert [(row.rank, row.name) for row in by_count.rows[:2]] == [(1, "Điện Sao Việt"), (2, "BV Từ Liêm")]
    assert by_count.moved(by_count.rows[0]) == by_count.rows[0].moved_count
    official = compose(numbers(), yesterday(), sorted_by="official")
    assert [row.name for row in official.rows] == [name for name, *_ in UNITS]
    default = {row.unit_id: row.rank for row in compose(numbers(), yesterday()).rows}
    assert {row.unit_id: row.rank for row in official.rows} == default


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


# ---------------------------------------------------------------- both orders


def test_each_row_has_its_rank_by_count_and_by_percent() -> None:
    """A small union leads by percent, a large one by count (domain.md §8: print both)."""
    rows = rank(_rows((203, 200), (132, 110), (12, None), (0, 40)))
    assert [(row.unit_id, row.rank, row.by_percent, row.by_count) for row in rows] == [
        (1, 1, 1, 2),
        (0, 2, 2, 1),
        (2, None, None, 3),
        (3, None, None, None),
    ]


def test_nobody_is_ranked_by_a_phase_in_which_nothing_came_yet() -> None:
    rows = [row(1, "A", 90, None, phase=50), row(2, "B", 40, None, phase=50)]
    board = compose(numbers(rows=rows, phase="Giai đoạn 2"))
    assert [(row.rank, row.by_percent, row.by_count) for row in board.rows] == [(None, None, 1), (None, None, 2)]


def test_ranks_inside_a_cluster() -> None:
    rows = [
        replace(row, cluster=cluster)
        for row, cluster in zip(_rows((9, 10), (30, 60), (30, 40), (7, None), (80, 90)), "AABB-", strict=True)
    ]
    rows[4] = replace(rows[4], cluster="")
    found = {row.unit_id: (row.cluster_count, row.cluster_percent) for row in rank(rows)}
    assert found == {0: (2, 1), 1: (1, 2), 2: (1, 1), 3: (2, None), 4: (None, None)}


def test_rank_by_people_rate_and_participation() -> None:
    """Hà Nội was third by filings and first by people."""
    rows = [
        Row(1, "Thanh Hóa", filed=170_324, authors=11_000, members=200_000),
        Row(2, "Hà Nội", filed=56_106, authors=22_264, members=None),
        Row(3, "Gia Lâm", filed=12, authors=4, members=4),
        Row(4, "Nhỏ", filed=0, authors=0, members=10),
        Row(5, "Chưa đếm", filed=1),
    ]
    found = {row.unit_id: row for row in rank(rows)}
    assert [found[at].by_authors for at in range(1, 6)] == [2, 1, 3, None, None]
    assert [found[at].by_count for at in range(1, 6)] == [1, 2, 3, None, 4]
    assert (found[1].rate, found[1].participation) == (Decimal("85.2"), Decimal("5.5"))
    assert (found[2].rate, found[2].participation) == (None, None)
    assert (found[3].rate, found[3].participation) == (Decimal("300.0"), Decimal("100.0"))
    assert found[5].participation is None


# ---------------------------------------------------------------- movement


def test_places_gained_and_lost_since_the_last_notice() -> None:
    board = compose(numbers(), yesterday())
    moves = {row.name: (row.moved_percent, row.moved_count) for row in board.rows}
    assert moves["May Sao Mai"] == (1, 0)
    assert moves["THCS Cầu Diễn"] == (-2, -1)
    assert moves["HTX Phú Đô"] == (None, 0)  # no target
    assert moves["Bảo vệ Thăng Long"] == (None, None)  # no filing
    sao_mai = next(row for row in board.rows if row.name == "May Sao Mai")
    assert board.moved(sao_mai) == 1


def test_the_places_of_another_phase_are_not_compared() -> None:
    rows = [row(1, "A", 90, None, phase=50, in_phase=20), row(2, "B", 40, None, phase=50, in_phase=40)]
    first = compose(numbers(rows=rows, phase="Giai đoạn 1")).to_json()
    turned = [row(1, "A", 99, None, phase=10, in_phase=9), row(2, "B", 41, None, phase=10, in_phase=1)]
    moves = {
        phase: [found.moved_percent for found in compose(numbers(rows=turned, phase=phase), first).rows]
        for phase in ("Giai đoạn 1", "Giai đoạn 2")
    }
    assert moves == {"Giai đoạn 1": [1, -1], "Giai đoạn 2": [None, None]}


def test_from_rank_ten_to_rank_three_since_a_drive_began() -> None:
    """Hà Nội, 2022 (domain.md §7): what was frozen at its start is compared with, as the last notice is."""
    before = [row(at, f"Tỉnh {at}", 100 - at) for at in range(1, 10)] + [row(10, "Hà Nội", 50)]
    after = [row(at, f"Tỉnh {at}", 100 - at) for at in range(1, 10)] + [row(10, "Hà Nội", 98)]
    start = compose(numbers(rows=before, day="2022-04-26")).to_json()
    hanoi = next(row for row in compose(numbers(rows=after), start).rows if row.name == "Hà Nội")
    assert (hanoi.rank, hanoi.moved_count) == (2, 8)  # shares the second place
    after[-1] = row(10, "Hà Nội", 97)
    hanoi = next(row for row in compose(numbers(rows=after), start).rows if row.name == "Hà Nội")
    assert (hanoi.rank, hanoi.moved_count) == (3, 7)


# ---------------------------------------------------------------- frozen, of this version and of others


_PEOPLE = {"authors": 700, "members": 12_000, "coverage": {"units": 15, "aimed": 14, "filed": 14, "neither": 0}}


def test_people_and_ended_units_come_back_as_values() -> None:
    ended = {"unit_id": 90, "name": "Cũ", "count": 3, "successor": "Mới", "last": "2026-06-30"}
    board = Board.from_json(numbers(**_PEOPLE, ended=[ended, {"unit_id": 91, "name": "Xưa", "count": 1}], merged=[]))
    assert board.coverage == Coverage(15, 14, 14, 0)
    assert board.ended == (Ended(90, "Cũ", 3, "Mới", date(2026, 6, 30)), Ended(91, "Xưa", 1))


_NEW = [
    *("by_count", "by_percent", "by_authors", "moved_count", "moved_percent", "cluster"),
    *("cluster_count", "cluster_percent", "authors", "members"),
]


def test_a_notice_frozen_before_there_were_two_orders_is_compared_all_the_same() -> None:
    frozen = compose(yesterday()).to_json()
    for name in ("recent", "recent_days", "ended", "merged", "authors", "members", "coverage"):
        del frozen[name]
    for found in frozen["rows"]:
        for name in _NEW:
            del found[name]
    old = Board.from_json(frozen)
    assert (old.total, old.ended, old.coverage, old.recent) == (977, None, None, None)
    assert compose(numbers(), frozen) == compose(numbers(), yesterday())
