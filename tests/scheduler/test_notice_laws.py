"""What holds for any chain of notices, whatever is filed, moved, judged and withdrawn between them, whichever counter
ranks: on a real SQLite file, by the functions that the clock calls.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select, update

from handlers.board import Board
from handlers.facts import House
from handlers.texts import Texts
from models.initiative import initiative
from models.queries import tally
from models.store import Store
from models.unit import campaign
from scheduler import kinds
from scheduler.press import Press
from tests.databases import SqliteFiles
from tests.scheduler.district import AN_PHAT, SAO_MAI, SEWING, TAN_PHU, WARD, District, at, found

PRESS = Press(Texts.load(), {"webchat": 4096}, House())
UNITS = (WARD, SAO_MAI, AN_PHAT, TAN_PHU, SEWING)
FIRST = 9  # of November, a Monday

_filed = st.tuples(st.just("file"), st.sampled_from(UNITS), st.integers(1, 4))
_moved = st.tuples(st.just("move"), st.integers(0, 40), st.sampled_from(UNITS))
_judged = st.tuples(st.just("judge"), st.integers(0, 40), st.sampled_from(["valid", "invalid", "duplicate", "more"]))
_acts = st.one_of(_filed, _filed, _moved, _judged, _judged)
_hours = st.sampled_from([0, 8, 16, 17, 23])  # before and after the notice, and at its very hour
_days = st.lists(st.lists(st.tuples(_hours, _acts), max_size=5), min_size=2, max_size=4)
_targets = st.dictionaries(st.sampled_from(UNITS), st.integers(1, 9), max_size=4)


@dataclass
class Story:
    """Days of a ward, as they were drawn."""

    district: District
    counter: str
    filed: list[int] = field(default_factory=list)
    recounted: list[int] = field(default_factory=list)  # at each notice, from the filings themselves

    def act(self, when: datetime, name: str, first: Any, second: Any) -> None:
        if name == "file":
            self.filed += self.district.file(first, when, times=second)
        elif self.filed:
            chosen = self.filed[first % len(self.filed)]
            self._move(chosen, second, when) if name == "move" else self._judge(chosen, second, when)

    def _move(self, chosen: int, unit_id: int, when: datetime) -> None:
        if self.district.run(_status, chosen) in ("waiting", "more"):  # nobody moves what is judged
            self.district.move(chosen, unit_id, when)

    def _judge(self, chosen: int, status: str, when: datetime) -> None:
        self.district.run(
            lambda conn: conn.execute(
                update(initiative).where(initiative.c.id == chosen).values(status=status, changed_at=when)
            )
        )

    def notices(self) -> list[Any]:
        return [row for row in self.district.notices() if row.kind == "daily"]


def _status(conn: Connection, chosen: int) -> str:
    return str(conn.execute(select(initiative.c.status).where(initiative.c.id == chosen)).scalar_one())


@contextmanager
def story(files: SqliteFiles, counter: str, targets: dict[int, int]) -> Iterator[Story]:
    store = Store.open(files.make())
    try:
        district = found(store)
        district.run(lambda conn: conn.execute(update(campaign).values(ranked_by=counter)))
        for unit_id, number in targets.items():
            district.aim(unit_id, number)
        district.group()
        yield Story(district, counter)
    finally:
        store.close()


def play(told: Story, days: list[list[tuple[int, Any]]]) -> list[Any]:
    """Every day's acts in the order of their hours, its notice at 17h00 among them; each notice as first seen."""
    seen: list[Any] = []
    for number, acts in enumerate(days):
        begins = at(FIRST + number, 0)
        for hour, act in sorted(acts, key=lambda one: one[0]):
            if hour < 17:
                told.act(begins + timedelta(hours=hour, minutes=1), *act)
        _tick(told, begins.replace(hour=17, second=40))  # what is filed at 17h00 sharp is after the cut-off
        seen += told.notices()[len(seen) :]
        told.recounted.append(told.district.run(_recount, told.counter, begins.replace(hour=17)))
        for hour, act in sorted(acts, key=lambda one: one[0]):
            if hour >= 17:
                told.act(begins + timedelta(hours=hour), *act)
    return seen


def _tick(told: Story, now: datetime) -> None:
    for item in told.district.run(kinds.due, now):
        told.district.run(kinds.post_due, item, now, PRESS)


LAWS = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@LAWS
@given(counter=st.sampled_from(["filed", "valid", "authors"]), targets=_targets, days=_days)
def test_any_chain_of_notices(
    sqlite_files: SqliteFiles, counter: str, targets: dict[int, int], days: list[list[tuple[int, Any]]]
) -> None:
    with story(sqlite_files, counter, targets) as told:
        seen = play(told, days)
        boards = [Board.from_json(row.numbers) for row in seen]
        assert len(boards) == len(days)
        assert [tuple(row) for row in told.notices()] == [tuple(row) for row in seen], "a frozen notice changed"
        _adds_up(boards)
        for row, board in zip(seen, boards, strict=True):
            _ranks(board)
            _says_no_hundred_below(row.text, board)
            if counter != "authors":  # people of two units are one of the whole
                assert sum(row.count for row in board.rows) + board.others == board.total
        assert [board.total for board in boards] == told.recounted
        assert told.district.run(tally.differences) == []


def _adds_up(boards: list[Board]) -> None:
    first, last = boards[0], boards[-1]
    assert first.total + sum(board.change or 0 for board in boards[1:]) == last.total
    for row in last.rows:
        chain = [next(one for one in board.rows if one.unit_id == row.unit_id) for board in boards]
        assert chain[0].count + sum(one.change or 0 for one in chain[1:]) == row.count
        assert all((one.new or 0) >= 0 for one in chain)  # what came is never below 0: losses are điều chỉnh
    for before, now in pairwise(boards):
        assert (now.new, now.corrected) == (now.filed - before.filed, now.adjusted - before.adjusted)
        assert {row.unit_id: row.moved_count for row in now.rows} == _moves(before, now)


def _moves(before: Board, now: Board) -> dict[int, int | None]:
    was = {row.unit_id: row.by_count for row in before.rows}
    return {
        row.unit_id: None if row.by_count is None or (old := was[row.unit_id]) is None else old - row.by_count
        for row in now.rows
    }


def _ranks(board: Board) -> None:
    counts = {row.unit_id: row.count for row in board.rows if row.count > 0}
    for row in board.rows:
        greater = sum(other > row.count for other in counts.values())
        assert row.by_count == (1 + greater if row.count > 0 else None)
    aimed = [row for row in board.rows if row.count > 0 and row.target]
    for row in aimed:
        assert row.target is not None
        ahead = sum(other.toward * row.target > row.toward * (other.target or 1) for other in aimed)
        assert row.by_percent == (1 + ahead if any(one.toward > 0 for one in aimed) else None)


def _says_no_hundred_below(text: str, board: Board) -> None:
    """Read from the printed words, line by line: a unit or a target below 100 is never printed as 100 or more."""
    for row in board.with_target:
        if row.progress is not None and not row.progress.reached:
            for line in text.splitlines():
                if f"{row.name}:" in line:
                    assert not re.search(r"– 1\d\d+,\d%", line), line
    reached = {goal.number for goal in board.goals if goal.count >= goal.number}
    for percent, number in re.findall(r"Đạt ([\d.]+),\d% chỉ tiêu năm ([\d.]+)", text):
        assert (int(percent.replace(".", "")) >= 100) == (int(number.replace(".", "")) in reached)


def _recount(conn: Connection, counter: str, cut_at: datetime) -> int:
    """Of what was filed before the cut-off: all, what is valid since before it, or the people (only Lan files)."""
    before = initiative.c.filed_at < cut_at
    if counter == "valid":
        before &= (initiative.c.status == "valid") & (initiative.c.changed_at < cut_at)
    counted = initiative.c.author_id.distinct() if counter == "authors" else initiative.c.id
    return int(conn.execute(select(func.count(counted)).where(before)).scalar_one())


@LAWS
@given(days=_days)
def test_the_days_figures_plus_corrections_equal_a_recount(
    sqlite_files: SqliteFiles, days: list[list[tuple[int, Any]]]
) -> None:
    """The last board, each row: what the days filed plus what was adjusted is what stands in each unit now."""
    with story(sqlite_files, "filed", {}) as told:
        play(told, days)
        end = at(FIRST + len(days), 17)
        _tick(told, end)
        board = Board.from_json(told.notices()[-1].numbers)
        assert board.day == end.date()
        now = told.district.run(_by_unit_now)
        below = {SAO_MAI: (SAO_MAI, SEWING), AN_PHAT: (AN_PHAT,), TAN_PHU: (TAN_PHU,)}
        assert {row.unit_id: row.count for row in board.rows} == {
            top: sum(now.get(one, 0) for one in units) for top, units in below.items()
        }
        assert board.direct == now.get(WARD, 0)
        assert json.loads(json.dumps(board.to_json())) == told.notices()[-1].numbers


def _by_unit_now(conn: Connection) -> dict[int, int]:
    rows = conn.execute(select(initiative.c.unit_id, func.count()).group_by(initiative.c.unit_id))
    return {unit_id: int(count) for unit_id, count in rows}
