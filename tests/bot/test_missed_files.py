"""The workbook of those a broadcast did not reach: An sees all of them, Hoa those of her ward, Lan nobody."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Connection, insert

from bot.channels import Outgoing
from bot.missed_files import MissedFiles
from handlers.cast import MissedList
from handlers.talk import Media
from models.broadcast import broadcast, recipient
from models.store import Store
from tests.bot.office import CAMPAIGN, NOON, OTHER_WARD, SAO_MAI, TEXTS, WARD, add_person, registry


def _reminded(conn: Connection) -> dict[str, int]:
    registry(conn)
    people = {
        "an": add_person(conn, "an", "An", role="owner"),
        "hoa": add_person(conn, "hoa", "Hoa", role="officer", of=WARD),
        "lan": add_person(conn, "lan", "=Lan", unit_id=SAO_MAI),
        "minh": add_person(conn, "minh", "Minh", unit_id=OTHER_WARD),
    }
    values = {"campaign_id": CAMPAIGN, "unit_id": WARD, "text": "Nhắn SK.", "audience": {}, "status": "done"}
    values |= {"made_at": NOON, "starts_at": NOON, "channel": "buttons", "chat": "an"}
    (id_,) = conn.execute(insert(broadcast).values(**values).returning(broadcast.c.id)).one()
    for name, unit_id, status, reason in (
        ("lan", SAO_MAI, "gone", "blocked"),
        ("minh", OTHER_WARD, "failed", "Rejected: too long"),
        ("hoa", WARD, "sent", ""),
    ):
        one = {"broadcast_id": id_, "channel": "buttons", "chat": name, "person_id": people[name], "day": NOON.date()}
        conn.execute(insert(recipient).values(**one, unit_id=unit_id, status=status, reason=reason))
    return people | {"id": int(id_)}


@pytest.mark.parametrize(("who", "names"), [("an", ["=Lan", "Minh"]), ("hoa", ["=Lan"]), ("lan", []), ("minh", [])])
def test_each_sees_those_of_the_units_he_looks_after(store: Store, tmp_path: Path, who: str, names: list[str]) -> None:
    known = store.write_now(_reminded)
    files = MissedFiles(store, TEXTS, tmp_path, lambda: NOON)
    media = Media("file", MissedList(known["id"], known[who], "vi").ref, name="bao-truc-tiep.xlsx")
    made = asyncio.run(files.prepare(Outgoing("an", "Danh sách", media=(media,))))
    path = made.media[0].ref.removeprefix("file:")
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert head == ["Đơn vị", "Họ và tên", "Điện thoại", "Vì sao"]
    assert [row[1] for row in rows] == names
    assert [row[3] for row in rows] == [{"=Lan": "đã chặn bot", "Minh": "lỗi khi gửi"}[name] for name in names]


async def test_where_it_cannot_be_made_words_say_so(sqlite_store: Store, tmp_path: Path) -> None:
    known = sqlite_store.write_now(_reminded)
    (tmp_path / "file").write_text("no folder")
    files = MissedFiles(sqlite_store, TEXTS, tmp_path / "file", lambda: NOON)
    media = Media("file", MissedList(known["id"], known["an"], "vi").ref, name="bao-truc-tiep.xlsx")
    said = await files.prepare(Outgoing("an", "Danh sách", media=(media,)))
    assert said.media == ()
    assert "Không tạo được tệp" in said.text
    other = Outgoing("an", "Ảnh", media=(Media("photo", "AgAC"),))
    assert await files.prepare(other) is other
