"""`sangkien report audit`: the trail of the whole house, its own acts in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook
from sqlalchemy import Connection, insert, select

from bot.cli import words
from bot.cli.main import main
from bot.registry.sample import load_sample
from models.person import person
from models.queries import people, registry
from models.store import Store
from scheduler.clock import system_clock
from tests.registry_only import ZONE


@pytest.fixture(autouse=True)
def house(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SANGKIEN_DATABASE_URL", sqlite_url)
    words.language.cache_clear()
    store = Store.open(sqlite_url)
    now = system_clock()
    store.write_now(load_sample, now.date(), now - timedelta(days=3))
    store.write_now(_acted, now)
    yield store
    store.close()
    words.language.cache_clear()


def _acted(conn: Connection, now: datetime) -> None:
    hoa = conn.execute(select(person.c.id).where(person.c.name == "Nguyễn Thị Hoa")).scalar_one()
    an = conn.execute(select(person.c.id).where(person.c.name == "Lê Văn An")).scalar_one()
    sao_mai = registry.unit_by_code(conn, "4827")
    assert sao_mai is not None
    minh = conn.execute(select(person.c.id).where(person.c.name == "Phạm Văn Minh")).scalar_one()
    namesake = conn.execute(insert(person).returning(person.c.id), {"name": "Phạm Văn Minh", "created_at": now})
    for who in (minh, namesake.scalar_one()):
        people.give_role(conn, who, "officer", sao_mai.id, now)
    people.note(conn, hoa, "posters.make", now - timedelta(days=1), unit_id=sao_mai.id)
    people.note(conn, an, "code.wrong", now - timedelta(days=2))


def sangkien(*args: str) -> Result:
    return CliRunner().invoke(main, list(args), catch_exceptions=False)


def test_what_is_not_known_ends_with_1() -> None:
    for args, expected in (
        (("--unit", "999999"), "Không có đơn vị mang mã 999999"),
        (("--person", "ông Tễu"), 'Không có cán bộ nào tên "ông Tễu"'),
        (("--person", "Phạm Văn Minh"), "Nhiều người giống tên ấy: Phạm Văn Minh (May Sao Mai), Phạm"),
        (("--from", "hôm nay", "--to", "hôm qua"), "ngày"),
        (("--to", "mai kia"), "mai kia"),
    ):
        told = sangkien("report", "audit", *args)
        assert told.exit_code == 1, told.output
        assert expected in told.output


def test_a_code_made_here_is_in_it_as_the_servers(house: Store) -> None:
    assert sangkien("invite", "officer", "--unit", "4827", "--to", "Phạm Văn Minh").exit_code == 0
    lines = sangkien("report", "audit").output.splitlines()
    assert lines[0].endswith("Quản trị máy chủ: cấp mã cán bộ May Sao Mai cho Phạm Văn Minh")
    assert lines[1].endswith("Nguyễn Thị Hoa: in tờ rơi (May Sao Mai)")
    assert lines[2].endswith("Lê Văn An: gửi mã sai")
    assert "Quản trị máy chủ: nạp danh mục từ tệp" in lines[3]
    assert len(lines) == 4


def test_narrowed_down() -> None:
    yesterday = (system_clock() - timedelta(days=1)).astimezone(ZONE).date().isoformat()
    for args, acts in (
        (("--unit", "4827"), ["posters.make"]),
        (("--unit", "48"), ["posters.make"]),
        (("--person", "le van an"), ["code.wrong"]),
        (("--person", "server"), ["registry.import"]),
        (("--from", yesterday), ["posters.make"]),
        (("--to", yesterday), ["posters.make", "code.wrong", "registry.import"]),
        (("--from", yesterday, "--to", yesterday, "--person", "An"), []),
    ):
        told = sangkien("report", "audit", "--format", "json", *args)
        assert [row["action"] for row in json.loads(told.output)] == acts, args


def test_as_json_with_names_and_details(tmp_path: Path) -> None:
    told = sangkien("report", "audit", "--format", "json", "--unit", "4827", "--out", "log.json")
    assert told.output.strip() == "log.json"
    (row,) = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))
    at = row.pop("at")
    assert datetime.fromisoformat(at).utcoffset() == timedelta(hours=7)
    assert isinstance(row.pop("id"), int)
    assert row == {
        "by": "Nguyễn Thị Hoa",
        "server": False,
        "action": "posters.make",
        "what": "in tờ rơi",
        "unit": "4827",
        "details": {},
    }


def test_as_a_workbook(tmp_path: Path) -> None:
    assert sangkien("report", "audit", "--format", "xlsx", "--person", "server").output.strip() == "nhat-ky.xlsx"
    title, _, _, row = CalamineWorkbook.from_path(tmp_path / "nhat-ky.xlsx").get_sheet_by_index(0).to_python()
    assert title[0] == "Nhật ký (Quản trị máy chủ), mới nhất trước:"
    assert row[2] == "Quản trị máy chủ"
