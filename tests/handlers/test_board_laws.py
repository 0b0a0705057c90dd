"""What holds for any board, whatever the figures."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.board import Board, compose
from tests.handlers.boards import numbers

_UNIT = st.fixed_dictionaries(
    {
        "filed": st.integers(0, 40),
        "adjusted": st.integers(-5, 5),
        "in_phase": st.integers(-3, 40),
        "whole": st.one_of(st.none(), st.integers(1, 40)),
        "phase": st.one_of(st.none(), st.integers(1, 40)),
        "cluster": st.sampled_from(["", "Cụm 1", "Cụm 2"]),
        "authors": st.one_of(st.none(), st.integers(0, 9)),
        "members": st.one_of(st.none(), st.integers(0, 90)),
    }
)
_UNITS = st.lists(_UNIT, max_size=8)
_AIMED = _UNIT.map(lambda unit: unit | {"whole": unit["whole"] or 7})  # on every day compared by the whole target


def _numbers(units: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    rows = [{"unit_id": at, "name": f"Đơn vị {at}", **unit} for at, unit in enumerate(units)]
    filed, adjusted = (sum(unit[name] for unit in units) for name in ("filed", "adjusted"))
    return numbers(rows=rows, filed=filed, adjusted=adjusted, notes=[], **more)


def _is_competition(keys: dict[int, Fraction], places: dict[int, int | None]) -> bool:
    if not any(key > 0 for key in keys.values()):
        return all(place is None for place in places.values())
    return places == {at: 1 + sum(other > key for other in keys.values()) for at, key in keys.items()} | {
        at: None for at in places if at not in keys
    }


@settings(deadline=None)
@given(_UNITS)
def test_any_board_has_competition_ranks_in_every_order(units: list[dict[str, Any]]) -> None:
    board = compose(_numbers(units))
    counts = {row.unit_id: Fraction(row.count) for row in board.rows if row.count > 0}
    shares = {row.unit_id: Fraction(row.toward, row.target) for row in board.rows if row.count > 0 and row.target}
    people = {row.unit_id: Fraction(row.authors) for row in board.rows if row.authors}
    assert _is_competition(counts, {row.unit_id: row.by_count for row in board.rows})
    assert _is_competition(shares, {row.unit_id: row.by_percent for row in board.rows})
    assert _is_competition(people, {row.unit_id: row.by_authors for row in board.rows})
    for cluster in ("Cụm 1", "Cụm 2"):
        inside = [row for row in board.rows if row.cluster == cluster]
        ids = {row.unit_id for row in inside}
        own = {at: key for at, key in counts.items() if at in ids}
        aimed = {at: key for at, key in shares.items() if at in ids}
        assert _is_competition(own, {row.unit_id: row.cluster_count for row in inside})
        assert _is_competition(aimed, {row.unit_id: row.cluster_percent for row in inside})
    assert all(row.cluster_count is None for row in board.rows if not row.cluster)
    placed = [row.rank for row in board.rows if row.rank is not None]
    assert placed == sorted(placed)


@settings(deadline=None)
@given(_UNITS)
def test_no_board_says_a_hundred_percent_below_the_target(units: list[dict[str, Any]]) -> None:
    for found in compose(_numbers(units)).rows:
        if found.progress is not None and found.target is not None:
            assert (found.progress.percent >= 100) == (found.toward >= found.target) == found.progress.reached
        if found.participation is not None and found.authors is not None and found.members is not None:
            assert (found.participation >= 100) == (found.authors >= found.members)


@settings(deadline=None)
@given(st.lists(st.lists(_AIMED, min_size=3, max_size=3), min_size=2, max_size=5))
def test_the_movements_of_all_notices_add_up_to_the_whole_way(days: list[list[dict[str, Any]]]) -> None:
    boards = [compose(_numbers(days[0]))]
    for units in days[1:]:
        boards.append(compose(_numbers(units), json.loads(json.dumps(boards[-1].to_json()))))
    for unit_id in range(3):
        path = [next(found for found in board.rows if found.unit_id == unit_id) for board in boards]
        _adds_up([found.by_count for found in path], [found.moved_count for found in path[1:]])
        _adds_up([found.by_percent for found in path], [found.moved_percent for found in path[1:]])


def _adds_up(places: list[int | None], moves: list[int | None]) -> None:
    for before, now, move in zip(places, places[1:], moves, strict=False):
        assert move == (None if before is None or now is None else before - now)
    first, last = places[0], places[-1]
    if None not in places and first is not None and last is not None:
        assert sum(move or 0 for move in moves) == first - last


@settings(deadline=None)
@given(st.lists(_UNITS, min_size=1, max_size=5))
def test_a_days_figures_and_the_adjustments_after_it_equal_a_recount(days: list[list[dict[str, Any]]]) -> None:
    """Day D as frozen, plus what every later notice told as new and as điều chỉnh, is what stands in the end."""
    last: dict[str, Any] | None = None
    told: dict[int, int] = {}
    total = 0
    for units in days:
        board = compose(_numbers(units), last)
        total = board.total if board.change is None else total + board.change
        for found in board.rows:
            told[found.unit_id] = found.count if found.change is None else told[found.unit_id] + found.change
        last = json.loads(json.dumps(board.to_json()))
        assert total == sum(unit["filed"] + unit["adjusted"] for unit in units)
        for at, unit in enumerate(units):
            assert told[at] == unit["filed"] + unit["adjusted"]


_PEOPLE = {"authors": 700, "members": 12_000, "coverage": {"units": 15, "aimed": 14, "filed": 14, "neither": 0}}


@settings(deadline=None)
@given(_UNITS, _UNITS, st.booleans())
def test_any_board_comes_back_from_json_the_same(
    units: list[dict[str, Any]], before: list[dict[str, Any]], people: bool
) -> None:
    ended = [{"unit_id": 90, "name": "Cũ", "count": 3, "successor": "Mới", "last": "2026-06-30"}]
    more = {"ended": ended, "merged": ended, "recent": 12, "recent_days": 7} if people else {}
    board = compose(_numbers(units, **more, **(_PEOPLE if people else {})), _numbers(before))
    assert Board.from_json(json.loads(json.dumps(board.to_json()))) == board
    assert compose(board.to_json()) == board
