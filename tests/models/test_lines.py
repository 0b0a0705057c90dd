"""One line for a unit, a campaign and a day; it outlives the officer who set it, without a name."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, insert, select

from models.chat import chat, notice, notice_line
from models.queries import erasure, lines
from models.store import Store
from tests.bot.office import CAMPAIGN, NOON, SAO_MAI, WARD, add_person, registry

TODAY = date(2026, 11, 20)
RANK = "xếp hạng toàn quốc: thứ 3, theo Cổng, 31/5"


def hoa(conn: Connection) -> int:
    registry(conn)
    return add_person(conn, "hoa", "Hoa", role="officer", of=WARD)


def posted(conn: Connection, unit_id: int) -> None:
    group = {"channel": "buttons", "external_id": f"nhom-{unit_id}", "unit_id": unit_id, "kind": "officers"}
    chat_id = conn.execute(insert(chat).returning(chat.c.id), group | {"linked_at": NOON}).scalar_one()
    slot = {"campaign_id": CAMPAIGN, "kind": "daily", "day": TODAY, "chat_id": chat_id, "unit_id": unit_id}
    conn.execute(insert(notice), slot | {"cut_at": NOON, "made_at": NOON, "numbers": {}, "text": ""})


def test_the_newer_line_takes_the_place_of_the_older(store: Store) -> None:
    by = store.write_now(hoa)

    def put(text: str, day: date = TODAY) -> None:
        store.write_now(lambda conn: lines.put(conn, WARD, CAMPAIGN, day, text=text, by=by, at=NOON))

    assert store.read_now(lines.of_day, WARD, CAMPAIGN, TODAY) == ""
    put("xếp hạng toàn quốc: thứ 4, theo Cổng, 30/5")
    put(RANK)
    put("ngày mai, theo Cổng", TODAY + timedelta(days=1))
    assert store.read_now(lines.of_day, WARD, CAMPAIGN, TODAY) == RANK
    assert store.read_now(lines.of_day, SAO_MAI, CAMPAIGN, TODAY) == "", "another unit's notice has none of it"
    store.write_now(lines.drop, WARD, CAMPAIGN, TODAY)
    assert store.read_now(lines.of_day, WARD, CAMPAIGN, TODAY) == ""
    assert store.read_now(lines.of_day, WARD, CAMPAIGN, TODAY + timedelta(days=1)) == "ngày mai, theo Cổng"


def test_only_the_units_own_notice_closes_its_day(store: Store) -> None:
    store.write_now(hoa)
    store.write_now(posted, SAO_MAI)
    assert store.read_now(lines.posted_at, WARD, CAMPAIGN, TODAY) is None
    store.write_now(posted, WARD)
    assert store.read_now(lines.posted_at, WARD, CAMPAIGN, TODAY) == NOON


def test_an_erased_officers_line_stays_without_her(store: Store) -> None:
    by = store.write_now(hoa)
    store.write_now(lambda conn: lines.put(conn, WARD, CAMPAIGN, TODAY, text=RANK, by=by, at=NOON))
    store.write_now(erasure.forget, by, NOON)
    (row,) = store.read_now(lambda conn: conn.execute(select(notice_line.c.text, notice_line.c.set_by)).all())
    assert tuple(row) == (RANK, None)
