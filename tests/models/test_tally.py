"""Counting: what is kept is what a recount finds, and a cut-off is exact."""

from __future__ import annotations

import threading
from datetime import date, datetime

import pytest
from sqlalchemy import Connection, update

from models.initiative import initiative
from models.queries import board, tally
from models.queries.tally import Standing
from models.store import Store
from models.unit import tally as table
from models.unit import unit
from tests.scheduler.district import AN_PHAT, SAO_MAI, SEWING, TAN_PHU, WARD, District, at, found


@pytest.fixture
def district(store: Store) -> District:
    return found(store)


def standing(district: District, cut_at: datetime, day: date | None = None, **more: object) -> dict[int, Standing]:
    return district.run(tally.standing, district.campaign, WARD, cut_at, day or cut_at.date(), **more)


def test_a_tally_that_is_wrong_is_found(district: District) -> None:
    district.file(SAO_MAI, at(20, 9), times=2)
    district.run(lambda conn: conn.execute(update(table).values(filed=5)))
    wrong = district.run(tally.differences)
    assert [(found.unit_id, found.day, found.kept, found.recounted) for found in wrong] == [
        (SAO_MAI, date(2026, 11, 20), (5, 0), (2, 0))
    ]


def test_a_row_without_filings_and_a_filing_without_a_row_are_found(district: District) -> None:
    district.run(tally.count_filing, AN_PHAT, district.campaign, date(2026, 11, 20))
    district.file(SAO_MAI, at(20, 9))
    district.run(lambda conn: conn.execute(table.delete().where(table.c.unit_id == SAO_MAI)))
    wrong = district.run(tally.differences)
    assert {(found.unit_id, found.kept, found.recounted) for found in wrong} == {
        (AN_PHAT, (1, 0), (0, 0)),
        (SAO_MAI, (0, 0), (1, 0)),
    }


def test_filing_moving_and_withdrawing_leave_the_tally_equal_to_a_recount(district: District) -> None:
    first, second = district.file(SAO_MAI, at(19, 9), times=2)
    district.move(first, AN_PHAT, at(20, 10))
    district.run(
        lambda conn: conn.execute(update(initiative).where(initiative.c.id == second).values(status="withdrawn"))
    )
    assert district.run(tally.differences) == []
    found = standing(district, at(20, 17))
    assert found[SAO_MAI] == Standing(filed=2, adjusted=-1, since=1)  # withdrawn stays in lượt nộp
    assert found[AN_PHAT] == Standing(filed=0, adjusted=1, since=1)


def test_an_idea_is_not_counted(district: District) -> None:
    [only] = district.file(SAO_MAI, at(20, 9))
    district.run(lambda conn: conn.execute(update(initiative).where(initiative.c.id == only).values(status="idea")))
    assert [found.recounted for found in district.run(tally.differences)] == [(0, 0)]


def test_a_cut_off_is_exact_to_the_moment(district: District) -> None:
    district.file(SAO_MAI, at(20, 16, 59, 59))
    [late] = district.file(SAO_MAI, at(20, 17))  # at the cut-off itself: in the next notice
    district.file(SAO_MAI, at(20, 23, 59, 59))
    district.move(late, AN_PHAT, at(20, 17, 5))
    assert standing(district, at(20, 17)) == {SAO_MAI: Standing(1, 0, 1), AN_PHAT: Standing(0, 0, 0)}
    assert standing(district, at(20, 17, 1))[SAO_MAI] == Standing(2, 0, 2)
    assert standing(district, at(20, 17, 6))[AN_PHAT] == Standing(0, 1, 1)
    assert standing(district, at(21, 0), date(2026, 11, 20))[SAO_MAI] == Standing(3, -1, 2)


def test_a_later_day_does_not_count(district: District) -> None:
    district.file(SAO_MAI, at(20, 23, 59))
    district.file(SAO_MAI, at(21, 0))
    assert standing(district, at(21, 0), date(2026, 11, 20)) == {SAO_MAI: Standing(1, 0, 1)}


def test_a_child_stands_for_everything_below_it(district: District) -> None:
    district.file(SEWING, at(20, 9), times=3)
    district.file(SAO_MAI, at(20, 9))
    district.file(WARD, at(20, 9))
    found = standing(district, at(20, 17))
    assert {unit_id: row.filed for unit_id, row in found.items()} == {SAO_MAI: 4, WARD: 1}


def test_a_tree_that_bites_its_tail_ends_all_the_same(district: District) -> None:
    district.run(lambda conn: conn.execute(update(unit).where(unit.c.id == SAO_MAI).values(parent_id=SEWING)))
    district.file(AN_PHAT, at(20, 9))
    assert standing(district, at(20, 17))[AN_PHAT].filed == 1


def test_of_another_campaign_nothing_is_counted(district: District) -> None:
    district.file(SAO_MAI, at(20, 9), campaign_id=district.open("khac"))
    assert standing(district, at(20, 17)) == {}


def test_why_figures_were_adjusted(district: District) -> None:
    first, second = district.file(SAO_MAI, at(18, 9), times=2)
    district.move(first, AN_PHAT, at(19, 16))
    district.move(second, AN_PHAT, at(19, 18))
    why = district.run(tally.reasons, district.campaign, WARD, at(19, 17), at(20, 17))
    assert why == [(SAO_MAI, "moved", -1), (AN_PHAT, "moved", 1)]
    back = district.run(tally.reasons, district.campaign, WARD, at(20, 17), at(21, 17))
    assert back == []


def test_people_who_file_at_once_are_all_counted(district: District) -> None:
    def press() -> None:
        for _ in range(10):
            district.run(tally.count_filing, SAO_MAI, district.campaign, date(2026, 11, 20))

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert standing(district, at(20, 17))[SAO_MAI].filed == 40


# ---------------------------------------------------------------- the board's numbers


def numbers(district: District, cut_at: datetime, **more: object) -> dict[str, object]:
    return district.run(board.numbers, WARD, district.campaign, cut_at, cut_at.date(), **more)


def test_an_unknown_unit_has_no_board(district: District) -> None:
    with pytest.raises(KeyError):
        district.run(board.numbers, 999, district.campaign, at(20, 17), date(2026, 11, 20))


def test_only_units_of_the_day_have_a_row_and_the_total_keeps_the_others(district: District) -> None:
    district.run(
        lambda conn: conn.execute(update(unit).where(unit.c.id == TAN_PHU).values(valid_to=date(2026, 11, 19)))
    )
    district.file(TAN_PHU, at(18, 9), times=2)
    district.file(SAO_MAI, at(20, 9))
    found = numbers(district, at(20, 17))
    assert [row["name"] for row in found["rows"]] == ["May Sao Mai", "Cơ khí An Phát"]
    assert found["filed"] == 3
    before = numbers(district, at(19, 17))
    assert len(before["rows"]) == 3


def test_targets_are_those_valid_on_the_day_each_with_who_set_it(district: District) -> None:
    district.aim(WARD, 1000)
    district.aim(WARD, 1300, valid_from=date(2026, 7, 5))
    district.aim(WARD, 2000, valid_from=date(2026, 12, 1))  # not yet
    district.aim(WARD, 1500, set_by="CĐ P. Từ Liêm")
    district.aim(SAO_MAI, 150, set_by="Công đoàn phường Từ Liêm")
    district.aim(SAO_MAI, 400, set_by="Công ty May Sao Mai", valid_from=date(2026, 9, 1))
    found = numbers(district, at(20, 17))
    assert sorted((goal["number"], goal["set_by"]) for goal in found["goals"]) == [
        (1300, "LĐLĐ Thành phố"),
        (1500, "CĐ P. Từ Liêm"),
    ]
    assert [row["whole"] for row in found["rows"]] == [150, None, None]  # compared by what its parent gave it


def test_a_phase_target_is_met_by_what_came_in_the_phase(district: District) -> None:
    first = district.phase("gd1", date(2026, 1, 1), date(2026, 10, 31))
    second = district.phase("gd2", date(2026, 11, 1), date(2026, 11, 30))
    district.aim(WARD, 10, phase_id=first)
    district.aim(WARD, 4, phase_id=second)
    district.aim(SAO_MAI, 3, phase_id=second)
    district.aim(WARD, 100)
    district.file(SAO_MAI, datetime(2026, 10, 31, 23, 59, tzinfo=at(1, 0).tzinfo), times=5)
    district.file(SAO_MAI, at(1, 0), times=2)
    found = numbers(district, at(20, 17))
    assert [(goal["phase"], goal["number"], goal["count"], goal["ends"]) for goal in found["goals"]] == [
        ("gd2", 4, 2, "2026-11-30"),
        ("", 100, 7, "2026-12-31"),
    ]
    assert (found["rows"][0]["phase"], found["rows"][0]["in_phase"]) == (3, 2)


def test_the_board_costs_units_and_days_not_filings(sqlite_store: Store) -> None:
    """Filings and adjustments are looked up by their time, never read through."""

    def plan(conn: Connection) -> str:
        statement = str(tally._STANDING.compile(dialect=conn.dialect)).replace("?", "1")
        return "\n".join(str(row) for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}"))

    steps = found(sqlite_store).run(plan)
    assert "SEARCH initiative USING INDEX ix_initiative_filed" in steps
    assert "SCAN initiative" not in steps
    assert "SCAN adjustment" not in steps


def test_an_adjustment_of_another_time_zone_is_the_same_moment(district: District) -> None:
    [only] = district.file(SAO_MAI, at(20, 9))
    utc = datetime.fromisoformat("2026-11-20T10:00:00+00:00")  # 17:00 in Hà Nội
    district.run(tally.adjust, only, SAO_MAI, district.campaign, date(2026, 11, 20), utc, -1, "moved")
    assert standing(district, at(20, 17))[SAO_MAI].adjusted == 0
    assert standing(district, at(20, 17, 1))[SAO_MAI].adjusted == -1
