"""Filings by author group (nhóm đối tượng)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from models.initiative import initiative
from models.queries import author_groups
from models.store import Store
from models.unit import listed
from tests.scheduler.district import AN_PHAT, SEWING, WARD, District, at, found


def in_group(district: District, ids: list[int], code: str, **more: object) -> None:
    values = {"author_group": code, **more}
    district.run(lambda conn: conn.execute(update(initiative).where(initiative.c.id.in_(ids)).values(values)))


def groups(district: District, cut_at: datetime, unit_id: int = WARD) -> list[tuple[str, int]]:
    return list(district.run(author_groups.by_group, district.campaign, unit_id, cut_at, cut_at.date()))


def test_filings_by_group_with_those_of_none_last(store: Store) -> None:
    district = found(store)
    assert groups(district, at(20, 17)) == []
    for order, (code, name) in enumerate((("cn", "Công nhân"), ("cb", "Cán bộ công đoàn"))):
        district.insert(
            listed,
            campaign_id=district.campaign,
            kind="group",
            code=code,
            name=name,
            official_order=order,
            unit_types=[],
        )
    in_group(district, district.file(SEWING, at(19, 9), times=3), "cn")
    in_group(district, district.file(AN_PHAT, at(19, 9)), "cn", status="idea")
    in_group(district, district.file(AN_PHAT, at(19, 9)), "khac")
    in_group(district, district.file(AN_PHAT, at(20, 17)), "cb")  # too late
    district.file(WARD, at(20, 9))
    assert groups(district, at(20, 17)) == [("Công nhân", 3), ("Cán bộ công đoàn", 0), ("", 2)]
    assert groups(district, at(20, 17), SEWING) == [("Công nhân", 3), ("Cán bộ công đoàn", 0)]
