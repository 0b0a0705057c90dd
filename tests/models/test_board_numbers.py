"""What a board is made from beside the standings: days, pace, units that have ended, people, base units."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Select, update

from handlers.board import Coverage as Shown
from handlers.board import Ended, compose
from models.initiative import initiative
from models.person import person
from models.queries import board, days, people_counts, tally
from models.queries.board import DayCount
from models.queries.people_counts import Authors, Coverage
from models.store import Store
from models.unit import unit
from tests.scheduler.district import AN_PHAT, SAO_MAI, SEWING, TAN_PHU, WARD, District, at, found


@pytest.fixture
def district(store: Store) -> District:
    return found(store)


def numbers(district: District, cut_at: datetime, day: date | None = None, unit_id: int = WARD) -> dict[str, Any]:
    made = district.run(board.numbers, unit_id, district.campaign, cut_at, day or cut_at.date())
    assert isinstance(made, dict)
    return made


def change(district: District, unit_id: int, **values: Any) -> None:
    district.run(lambda conn: conn.execute(update(unit).where(unit.c.id == unit_id).values(values)))


# ---------------------------------------------------------------- days


def daily(district: District, unit_id: int, first: int, last: int) -> list[DayCount]:
    days = (date(2026, 11, first), date(2026, 11, last))
    return list(district.run(board.daily, district.campaign, unit_id, *days))


def test_days_without_a_figure_are_left_out(district: District) -> None:
    assert daily(district, WARD, 1, 30) == []
    district.file(AN_PHAT, at(18, 9), campaign_id=district.open("khac"))
    assert daily(district, WARD, 1, 30) == []


def test_the_days_of_a_unit_with_everything_below_it(district: District) -> None:
    moved = district.file(SEWING, at(18, 9), times=2)[0]
    district.file(WARD, at(18, 10))
    district.file(SAO_MAI, at(20, 9))
    district.move(moved, AN_PHAT, at(20, 10))
    assert daily(district, WARD, 1, 30) == [DayCount(date(2026, 11, 18), 3, 0), DayCount(date(2026, 11, 20), 1, 0)]
    assert daily(district, SAO_MAI, 1, 30) == [DayCount(date(2026, 11, 18), 2, 0), DayCount(date(2026, 11, 20), 1, -1)]
    assert daily(district, AN_PHAT, 20, 20) == [DayCount(date(2026, 11, 20), 0, 1)]
    assert daily(district, WARD, 19, 19) == []


def test_the_days_add_up_to_the_board(district: District) -> None:
    for day in (3, 9, 9, 20):
        district.file(SEWING, at(day, 9), times=day)
    total = sum(one.filed + one.adjusted for one in daily(district, WARD, 1, 30))
    assert compose(numbers(district, at(21, 0), date(2026, 11, 20))).total == total == 41


# ---------------------------------------------------------------- pace


def test_on_the_first_day_of_a_campaign_there_is_no_pace_yet(district: District) -> None:
    district.campaign = district.open("moi", opens=date(2026, 11, 20))
    district.file(SAO_MAI, at(20, 9), times=5)
    assert (numbers(district, at(20, 17))["recent"], numbers(district, at(20, 17))["recent_days"]) == (None, 0)
    at_midnight = numbers(district, at(21, 0), date(2026, 11, 20))
    assert (at_midnight["recent"], at_midnight["recent_days"]) == (5, 1)
    assert numbers(district, at(22, 17))["recent_days"] == 2


def test_the_last_seven_full_days_make_the_pace(district: District) -> None:
    district.file(SAO_MAI, at(12, 23), times=50)  # too long ago
    district.file(SAO_MAI, at(13, 1), times=3)
    district.file(AN_PHAT, at(19, 23), times=4)
    district.file(AN_PHAT, at(20, 9), times=90)  # today is not over
    district.aim(WARD, 200)
    made = numbers(district, at(20, 17))
    assert (made["recent"], made["recent_days"]) == (7, 7)
    shown = compose(made)
    pace = shown.pace(shown.goals[0])
    assert pace is not None
    assert (str(pace.needed), str(pace.actual), pace.projected) == ("1.3", "1.0", 188)  # 53 : 41


# ---------------------------------------------------------------- units that have ended


def test_a_unit_that_ended_without_a_figure_is_not_told(district: District) -> None:
    change(district, TAN_PHU, valid_to=date(2026, 11, 19), successor_id=AN_PHAT)
    made = numbers(district, at(20, 17))
    assert (made["ended"], made["merged"]) == ([], [])
    assert numbers(district, at(20, 17), unit_id=AN_PHAT)["merged"] == []


def test_a_unit_that_ended_keeps_its_figures_and_its_successor_says_where_they_are(district: District) -> None:
    district.file(TAN_PHU, at(18, 9), times=2)
    district.file(WARD, at(18, 9))
    change(district, TAN_PHU, valid_to=date(2026, 11, 19), successor_id=AN_PHAT)
    district.file(AN_PHAT, at(20, 9))
    shown = compose(numbers(district, at(20, 17)))
    assert shown.ended == (Ended(TAN_PHU, "In Tân Phú", 2, "Cơ khí An Phát", date(2026, 11, 19)),)
    assert (shown.total, shown.others, shown.direct) == (4, 3, 1)
    heir = compose(numbers(district, at(20, 17), unit_id=AN_PHAT))
    assert (heir.total, [(gone.name, gone.count) for gone in heir.merged]) == (1, [("In Tân Phú", 2)])
    while_it_was = compose(numbers(district, at(19, 17)))
    assert (while_it_was.ended, len(while_it_was.rows)) == ((), 3)


def test_what_a_unit_took_over_from_below_itself_is_in_its_own_total(district: District) -> None:
    district.file(SEWING, at(18, 9), times=2)
    change(district, SEWING, valid_to=date(2026, 11, 19), successor_id=SAO_MAI)
    shown = compose(numbers(district, at(20, 17), unit_id=SAO_MAI))
    assert (shown.total, shown.direct, shown.merged) == (2, 0, ())
    assert [(gone.name, gone.count) for gone in shown.ended or ()] == [("Tổ May 2", 2)]


# ---------------------------------------------------------------- people


def authors(district: District, cut_at: datetime, day: date | None = None) -> Authors:
    made = district.run(people_counts.authors, district.campaign, WARD, cut_at, day or cut_at.date())
    assert isinstance(made, Authors)
    return made


def minh(district: District) -> int:
    return district.insert(person, name="Lê Văn Minh", created_at=at(1, 9))


def written_by(district: District, ids: list[int], **values: Any) -> None:
    district.run(lambda conn: conn.execute(update(initiative).where(initiative.c.id.in_(ids)).values(values)))


def test_ideas_and_later_filings_have_no_author_yet(district: District) -> None:
    written_by(district, district.file(SAO_MAI, at(20, 9)), status="idea")
    district.file(SAO_MAI, at(20, 17))
    district.file(SAO_MAI, at(19, 9), campaign_id=district.open("khac"))
    assert authors(district, at(20, 17)) == Authors(0, {})


def test_one_who_files_often_and_in_two_units_is_one_person_of_the_whole(district: District) -> None:
    district.file(SAO_MAI, at(19, 9), times=3)  # Lan
    district.file(AN_PHAT, at(19, 9))
    written_by(district, district.file(SEWING, at(19, 9), times=2), author_id=minh(district))
    district.file(WARD, at(20, 9))
    assert authors(district, at(20, 17)) == Authors(2, {SAO_MAI: 2, AN_PHAT: 1, WARD: 1})
    assert authors(district, at(20, 0), date(2026, 11, 19)) == Authors(2, {SAO_MAI: 2, AN_PHAT: 1})


def test_those_for_whom_somebody_filed_are_told_apart_by_name_and_unit(district: District) -> None:
    for_tu = district.file(SAO_MAI, at(19, 9), times=2)
    for_tam = district.file(SAO_MAI, at(19, 9))
    another_tu = district.file(AN_PHAT, at(19, 9))
    written_by(district, for_tu + another_tu, author_id=None, on_behalf_of="Ngô Văn Tú")
    written_by(district, for_tam, author_id=None, on_behalf_of="Đỗ Thị Tâm")
    assert authors(district, at(20, 17)) == Authors(3, {SAO_MAI: 2, AN_PHAT: 1})


def test_who_had_themselves_erased_is_no_longer_counted(district: District) -> None:
    written_by(district, district.file(SAO_MAI, at(19, 9)), author_id=None, filed_by_id=None)
    assert authors(district, at(20, 17)) == Authors(0, {})


# ---------------------------------------------------------------- base units


def coverage(district: District, unit_id: int = WARD, day: int = 20) -> dict[int, Coverage]:
    return dict(district.run(people_counts.coverage, district.campaign, unit_id, date(2026, 11, day)))


def test_a_target_of_a_unit_with_units_below_it_covers_none_of_these(district: District) -> None:
    district.aim(SAO_MAI, 100)
    district.file(SAO_MAI, at(19, 9))
    assert coverage(district)[SAO_MAI] == Coverage(1, 0, 0, 1)  # Tổ May 2


def test_how_many_base_units_have_a_target_a_filing_neither(district: District) -> None:
    district.aim(SEWING, 20)
    district.aim(AN_PHAT, 30)
    district.aim(AN_PHAT, 0, valid_from=date(2026, 11, 10))  # taken back
    district.aim(TAN_PHU, 30, valid_from=date(2026, 11, 21))  # not yet
    district.file(SEWING, at(19, 9), times=2)
    moved = district.file(TAN_PHU, at(19, 9))[0]
    district.move(moved, SEWING, at(19, 10))
    nothing = Coverage(1, 0, 0, 1)
    assert coverage(district) == {SAO_MAI: Coverage(1, 1, 1, 0), AN_PHAT: nothing, TAN_PHU: nothing}
    assert coverage(district, day=21)[TAN_PHU] == Coverage(1, 1, 0, 0)
    assert coverage(district, SEWING) == {SEWING: Coverage(1, 1, 1, 0)}


def test_ended_units_are_no_base_units_and_who_stood_above_them_may_be_one(district: District) -> None:
    change(district, SEWING, valid_to=date(2026, 11, 19))
    district.file(SAO_MAI, at(19, 9))
    assert coverage(district, day=19)[SAO_MAI] == Coverage(1, 0, 0, 1)  # Tổ May 2
    assert coverage(district)[SAO_MAI] == Coverage(1, 0, 1, 0)  # May Sao Mai itself


def test_a_board_with_people_ranks_by_them(district: District) -> None:
    change(district, SAO_MAI, members=50, cluster="Cụm dệt may")
    district.file(AN_PHAT, at(19, 9), times=5)
    written_by(district, district.file(SAO_MAI, at(19, 9)), author_id=minh(district))
    district.file(SAO_MAI, at(19, 9))
    district.aim(AN_PHAT, 5)
    shown = compose(district.run(people_counts.add_people, numbers(district, at(20, 17))))
    assert (shown.authors, shown.coverage) == (2, Shown(3, 1, 1, 2))
    rows = {row.unit_id: row for row in shown.rows}
    assert [(rows[one].by_authors, rows[one].by_count) for one in (SAO_MAI, AN_PHAT, TAN_PHU)] == [
        *((1, 2), (2, 1), (None, None))
    ]
    assert (str(rows[SAO_MAI].participation), str(rows[SAO_MAI].rate)) == ("4.0", "4.0")
    assert (rows[SAO_MAI].cluster_count, rows[AN_PHAT].cluster_count) == (1, None)


def test_days_and_people_are_looked_up_unit_by_unit(sqlite_store: Store) -> None:
    """Else SQLite reads all units for each row of the campaign, or the other way round: minutes with 30.000 units."""

    def plan(conn: Connection, statement: Select[Any]) -> str:
        text = str(statement.compile(dialect=conn.dialect)).replace("?", "1")
        return "\n".join(str(row) for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))

    run = found(sqlite_store).run
    assert "(unit_id=? AND campaign_id=? AND day>? AND day<?)" in run(plan, days._DAILY)
    assert "USING INDEX ix_initiative_unit (unit_id=? AND campaign_id=?)" in run(plan, people_counts._AUTHORS)
    assert "USING INDEX ix_initiative_unit (unit_id=? AND campaign_id=?)" in run(plan, people_counts._AUTHORS_BY_TOP)
    covering = run(plan, people_counts._COVERAGE)
    assert "(unit_id=? AND campaign_id=? AND day<?)" in covering
    assert "ix_target_of (campaign_id=? AND unit_id=?)" in covering
    standing = run(plan, tally._STANDING)
    assert standing.count("SEARCH below USING AUTOMATIC COVERING INDEX (id=?)") == 2  # once for each kind of late one
