"""The workbook proves the notices: each total is the one before it and its change; what was corrected has a reason;
the portal's numbers stand beside the bot's. On both databases.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.boards import as_posted
from bot.papers import excel
from bot.papers.figures import gather
from handlers.facts import House
from handlers.texts import Texts
from models.initiative import initiative
from models.queries import portal, reconcile
from models.queries.portal import Report
from models.queries.portal_board import Cut
from models.store import Store
from scheduler import daily_notice
from scheduler.press import Press
from tests.papers.test_excel import read, records
from tests.scheduler.district import AN_PHAT, SAO_MAI, TAN_PHU, WARD, District, at, found

FORMULA = '=cmd|" /C calc"!A1'


@pytest.fixture
def district(store: Store, texts: Texts) -> District:
    """Three days of notices: 5 filed, then 3 more and one moved, then 2 more."""
    house = found(store)
    house.group(title=FORMULA)
    press = Press(texts, {"webchat": 2000}, House())
    first = house.file(SAO_MAI, at(18, 9), 5)
    _post(house, press, 18)
    house.file(AN_PHAT, at(19, 9), 3)
    house.move(first[0], TAN_PHU, at(19, 10))
    _post(house, press, 19)
    house.file(AN_PHAT, at(20, 9), 2)
    _post(house, press, 20)
    house.file(AN_PHAT, at(20, 18))
    return house


def _post(house: District, press: Press, day: int) -> None:
    house.run(daily_notice.post, house.notices()[-1].chat_id if house.notices() else 1, at(day, 17), press)


def sheets(house: District, texts: Texts, folder: Path, cut_at: datetime) -> dict[str, list[list[Any]]]:
    path = folder / "so-lieu.xlsx"
    board = house.store.read_now(as_posted, WARD, house.campaign, cut_at)
    excel.write(path, house.store.read_now(gather, board), texts, "vi")
    return read(path)


def test_each_notice_is_the_one_before_and_its_change(district: District, texts: Texts, tmp_path: Path) -> None:
    rows = records(sheets(district, texts, tmp_path, at(20, 17))["Bản tin đã đăng"])
    assert [row["Tổng"] for row in rows] == [5, 8, 10]
    for before, row in pairwise(rows):
        assert before["Tổng"] + row["Thay đổi"] == row["Tổng"]
        assert row["Thay đổi"] == row["Mới từ bản tin trước"] + row["Điều chỉnh từ bản tin trước"]
    assert rows[0]["Thay đổi"] == ""
    assert [(row["Nhóm"], row["Tính đến"]) for row in rows] == [(f"{FORMULA} – nhóm cán bộ", "17h00")] * 3


def test_the_list_behind_what_is_new(district: District, texts: Texts, tmp_path: Path) -> None:
    """As posted at 17h00: what was filed an hour later is not in it."""
    shown = sheets(district, texts, tmp_path, at(20, 17))
    assert [row["Đơn vị"] for row in records(shown["Lượt mới"])] == ["Cơ khí An Phát"] * 2
    assert len(records(shown["Lượt nộp"])) == 10
    assert "Lượt mới" not in sheets(district, texts, tmp_path, at(18, 17))


def test_corrections_have_their_reasons(district: District, texts: Texts, tmp_path: Path) -> None:
    rows = records(sheets(district, texts, tmp_path, at(19, 17))["Điều chỉnh"])
    assert sorted((row["Đơn vị"], row["Điều chỉnh"], row["Lý do"], row["Nguồn"]) for row in rows) == [
        ("In Tân Phú", 1, "Chuyển về đúng đơn vị", "Bot"),
        ("May Sao Mai", -1, "Chuyển về đúng đơn vị", "Bot"),
    ]
    assert records(sheets(district, texts, tmp_path, at(18, 17))["Điều chỉnh"]) == []


def test_without_portal_figures_there_is_nothing_to_reconcile(district: District, texts: Texts, tmp_path: Path) -> None:
    assert district.store.read_now(reconcile.pairs, Cut(district.campaign, WARD, at(20, 17), date(2026, 11, 20))) == ()
    assert "Đối chiếu Cổng – Bot" not in sheets(district, texts, tmp_path, at(20, 17))


def test_portal_and_bot_stand_beside_each_other_the_most_different_first(
    district: District, texts: Texts, tmp_path: Path
) -> None:
    for day, total in ((19, 9), (20, 7)):
        report = Report(district.campaign, WARD, at(day, 16, 30), date(2026, 11, day), district.lan, at(day, 16, 34))
        rows = {SAO_MAI: 4, AN_PHAT: total}
        district.run(portal.store, report, rows, {AN_PHAT: portal.DUPLICATE})
    shown = sheets(district, texts, tmp_path, at(20, 17))
    rows = records(shown["Đối chiếu Cổng – Bot"])
    assert [(row["Đơn vị"], row["Cổng"], row["Bot"], row["Lệch"]) for row in rows] == [
        ("Cơ khí An Phát", 7, 5, 2),
        ("May Sao Mai", 4, 4, 0),
        ("In Tân Phú", "", 1, ""),
        ("Tổng", 11, 9, 2),
    ]
    entered = records(shown["Số liệu Cổng"])
    assert [
        (row["Lúc"], row["Cổng"], row["Mới"], row["Điều chỉnh"]) for row in entered if row["Mã đơn vị"] == "4830"
    ] == [
        ("16h30", 9, 9, 0),
        ("16h30", 7, 0, -2),
    ]
    (of_portal,) = [row for row in records(shown["Điều chỉnh"]) if row["Nguồn"] == "Cổng"]
    assert (of_portal["Đơn vị"], of_portal["Điều chỉnh"], of_portal["Lý do"]) == (
        "Cơ khí An Phát",
        -2,
        "Cổng loại trùng",
    )


def test_an_erased_author_leaves_no_title(district: District, texts: Texts, tmp_path: Path) -> None:
    district.run(lambda conn: conn.execute(update(initiative).values(title="")))
    assert {row["Tên sáng kiến"] for row in records(sheets(district, texts, tmp_path, at(20, 17))["Lượt mới"])} == {""}
