"""The counters side by side: what was filed, judged, withdrawn, by whom, worth how much."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update

from handlers.board import compose
from handlers.counters import Counters as Told
from models.initiative import initiative
from models.person import consent, person
from models.queries import board, counters
from models.queries.counters import Counters
from models.store import Store
from tests.scheduler.district import AN_PHAT, SAO_MAI, SEWING, TAN_PHU, WARD, District, at, found


@pytest.fixture
def district(store: Store) -> District:
    return found(store)


def now(district: District, cut_at: datetime, unit_id: int = WARD) -> Counters:
    made = district.run(counters.counters, district.campaign, unit_id, cut_at, cut_at.date())
    assert isinstance(made, Counters)
    return made


def judged(district: District, ids: list[int], status: str, when: datetime, **more: Any) -> None:
    values = {"status": status, "changed_at": when, **more}
    district.run(lambda conn: conn.execute(update(initiative).where(initiative.c.id.in_(ids)).values(values)))


def test_nothing_filed_is_nothing_and_nobody(district: District) -> None:
    judged(district, district.file(SAO_MAI, at(19, 9)), "idea", at(19, 9), benefit_vnd=5)
    assert now(district, at(20, 17)) == Counters(0, 0, 0, 0, 0, 0, 0)


def test_a_verdict_after_the_cut_off_had_not_been_given_then(district: District) -> None:
    ids = district.file(SAO_MAI, at(18, 9), times=4)
    judged(district, ids[:2], "valid", at(19, 9))
    judged(district, ids[2:3], "invalid", at(20, 17))
    district.file(SAO_MAI, at(20, 17))  # too late itself
    assert now(district, at(20, 17)) == Counters(0, 1, 2, 2, 0, 0, 0)
    assert now(district, at(19, 9)) == Counters(0, 1, 4, 0, 0, 0, 0)


def test_each_filing_is_in_one_part_and_money_is_what_stands_and_may_be_told(district: District) -> None:
    minh = district.insert(person, name="Lê Văn Minh", created_at=at(1, 9))
    for unit_id, status, values in (
        (SAO_MAI, "valid", {"benefit_vnd": 30_000_000_000}),
        (SEWING, "waiting", {"benefit_vnd": 3_200_000_000, "author_id": minh}),
        (AN_PHAT, "more", {"benefit_vnd": 999, "confidential": True, "body": None}),
        (AN_PHAT, "invalid", {"benefit_vnd": 999}),
        (TAN_PHU, "duplicate", {"benefit_vnd": 999}),
        (WARD, "withdrawn", {"benefit_vnd": 999}),
    ):
        judged(district, district.file(unit_id, at(19, 9)), status, at(19, 10), **values)
    made = now(district, at(20, 17))
    assert made == Counters(0, 2, 2, 1, 2, 1, 33_200_000_000)
    shown = compose(district.run(counters.add_counters, district.run(board.numbers, *_ward(district))))
    assert shown.counters == Told(0, 2, 2, 1, 2, 1, 33_200_000_000)
    assert shown.counters.filed == shown.total == 6
    assert now(district, at(20, 17), SAO_MAI) == Counters(0, 2, 1, 1, 0, 0, 33_200_000_000)


def _ward(district: District) -> tuple[Any, ...]:
    return WARD, district.campaign, at(20, 17), at(20, 17).date()


def test_who_agreed_is_registered_until_it_is_taken_back(district: District) -> None:
    for name, unit_id, given, withdrawn in (
        ("Lan", SEWING, at(18, 9), None),
        ("Minh", SEWING, at(18, 9), at(19, 9)),
        ("Tâm", AN_PHAT, at(20, 17), None),
        ("Tú", None, at(18, 9), None),
    ):
        who = district.insert(person, name=name, unit_id=unit_id, created_at=at(1, 9))
        district.insert(
            consent, person_id=who, version="1", text="…", channel="webchat", given_at=given, withdrawn_at=withdrawn
        )
    assert [now(district, at(day, 17)).registered for day in (17, 18, 19, 20)] == [0, 2, 1, 1]
