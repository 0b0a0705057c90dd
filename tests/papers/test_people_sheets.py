"""EXCEL: the counters under their own names, units by people, by members and inside their clusters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.papers.figures import Figures
from handlers.board import compose
from handlers.texts import Texts
from tests.handlers.boards import numbers, row
from tests.papers.test_excel import records, written

ROWS = [
    row(1, "May Sao Mai", 118, 150, cluster="Cụm dệt may", members=1200),
    row(2, "May Sao Vàng", 60, 60, cluster="Cụm dệt may"),
    row(3, "In Tân Phú", 0),
]
COUNTERS = {"registered": 455, "authors": 66, "waiting": 170, "valid": 8, "benefit_vnd": 33_200_000_000}


def sheets(tmp_path: Path, texts: Texts, **more: Any) -> dict[str, list[list[Any]]]:
    board = compose(numbers(rows=ROWS, counters=COUNTERS, notes=[]))
    figures = Figures(board, {1: "4827"}, (), (), (), (), (), (), (), (), {1: 60, 2: 6}, ())
    return written(tmp_path, replace(figures, **more), texts)


def test_a_unit_without_members_or_people_has_no_rate_and_no_rank(tmp_path: Path, texts: Texts) -> None:
    shown = records(sheets(tmp_path, texts)["Người, đoàn viên, cụm"])
    empty = next(one for one in shown if one["Đơn vị"] == "In Tân Phú")
    assert (empty["Tác giả"], empty["Hạng theo tác giả"], empty["Hạng trong cụm"], empty["Cụm thi đua"]) == (
        0,
        "",
        "",
        "",
    )
    unknown = next(one for one in shown if one["Đơn vị"] == "May Sao Vàng")
    assert (unknown["Đoàn viên có sáng kiến"], unknown["Lượt nộp trên 100 đoàn viên"]) == ("", "")


def test_units_by_people_by_members_and_inside_their_cluster(tmp_path: Path, texts: Texts) -> None:
    shown = records(sheets(tmp_path, texts)["Người, đoàn viên, cụm"])
    assert [one["Đơn vị"] for one in shown] == ["May Sao Vàng", "May Sao Mai", "In Tân Phú"]
    busy = shown[1]
    assert (busy["Mã đơn vị"], busy["Tác giả"], busy["Hạng theo tác giả"], busy["Hạng trong cụm"]) == ("4827", 60, 1, 2)
    assert (busy["Đoàn viên có sáng kiến"], busy["Lượt nộp trên 100 đoàn viên"]) == (0.05, 9.8)


def test_every_counter_has_its_own_name_and_groups_their_shares(tmp_path: Path, texts: Texts) -> None:
    groups = [("Công nhân", 1), ("Cán bộ công đoàn", 0), ("", 2)]
    shown = sheets(tmp_path, texts, groups=groups)["Số đếm qua bot"]
    assert [(name, number) for name, number, _ in shown[1:9]] == [
        ("Người đăng ký", 455),
        ("Tác giả", 66),
        ("Lượt nộp", 178),
        ("Đang xem xét", 170),
        ("Hợp lệ", 8),
        ("Không đạt, trùng", 0),
        ("Đã rút", 0),
        ("Giá trị làm lợi, đồng (ước tính)", 33_200_000_000),
    ]
    assert shown[9:] == [["Nhóm: Công nhân", 1, 0.333], ["Nhóm: chưa rõ nhóm", 2, 0.667]]
