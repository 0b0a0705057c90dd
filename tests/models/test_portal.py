"""The portal's figures: what each entry changes, where units stand by them, and that it adds up."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from handlers.board import compose
from models.chat import notice
from models.portal import portal_figure, portal_report
from models.queries import behind, board, portal, portal_board
from models.queries.days import DayCount
from models.queries.portal import Report
from models.queries.portal_board import Cut
from models.queries.tally import Standing
from models.store import Store
from models.unit import campaign
from tests.scheduler.district import AN_PHAT, SAO_MAI, SEWING, TAN_PHU, WARD, District, at, found


@pytest.fixture
def district(store: Store) -> District:
    made = found(store)
    made.run(lambda conn: conn.execute(update(campaign).values(counts_from="portal")))
    return made


def paste(
    district: District, as_of: datetime, rows: Mapping[int, int], *, later: datetime | None = None, **reasons: str
) -> tuple[int, ...]:
    """Entered four minutes after, or at `later`."""
    entered = later or as_of.replace(minute=as_of.minute + 4)
    why = {SAO_MAI: reasons["sao_mai"]} if reasons else {}
    report = Report(district.campaign, WARD, as_of, as_of.date(), district.lan, entered)
    changed: tuple[int, ...] = district.run(portal.store, report, rows, why)
    return changed


def figures(district: District) -> list[tuple[int, int, int, int, str]]:
    return [(row.unit_id, row.total, row.filed, row.adjusted, row.reason) for row in district.rows(portal_figure)]


def standing(district: District, moment: datetime, unit_id: int = WARD, **more: Any) -> dict[int, Standing]:
    cut = Cut(district.campaign, unit_id, moment, moment.date(), **more)
    stood: dict[int, Standing] = district.run(portal_board.standing, cut)
    return stood


def posted(district: District, moment: datetime) -> None:
    district.insert(
        notice,
        **{"campaign_id": district.campaign, "kind": "daily", "day": moment.date(), "chat_id": district.group()},
        **{"unit_id": WARD, "cut_at": moment, "made_at": moment, "numbers": {}, "text": ""},
    )


def test_the_difference_is_what_is_new_or_what_was_corrected(district: District) -> None:
    paste(district, at(18, 16, 30), {SAO_MAI: 110, AN_PHAT: 0})
    paste(district, at(19, 16, 30), {SAO_MAI: 118, AN_PHAT: 0})
    paste(district, at(20, 16, 30), {SAO_MAI: 116}, sao_mai="duplicate")
    paste(district, at(21, 16, 30), {SAO_MAI: 115})
    assert figures(district) == [
        (SAO_MAI, 110, 110, 0, ""),
        (AN_PHAT, 0, 0, 0, ""),
        (SAO_MAI, 118, 8, 0, ""),
        (AN_PHAT, 0, 0, 0, ""),
        (SAO_MAI, 116, 0, -2, "duplicate"),
        (SAO_MAI, 115, 0, -1, "other"),
    ]
    assert standing(district, at(22, 17))[SAO_MAI] == Standing(118, -3, 115)


def test_the_same_numbers_again_change_nothing(district: District) -> None:
    rows = {SAO_MAI: 118, AN_PHAT: 76}
    assert paste(district, at(20, 16, 30), rows) == (SAO_MAI, AN_PHAT)
    assert paste(district, at(20, 16, 30), rows, later=at(20, 16, 50)) == ()
    assert (district.count(portal_report), district.count(portal_figure)) == (1, 2)
    assert paste(district, at(20, 16, 30), rows | {TAN_PHU: 21}) == (TAN_PHU,)


def test_an_older_moment_corrects_history_only(district: District) -> None:
    paste(district, at(20, 16, 30), {SAO_MAI: 118})
    assert paste(district, at(18, 16, 30), {SAO_MAI: 103}, later=at(20, 18)) == (SAO_MAI,)
    assert paste(district, at(18, 16, 30), {SAO_MAI: 103}, later=at(20, 19)) == ()
    assert figures(district)[-1] == (SAO_MAI, 103, 0, 0, "")
    assert standing(district, at(21, 0))[SAO_MAI].filed == 118
    newest = district.run(portal.newest, district.campaign, [SAO_MAI])[SAO_MAI]
    before = district.run(portal.newest_before, district.campaign, [SAO_MAI], date(2026, 11, 20))[SAO_MAI]
    assert (newest.total, before.total) == (118, 103)


def test_until_a_notice_has_told_it_another_number_takes_its_place(district: District) -> None:
    paste(district, at(19, 16, 30), {SAO_MAI: 100})
    posted(district, at(19, 17))
    paste(district, at(20, 16, 30), {SAO_MAI: 160})
    paste(district, at(20, 16, 30), {SAO_MAI: 106}, later=at(20, 16, 40))
    assert figures(district)[1:] == [(SAO_MAI, 160, 0, 0, ""), (SAO_MAI, 106, 6, 0, "")]
    posted(district, at(20, 17))
    paste(district, at(20, 16, 30), {SAO_MAI: 104}, later=at(20, 17, 5))
    assert figures(district)[-1] == (SAO_MAI, 104, 0, -2, "typing")
    assert standing(district, at(20, 18))[SAO_MAI] == Standing(106, -2, 104)


def test_a_reason_may_come_later_but_not_after_a_notice(district: District) -> None:
    paste(district, at(19, 16, 30), {SAO_MAI: 100, AN_PHAT: 50})
    paste(district, at(20, 16, 30), {SAO_MAI: 98, AN_PHAT: 51})
    explain = (district.campaign, SAO_MAI, at(20, 16, 30))
    assert not district.run(portal.explain, district.campaign, AN_PHAT, at(20, 16, 30), "duplicate")
    assert district.run(portal.explain, *explain, "duplicate")
    posted(district, at(20, 17))
    assert not district.run(portal.explain, *explain, "typing")
    assert figures(district)[2] == (SAO_MAI, 98, 0, -2, "duplicate")
    cut = Cut(district.campaign, WARD, at(20, 17), date(2026, 11, 20))
    assert district.run(portal_board.reasons, cut, at(19, 17)) == [(SAO_MAI, "duplicate", -2)]
    assert district.run(portal_board.reasons, cut, at(20, 16, 40)) == []


def test_a_figure_is_in_once_it_was_entered_before_the_cut_off(district: District) -> None:
    paste(district, at(20, 16, 30), {SAO_MAI: 118}, later=at(20, 17))
    assert standing(district, at(20, 17)) == {}
    assert standing(district, at(20, 17, 1)) == {SAO_MAI: Standing(118, 0, 118)}


def test_of_a_board_that_is_over_the_last_numbers_may_come_in_later(district: District) -> None:
    paste(district, at(20, 16, 30), {SAO_MAI: 118})
    report = Report(district.campaign, WARD, at(21, 0), date(2026, 11, 20), None, at(21, 8))
    district.run(portal.store, report, {SAO_MAI: 120})
    over = Cut(district.campaign, WARD, at(21, 0), date(2026, 11, 20))
    later = Cut(district.campaign, WARD, at(21, 0), date(2026, 11, 20), at(21, 9))
    assert district.run(portal_board.standing, over) == {SAO_MAI: Standing(118, 0, 118)}
    assert district.run(portal_board.standing, later) == {SAO_MAI: Standing(120, 0, 120)}


def test_a_units_own_figure_stands_for_all_below_it(district: District) -> None:
    paste(district, at(20, 16, 30), {SEWING: 30, AN_PHAT: 50})
    assert standing(district, at(20, 17)) == {SAO_MAI: Standing(30, 0, 30), AN_PHAT: Standing(50, 0, 50)}
    paste(district, at(20, 16, 31), {SAO_MAI: 118, WARD: 500})
    assert standing(district, at(20, 17)) == {SAO_MAI: Standing(118, 0, 118), AN_PHAT: Standing(50, 0, 50)}
    assert standing(district, at(20, 17), SAO_MAI) == {SEWING: Standing(30, 0, 30)}
    assert standing(district, at(20, 17), TAN_PHU) == {}


def test_a_units_own_figure_counts_on_its_board_where_no_row_has_one(district: District) -> None:
    paste(district, at(20, 16, 30), {WARD: 500})
    assert standing(district, at(20, 17)) == {WARD: Standing(500, 0, 500)}
    shown = compose(district.run(board.numbers, WARD, district.campaign, at(20, 17), date(2026, 11, 20)))
    assert (shown.total, shown.direct, [row.count for row in shown.rows]) == (500, 500, [0, 0, 0])


def test_the_days_add_up_to_the_board_and_the_first_one_is_no_pace(district: District) -> None:
    paste(district, at(16, 16, 30), {SAO_MAI: 100, AN_PHAT: 50})
    paste(district, at(17, 16, 30), {SAO_MAI: 104, AN_PHAT: 49})
    paste(district, at(19, 16, 30), {SAO_MAI: 110, AN_PHAT: 51})
    days = district.run(board.daily, district.campaign, WARD, date(2026, 11, 1), date(2026, 11, 30))
    assert days == [
        DayCount(date(2026, 11, 16), 150, 0, held=150),
        DayCount(date(2026, 11, 17), 4, -1),
        DayCount(date(2026, 11, 19), 8, 0),
    ]
    shown = compose(district.run(board.numbers, WARD, district.campaign, at(20, 17), date(2026, 11, 20)))
    assert shown.total == sum(day.filed + day.adjusted for day in days) == 161
    assert (shown.recent, shown.recent_days) == (11, 3)  # 17 to 19 November
    told = district.run(behind.daily, district.campaign, WARD, at(20, 17), date(2026, 11, 20))
    assert [(one.day.day, one.unit, one.filed, one.adjusted) for one in told] == [
        (16, "May Sao Mai", 100, 0),
        (16, "Cơ khí An Phát", 50, 0),
        (17, "May Sao Mai", 4, 0),
        (17, "Cơ khí An Phát", 0, -1),
        (19, "May Sao Mai", 6, 0),
        (19, "Cơ khí An Phát", 2, 0),
    ]


def test_the_pace_ends_with_the_last_day_that_has_figures(district: District) -> None:
    """What came since then stands in figures still to come: 17/11 is no day on which nothing came."""
    paste(district, at(16, 16, 30), {SAO_MAI: 100})
    paste(district, at(18, 16, 30), {SAO_MAI: 110})

    def pace(day: int) -> tuple[int | None, int]:
        shown = compose(district.run(board.numbers, WARD, district.campaign, at(day, 17), date(2026, 11, day)))
        return shown.recent, shown.recent_days

    assert [pace(day) for day in (17, 18, 19, 21)] == [(None, 0), (None, 0), (10, 2), (10, 2)]


def test_days_between_two_notices_that_have_no_figure_are_named(district: District) -> None:
    paste(district, at(16, 16, 30), {SAO_MAI: 100})
    paste(district, at(19, 16, 30), {SAO_MAI: 110, AN_PHAT: 50})
    numbers = (WARD, district.campaign, at(19, 17), date(2026, 11, 19))
    source = compose(district.run(board.numbers, *numbers, since=at(16, 17))).source
    assert source is not None
    assert source.missing == (date(2026, 11, 17), date(2026, 11, 18))
    assert [(unit.unit, unit.day) for unit in source.stale] == [("In Tân Phú", None)]
    assert (source.as_of, source.entered_at, source.lines) == (at(19, 16, 30), at(19, 16, 34), 2)
    again = compose(district.run(board.numbers, *numbers)).source
    assert again is not None
    assert again.missing == ()


def test_the_best_day_leaves_out_the_first_figure(district: District) -> None:
    for day, total in ((16, 100), (17, 104), (18, 113), (19, 115)):
        paste(district, at(day, 16, 30), {SAO_MAI: total})
    paste(district, at(19, 16, 30), {AN_PHAT: 50})
    assert district.run(portal.best_days, district.campaign, [SAO_MAI, AN_PHAT, TAN_PHU]) == {SAO_MAI: 9}


def test_first_figures_are_nothing_that_came_on_their_day(district: District) -> None:
    """Nor is what replaces one, nor that of a unit whose first one comes later, nor what is brought of days before."""
    paste(district, at(17, 16, 30), {SAO_MAI: 1180})
    paste(district, at(17, 16, 30), {SAO_MAI: 118}, later=at(17, 16, 50))
    paste(district, at(16, 16, 30), {SAO_MAI: 110}, later=at(17, 17))
    paste(district, at(18, 16, 30), {SAO_MAI: 120, AN_PHAT: 500})
    days = district.run(board.daily, district.campaign, WARD, date(2026, 11, 1), date(2026, 11, 30))
    assert [(one.day.day, one.filed, one.held) for one in days] == [(16, 0, 0), (17, 118, 118), (18, 502, 500)]
    shown = compose(district.run(board.numbers, WARD, district.campaign, at(19, 17), date(2026, 11, 19)))
    assert (shown.total, shown.recent, shown.recent_days) == (620, 2, 1)
    assert district.run(portal.best_days, district.campaign, [SAO_MAI, AN_PHAT]) == {SAO_MAI: 2}
    cut = Cut(district.campaign, WARD, at(18, 17), date(2026, 11, 18))
    assert district.run(portal_board.on_day, cut) == {SAO_MAI: (2, 0), AN_PHAT: (0, 0)}


def test_another_campaigns_figures_are_its_own(district: District) -> None:
    paste(district, at(20, 16, 30), {SAO_MAI: 118})
    district.campaign = district.open("khac", counts_from="portal")
    assert standing(district, at(20, 17)) == {}
    assert paste(district, at(20, 16, 30), {SAO_MAI: 5}) == (SAO_MAI,)
    assert figures(district)[-1] == (SAO_MAI, 5, 5, 0, "")


def test_the_portal_tells_of_filings_only(district: District) -> None:
    """A campaign that ranks by valid initiatives counts its own, whatever the portal says."""
    district.run(lambda conn: conn.execute(update(campaign).values(ranked_by="valid")))
    paste(district, at(20, 16, 30), {SAO_MAI: 118})
    shown = compose(district.run(board.numbers, WARD, district.campaign, at(20, 17), date(2026, 11, 20)))
    assert (shown.total, shown.source) == (0, None)


def test_who_brought_a_report_is_found_by_it(district: District) -> None:
    paste(district, at(20, 16, 30), {SAO_MAI: 118})

    def newest(conn: Connection) -> int:
        return int(conn.execute(select(func.max(portal_report.c.id))).scalar_one())

    found = district.run(portal.report, district.run(newest))
    assert (found.by, found.lines, found.way, found.source) == ("Trần Thị Lan", 1, "pasted", "Cổng")
    assert district.run(portal.report, 999) is None


def test_two_officers_who_paste_at_once_count_nothing_twice(district: District) -> None:
    paste(district, at(19, 16, 30), {SAO_MAI: 100, AN_PHAT: 50})
    rows = ({SAO_MAI: 118, AN_PHAT: 55}, {SAO_MAI: 118, AN_PHAT: 56}, {SAO_MAI: 120, AN_PHAT: 54})
    with ThreadPoolExecutor(3) as officers:
        pasting = [
            officers.submit(paste, district, at(20, 16, 30 + n), one, later=at(20, 16, 40))
            for n, one in enumerate(rows)
        ]
        assert all(len(done.result()) == 2 for done in pasting)
    newest = district.run(portal.newest, district.campaign, [SAO_MAI, AN_PHAT])
    stood = standing(district, at(20, 17))
    assert {unit_id: one.filed + one.adjusted for unit_id, one in stood.items()} == {
        unit_id: figure.total for unit_id, figure in newest.items()
    }


def test_figures_are_looked_up_unit_by_unit(sqlite_store: Store) -> None:
    """Else SQLite reads all figures of a campaign for each unit: minutes in a large tree."""
    run = found(sqlite_store).run

    def plan(conn: Connection, statement: Any) -> str:
        text = str(statement.compile(dialect=conn.dialect)).replace("?", "1")
        return "\n".join(str(row) for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))

    for statement in (portal_board._STANDING, portal_board._REASONS, portal_board._DAYS):
        told = run(plan, statement)
        assert told.count("portal_figure USING INDEX ix_portal_figure_of (campaign_id=? AND unit_id=?") == 2, told
        assert "SCAN portal_figure" not in told
