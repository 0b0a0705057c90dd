"""Which notices carry the named counters, and that a workbook has them whichever notice it is of."""

from __future__ import annotations

from sqlalchemy import update

from bot.papers.figures import gather
from handlers.board import Board
from handlers.facts import House
from handlers.texts import Texts
from models.initiative import initiative
from models.store import Store
from scheduler import kinds
from scheduler.press import Press
from tests.scheduler.district import SAO_MAI, at, found

PRESS = Press(Texts.load(), {"webchat": 4096}, House())


def test_officers_read_the_counters_and_members_do_not(sqlite_store: Store) -> None:
    district = found(sqlite_store)
    valid = district.file(SAO_MAI, at(19, 9), times=3)[:1]
    values = {"status": "valid", "changed_at": at(19, 10), "benefit_vnd": 80_000_000}
    district.run(lambda conn: conn.execute(update(initiative).where(initiative.c.id.in_(valid)).values(values)))
    for kind in ("officers", "members"):
        district.group(kind)
    for item in district.run(kinds.due, at(20, 17)):
        district.run(kinds.post_due, item, at(20, 17), PRESS)
    daily = [row for row in district.notices() if row.kind == "daily"]
    officers, members = sorted(daily, key=lambda row: row.chat_id)
    assert "\nTrong đó: hợp lệ 1 · chờ thẩm định 2\nTác giả: 1 · làm lợi 80 triệu đồng (ước tính)\n" in officers.text
    assert "Trong đó" not in members.text + officers.text.replace("Trong đó", "", 1)
    assert (officers.numbers["counters"]["valid"], members.numbers["counters"]) == (1, None)
    for row in (officers, members):
        made = district.run(gather, Board.from_json(row.numbers)).board.counters
        assert (made.filed, made.valid, made.waiting) == (3, 1, 2)
