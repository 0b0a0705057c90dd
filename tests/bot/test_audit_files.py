"""The trail as a workbook: for whoever may see it when it is made; names stay text."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Connection

from bot.audit_files import AuditFiles
from bot.channels import Outgoing
from handlers.audit_facts import SERVER, LogSheet, Narrowed
from handlers.talk import Media
from models.queries import people
from models.store import Store
from tests.bot.office import NOON, OTHER_WARD, SAO_MAI, TEXTS, WARD, add_person, registry

FORMULA = '=HYPERLINK("http://x.vn","Minh")'


def _acted(conn: Connection) -> dict[str, int]:
    """Hoa took a role from Minh, who calls himself a formula, and changed an hour; An's ward did something else."""
    registry(conn)
    known = {
        "an": add_person(conn, "an", "An", role="owner"),
        "thu": add_person(conn, "thu", "Thu", role="admin", of=WARD),
        "hoa": add_person(conn, "hoa", "Hoa", role="officer", of=WARD),
        "minh": add_person(conn, "minh", FORMULA, unit_id=SAO_MAI),
    }
    people.note(conn, None, "registry.import", NOON - timedelta(days=9), units=[4, 0])
    people.note(conn, known["an"], "posters.make", NOON - timedelta(days=2), unit_id=OTHER_WARD)
    hour = {"names": ["hour"], "before": {"hour": "17:00"}, "after": {"hour": "17:30"}}
    people.note(conn, known["hoa"], "group.set", NOON - timedelta(days=1), unit_id=WARD, chat=9, **hour)
    people.note(conn, known["hoa"], "role.revoke", NOON, unit_id=SAO_MAI, kind="officer", role=1, of=known["minh"])
    return known


def made(store: Store, folder: Path, sheet: LogSheet) -> Outgoing:
    files = AuditFiles(store, TEXTS, folder, lambda: NOON)
    media = Media("file", sheet.ref, name="nhat-ky.xlsx")
    return asyncio.run(files.prepare(Outgoing("an", "Nhật ký dạng Excel.", media=(media,))))


def rows_in(message: Outgoing) -> list[list[object]]:
    path = message.media[0].ref.removeprefix("file:")
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def test_an_gets_all_of_it_and_a_name_is_no_formula(store: Store, tmp_path: Path) -> None:
    known = store.write_now(_acted)
    title, _, head, *rows = rows_in(made(store, tmp_path, LogSheet(known["an"], Narrowed(), "vi")))
    assert title[0] == "Nhật ký (tất cả), mới nhất trước:"
    assert head == ["Ngày", "Giờ", "Ai", "Việc", "Mã đơn vị", "Đơn vị", "Loại việc"]
    told = [(str(row[0]), *row[1:4], row[5]) for row in rows]
    assert told == [
        ("2026-11-20", "12:00", "Hoa", f"thu hồi vai cán bộ May Sao Mai của {FORMULA[:29]}…", "May Sao Mai"),
        ("2026-11-19", "12:00", "Hoa", 'đổi cài đặt "(không tên)": giờ: 17:00 → 17:30', "P. Từ Liêm"),
        ("2026-11-18", "12:00", "An", "in tờ rơi", "P. Phú Diễn"),
        ("2026-11-11", "12:00", "Quản trị máy chủ", "nạp danh mục từ tệp: 4 dòng mới, 0 dòng đổi", ""),
    ]


@pytest.mark.parametrize(
    ("who", "narrowed", "kinds"),
    [
        ("thu", Narrowed(), ["role.revoke", "group.set"]),
        ("thu", Narrowed(unit_id=SAO_MAI), ["role.revoke"]),
        ("an", Narrowed(person_id=SERVER), ["registry.import"]),
        (
            "an",
            Narrowed(first=NOON.date() - timedelta(days=2), last=NOON.date() - timedelta(days=1)),
            ["group.set", "posters.make"],
        ),
    ],
)
def test_it_holds_what_was_narrowed_down(
    store: Store, tmp_path: Path, who: str, narrowed: Narrowed, kinds: list[str]
) -> None:
    known = store.write_now(_acted)
    assert [row[6] for row in rows_in(made(store, tmp_path, LogSheet(known[who], narrowed, "vi")))[3:]] == kinds


@pytest.mark.parametrize(("who", "unit"), [("hoa", 0), ("minh", 0), ("thu", OTHER_WARD), ("thu", 999)])
def test_who_may_not_see_it_gets_words_and_no_file(store: Store, tmp_path: Path, who: str, unit: int) -> None:
    known = store.write_now(_acted)
    message = made(store, tmp_path, LogSheet(known[who], Narrowed(unit_id=unit), "vi"))
    assert message.media == ()
    assert "Không tạo được tệp" in message.text
