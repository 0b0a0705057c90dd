"""Hoa keeps her units in a spreadsheet and imports it, again and again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.registry import importing, report
from bot.registry.plan import Plan
from bot.registry.problems import Problem, Refused, Unreadable
from bot.registry.sheets import read_file
from handlers.texts import Texts
from models.queries import registry
from models.store import Store
from models.unit import target, unit, unit_alias
from tests.registry import files
from tests.registry.files import BOOK, Rows

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def read_and_write(store: Store, path: Path, now: datetime = NOW) -> Plan:
    def both(conn: Connection) -> Plan:
        planned = importing.compare(conn, importing.read(read_file(path)))
        importing.write(conn, planned, now)
        return planned

    return store.write_now(both)


def refused(store: Store, path: Path) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refusal:
        read_and_write(store, path)
    return refusal.value.problems


def count(store: Store, table: Any) -> int:
    return int(store.read_now(lambda conn: conn.execute(select(func.count()).select_from(table)).scalar_one()))


def with_rows(**changed: Rows) -> Mapping[str, Rows]:
    names = {"units": "Đơn vị", "campaigns": "Chương trình", "phases": "Giai đoạn", "targets": "Chỉ tiêu"}
    return {**BOOK, **{names[key]: rows for key, rows in changed.items()}}


# ---------------------------------------------------------------- mistakes first


def test_twelve_mistakes_are_all_told_and_nothing_is_written(store: Store, tmp_path: Path, texts: Texts) -> None:
    head = ("Mã", "Tên đơn vị", "Tên ngắn", "Loại", "Mã cấp trên", "Số đoàn viên", "Đến ngày", "Kế thừa", "Tên khác")
    book = {
        "Đơn vị": (
            head,
            ("48", "LĐLĐ quận Nam Từ Liêm", "Nam Từ Liêm", "LĐLĐ cấp huyện", "", "", "", "", "NTL"),
            ("4801", "", "BV Từ Liêm", "CĐCS sự nghiệp", "48", "", "", "", ""),  # 3: no name
            ("48A", "Dược Hồng Hà", "Dược Hồng Hà", "CĐCS doanh nghiệp", "48", "", "", "", ""),  # 4: not digits
            ("4803", "In Tân Phú", "Công ty cổ phần In Tân Phú", "CĐCS doanh nghiệp", "48", "", "", "", ""),  # 5: long
            ("4804", "May Sao Mai", "May Sao Mai", "CĐCS doanh nghiệp", "99", "", "", "", ""),  # 6: unknown parent
            ("4805", "Điện Sao Việt", "Điện Sao Việt", "CĐCS doanh nghiệp", "48", "8,518", "", "", ""),  # 7: ambiguous
            ("4806", "Cơ khí An Phát", "Cơ khí An Phát", "CĐCS doanh nghiệp", "48", "", "31/2/2026", "", ""),  # 8: day
            ("4807", "Siêu thị Minh Tâm", "Minh Tâm", "CĐCS doanh nghiệp", "48", "", "", "77", ""),  # 9: successor
            ("4807", "Vận tải Bình An", "Bình An", "CĐCS doanh nghiệp", "48", "", "", "", ""),  # 10: code twice
            ("4808", "Từ Liêm Bắc", "Từ Liêm Bắc", "CĐCS doanh nghiệp", "48", "", "", "", "ntl"),  # 11: alias taken
        ),
        "Chương trình": BOOK["Chương trình"],
        "Chỉ tiêu": (
            files.TARGETS[0],
            ("48", "SK", "GD9", "LĐLĐ Thành phố", "05/01/2026", 10),  # 2: unknown phase
            ("48", "TRIEU", "", "LĐLĐ Thành phố", "05/01/2026", 10),  # 3: unknown campaign
            ("48", "SK", "", "LĐLĐ Thành phố", "05/01/2026", "khoảng 10"),  # 4: no number
        ),
    }
    found = refused(store, files.xlsx(tmp_path / "sai.xlsx", book))
    assert [(p.sheet, p.row, p.column, p.what.key.removeprefix("registry.bad.")) for p in found] == [
        ("Đơn vị", 3, "Tên đơn vị", "required"),
        ("Đơn vị", 4, "Mã", "code"),
        ("Đơn vị", 5, "Tên ngắn", "too_long"),
        ("Đơn vị", 6, "Mã cấp trên", "no_parent"),
        ("Đơn vị", 7, "Số đoàn viên", "ambiguous"),
        ("Đơn vị", 8, "Đến ngày", "date"),
        ("Đơn vị", 9, "Kế thừa", "no_successor"),
        ("Đơn vị", 10, "Mã", "twice"),
        ("Đơn vị", 11, "Tên khác", "alias"),
        ("Chỉ tiêu", 2, "Mã giai đoạn", "no_phase"),
        ("Chỉ tiêu", 3, "Mã chương trình", "no_campaign"),
        ("Chỉ tiêu", 4, "Chỉ tiêu", "number"),
    ]
    assert found[4].render(texts, "vi").startswith("Trang «Đơn vị», dòng 7, cột «Số đoàn viên»: «8,518» có thể")
    assert "row 7" in found[4].render(texts, "en")
    assert all(p.render(texts, language) for p in found for language in ("vi", "en"))
    assert count(store, unit) == 0


UNIT_HEAD = ("Mã", "Tên đơn vị", "Tên ngắn", "Loại", "Mã cấp trên", "Từ ngày", "Đến ngày")
TYPE = "CĐCS doanh nghiệp"


@pytest.mark.parametrize(
    ("book", "expected"),
    [
        (
            with_rows(
                units=(
                    UNIT_HEAD,
                    ("48", "A", "A", TYPE, "50", "", ""),
                    ("49", "B", "B", TYPE, "48", "", ""),
                    ("50", "C", "C", TYPE, "49", "", ""),
                    ("4827", "D", "D", TYPE, "4827", "", ""),
                )
            ),
            [("Đơn vị", 2, "cycle"), ("Đơn vị", 5, "own_parent"), ("Chỉ tiêu", 2, "not_below")],
        ),
        (
            with_rows(
                units=(UNIT_HEAD, *(r[:5] for r in files.UNITS[1:]), ("5", "E", "E", TYPE, "", "2/1/2026", "1/1/2026"))
            ),
            [("Đơn vị", 4, "ends_first")],
        ),
        (
            with_rows(
                phases=(
                    files.PHASES[0],
                    ("SK", "GD1", "Một", "01/12/2025", "30/06/2026"),
                    ("SK", "GD2", "Hai", "30/06/2026", "31/12/2026"),
                    ("SK", "GD3", "Ba", "31/12/2026", "30/12/2026"),
                )
            ),
            [
                ("Giai đoạn", row, key)
                for row, key in ((2, "outside"), (3, "overlap"), (4, "ends_first"), (4, "overlap"))
            ],
        ),
        (
            {
                **BOOK,
                "Nhóm đối tượng": (
                    ("Mã chương trình", "Mã nhóm", "Tên nhóm", "Các loại đơn vị"),
                    ("SK", "A", "Nhóm A", TYPE),
                    ("SK", "B", "Nhóm B", "cdcs doanh nghiep; CĐCS cơ quan"),
                ),
            },
            [("Nhóm đối tượng", 3, "type_taken")],
        ),
        ({**BOOK, "Bảng lương": (("Tên",), ("Lan",))}, [("Bảng lương", 0, "sheet")]),
        (
            with_rows(targets=((*files.TARGETS[0], "Ghi chú"), ("4827", "SK", "", "A", "05/01/2026", 5, "x"))),
            [("Chỉ tiêu", 1, "heading")],
        ),
        (
            with_rows(targets=(files.TARGETS[0], ("4827", "SK", "", "A", "05/01/2026", "{=1/0}"))),
            [("Chỉ tiêu", 2, "error")],
        ),
        (
            with_rows(
                targets=(
                    files.TARGETS[0],
                    ("4827", "SK", "", "A", "05/01/2026", "{=1+1}"),
                    ("4827", "SK", "", "B", "05/01/2026", 1.5),
                )
            ),
            [("Chỉ tiêu", 2, "formula"), ("Chỉ tiêu", 3, "number")],
        ),
        (
            with_rows(targets=(files.TARGETS[0][:5], ("4827", "SK", "", "A", "05/01/2026", 5))),
            [("Chỉ tiêu", 1, "no_column"), ("Chỉ tiêu", 2, "no_heading")],
        ),
        (
            with_rows(
                targets=(
                    files.TARGETS[0],
                    ("4827", "SK", "", "A", "05/01/2026", 0),
                    ("4828", "SK", "", "A", "05/01/2026", -3),
                )
            ),
            [("Chỉ tiêu", 2, "too_small"), ("Chỉ tiêu", 3, "too_small"), ("Chỉ tiêu", 3, "no_unit")],
        ),
    ],
)
def test_each_kind_of_mistake_has_its_place(
    sqlite_store: Store, tmp_path: Path, book: Mapping[str, Rows], expected: list[tuple[str, int, str]]
) -> None:
    found = refused(sqlite_store, files.xlsx(tmp_path / "sai.xlsx", book))
    assert [(p.sheet, p.row, p.what.key.removeprefix("registry.bad.")) for p in found] == expected
    assert count(sqlite_store, unit) == 0


def test_a_file_without_rows_is_no_import(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        read_and_write(sqlite_store, files.xlsx(tmp_path / "trong.xlsx", {"Đơn vị": files.UNITS[:1], "Sheet2": ()}))


def test_what_is_stored_already_counts_too(sqlite_store: Store, tmp_path: Path) -> None:
    read_and_write(sqlite_store, files.xlsx(tmp_path / "1.xlsx", BOOK))
    later = (*files.CAMPAIGNS[1][:3], "01/02/2026", *files.CAMPAIGNS[1][4:])  # phase 1 began in January
    found = refused(sqlite_store, files.xlsx(tmp_path / "2.xlsx", {"Campaigns": (files.CAMPAIGNS[0], later)}))
    assert [(p.row, p.column, p.what.key) for p in found] == [(2, "Ngày mở", "registry.bad.leaves_out")]
    moved = (*files.UNITS[1][:4], "4827", "", "NTL")  # below its own child
    found = refused(sqlite_store, files.xlsx(tmp_path / "3.xlsx", {"Units": (files.UNITS[0], moved)}))
    assert [(p.row, p.what.values["path"]) for p in found] == [(2, "48 → 4827 → 48")]


# ---------------------------------------------------------------- then all goes well


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_is_imported_and_again_changes_nothing(store: Store, tmp_path: Path, kind: str) -> None:
    path = getattr(files, kind)(tmp_path / f"danh-muc.{kind}", BOOK)
    first = read_and_write(store, path)
    assert {key: c.new for key, c in first.counts.items()} == {
        "units": 2, "campaigns": 1, "phases": 1, "fields": 0, "groups": 0, "targets": 1,
    }  # fmt: skip
    found = store.read_now(registry.unit_by_code, "4827")
    assert found is not None
    assert (found.name, found.parent_short, found.members) == ("Công ty May Sao Mai", "Nam Từ Liêm", 300)
    assert count(store, unit_alias) == 3
    version = store.read_now(registry.version)

    second = read_and_write(store, path)
    assert second.is_empty
    assert second.counts["units"].unchanged == 2
    assert store.read_now(registry.version) == version
    assert (count(store, unit), count(store, unit_alias), count(store, target)) == (2, 3, 1)


def test_changed_rows_change_others_stay(store: Store, tmp_path: Path, texts: Texts) -> None:
    read_and_write(store, files.xlsx(tmp_path / "1.xlsx", BOOK))
    csv = "Code,Name,Short name,Type,Members\n4827,Công ty May Sao Mai,Sao Mai,CĐCS doanh nghiệp,310\n"
    path = tmp_path / "units.csv"
    path.write_text(csv, encoding="utf-8-sig")

    planned = store.read_now(lambda conn: importing.compare(conn, importing.read(read_file(path))))
    assert list(report.changes(planned, texts, "vi")) == [
        "~ Đơn vị 4827 · Sao Mai – Tên ngắn: May Sao Mai → Sao Mai; Số đoàn viên: 300 → 310"
    ]
    before = store.read_now(registry.unit_by_code, "4827")
    assert before is not None
    assert before.members == 300  # a look changes nothing

    read_and_write(store, path)
    after = store.read_now(registry.unit_by_code, "4827")
    assert after is not None
    assert (after.short_name, after.members, after.parent_short) == ("Sao Mai", 310, "Nam Từ Liêm")
    assert count(store, unit) == 2
    assert count(store, unit_alias) == 3  # the column is not in the file: left alone


def test_a_revised_target_is_a_new_row_and_the_old_one_stays(store: Store, tmp_path: Path) -> None:
    read_and_write(store, files.xlsx(tmp_path / "1.xlsx", BOOK))
    revised = (files.TARGETS[0], ("4827", "SK", "", "Nam Từ Liêm", "01/07/2026", 1500))
    read_and_write(store, files.xlsx(tmp_path / "2.xlsx", {"Chỉ tiêu": revised}))
    assert count(store, target) == 2
    campaign = store.read_now(registry.campaign_by_code, "SK")
    assert campaign is not None

    def on(day: date) -> list[int]:
        return [t.number for t in store.read_now(registry.targets_on, campaign.id, day)]

    assert on(date(2026, 1, 4)) == []
    assert on(date(2026, 6, 30)) == [1300]
    assert on(date(2026, 7, 1)) == [1500]


def test_a_target_remembers_when_its_number_was_entered(store: Store, tmp_path: Path) -> None:
    """Another import of the same number, or of who stands behind the figures, is no new entry; another number is."""

    def entered() -> list[tuple[int, datetime]]:
        rows = store.read_now(lambda conn: conn.execute(select(target.c.number, target.c.entered_at)).all())
        return [(number, at) for number, at in rows]

    head, row = files.TARGETS
    marked = ((*head, "Minh họa"), (*row, "Có"))
    other = ((*head, "Minh họa"), (*row[:-1], 1500, "Có"))
    read_and_write(store, files.xlsx(tmp_path / "1.xlsx", BOOK))
    for day, (targets, expected) in enumerate(
        (
            (files.TARGETS, (1300, NOW)),
            (marked, (1300, NOW)),
            (other, (1500, NOW + timedelta(days=3))),
        ),
        1,
    ):
        path = files.xlsx(tmp_path / f"{day}-again.xlsx", {"Chỉ tiêu": targets})
        read_and_write(store, path, NOW + timedelta(days=day))
        assert entered() == [expected]


def test_a_csv_says_what_it_is_by_its_headings(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "tu phong to chuc.csv"
    path.write_text(
        'ma;ten don vi;ten ngan;loai;ten goi khac\n48;LĐLĐ quận Nam Từ Liêm;Nam Từ Liêm;LĐLĐ cấp huyện;"NTL;Q. NTL"\n',
        encoding="utf-8",
    )
    assert read_and_write(store, path).counts["units"].new == 1
    assert count(store, unit_alias) == 2


def test_an_unusual_type_is_a_warning_not_a_mistake(sqlite_store: Store, tmp_path: Path) -> None:
    rows = (files.UNITS[0], ("48", "LĐLĐ quận Nam Từ Liêm", "Nam Từ Liêm", "LDLD quạn", "", "", ""))
    planned = read_and_write(sqlite_store, files.xlsx(tmp_path / "a.xlsx", {"Đơn vị": rows}))
    assert [(w.row, w.what.key) for w in planned.warnings] == [(2, "registry.warn.type")]
    assert count(sqlite_store, unit) == 1


def test_an_alias_of_a_stored_unit_cannot_be_taken(sqlite_store: Store, tmp_path: Path) -> None:
    read_and_write(sqlite_store, files.xlsx(tmp_path / "1.xlsx", BOOK))
    rows = (files.UNITS[0], ("47", "MSM", "Bắc Từ Liêm", "LĐLĐ cấp huyện", "", "", "ntl; khác"))
    found = refused(sqlite_store, files.xlsx(tmp_path / "2.xlsx", {"Units": rows}))
    assert sorted((p.row, p.what.key) for p in found) == [(2, "registry.bad.alias"), (2, "registry.bad.name_taken")]
