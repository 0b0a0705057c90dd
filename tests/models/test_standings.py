"""A campaign may rank by valid initiatives or by authors: boards, their chains of notices, and what falls away."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import update

from handlers.board import Board, Ended, compose
from models.initiative import initiative
from models.person import person
from models.queries import board, erasure
from models.store import Store
from models.unit import campaign, unit
from tests.scheduler.district import AN_PHAT, SAO_MAI, SEWING, TAN_PHU, WARD, District, at, found


@pytest.fixture
def district(store: Store) -> District:
    return found(store)


def ranked_by(district: District, counter: str) -> None:
    district.run(lambda conn: conn.execute(update(campaign).values(ranked_by=counter)))


def judged(district: District, ids: list[int], when: datetime, status: str = "valid", **more: Any) -> None:
    values = {"status": status, "changed_at": when, **more}
    district.run(lambda conn: conn.execute(update(initiative).where(initiative.c.id.in_(ids)).values(values)))


def shown(district: District, cut_at: datetime, last: Board | None = None) -> Board:
    since = last.cut_at if last is not None else None
    made = district.run(board.numbers, WARD, district.campaign, cut_at, cut_at.date(), since=since)
    return compose(made, last.to_json() if last is not None else None)


def counts(made: Board) -> dict[int, int]:
    return {row.unit_id: row.count for row in made.rows}


# ---------------------------------------------------------------- hợp lệ


def test_what_is_filed_or_judged_too_late_is_not_valid_yet(district: District) -> None:
    ranked_by(district, "valid")
    district.file(SAO_MAI, at(18, 9), times=3)
    judged(district, district.file(SAO_MAI, at(18, 9)), at(20, 17))
    judged(district, district.file(AN_PHAT, at(18, 9)), at(19, 9), "invalid")
    made = shown(district, at(20, 17))
    assert (made.counter, made.total, counts(made)) == ("valid", 0, {SAO_MAI: 0, AN_PHAT: 0, TAN_PHU: 0})
    assert [row.rank for row in made.rows] == [None, None, None]


def test_valid_ones_rank_and_go_against_targets(district: District) -> None:
    ranked_by(district, "valid")
    district.aim(WARD, 4)
    district.aim(SAO_MAI, 2)
    district.phase("GĐ2", date(2026, 11, 10), date(2026, 11, 30))
    judged(district, district.file(SEWING, at(18, 9), times=3)[:2], at(19, 9))
    judged(district, district.file(AN_PHAT, at(9, 9), times=1), at(19, 9))
    judged(district, district.file(WARD, at(18, 9)), at(20, 9))
    made = shown(district, at(20, 17))
    assert (made.total, made.direct, made.goals[0].count) == (4, 1, 4)
    assert [(row.unit_id, row.count, row.in_phase, row.rank) for row in made.rows[:2]] == [
        (SAO_MAI, 2, 2, 1),
        (AN_PHAT, 1, 0, None),
    ]
    assert (made.recent, made.recent_days) == (3, 7)  # those of the 19th: the 20th is not over


def test_one_that_falls_away_is_an_adjustment_and_the_changes_add_up(district: District) -> None:
    ranked_by(district, "valid")
    ids = district.file(SAO_MAI, at(17, 9), times=4)
    judged(district, ids[:2], at(18, 9))
    first = shown(district, at(18, 17))
    judged(district, ids[:1], at(19, 9), "duplicate")
    judged(district, ids[2:], at(19, 10))
    second = shown(district, at(19, 17), first)
    assert (first.total, second.total, second.new, second.corrected) == (2, 3, 2, -1)
    [row] = [row for row in second.rows if row.unit_id == SAO_MAI]
    assert (row.new, row.corrected, row.count) == (2, -1, 3)
    third = shown(district, at(20, 17), second)
    assert (third.total, third.new, third.corrected) == (3, 0, 0)
    assert first.total + (second.change or 0) + (third.change or 0) == third.total


def test_erasing_a_person_changes_no_count_of_valid_ones(district: District) -> None:
    ranked_by(district, "valid")
    judged(district, district.file(SAO_MAI, at(17, 9)), at(18, 9))
    first = shown(district, at(18, 17))
    district.run(erasure.forget, district.lan, at(19, 9))
    second = shown(district, at(19, 17), first)
    assert (second.total, second.new, second.corrected) == (1, 0, 0)


# ---------------------------------------------------------------- tác giả


def test_people_of_two_units_are_one_of_the_whole_and_nothing_is_called_direct(district: District) -> None:
    ranked_by(district, "authors")
    minh = district.insert(person, name="Lê Văn Minh", created_at=at(1, 9))
    district.file(SAO_MAI, at(18, 9), times=5)
    district.file(AN_PHAT, at(18, 9))
    judged(district, district.file(SEWING, at(18, 9)), at(18, 9), "waiting", author_id=minh)
    district.aim(WARD, 4)
    made = shown(district, at(18, 17))
    assert (made.total, made.goals[0].count, made.others, made.direct) == (2, 2, 0, 0)
    assert counts(made) == {SAO_MAI: 2, AN_PHAT: 1, TAN_PHU: 0}
    judged(district, district.file(TAN_PHU, at(19, 9)), at(19, 9), "waiting", author_id=minh)
    after = shown(district, at(19, 17), made)
    assert (after.total, after.new, after.corrected) == (2, 0, 0)
    assert {row.unit_id: row.change for row in after.rows} == {SAO_MAI: 0, AN_PHAT: 0, TAN_PHU: 1}


def test_a_unit_that_ended_keeps_its_people(district: District) -> None:
    ranked_by(district, "authors")
    district.file(TAN_PHU, at(18, 9), times=2)
    district.run(
        lambda conn: conn.execute(
            update(unit).where(unit.c.id == TAN_PHU).values(valid_to=date(2026, 11, 19), successor_id=AN_PHAT)
        )
    )
    made = shown(district, at(20, 17))
    assert made.ended == (Ended(TAN_PHU, "In Tân Phú", 1, "Cơ khí An Phát", date(2026, 11, 19)),)
    assert made.direct == 0


def test_where_another_counter_ranked_before_nothing_is_compared(district: District) -> None:
    district.file(SAO_MAI, at(18, 9), times=5)
    first = shown(district, at(18, 17))
    ranked_by(district, "authors")
    second = shown(district, at(19, 17), first)
    assert (first.counter, first.total, second.counter, second.total) == ("filed", 5, "authors", 1)
    assert (second.change, second.since_day) == (None, None)


def test_the_pace_of_authors_is_of_people_who_were_not_there_before(district: District) -> None:
    ranked_by(district, "authors")
    minh = district.insert(person, name="Lê Văn Minh", created_at=at(1, 9))
    district.file(SAO_MAI, at(12, 9))  # Lan, before the last seven days
    district.file(SAO_MAI, at(18, 9))
    judged(district, district.file(AN_PHAT, at(18, 9), times=2), at(18, 9), "waiting", author_id=minh)
    tam = district.insert(person, name="Đỗ Thị Tâm", created_at=at(1, 9))
    judged(district, district.file(AN_PHAT, at(20, 9)), at(20, 9), "waiting", author_id=tam)  # the day is not over
    made = shown(district, at(20, 17))
    assert (made.total, made.recent, made.recent_days) == (3, 1, 7)
